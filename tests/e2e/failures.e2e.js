// The gallery of failures: every run is trained as the page trains it, shows the symptom that the page says it has, is
// diagnosed, and is cured. Where motion is reduced the runs go as fast as they can.

import { expect, LANGS, openCell, pattern, test, text, violationsIn } from './lab.js';

/** @typedef {import('@playwright/test').Locator} Locator */
/** @typedef {import('./lab.js').Lang} Lang */

test.use({ contextOptions: { reducedMotion: 'reduce' } });

/** What is right and what is picked first, run by run. */
const RUNS = /** @type {const} */ ([
  { fault: 'rate', wrong: 'few' },
  { fault: 'few', wrong: 'scale' },
  { fault: 'zeros', wrong: 'dead' },
  { fault: 'sorted', wrong: 'rate' },
  { fault: 'dead', wrong: 'rate' },
  { fault: 'scale', wrong: 'few' },
]);

/** A number as the page writes it. @param {string | undefined} written such as `3.28`, `97%`, `1.2×10⁵` or `–` */
function numberOf(written = '') {
  const [, mantissa = 'NaN', power = '0'] = /^([\d.,]+)(?:×10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+))?/.exec(written) ?? [];
  const digits = [...power].map((digit) => (digit === '⁻' ? '-' : Math.max('⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(digit), 0))).join('');
  return Number(mantissa.replaceAll(',', '')) * 10 ** Number(digits);
}

/** The numbers of a run, by row. @param {Locator} cell @param {0 | 1} column this run, or the cured one */
async function numbersOf(cell, column) {
  const rows = await cell.locator('.failures-numbers tbody tr').evaluateAll((all, at) => all.map((row) => [row.getAttribute('data-row'), row.querySelectorAll('td')[at].textContent]), column);
  return Object.fromEntries(rows.map(([name, value]) => [String(name), numberOf(value ?? undefined)]));
}

/** What can be picked, which is nothing until the run is over. @param {Locator} cell */
const diagnoses = (cell) => cell.locator('.failures-ask input');

/** Chooses a run and trains it to its end. @param {Locator} cell @param {Lang} lang @param {number} n counted from 1 */
async function train(cell, lang, n) {
  await cell.getByRole('radio', { name: String(n), exact: true }).check();
  const key = (/** @type {string} */ name) => cell.getByRole('button', { name: text(lang, `failures.${name}`), exact: true });
  await key('train-broken').click();
  await expect(key('again').first()).toBeVisible({ timeout: 60_000 });
  await expect(diagnoses(cell).first()).toBeEnabled();
}

/** @param {Locator} cell @param {Lang} lang @param {string} fault */
const pick = (cell, lang, fault) => cell.getByRole('radio', { name: text(lang, `failures.fault-${fault}`), exact: true }).check();

test('each run has its symptom, its diagnosis and its cure', async ({ page }) => {
  test.setTimeout(240_000);
  const lang = 'en';
  const { cell, button } = await openCell(page, lang, 'failures');
  const verdict = cell.locator('.check-verdict').first();
  /** @type {Record<string, { broken: Record<string, number>, cured: Record<string, number>, facts: string[] }>} */
  const found = {};
  for (const [i, { fault, wrong }] of RUNS.entries()) {
    await train(cell, lang, i + 1);
    const answer = cell.locator('.failures-answer');
    await expect(answer).toBeHidden();
    await pick(cell, lang, wrong);
    await expect(verdict).toContainText(text(lang, 'failures.verdict-other'));
    await expect(answer).toBeHidden();
    await pick(cell, lang, fault);
    await expect(verdict).toContainText(text(lang, 'failures.verdict-right'));
    await expect(answer).toBeVisible();
    await button('train-cured').click();
    await expect(answer.locator('.figure-panel')).toHaveCount(2, { timeout: 60_000 });
    found[fault] = { broken: await numbersOf(cell, 0), cured: await numbersOf(cell, 1), facts: await answer.locator('.figure-panel').allTextContents() };
    // From the same beginning, and right.
    expect(found[fault].cured.validation, fault).toBeGreaterThan(80);
    expect(found[fault].cured.first, fault).toBeLessThan(5);
    if (fault === 'rate') expect(await violationsIn(page, 'failures')).toEqual([]);
  }
  const { rate, few, zeros, sorted, dead, scale } = found;
  // The loss begins as any does, and explodes.
  expect(rate.broken.first).toBeLessThan(5);
  expect(rate.broken.last).toBeGreaterThan(1e4);
  expect(rate.broken.first).toBe(rate.cured.first);
  // Everything is right on what is learned, not on what is not; more images bring both nearer to each other.
  expect(few.broken.batches).toBe(100);
  expect(few.broken.validation).toBeLessThan(88);
  expect(few.cured.validation).toBeGreaterThan(few.broken.validation);
  const [learned, last, least] = [/batches: ([\d.×⁻¹²³⁰]+)\./, /Validation loss: ([\d.]+);/, /least, ([\d.]+),/].map((place) => numberOf(place.exec(few.facts[0])?.[1]));
  expect(learned).toBeLessThan(0.05);
  expect(least).toBeLessThan(last);
  expect(learned).toBeLessThan(least / 5);
  // The loss of guessing, all units silent from the first batch on, weights that have not moved.
  expect([zeros.broken.first, zeros.broken.last].map((loss) => loss.toFixed(1))).toEqual(['2.3', '2.3']);
  expect([zeros.broken['dead-first'], zeros.broken.dead]).toEqual([100, 100]);
  expect(zeros.facts[0]).toMatch(/weight is 0\.(?!\d)/);
  expect(zeros.facts[1]).not.toMatch(/weight is 0\.(?!\d)/);
  // The batches are far better than the validation images; a batch has one digit or two.
  expect(sorted.broken.validation).toBeLessThan(50);
  expect(sorted.facts[0]).toMatch(/ 0{50}/);
  expect(sorted.facts[1]).not.toMatch(/(\d)\1{9}/);
  // Alive at first, then dead, and the loss of guessing; batch normalization at the same rate works.
  expect(dead.broken['dead-first']).toBeLessThan(10);
  expect(dead.broken.dead).toBeGreaterThan(75);
  expect(dead.broken.last).toBeGreaterThan(2.1);
  expect(dead.cured.dead).toBeLessThan(25);
  // Already the first loss is far too large, and with the same optimizer less is learned.
  expect(scale.broken.first).toBeGreaterThan(50);
  expect(scale.broken.validation).toBeLessThan(scale.cured.validation - 4);
  expect(scale.facts[0]).toContain('255');
  expect(scale.facts[1]).toContain('from 0 to 1.');
});

test('a run pauses, goes on, and another takes its place (ko, 360 px)', async ({ page }) => {
  test.setTimeout(120_000);
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await page.setViewportSize({ width: 360, height: 800 });
  const lang = LANGS[0];
  const { cell, button } = await openCell(page, lang, 'failures', { query: '&failures.run=4' });
  await expect(cell.getByRole('radio', { name: '4', exact: true })).toBeChecked();
  const line = cell.locator('.run-line').first();
  await button('train-broken').click();
  await expect(line).toHaveText(pattern(lang, 'failures.now'));
  await button('pause').click();
  await expect(button('go-on')).toBeVisible();
  await expect(diagnoses(cell).first()).toBeDisabled();
  await button('go-on').click();
  await expect(button('pause')).toBeVisible();
  // The worker has one at a time: a run that is half done is given up for another.
  await cell.getByRole('radio', { name: '3', exact: true }).check();
  await button('train-broken').click();
  await expect(button('again')).toBeVisible({ timeout: 60_000 });
  await cell.getByRole('radio', { name: '4', exact: true }).check();
  await expect(line).toHaveText(pattern(lang, 'failures.empty'));
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
});
