// The rooms of ARCHITECTURE.md: reads its list, and every `use` and `import` line, and fails on an arrow to a room below.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CORES = ['crates/cnn-kernels/src', 'crates/cnn/src', 'crates/cnn-notebook/src'];
const BOUNDARY = 'crates/cnn-wasm/src';
/** The boundary's lines of code in all, without comments and type declarations. To be lowered when it shrinks. */
const BOUNDARY_LINES = 840;
/** @param {string} folder @param {RegExp} name @returns {string[]} paths from the repository's root */
function files(folder, name) {
  return readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && name.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

/** @param {string} path */
const read = (path) => readFileSync(join(ROOT, path), 'utf8');

/** Rust without comments, strings and the tests at its end. @param {string} path */
function rust(path) {
  return read(path)
    .replace(/#\[cfg\(test\)\]\s*mod \w+ \{[\s\S]*$/, '')
    .replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
    .replace(/"(?:\\.|[^"\\])*"/g, '""');
}

/** The core's rooms in the order of the map, those of the kernels' crate first. */
function coreRooms() {
  const map = /crates\/cnn-kernels\/ [\s\S]*?crates\/cnn-wasm\//.exec(read('ARCHITECTURE.md'))?.[0] ?? '';
  return [...map.matchAll(/^ {2}(src\/[^\s,]+(?:, [^\s,]+)*)/gm)]
    .flatMap(([, names]) => names.split(', '))
    .map((name) => name.replace(/^src\//, '').replace(/\/$|\.rs$/, ''));
}

/** @param {string} path */
const coreRoom = (path) => path.replace(/^crates\/[^/]+\/src\//, '').split('/')[0].replace(/\.rs$/, '');
const coreFiles = CORES.flatMap((folder) => files(folder, /\.rs$/)).filter((path) => !/(^|\/)(lib|tests)\.rs$/.test(path));

test('every module of the core is on the map', () => {
  const rooms = coreRooms();
  assert.ok(rooms.length > 10, `the map lists only ${rooms}`);
  for (const path of coreFiles) assert.ok(rooms.includes(coreRoom(path)), `${path} is missing in ARCHITECTURE.md`);
});

test('the core imports from rooms above only', () => {
  const rooms = coreRooms();
  let arrows = 0;
  for (const path of coreFiles) {
    const here = rooms.indexOf(coreRoom(path));
    const used = [...rust(path).matchAll(/\bcrate::(?:\{([^}]*)\}|(\w+))/g)]
      .flatMap(([, group, single]) => (group ? group.split(',').map((name) => name.trim().split('::')[0]) : [single]));
    for (const name of used) {
      const there = rooms.indexOf(name);
      if (there === -1) continue; // a type that lib.rs re-exports: Error, Result
      arrows += 1;
      assert.ok(there <= here, `${path} uses ${name}, which stands below ${rooms[here]} on the map`);
    }
  }
  assert.ok(arrows > 20, `only ${arrows} arrows were found: does this test still read the files?`);
});

test('the core knows no browser, file, clock or console', () => {
  const outside = /\b(wasm_bindgen|js_sys|web_sys|std::(fs|io|net|time|env|process)|e?print(ln)?!)/;
  for (const path of coreFiles) {
    // Tests choose the kernels' instruction set by an environment variable.
    // What reads and writes files is a feature of its own, which the engine is built without.
    if (!/kernels\/simd\/level\.rs$|cnn\/src\/model\/file\.rs$/.test(path)) assert.doesNotMatch(rust(path), outside, path);
  }
});

test('unsafe stands in the kernels and the thread pool only', () => {
  for (const path of [...coreFiles, ...files(BOUNDARY, /\.rs$/)]) {
    if (!/^crates\/cnn-kernels\/src\/(kernels|par)\//.test(path)) assert.doesNotMatch(rust(path), /\bunsafe\b/, path);
  }
});

test('the boundary is thin, and the core does not know it', () => {
  // The declarations in types.rs are for the page's type checker; nothing of them is in the engine.
  const sources = files(BOUNDARY, /\.rs$/).filter((path) => !path.endsWith('/types.rs'));
  const code = sources.flatMap((path) => rust(path).split('\n').filter((line) => line.trim()));
  assert.ok(code.length <= BOUNDARY_LINES, `the boundary has ${code.length} lines of code, ${BOUNDARY_LINES} at most`);
  assert.ok(code.length > BOUNDARY_LINES - 100, `it has ${code.length}: lower the limit`);
  assert.doesNotMatch(read('crates/cnn/Cargo.toml'), /cnn-notebook|cnn-wasm|wasm-bindgen|web-sys|js-sys/);
  assert.doesNotMatch(read('crates/cnn-notebook/Cargo.toml'), /cnn-wasm|wasm-bindgen|web-sys|js-sys/);
  assert.doesNotMatch(read('crates/cnn-kernels/Cargo.toml'), /^cnn\b|cnn-notebook|cnn-wasm|wasm-bindgen|web-sys|js-sys/m);
});

/** @type {Map<string, string[]>} each script of the page and the scripts it imports */
const page = new Map(
  files('www', /\.js$/).map((path) => {
    const code = read(path).replace(/\/\*[\s\S]*?\*\//g, '');
    const imports = [...code.matchAll(/^(?:import|export)\b[^'";]*?['"](\.[^'"]+)['"]|\bimport\(\s*['"](\.[^'"]+)['"]/gm)];
    return [path, imports.map((m) => join(dirname(path), m[1] ?? m[2]))];
  }),
);

/** The modules that the types of a script's comments come from. @param {string} path */
const typesOf = (path) => [...read(path).matchAll(/\bimport\('(\.[^']+)'\)/g)].map(([, target]) => join(dirname(path), target));

/** Of these, what it loads later. @type {Map<string, string[]>} */
const late = new Map(
  [...page.keys()].map((path) => [path, [...read(path).matchAll(/\bimport\(\s*['"](\.[^'"]+)['"]\)(?!\.\w+[^(]*\})/g)].map((m) => join(dirname(path), m[1]))]),
);

/** All that a script loads, directly or through others. @param {string} start @param {boolean} [all] also what comes later */
function reach(start, all = true) {
  const seen = new Set([start]);
  for (const path of seen) for (const next of page.get(path) ?? []) if (all || !late.get(path)?.includes(next)) seen.add(next);
  return seen;
}

test('every import of the page leads to a file', () => {
  assert.ok(page.size > 10);
  for (const [path, imports] of page) {
    for (const target of imports) assert.ok(existsSync(join(ROOT, target)), `${path} imports ${target}`);
  }
});

test('the imports of the page form no circle', () => {
  /** @type {Map<string, 'open' | 'done'>} */
  const state = new Map();
  /** @param {string} path @param {string[]} trail */
  const visit = (path, trail) => {
    assert.notEqual(state.get(path), 'open', `a circle: ${[...trail, path].join(' → ')}`);
    if (state.has(path)) return;
    state.set(path, 'open');
    for (const next of page.get(path) ?? []) visit(next, [...trail, path]);
    state.set(path, 'done');
  };
  for (const path of page.keys()) visit(path, []);
});

/** The page's rooms in the order of the map: folders with a slash at the end, and the script that starts the page. */
function pageRooms() {
  const map = /^www\/src\/ .*\n((?: {2}.*\n)+)/m.exec(read('ARCHITECTURE.md'))?.[1] ?? '';
  return [...map.matchAll(/^ {2}(\S+)/gm)].map(([, name]) => `www/src/${name}`);
}

/** @param {string} path @returns {string | undefined} the room that it is in */
const pageRoom = (path) => pageRooms().find((name) => path === name || (name.endsWith('/') && path.startsWith(name)));
/** What the last folder of a room's path says: where its scripts run. @param {string} name */
const threadOf = (name) => (/\/common\/$/.test(name) ? 'both' : /\/worker\/$/.test(name) ? 'worker' : 'page');
const pageScripts = [...page.keys()].filter((path) => path.startsWith('www/src/'));

test('every script of the page is in one room of the map, and every room has some', () => {
  const names = pageRooms();
  assert.ok(names.length > 10, `the map lists only ${names}`);
  for (const path of pageScripts) assert.ok(pageRoom(path), `${path} is missing in ARCHITECTURE.md`);
  for (const name of names) {
    assert.ok(pageScripts.some((path) => pageRoom(path) === name), `ARCHITECTURE.md lists ${name}, which has no scripts`);
    assert.ok(!names.some((other) => other !== name && name.startsWith(other)), `${name} lies in another room`);
  }
});

test('the page imports from its own room and from rooms above only, types included', () => {
  const names = pageRooms();
  let arrows = 0;
  for (const path of pageScripts) {
    const here = pageRoom(path) ?? '';
    for (const target of [...(page.get(path) ?? []), ...typesOf(path)]) {
      const there = pageRoom(target) ?? '';
      assert.ok(names.indexOf(there) <= names.indexOf(here), `${path} imports ${target}, which stands below ${here} on the map`);
      if (there !== here) arrows += 1;
    }
  }
  assert.ok(arrows > 200, `only ${arrows} arrows were found: does this test still read the files?`);
});

test('what runs on the page and what runs in a worker share the common rooms only, types included', () => {
  for (const path of pageScripts) {
    const here = threadOf(pageRoom(path) ?? '');
    for (const target of [...(page.get(path) ?? []), ...typesOf(path)]) {
      const there = threadOf(pageRoom(target) ?? '');
      assert.ok(there === 'both' || there === here, `${path} runs ${here === 'both' ? 'on both threads' : `on the ${here}`}, ${target} on the ${there}`);
    }
  }
});

/** The cell that a file belongs to. @param {string} path */
const cellOf = (path) => /^www\/src\/cells\/([\w-]+)\//.exec(path)?.[1];

test('a cell is a folder, and none imports from another one’s', () => {
  const ids = new Set([...page.keys()].flatMap((path) => cellOf(path) ?? []));
  assert.ok(ids.size >= 20);
  for (const id of ids) assert.ok(page.has(`www/src/cells/${id}/cell.js`), id);
  for (const [path, imports] of page) {
    for (const target of [...imports, ...typesOf(path)]) {
      const to = cellOf(target);
      const from = cellOf(path) ?? (path === 'www/src/cells/index.js' ? to : null);
      assert.ok(!to || to === from, `${path} imports ${target}`);
    }
  }
});

test('what the page knows of a cell from the start draws nothing and fetches nothing', () => {
  const eager = [...page.keys()].filter((path) => /^www\/src\/cells\/[\w-]+\/keys\.js$/.test(path));
  assert.ok(eager.length >= 20);
  for (const path of eager) {
    for (const target of reach(path)) assert.match(target, /^www\/src\/(cells\/[\w-]+\/keys|keys\/\w+|base\/(state|signals)|training\/page\/(settings|votes))\.js$/, path);
  }
});

test('the page starts without any cell but the opening, and without the trainer', () => {
  for (const path of reach('www/src/main.js', false)) {
    assert.doesNotMatch(path, /^www\/src\/(cells\/[\w-]+\/(?!keys\.js)|shared\/|charts\/|user-data\/|app\/resume-offer\.js|training\/page\/(?!(settings|votes|replay)\.js))/);
  }
});

test('drawing knows neither the state nor the run', () => {
  const rooms = ['figures', 'charts'].flatMap((room) => pageScripts.filter((path) => path.startsWith(`www/src/${room}/`)));
  assert.ok(rooms.length > 20);
  for (const path of rooms) {
    assert.doesNotMatch(read(path).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, ''), /\bstate\.(get|set|assign|field)\b|\bctx\.state\b|\btrainer\b/, path);
    for (const target of [...(page.get(path) ?? []), ...typesOf(path)]) assert.doesNotMatch(target, /^www\/src\/(base\/state|training\/page)\b/, path);
  }
});

test('a cell says nothing that only another cell’s texts hold', () => {
  /** @param {string} path @returns {Record<string, any>} */
  const json = (path) => JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
  const everywhere = [json('www/i18n/en.json'), json('www/src/shared/en.json')];
  const cells = readdirSync(join(ROOT, 'www/src/cells'), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const own = new Map(cells.map((id) => [id, Object.keys(json(`www/src/cells/${id}/en.json`))]));
  // Declared where the state's keys are: `'train.seed': integer(…)`.
  const stateKeys = new Set([...page.keys()].flatMap((path) => [...readFileSync(join(ROOT, path), 'utf8').matchAll(/^ *'(\w+\.\w+)': \w+\(/gm)].map(([, key]) => key)));
  const reached = new Map(cells.map((each) => [each, new Set(reach(`www/src/cells/${each}/cell.js`))]));
  /** @type {string[]} */
  const wrong = [];
  let seen = 0;
  for (const path of page.keys()) {
    const [, id] = /^www\/src\/cells\/(\w+)\//.exec(path) ?? [];
    // What is no cell's is shown by several.
    if (!id && !/^www\/src\/(shared|figures|controls|frame|charts)\//.test(path)) continue;
    for (const [, section, name] of readFileSync(join(ROOT, path), 'utf8').matchAll(/['"`](\w+)\.([\w-]*)/g)) {
      if (section === id || !own.has(section) || stateKeys.has(`${section}.${name}`)) continue;
      const meant = (/** @type {string} */ key) => (name.endsWith('-') ? key.startsWith(name) : key === name);
      seen += 1;
      if (everywhere.some((texts) => Object.keys(texts[section] ?? {}).some(meant))) continue;
      // A figure that one cell alone shows may say what that cell holds.
      const shownBy = id ? [id] : cells.filter((each) => reached.get(each)?.has(path));
      if (own.get(section)?.some(meant) && shownBy.some((each) => each !== section)) wrong.push(`${path}: ${section}.${name}`);
    }
  }
  assert.ok(seen > 50, `${seen} keys of other sections were found`);
  assert.deepEqual(wrong, [], 'to be moved to src/shared/{ko,en}.json');
});
