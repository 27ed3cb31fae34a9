// Batch normalization: the statistics of a batch beside the running ones, learning rates that still work, and the values.

import { expect, keysOf } from './fixtures.js';
import { LANGS, openCell, pattern, test, text, violationsIn } from './lab.js';

/** @typedef {import('@playwright/test').Locator} Locator */

/** The rows of a table's body, as numbers; what is none is NaN. @param {Locator} table */
const numbersOf = (table) =>
  table.locator('tbody tr').evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll('th, td')].map((each) => Number.parseFloat((each.textContent ?? '').replace('−', '-')))));

/** How far the batch's means are from the running ones, as the cell says it. @param {Locator} cell */
const apartIn = async (cell) => Number(/\d+\.\d\d/.exec((await cell.locator('.norm-near').textContent()) ?? '')?.[0]);

for (const lang of LANGS) {
  test(`a batch has other statistics than inference, and the two meet (${lang})`, async ({ page }) => {
    test.setTimeout(120_000);
    const { cell, button } = await openCell(page, lang, 'norm');
    const near = cell.locator('.norm-near');
    await expect(near).toHaveText(text(lang, 'norm.near-fresh'), { timeout: 60_000 });
    const moments = cell.getByRole('group', { name: text(lang, 'norm.moments'), exact: true });
    const fresh = await numbersOf(moments);
    expect(fresh.map(([channel, , , mean, , deviation]) => [channel, mean, deviation])).toEqual(Array.from({ length: 8 }, (_, k) => [k + 1, 0, 1]));
    // Normalized by its batch and not normalized at all: two answers of the same weights.
    const pair = cell.getByRole('list', { name: text(lang, 'norm.pair-label') }).getByRole('listitem');
    await expect(pair).toHaveCount(10);

    await button('next').click();
    await expect(cell.locator('.network-state').first()).toHaveText(pattern(lang, 'norm.now'));
    await expect(near).toHaveText(pattern(lang, 'norm.near'), { timeout: 20_000 });
    // A tenth of the first batch: of its mean, and of its variance beside nine tenths of 1. The table is drawn in a frame of its own.
    await expect(async () => {
      (await numbersOf(moments)).forEach(([, , , mean, , deviation], k) => {
        expect(mean, `channel ${k + 1}`).toBeCloseTo(0.1 * fresh[k][2], 1);
        expect(deviation ** 2, `channel ${k + 1}`).toBeCloseTo(0.9 + 0.1 * fresh[k][4] ** 2, 1);
      });
    }).toPass({ timeout: 20_000 });
    const before = await apartIn(cell);
    for (let i = 0; i < 2; i += 1) {
      await cell.getByRole('button', { name: text(lang, 'norm.some').replace('{n}', '20') }).click();
      await expect(cell.locator('.network-state').first()).toContainText(String(21 + 20 * i), { timeout: 30_000 });
    }
    await expect.poll(() => apartIn(cell)).toBeLessThan(before / 2);
    const trained = await apartIn(cell);

    // The second normalization has other channels; a batch of one wanders far more.
    await cell.getByRole('radio', { name: text(lang, 'norm.layer-2'), exact: true }).check();
    await expect(moments.locator('tbody tr')).toHaveCount(16);
    await cell.getByRole('radio', { name: text(lang, 'norm.layer-1'), exact: true }).check();
    const size = cell.getByRole('spinbutton', { name: text(lang, 'norm.batch-label'), exact: true }).first();
    await size.focus();
    await page.keyboard.press('Home');
    await expect.poll(() => keysOf(page).get('norm.batch')).toBe('1');
    await expect(near).toHaveText(text(lang, 'norm.near-fresh'), { timeout: 20_000 });
    for (let i = 0; i < 3; i += 1) {
      await cell.getByRole('button', { name: text(lang, 'norm.some').replace('{n}', '20') }).click();
      await expect(cell.locator('.network-state').first()).toContainText(String(20 + 20 * i), { timeout: 30_000 });
    }
    await expect.poll(() => apartIn(cell)).toBeGreaterThan(trained);

    // Vectors can't be normalized by one image, and the engine says so.
    await expect(cell.locator('.figure-error').filter({ visible: true })).toHaveText(pattern(lang, 'error.batch_of_one'));
    await size.focus();
    await page.keyboard.press('ArrowUp');
    await expect(cell.locator('.norm-one')).toHaveText(pattern(lang, 'norm.one-works'));
    expect(await violationsIn(page, 'norm')).toEqual([]);
  });

  test(`with batch normalization larger learning rates still train (${lang})`, async ({ page }) => {
    test.setTimeout(180_000);
    const { cell, button } = await openCell(page, lang, 'norm', { key: 'run' });
    await expect(cell.locator('.norm-line')).toContainText('100');
    await button('run').click();
    await expect(cell.locator('.norm-line')).toHaveText(pattern(lang, 'norm.result'), { timeout: 120_000 });
    // Accuracy of each rate without batch normalization and with it; one that has diverged has none.
    const table = cell.getByRole('group', { name: text(lang, 'norm.outcomes'), exact: true });
    const cells = await table.locator('tbody tr').evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll('th, td')].map((each) => each.textContent ?? '')));
    const outcomes = cells.map(([rate, ...both]) => [Number(rate), ...both.map((each) => (each.includes('%') ? Number.parseFloat(each) : 0))]);
    expect(outcomes.map(([rate]) => rate)).toEqual([0.1, 0.3, 1, 3, 10]);
    test.info().annotations.push({ type: 'outcomes', description: JSON.stringify(outcomes) });
    // Both learn at the usual rate; the largest is beyond the plain network, and not beyond the other.
    const learned = (/** @type {number} */ column) => outcomes.filter((row) => row[column] >= 80).map(([rate]) => rate);
    expect(Math.max(...learned(2))).toBeGreaterThanOrEqual(3 * Math.max(...learned(1)));
    await expect(cell.locator('.norm-plot')).toHaveAttribute('aria-label', pattern(lang, 'norm.chart-text'));

    // The values of two networks of one rate, out of each of their layers.
    const spreads = cell.locator('.norm-spread');
    await expect(spreads).toHaveCount(3);
    await expect(spreads.nth(2).locator('.norm-note')).toHaveText(pattern(lang, 'norm.spread'), { timeout: 30_000 });
    // At the rate that is looked at first the plain one is lost: all units of its dense layer are dead. None of the other is.
    await expect(spreads.nth(0).locator('.norm-note')).toHaveText(pattern(lang, 'norm.dead-all'));
    await expect(spreads.nth(2).locator('.norm-note')).toHaveText(pattern(lang, 'norm.dead'));
    const said = await spreads.locator('.norm-note').allTextContents();
    const rate = cell.getByRole('spinbutton', { name: text(lang, 'norm.rate-label'), exact: true });
    await rate.focus();
    await page.keyboard.press('Home');
    await expect.poll(() => keysOf(page).get('norm.rate')).toBe('1');
    await expect.poll(() => spreads.locator('.norm-note').allTextContents()).not.toEqual(said);
    // Over again, with another seed: nothing is left of before.
    const seed = cell.getByRole('spinbutton', { name: text(lang, 'norm.seed-label'), exact: true });
    await seed.focus();
    await page.keyboard.press('ArrowUp');
    await expect(cell.locator('.norm-spreads')).toBeHidden();
    await expect(button('run')).toBeVisible();
    expect(await violationsIn(page, 'norm')).toEqual([]);
  });
}

test.describe('by touch', () => {
  test.use({ hasTouch: true, viewport: { width: 360, height: 800 } });
  test('the cell fits a narrow screen, and a touch trains a batch', async ({ page }) => {
    test.setTimeout(120_000);
    const { cell, button } = await openCell(page, 'ko', 'norm');
    await expect(cell.locator('.norm-near')).toHaveText(text('ko', 'norm.near-fresh'), { timeout: 60_000 });
    await button('next').tap();
    await expect(cell.locator('.norm-near')).toHaveText(pattern('ko', 'norm.near'), { timeout: 30_000 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  });
});
