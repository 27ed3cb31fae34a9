// How good the network is, and where not: measured on real data, opened cell by cell and image by image.

import { allData, expect, oneOf, openLab, pattern, SMALL, test, text, violationsIn } from './lab.js';
import { written } from './lecture.js';

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {import('@playwright/test').Locator} Locator */
/** @typedef {import('./lab.js').Lang} Lang */

/** A small network, so that measuring is short; of the training images a thousand. */
const QUERY = `&judge.train=1000${SMALL}`;

/**
 * Opens the page, trains so many batches at least and goes to the cell.
 * @param {Page} page
 * @param {Lang} lang
 * @param {number} batches
 * @param {string} [query]
 */
async function openTrained(page, lang, batches, query = '') {
  const parts = await openLab(page, { lang, query: QUERY + query });
  await parts.press('run');
  await expect.poll(async () => (await parts.progress()).batch, { timeout: 60_000 }).toBeGreaterThanOrEqual(batches);
  await parts.button('pause').click();
  await allData(parts, lang);
  const cell = page.locator('#judge');
  await cell.scrollIntoViewIfNeeded();
  const button = (/** @type {string} */ key) => cell.getByRole('button', { name: text(lang, `judge.${key}`), exact: true });
  return { parts, cell, button };
}

/** The numbers of the matrix, row by row; an empty cell is 0. @param {Locator} cell */
async function numbersOf(cell) {
  const numbers = Array(100).fill(0);
  for (const { text, row, col } of await written(cell.locator('.confusion:not(.time-line) .grid'))) numbers[row * 10 + col] = Number(text);
  return numbers;
}

/** @param {string} text */
const numberIn = (text) => Number(text.replace(/[,%]/g, ''));

for (const lang of oneOf('en')) {
  test(`three splits, the matrix, its cells and their images (${lang})`, async ({ page }) => {
    const { parts, cell, button } = await openTrained(page, lang, 25);
    await expect(button('measure')).toHaveAttribute('aria-disabled', 'false', { timeout: 60_000 });
    await button('measure').focus();
    await page.keyboard.press('Enter');
    const rows = cell.locator('.judge-part tbody tr');
    await expect(rows).toHaveCount(3, { timeout: 60_000 });
    await expect(cell.locator('.judge-note[role=status]')).toHaveText(pattern(lang, 'judge.measured'));
    await expect(rows.nth(0)).toContainText(pattern(lang, 'judge.first'));
    const [of, accuracy, , wrong] = (await rows.nth(2).locator('td').allTextContents()).map(numberIn);
    expect(of).toBe(10_000);

    // The matrix holds every image once, and its diagonal those that are right.
    const numbers = await numbersOf(cell);
    const total = numbers.reduce((sum, n) => sum + n, 0);
    const right = numbers.reduce((sum, n, i) => sum + (i % 11 === 0 ? n : 0), 0);
    expect([numbers.length, total, right]).toEqual([100, 10_000, 10_000 - wrong]);
    expect(accuracy).toBeCloseTo(right / 100, 2);
    expect(numbers.slice(0, 10).reduce((sum, n) => sum + n, 0)).toBe(980);

    // All mistakes by the page, worst first.
    const tiles = cell.locator('.judge-images button');
    await expect(tiles).toHaveCount(24);
    const lossOf = async (/** @type {number} */ i) => Number(((await tiles.nth(i).getAttribute('aria-label')) ?? '').match(/([\d.]+)\.$/)?.[1]);
    expect(await lossOf(0)).toBeGreaterThanOrEqual(await lossOf(23));
    const last = await lossOf(23);
    await button('next').click();
    await expect(cell.locator('.judge-place')).toContainText('25–48');
    await expect(page).toHaveURL(/judge\.page=1/);
    expect(last).toBeGreaterThanOrEqual(await lossOf(0));

    // A cell is opened by keyboard: the most frequent mistake.
    const most = numbers.reduce((best, n, i) => (i % 11 !== 0 && n > numbers[best] ? i : best), 1);
    const [row, col] = [Math.floor(most / 10), most % 10];
    const grid = cell.locator('.confusion:not(.time-line) .grid');
    await grid.focus();
    await page.keyboard.press('Home');
    for (let i = 0; i < row; i += 1) await page.keyboard.press('ArrowDown');
    for (let i = 0; i < col; i += 1) await page.keyboard.press('ArrowRight');
    await expect(cell.locator('.confusion-said').first()).toHaveText(pattern(lang, 'judge.cell-wrong'));
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(new RegExp(`judge\\.true=${row}&judge\\.predicted=${col}`));
    await expect(tiles.first()).toContainText(`${row} → ${col}`);
    await expect(tiles).toHaveCount(Math.min(24, numbers[most]));
    await expect(cell.locator('.figure-panel-title', { hasText: pattern(lang, 'judge.list-cell') })).toContainText(String(numbers[most]));

    // In percent a row adds up to a hundred.
    await cell.getByRole('switch', { name: text(lang, 'judge.normalized-label') }).check();
    await expect(page).toHaveURL(/judge\.normalized=1/);
    const shares = await numbersOf(cell);
    expect(shares.slice(0, 10).reduce((sum, n) => sum + n, 0)).toBeCloseTo(100, 0);

    // An image goes its way through the network.
    const index = await tiles.nth(1).getAttribute('data-index');
    await tiles.nth(1).click();
    await expect(cell.locator('.judge-card')).toContainText(pattern(lang, 'judge.picked'));
    await expect(page).toHaveURL(new RegExp(`judge\\.image=${index}`));
    expect(await violationsIn(page, 'judge')).toEqual([]);
    await button('follow').click();
    await expect(page).toHaveURL(new RegExp(`network\\.digit=${index}`));
    await expect(page.locator('#network .digit-state')).toHaveText(pattern(lang, 'network.digit-test'));
    await expect(page.locator('#network .digit-state')).toContainText(String(row));

    // Another split's matrix, and training on makes the measurement an old one.
    await cell.scrollIntoViewIfNeeded();
    await cell.getByRole('radio', { name: text(lang, 'judge.split-validation'), exact: true }).check();
    await button('all-mistakes').click();
    await cell.getByRole('switch', { name: text(lang, 'judge.normalized-label') }).uncheck();
    await expect.poll(async () => (await numbersOf(cell)).reduce((sum, n) => sum + n, 0)).toBe(5000);
    await parts.cell.scrollIntoViewIfNeeded();
    await parts.oneBatch();
    await cell.scrollIntoViewIfNeeded();
    await expect(cell.locator('.judge-note[role=status]')).toHaveText(pattern(lang, 'judge.old'));
  });
}

