// Several networks that decide together, trained here on the real digits.

import { expect, oneOf, openCell, pattern, test, text } from './lab.js';

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {import('./lab.js').Lang} Lang */

/** A small network, so that members are soon trained. */
const SMALL = `&ensemble.network=train&spec=${encodeURIComponent('input 28x28x1\nconv 5x5 6 stride 2 padding same\nrelu\nmaxpool 2x2\nflatten\ndense 10\n')}&train.rate=0.005`;

/** @param {Page} page @param {Lang} lang @param {string} query */
async function openEnsemble(page, lang, query) {
  const { cell, button } = await openCell(page, lang, 'ensemble', { query: SMALL + query });
  return { cell, button, line: cell.locator('.run-line'), rows: cell.locator('.ensemble-members > li') };
}

for (const lang of oneOf('ko')) {
  test(`members are trained, vote, and are looked at image by image (${lang})`, async ({ page }) => {
    const { cell, button, line, rows } = await openEnsemble(page, lang, '&code=rust&ensemble.count=2&ensemble.unit=batches&ensemble.amount=30');
    await expect(rows).toHaveCount(2);
    await expect(rows.nth(1)).toContainText('778');
    await expect(button('start')).toHaveAttribute('aria-disabled', 'false', { timeout: 30_000 });
    await button('start').click();
    await expect(line).toHaveText(pattern(lang, 'ensemble.done'), { timeout: 60_000 });

    // Two members, the ensemble and the reference; the sum of what is saved and spoiled is exact.
    await expect(cell.locator('.dot-row')).toHaveCount(5);
    const sum = (await cell.locator('.ensemble-sum').textContent()) ?? '';
    const [, best, saved, spoiled, correct] = (sum.match(/([\d,]+) \+ ([\d,]+) − ([\d,]+) = ([\d,]+)/) ?? []).map((part) => Number(part.replaceAll(',', '')));
    expect(best + saved - spoiled).toBe(correct);
    expect(correct).toBeGreaterThan(6000);
    await expect(line).toContainText(`${(correct / 100).toFixed(2)}%`);
    await expect(cell.locator('.listing')).toContainText(String(correct));

    // The lists, by keyboard; an image, its votes and its sums.
    const kinds = cell.getByRole('radio', { name: pattern(lang, 'ensemble.kind-disputed') });
    await kinds.focus();
    await page.keyboard.press('Space');
    await expect(page).toHaveURL(/ensemble\.list=disputed/);
    const thumb = cell.locator('.digit-thumb').first();
    await expect(thumb).toHaveAttribute('aria-label', pattern(lang, 'ensemble.thumb'));
    await thumb.focus();
    await page.keyboard.press('Enter');
    await expect(thumb).toHaveAttribute('aria-pressed', 'true');
    await expect(page).toHaveURL(/ensemble\.image=\d+/);
    const votes = cell.locator('.ensemble-votes li');
    await expect(votes).toHaveCount(2);
    // They do not say the same, or the image would not be in this list.
    const said = await votes.evaluateAll((all) => all.map((each) => each.textContent?.match(/: (\d)/)?.[1]));
    expect(said[0]).not.toBe(said[1]);
    await expect(cell.locator('.ensemble-sums li')).toHaveCount(10);
    await expect(cell.getByText(pattern(lang, 'ensemble.image-now'))).toBeVisible();

    // What is trained stays: elsewhere on the page and back, and with one more member.
    await page.goto(page.url().replace(/#.*/, '#intro'));
    await page.goto(page.url().replace(/#.*/, '#ensemble'));
    await expect(line).toHaveText(pattern(lang, 'ensemble.done'));
    await cell.getByRole('spinbutton', { name: text(lang, 'ensemble.count-label') }).first().focus();
    await page.keyboard.press('ArrowUp');
    await expect(rows).toHaveCount(3);
    await expect(rows.nth(0)).toContainText(pattern(lang, 'ensemble.is-done'));
    await expect(rows.nth(2)).toContainText(text(lang, 'ensemble.is-waits'));

    // After a reload too: they need not be trained again to vote.
    await page.keyboard.press('ArrowDown');
    await expect(page).toHaveURL(/ensemble\.count=2/);
    await page.reload();
    for (const row of [0, 1]) await expect(rows.nth(row)).toContainText(pattern(lang, 'ensemble.is-done'), { timeout: 30_000 });
    await button('go-on').click();
    await expect(line).toHaveText(pattern(lang, 'ensemble.done'), { timeout: 30_000 });
    await expect(cell.locator('.ensemble-sum')).toHaveText(sum);
    await button('again').click();
    for (const row of [0, 1]) await expect(rows.nth(row)).toContainText(text(lang, 'ensemble.is-waits'));
  });
}

test('side by side; a pause arrives, training goes on, after a reload too, until it is begun anew', async ({ page }) => {
  const { button, line, rows } = await openEnsemble(page, 'en', '&ensemble.count=2&ensemble.mode=side&ensemble.amount=4');
  await expect(button('start')).toHaveAttribute('aria-disabled', 'false', { timeout: 30_000 });
  await button('start').click();
  for (const row of [0, 1]) await expect(rows.nth(row)).toContainText(/batch [\d,]+ of 2,200/, { timeout: 30_000 });
  await expect(line).toHaveText(pattern('en', 'ensemble.training'));
  await button('pause').click();
  await expect(line).toHaveText(pattern('en', 'ensemble.paused'));
  const paused = await rows.allTextContents();
  await page.waitForTimeout(400);
  expect(await rows.allTextContents()).toEqual(paused);
  await button('go-on').click();
  await expect.poll(() => rows.allTextContents()).not.toEqual(paused);
  await button('pause').click();
  await expect(button('go-on')).toBeVisible();

  // Half-trained members are kept by then: another page goes on where this one was.
  const kept = await rows.allTextContents();
  const batches = (/** @type {string[]} */ all) => all.map((each) => Number(each.match(/batch ([\d,]+) of/)?.[1].replace(',', '')));
  await page.reload();
  await expect.poll(() => rows.allTextContents(), { timeout: 30_000 }).toEqual(kept);
  await expect(button('go-on')).toHaveAttribute('aria-disabled', 'false', { timeout: 30_000 });
  await button('go-on').click();
  await expect.poll(async () => Math.min(...batches(await rows.allTextContents())), { timeout: 30_000 }).toBeGreaterThan(Math.max(...batches(kept)));
  await button('pause').click();
  await expect(button('go-on')).toBeVisible();
  await button('again').click();
  for (const row of [0, 1]) await expect(rows.nth(row)).toContainText(text('en', 'ensemble.is-waits'));
  await expect(button('start')).toBeVisible();
});

test('what can not be trained says why', async ({ page }) => {
  const { cell, button } = await openEnsemble(page, 'en', `&spec=${encodeURIComponent('input 28x28x1\nconv 3x3 0\nflatten\ndense 10\n')}`);
  await expect(cell.locator('.figure-error').first()).toBeVisible();
  await expect(button('start')).toHaveAttribute('aria-disabled', 'true');
  const wide = `input 28x28x1\nconv 5x5 256 padding same\nrelu\nconv 5x5 256 padding same\nrelu\nmaxpool 2x2\nflatten\ndense 10\n`;
  const next = await openEnsemble(page, 'en', `&ensemble.count=7&ensemble.mode=side&spec=${encodeURIComponent(wide)}`);
  await expect(next.cell.locator('.figure-error').first()).toHaveText(pattern('en', 'ensemble.too-much'));
  await expect(next.button('start')).toHaveAttribute('aria-disabled', 'true');
});
