// The lines of code in the cells, as the page shows them at first, are run: Rust by crates/cnn-notebook/tests/notebook.rs, Python
// by tests/snippets/cells.test.js. This test keeps the files that these read equal to the page. After a cell's lines have changed, write them anew with
//   UPDATE_SNIPPETS=1 CHROME=… npx playwright test --config tests/e2e/playwright.config.mjs snippets

import { SIDE } from '../../www/src/keys/picture.js';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { filterWeights } from '../../www/src/figures/filter-bank.js';
import { builtIn } from '../../www/src/figures/picture.js';
import { keys as pooling } from '../../www/src/cells/pooling/keys.js';
import { LANGUAGES } from '../../www/src/keys/code.js';
import { expect, test, visit } from './fixtures.js';

const PYTHON = new URL('../snippets/cells/', import.meta.url);
const FOLDER = new URL('../../crates/cnn-notebook/tests/notebook/', import.meta.url);
const HEAD = '// Written by tests/e2e/snippets.e2e.js from the page: do not edit.\n';
/** A list or a number: what the engine has computed, and Rust must compute again. */
const RESULT = /^(\[[-\d., …]+\]|-?[\d.]+)$/;

/** What only the real images decide: that it compiles and runs is all that can be said without them. */
const MNIST = /^\s*session\.(predict|step|fingerprint)\(/;

/** One line of the page as a line of a test. @param {string} line */
function tested(line) {
  const [, code, comment = ''] = /^(.*?)(?:\s*\/\/ (.*))?$/.exec(line) ?? ['', line];
  const name = /^\s*let (?:mut )?(\w+) = .*;$/.exec(code)?.[1];
  const [place, value] = comment.split(' == ');
  const checks = [];
  if (value) checks.push(`check!(${place}, "${value}");`);
  else if (name && comment.includes(' → ')) checks.push(`check!(${name}.shape(), "${comment.split(' → ')[1]}");`);
  else if (name && RESULT.test(comment)) checks.push(`check!(${name}, "${comment}");`);
  if (/[;{},]$|^\s*$/.test(code) || !comment) return [code, ...checks].join('\n');
  return RESULT.test(comment) && !MNIST.test(code) ? `check!(${code.trim()}, "${comment}");` : `let _ = ${code.trim()};`;
}

/** The shortest way to write an f32. @param {number} value */
function literal(value) {
  const digits = [1, 2, 3, 4, 5, 6, 7, 8, 9].find((each) => Math.fround(Number(value.toPrecision(each))) === Math.fround(value));
  const written = String(Number(value.toPrecision(digits)));
  return /[.e]/.test(written) ? written : `${written}.0`;
}

/** What the filter's cell looks at: the pixels under its window, and the weights. */
function inputs() {
  const [picture, f, row, col] = [builtIn('cat'), 5, 14, 8];
  const window = Array.from({ length: f * f * 3 }, (_, i) => picture[((row + Math.floor(i / (3 * f))) * SIDE + col) * 3 + (i % (3 * f))]);
  const list = (/** @type {string} */ name, /** @type {ArrayLike<number>} */ values) =>
    `const ${name}: [f32; ${values.length}] = [\n${Array.from(values, (value) => `    ${literal(value)},`).join('\n')}\n];\n`;
  return list('UNDER_THE_WINDOW', window) + list('EDGE', filterWeights('edge-v', f));
}

/**
 * What every cell shows in a language: [id, code].
 * @param {import('@playwright/test').Page} page
 * @param {string} language
 * @returns {Promise<string[][]>}
 */
async function codeIn(page, language) {
  await visit(page, `./#network&lang=en&code=${language}`);
  await expect(page.locator('html')).toHaveAttribute('data-ready', 'engine');
  // The other cells come after the one that was asked for.
  await expect(page.locator('html')).toHaveAttribute('data-cells', 'all', { timeout: 30_000 });
  await page.locator('#network').scrollIntoViewIfNeeded();
  await expect(page.locator('#network .listing')).toContainText(/(class|argmax\(.*\))\s+(\/\/|#) \d/);
  await expect(page.locator('#network .listing')).toBeHidden();
  return page.evaluate((wanted) => {
    // Paper shows every cell, so all are drawn for it.
    window.dispatchEvent(new Event('beforeprint'));
    /** @param {Node} node @returns {string} */
    const read = (node) => {
      if (node instanceof HTMLSelectElement) return node.value;
      if (node instanceof HTMLElement && node.matches('[role=spinbutton]')) return node.textContent ?? '';
      return node instanceof Element ? [...node.childNodes].map(read).join('') : (node.textContent ?? '');
    };
    return [...document.querySelectorAll(`.listing[data-language=${wanted}]`)].map((block) => [block.closest('section')?.id ?? '', read(block)]);
  }, language);
}

/** Compares files with those that are kept, or writes them anew. @param {URL} folder @param {Record<string, string>} files */
function compare(folder, files) {
  for (const [name, text] of Object.entries(files)) {
    if (process.env.UPDATE_SNIPPETS) writeFileSync(new URL(name, folder), text);
    expect(readFileSync(new URL(name, folder), 'utf8'), name).toBe(text);
  }
}

test('the Rust lines of every cell are those that are compiled and run', async ({ page }) => {
  const cells = await codeIn(page, 'rust');
  /** @type {Record<string, string>} */
  const files = { 'inputs.rs': HEAD + inputs() };
  for (const [id, code] of cells.filter(([, code]) => code.trim())) {
    expect(code, 'every number is there').not.toMatch(/^[^/\n]*—/m);
    files[`${id}.rs`] = `${HEAD}{\n${code.split('\n').map(tested).join('\n')}\n}\n`;
  }
  expect(Object.keys(files).length).toBeGreaterThanOrEqual(10);
  compare(FOLDER, files);
  const harness = readFileSync(new URL('../notebook.rs', FOLDER), 'utf8');
  for (const name of Object.keys(files)) expect(harness, 'the lines are compiled').toContain(`notebook/${name}`);
});

test('the Python lines of every cell are those that are run', async ({ page }) => {
  test.setTimeout(180_000);
  /** @type {Record<string, string>} */
  const files = {};
  for (const language of LANGUAGES.filter((each) => each !== 'rust')) {
    const cells = await codeIn(page, language);
    expect(cells.length).toBeGreaterThanOrEqual(8);
    for (const [id, code] of cells) {
      expect(code, `${id}, ${language}`).not.toMatch(/—|undefined|NaN/);
      files[`${id}.${language}.py`] = `# Written by tests/e2e/snippets.e2e.js from the page: do not edit.\n${code}\n`;
    }
  }
  const { state = {} } = pooling;
  files['inputs.json'] = `${JSON.stringify({ picture: [...builtIn('cat')], weights: [...filterWeights('edge-v', 5)], map: state['pooling.values'].default, gradient: state['pooling.grad'].default })}\n`;
  compare(PYTHON, files);
  if (!process.env.UPDATE_SNIPPETS) expect(readdirSync(PYTHON).sort()).toEqual(Object.keys(files).sort());
});
