// What the tests of the training cells share: opening the page, its texts, its controls, and a trained model.

import { mkdirSync, rmSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import { pattern, text } from '../messages.js';
import { expect, openAll, test as base, visit } from './fixtures.js';

export { LANGS, oneOf, pattern, text } from '../messages.js';
export { expect };

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {import('@playwright/test').Locator} Locator */
/** @typedef {import('../messages.js').Lang} Lang */

/** What a link adds for a network of two small convolutions, so that a step is short. */
export const SMALL = `&spec=${encodeURIComponent('input 28x28x1\nconv 3x3 8 padding same\nrelu\nmaxpool 2x2\nconv 3x3 12 padding same\nrelu\nmaxpool 2x2\nflatten\ndense 10\n')}`;

/** What axe finds wrong within a cell as it is now. @param {Page} page @param {string} id */
export async function violationsIn(page, id) {
  return violationsOf(new AxeBuilder({ page }).include(`#${id}`));
}

/** What axe finds wrong. @param {AxeBuilder} axe what it is to look at */
export async function violationsOf(axe) {
  const { violations } = await axe.options({ resultTypes: ['violations'] }).analyze();
  return violations.map(({ id: rule, nodes }) => `${rule}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

/** Buttons that are in the cell «take it with you». */
const TAKE = ['save', 'load'];

/**
 * The training cell and its parts, with what saves and loads the weights.
 * @param {Page} page
 * @param {Lang} [lang]
 */
export function lab(page, lang = 'ko') {
  const cell = page.locator('#train');
  /** @param {string} key */
  const button = (key) =>
    TAKE.includes(key)
      ? page.locator('#take').getByRole('button', { name: text(lang, `take.${key}`), exact: true })
      : cell.getByRole('button', { name: text(lang, `train.${key}`), exact: true });
  return {
    cell,
    button,
    spec: cell.locator('.spec-text'),
    specError: cell.locator('.spec-error'),
    line: cell.locator('.run-line'),
    seed: cell.getByLabel(text(lang, 'train.seed'), { exact: true }),
    batch: cell.getByLabel(text(lang, 'train.batch'), { exact: true }),
    optimizer: cell.getByLabel(text(lang, 'train.optimizer'), { exact: true }),
    rate: cell.getByLabel(text(lang, 'train.rate'), { exact: true }),
    files: page.locator('#take .weights input[type=file]'),
    weightsMessage: page.locator('#take .weights-message'),
    test: cell.locator('.test-row'),
    log: cell.locator('.log-lines'),
    /** Presses a button until it can be used, then once. @param {string} key */
    async press(key) {
      // A cell that is out of sight does not redraw its buttons.
      await button(key).scrollIntoViewIfNeeded();
      await expect(button(key)).toHaveAttribute('aria-disabled', 'false');
      await button(key).click();
    },
    /** Steps done and smoothed loss, as the page says them. */
    async progress() {
      const line = (await cell.locator('.run-line').textContent()) ?? '';
      const [, batch] = line.match(/([\d,]+)\/[\d,]+/) ?? [];
      const [, loss] = line.match(/(?:손실|loss) ([\d.]+)/) ?? [];
      return { line, batch: Number(batch?.replace(/,/g, '')), loss: Number(loss) };
    },
    /** Trains one batch and waits until it is done. */
    async oneBatch() {
      const before = (await this.progress()).batch || 0;
      await this.press('one-batch');
      await expect.poll(async () => (await this.progress()).batch).toBe(before + 1);
      await expect(button('one-batch')).toHaveAttribute('aria-disabled', 'false');
      return this.progress();
    },
  };
}

/**
 * Opens the page at the training cell and waits until it can train.
 * @param {Page} page
 * @param {{ lang?: Lang, query?: string, hash?: string }} [options]
 */
export async function openLab(page, { lang = 'ko', query = '', hash = 'train' } = {}) {
  await visit(page, `./#${hash}&lang=${lang}${query}`);
  const parts = lab(page, lang);
  await parts.cell.scrollIntoViewIfNeeded();
  await expect(parts.button('one-batch')).toHaveAttribute('aria-disabled', 'false', { timeout: 30_000 });
  await openAll(page);
  await parts.cell.scrollIntoViewIfNeeded();
  return parts;
}

/**
 * Opens the page at a cell and, if a button of it is named, waits until that can be pressed.
 * @param {Page} page
 * @param {Lang} lang
 * @param {string} id
 * @param {{ key?: string, query?: string }} [options] `key` of the button's message, without the cell's section
 */
export async function openCell(page, lang, id, { key, query = '' } = {}) {
  await visit(page, `./#${id}&lang=${lang}${query}`);
  const cell = page.locator(`#${id}`);
  await cell.scrollIntoViewIfNeeded();
  const button = (/** @type {string} */ name) => cell.getByRole('button', { name: text(lang, `${id}.${name}`), exact: true });
  if (key) await expect(button(key)).toHaveAttribute('aria-disabled', 'false', { timeout: 30_000 });
  return { cell, button };
}

/** Has the whole data set fetched, and waits until it is in. @param {ReturnType<typeof lab>} parts @param {Lang} lang */
export async function allData(parts, lang) {
  const rest = parts.button('data-rest');
  // Nothing is offered while a shard comes, and the next may begin to come between a look and a press.
  await expect(async () => {
    if (await rest.isVisible()) await rest.click({ timeout: 2000 });
    await expect(parts.cell.locator('.data-line')).toHaveText(pattern(lang, 'train.data-all'), { timeout: 10_000 });
  }).toPass({ timeout: 80_000 });
}

/** Measures the accuracy on the test images, as a fraction. @param {ReturnType<typeof lab>} parts @param {Lang} lang */
export async function testAccuracy(parts, lang) {
  await parts.press('test');
  const result = parts.cell.locator('.test-result[role=status]');
  await expect(result).toHaveText(pattern(lang, 'train.test-done'), { timeout: 120_000 });
  return Number(((await result.textContent()) ?? '').match(/([\d.]+)%/)?.[1]) / 100;
}

/**
 * @typedef {object} Trained
 * @property {string} weights path of a safetensors file of lab11-2 after one epoch
 * @property {number} loss smoothed, at the end
 * @property {number} accuracy on the 10,000 test images
 * @property {string} log the epoch's line
 */

/** Trains lab11-2 for one epoch with the lecture's own settings, once for all tests of a worker that need a trained model. */
export const test = base.extend(
  /** @type {import('@playwright/test').Fixtures<{}, { trained: Trained }, {}, any>} */ ({
    trained: [
      async (/** @type {any} */ { browser, server }, /** @type {any} */ use, /** @type {any} */ { workerIndex }) => {
        const folder = new URL('results/', import.meta.url);
        mkdirSync(folder, { recursive: true });
        const weights = new URL(`lab11-2-${workerIndex}.safetensors`, folder).pathname;
        rmSync(weights, { force: true });
        const page = await browser.newPage({ baseURL: server, viewport: { width: 1280, height: 900 } });
        const parts = await openLab(page, { lang: 'en' });
        await parts.press('one-epoch');
        await expect(parts.log.locator('> div')).toHaveCount(1, { timeout: 420_000 });
        await expect(parts.button('one-batch')).toHaveAttribute('aria-disabled', 'false', { timeout: 60_000 });
        const { loss } = await parts.progress();
        const accuracy = await testAccuracy(parts, 'en');
        const log = (await parts.log.textContent()) ?? '';
        const downloading = page.waitForEvent('download');
        await parts.press('save');
        await (await downloading).saveAs(weights);
        await page.close();
        await use({ weights, loss, accuracy, log });
      },
      { scope: 'worker', timeout: 600_000 },
    ],
  }),
);
