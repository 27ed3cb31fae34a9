// What nothing uses any more, to be taken out: exports of the page's scripts, messages, classes and custom properties of
// the styles. A name that is put together at run time counts as used where a template of some script can make it.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { allTexts, readTexts } from '../../scripts/texts.mjs';

const root = new URL('../../', import.meta.url);
/** @param {string} path */
const read = (path) => readFileSync(new URL(path, root), 'utf8');
/** @param {string} folder @param {RegExp} name @returns {string[]} */
const files = (folder, name) =>
  readdirSync(new URL(folder, root), { recursive: true }).map(String).filter((file) => name.test(file)).map((file) => `${folder}${file}`);
/** @param {string[]} paths their code without comments */
const code = (paths) => paths.map((path) => read(path).replace(/(?<!\w)\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')).join('\n');
/** What stands in quotes, also within templates. @param {string} source */
const quotedIn = (source) => new Set([...source.matchAll(/'([^'\n]*)'|"([^"\n]*)"/g)].map(([, single, double]) => single ?? double));

const scripts = files('www/src/', /\.js$/);
const page = code([...scripts, 'www/index.html', 'www/service-worker.js', 'scripts/prerender.mjs', 'scripts/lesson-pages.mjs']);
const quoted = quotedIn(page);
const INSERTED = /\$\{(?:[^{}]|\{[^{}]*\})*\}/;

test('every export of the page is imported somewhere', () => {
  const all = [...scripts, 'www/service-worker.js', ...files('tests/', /\.m?js$/), ...files('scripts/', /\.mjs$/)].map(read).join('\n');
  const lists = [...all.matchAll(/\{([^{}]*)\}\s*(?:from\b|=\s*await\b)/g)].flatMap(([, names]) => names.split(',').map((name) => name.trim().split(/ as |:/)[0]));
  const types = [...all.matchAll(/\bimport\('[^']+'\)\.(\w+)/g)].map(([, name]) => name);
  const imported = new Set([...lists, ...types]);
  for (const path of scripts) {
    for (const [, name] of read(path).matchAll(/^export (?:async )?(?:function|const|class) (\w+)/gm)) assert.ok(imported.has(name), `${path}: nothing imports ${name}`);
  }
});

test('every message is read somewhere', () => {
  const messages = /** @type {any} */ (allTexts(readTexts(fileURLToPath(new URL('www', root)), 'en')));
  const engine = files('crates/', /\.rs$/).map(read).join('\n');
  /** Templates that are one word: what stands before, between and after what is inserted. @param {string} source */
  const templatesIn = (source) => [...source.matchAll(new RegExp(`\`((?:[\\w.-]|${INSERTED.source})+)\``, 'g'))].map(([, template]) => template.split(INSERTED));
  /** @param {string[]} template @param {string} name */
  const makes = (template, name) => new RegExp(`^${template.map((part) => part.replaceAll('.', '\\.')).join('[\\w-]+')}$`).test(name);
  const all = templatesIn(page);
  /** The words of a choice: its key, a dash, the value. @param {string} key */
  const offered = (key) => [...key.matchAll(/-/g)].some(({ index }) => quoted.has(key.slice(0, index)) && (key.endsWith('-label') || quoted.has(key.slice(index + 1))));
  /** @param {string} name such as `zero_size`, of the engine's `ZeroSize` */
  const ofEngine = (name) => engine.includes(`"${name}"`) || new RegExp(`\\b${name.replace(/(?:^|_)(\w)/g, (_, letter) => letter.toUpperCase())}\\b`).test(engine);
  for (const section of Object.keys(messages)) {
    // A cell names its own messages without their section.
    const own = code(scripts.filter((path) => path.startsWith(`www/src/cells/${section}/`)));
    const telling = all.filter(([first, ...rest]) => first.startsWith(`${section}.`) && first + rest.join('') !== `${section}.`);
    const ending = all.filter(([first, last, ...rest]) => first === '' && /^\.\w+$/.test(last) && rest.length === 0);
    const inside = templatesIn(own).filter((parts) => parts.length > 1 && /[a-z]{3}/.test(parts.join('')));
    // Where a key is put together from the section and a word, the word stands in quotes somewhere.
    const rest = quoted.has(`${section}.`) || all.some((parts) => parts.length === 2 && parts.join('') === `${section}.`) ? quoted : quotedIn(own);
    for (const name of Object.keys(messages[section])) {
      const key = `${section}.${name}`;
      const used = quoted.has(key) || rest.has(name) || offered(key) || [...telling, ...ending].some((parts) => makes(parts, key)) || inside.some((parts) => makes(parts, name));
      assert.ok(used || (['error', 'warning'].includes(section) && ofEngine(name)), `nothing reads ${key}`);
    }
  }
  for (const phrase of Object.keys(messages.error.phrases)) assert.ok(engine.includes(`"${phrase}"`) || quoted.has(phrase), `no error says “${phrase}”`);
});

test('every class and every custom property of the styles is used', () => {
  const styles = [...files('www/styles/', /\.css$/), ...files('www/src/', /\.css$/)].map((path) => read(path).replace(/\/\*[\s\S]*?\*\//g, '')).join('\n');
  // The beginning of a name, up to its dash, is a word of a template.
  const words = new Set([...quoted, ...[...page.matchAll(/`([^`]*)`/g)].map(([, template]) => template)].flatMap((text) => text.split(/[^\w-]+/)));
  const selectors = [...styles.matchAll(/([^{}]+)\{/g)].map(([, selector]) => selector).filter((selector) => !selector.trim().startsWith('@')).join(' ');
  for (const name of new Set([...selectors.matchAll(/\.([a-z][\w-]*)/g)].map((match) => match[1]))) {
    assert.ok(words.has(name) || (name.includes('-') && words.has(name.slice(0, name.lastIndexOf('-') + 1))), `no element has the class ${name}`);
  }
  for (const name of new Set([...styles.matchAll(/(--[\w-]+)\s*:/g)].map((match) => match[1]))) assert.ok(styles.includes(`var(${name}`) || quoted.has(name), `nothing reads ${name}`);
});
