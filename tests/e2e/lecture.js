// What the tests of the lecture's cells share: opening a cell, its numbers, grids and check questions.

import { expect, visit } from './fixtures.js';
import { text } from './lab.js';

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {import('@playwright/test').Locator} Locator */
/** @typedef {import('./lab.js').Lang} Lang */

/** @param {Page} page @param {Lang} lang @param {string} id @param {string} [query] */
export async function open(page, lang, id, query = '') {
  await visit(page, `./#${id}&lang=${lang}${query}`);
  await expect(page.locator('html')).toHaveAttribute('data-ready', 'engine');
  // The other cells come after the one that was asked for.
  await expect(page.locator('html')).toHaveAttribute('data-cells', 'all', { timeout: 30_000 });
  const cell = page.locator(`#${id}`);
  await cell.scrollIntoViewIfNeeded();
  return cell;
}

/** @param {Locator} cell @param {Lang} lang @param {string} key of its label */
export const spin = (cell, lang, key) => cell.locator('.figure-controls').getByRole('spinbutton', { name: text(lang, key), exact: true });

/** Types a number over another. @param {Page} page @param {Locator} number @param {number} value */
export async function type(page, number, value) {
  await number.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.type(String(value));
  await page.keyboard.press('Enter');
}

/** A number as the page writes it. @param {string | null} written */
export const parse = (written) => Number((written ?? '').replace(/,/g, '').replace('−', '-'));

/** The numbers of a table, row by row. @param {Locator} table */
export async function numbersOf(table) {
  const inputs = table.locator('input:visible');
  const cells = (await inputs.count()) ? await inputs.evaluateAll((list) => list.map((each) => /** @type {HTMLInputElement} */ (each).value)) : await table.locator('td').allTextContents();
  return cells.map(parse);
}

/** Every pixel of a canvas, as one number. @param {Locator} canvas */
export const fingerprint = (canvas) =>
  canvas.evaluate((node) => {
    const sheet = /** @type {HTMLCanvasElement} */ (node);
    const { data } = /** @type {CanvasRenderingContext2D} */ (sheet.getContext('2d')).getImageData(0, 0, sheet.width, sheet.height);
    return data.reduce((sum, value, index) => (sum * 31 + value * (index % 97)) % 1_000_003, 7);
  });

/**
 * The numbers in a grid's cells, line by line: what it spells out, for paper and files, of what it has drawn. That they are
 * drawn is seen on its canvas: there is ink in the cells that have one and in no other.
 * @param {Locator} grid
 */
export const written = (grid) =>
  grid.evaluate((element) => {
    const { x: left, y: top, width, height } = /** @type {SVGSVGElement} */ (element.querySelector(':scope > svg')).viewBox.baseVal;
    const asText = (/** @type {boolean} */ detail) => element.dispatchEvent(new CustomEvent('as-text', { bubbles: true, detail }));
    asText(true);
    const numbers = [...element.querySelectorAll('.grid-text')].map((node) => {
      const [col, row] = ['x', 'y'].map((axis) => (Number(node.getAttribute(axis)) - 16) / 32);
      return { text: node.textContent ?? '', row, col };
    });
    asText(false);

    const canvas = /** @type {HTMLCanvasElement | null} */ (element.querySelector('.grid-numbers:not([hidden]) canvas'));
    if (!canvas) {
      if (numbers.length > 0) throw new Error('no number is drawn');
      return [];
    }
    const copy = Object.assign(document.createElement('canvas'), { width: canvas.width, height: canvas.height });
    const context = /** @type {CanvasRenderingContext2D} */ (copy.getContext('2d', { willReadFrequently: true }));
    context.drawImage(canvas, 0, 0);
    const scale = (element.getBoundingClientRect().width * (canvas.width / canvas.getBoundingClientRect().width)) / width;
    for (let row = Math.round(top / 32); (row + 1) * 32 <= top + height; row += 1) {
      for (let col = Math.round(left / 32); (col + 1) * 32 <= left + width; col += 1) {
        const side = Math.floor(26 * scale);
        const { data } = context.getImageData(Math.ceil((col * 32 + 3 - left) * scale), Math.ceil((row * 32 + 3 - top) * scale), side, side);
        const ink = data.some((value, index) => index % 4 === 3 && value > 100);
        if (ink !== numbers.some((each) => each.row === row && each.col === col)) throw new Error(`row ${row}, column ${col}: ${ink ? 'a number that is none' : 'no number is drawn'}`);
      }
    }
    return numbers;
  });

/** The middle of a cell of a grid. @param {Locator} grid @param {number} rows @param {number} cols @param {number} row @param {number} col */
export async function spot(grid, rows, cols, row, col) {
  const box = await grid.boundingBox();
  if (!box) throw new Error('the grid is not shown');
  return { x: ((col + 0.5) / cols) * box.width, y: ((row + 0.5) / rows) * box.height };
}

/** Answers a check question. @param {Locator} cell @param {Lang} lang @param {string | number} answer a number, or the key of a choice */
export async function check(cell, lang, answer) {
  const block = cell.locator('.check');
  const reveal = block.getByRole('button', { name: text(lang, 'page.check-reveal') });
  await expect(reveal).toHaveAttribute('aria-disabled', 'true');
  await expect(block.locator('.check-verdict')).toBeEmpty();
  if (typeof answer === 'number') await block.getByRole('textbox').fill(String(answer));
  else await block.getByRole('radio', { name: text(lang, answer), exact: true }).check();
  await reveal.click();
  await expect(block.locator('.check-good')).toBeVisible();
}
