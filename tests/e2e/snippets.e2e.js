// The Rust lines of the cells, as the page shows them at first, are compiled and run by crates/cnn-notebook/tests/notebook.rs:
// this test keeps the files that it includes equal to the page. After a cell's lines have changed, write them anew with
//   UPDATE_SNIPPETS=1 CHROME=… npx playwright test --config tests/e2e/playwright.config.mjs snippets

import { SIDE } from '../../www/src/keys/picture.js';
import { readFileSync, writeFileSync } from 'node:fs';
import { filterWeights } from '../../www/src/figures/filter-bank.js';
import { builtIn } from '../../www/src/figures/picture.js';
import { expect, test } from './fixtures.js';

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

test('the Rust lines of every cell are those that are compiled and run', async ({ page }) => {
  await page.goto('./#network&lang=en');
  await expect(page.locator('html')).toHaveAttribute('data-ready', 'engine');
  // The other cells come after the one that was asked for.
  await expect(page.locator('html')).toHaveAttribute('data-cells', 'all', { timeout: 30_000 });
  await page.locator('#network').scrollIntoViewIfNeeded();
  await expect(page.locator('#network pre.rust')).toContainText(/class\s+\/\/ \d/);
  const cells = await page.evaluate(() => {
    // Paper shows every cell, so all are drawn for it.
    window.dispatchEvent(new Event('beforeprint'));
    /** @param {Node} node @returns {string} */
    const read = (node) => {
      if (node instanceof HTMLSelectElement) return node.value;
      if (node instanceof HTMLElement && node.matches('[role=spinbutton]')) return node.textContent ?? '';
      return node instanceof Element ? [...node.childNodes].map(read).join('') : (node.textContent ?? '');
    };
    return [...document.querySelectorAll('pre.rust')].map((block) => [block.closest('section')?.id ?? '', read(block)]);
  });
  /** @type {Record<string, string>} */
  const files = { 'inputs.rs': HEAD + inputs() };
  for (const [id, code] of cells.filter(([, code]) => code.trim())) {
    expect(code, 'every number is there').not.toMatch(/^[^/\n]*—/m);
    files[`${id}.rs`] = `${HEAD}{\n${code.split('\n').map(tested).join('\n')}\n}\n`;
  }
  expect(Object.keys(files).length).toBeGreaterThanOrEqual(10);
  if (process.env.UPDATE_SNIPPETS) for (const [name, text] of Object.entries(files)) writeFileSync(new URL(name, FOLDER), text);
  const harness = readFileSync(new URL('../notebook.rs', FOLDER), 'utf8');
  for (const [name, text] of Object.entries(files)) {
    expect(readFileSync(new URL(name, FOLDER), 'utf8'), name).toBe(text);
    expect(harness, 'the lines are compiled').toContain(`notebook/${name}`);
  }
});