test('measuring is called off, and a new run has no measurements', async ({ page }) => {
  const { parts, cell, button } = await openTrained(page, 'en', 1, '&judge.train=55000');
  await expect(button('measure')).toHaveAttribute('aria-disabled', 'false', { timeout: 60_000 });
  await button('measure').click();
  await expect(cell.locator('.meter')).toBeVisible();
  await button('stop').click();
  await expect(cell.locator('.meter')).toBeHidden();
  await expect(cell.locator('.judge-note[role=status]')).toHaveText(text('en', 'judge.empty'));
  await expect(cell.locator('.judge-part tbody tr')).toHaveCount(0);
  // What the training cell measures counts here too.
  await parts.press('test');
  await expect(parts.test).toContainText(pattern('en', 'train.test-done'), { timeout: 60_000 });
  await cell.scrollIntoViewIfNeeded();
  await expect(cell.locator('.judge-part tbody tr')).toHaveCount(1);
  await expect(cell.locator('.confusion').first()).toBeVisible();
  await parts.press('reset');
  await page.getByRole('dialog').getByRole('button', { name: text('en', 'train.reset-yes') }).click();
  await cell.scrollIntoViewIfNeeded();
  await expect(cell.locator('.judge-part tbody tr')).toHaveCount(0);
});

for (const lang of oneOf('ko')) {
  test(`an image as the network saw it at earlier steps (${lang})`, async ({ page }) => {
    const { parts, cell } = await openTrained(page, lang, 40, '&judge.image=8&judge.split=test');
    const grid = cell.locator('.time-line .grid');
    await expect(grid).toBeVisible({ timeout: 60_000 });
    const said = cell.locator('.judge-card .judge-note').last();
    // The newest is shown first; its accuracy comes when all is quiet.
    await expect(said).toHaveText(pattern(lang, 'judge.time-accuracy'), { timeout: 30_000 });
    const newest = await said.textContent();
    const { batch } = await parts.progress();
    const stepIn = async () => Number(((await said.textContent()) ?? '').match(/[\d,]+/)?.[0].replace(',', ''));
    expect(await stepIn()).toBeLessThanOrEqual(batch);
    expect(await stepIn()).toBeGreaterThan(batch / 2);

    // Back to the first by the slider's keys: there every class is about as likely.
    const slider = cell.getByRole('slider', { name: text(lang, 'judge.at-label') });
    await slider.focus();
    await page.keyboard.press('Home');
    await expect(page).toHaveURL(/judge\.at=0/);
    await expect.poll(stepIn).toBe(0);
    const before = cell.locator('.pair-row .pair-value');
    await expect(before).toHaveCount(10);
    for (const row of await before.allTextContents()) expect(Number(row.match(/[\d.]+/)?.[0])).toBeLessThan(40);
    await expect(slider).toHaveAttribute('aria-valuetext', /0/);

    // A moment is chosen in the map, too, and played to the end.
    // A pointer that the page moves under would take the cursor away.
    await page.mouse.move(0, 0);
    await grid.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await expect(cell.locator('.judge-card .confusion-said')).toHaveText(pattern(lang, 'judge.time-cell'));
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/judge\.at=2/);
    await expect.poll(stepIn).toBe(2);
    await cell.getByRole('button', { name: text(lang, 'page.play'), exact: true }).click();
    await expect(said).toHaveText(newest ?? '', { timeout: 20_000 });

    // Another run in between takes none of them away.
    await parts.cell.scrollIntoViewIfNeeded();
    await parts.press('reset');
    await page.getByRole('dialog').getByRole('button', { name: text(lang, 'train.reset-yes') }).click();
    await expect(parts.cell.locator('.run-line')).toHaveText(pattern(lang, 'train.status-ready'));
    await parts.button('take-back').click();
    await expect.poll(async () => (await parts.progress()).batch).toBe(batch);
    // The cell asks anew for what they say.
    await expect(async () => {
      await cell.scrollIntoViewIfNeeded();
      await slider.press('Home', { timeout: 2000 });
      expect(await stepIn()).toBe(0);
      await slider.press('End', { timeout: 2000 });
      expect(await stepIn()).toBe(batch);
    }).toPass({ timeout: 40_000 });
  });
}
