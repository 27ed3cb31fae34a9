// Optimizers raced side by side on the real digits.

import { expect, oneOf, openCell, pattern, test, text } from './lab.js';

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {import('./lab.js').Lang} Lang */

/** @param {Page} page @param {Lang} lang @param {string} query */
async function openRace(page, lang, query) {
  const { cell, button } = await openCell(page, lang, 'race', { key: 'start', query });
  const chart = (/** @type {number} */ n) => cell.locator('.chart-plot').nth(n);
  const rate = (/** @type {number} */ n) => cell.getByRole('spinbutton', { name: text(lang, `race.rate${n}-label`), exact: true }).first();
  return { cell, button, chart, rate, line: cell.locator('.run-line') };
}

for (const lang of oneOf('en')) {
  test(`a race: a batch, on and on, another rate, other settings (${lang})`, async ({ page }) => {
    const { cell, button, chart, rate, line } = await openRace(page, lang, '&race.count=2&race.optimizer1=adam&race.rate1=0.001&race.optimizer2=adam&race.rate2=0.001&race.schedule2=cosine');
    await expect(chart(0)).toHaveAttribute('aria-label', text(lang, 'race.chart-loss-empty'));
    await expect(chart(2)).toHaveAttribute('aria-label', new RegExp(text(lang, 'train.schedule-cosine')));

    // One seed, one rule: after a batch both are at the same loss.
    await button('one').click();
    await expect(line).toHaveText(/1[/ of]*1,100/);
    // The charts follow a moment later.
    await expect(chart(0)).toHaveAttribute('aria-label', /\d\.\d{3}(?!\d)/);
    const losses = ((await chart(0).getAttribute('aria-label')) ?? '').match(/\d\.\d{3}(?!\d)/g)?.filter((loss) => Number(loss) > 1);
    expect(losses).toHaveLength(2);
    expect(losses?.[0]).toBe(losses?.[1]);

    // On, until both have been looked at; the rate of one climbs, by keyboard, from the next batch on.
    await button('go-on').click();
    await expect(cell.locator('.race-score').first()).toHaveText(pattern(lang, 'race.score'), { timeout: 60_000 });
    await rate(2).focus();
    await page.keyboard.press('ArrowUp');
    await expect(page).toHaveURL(/race\.rate2=0\.002/);
    await expect(cell.locator('.race-marks li')).toHaveText([pattern(lang, 'race.changed')]);
    await button('pause').click();
    await expect(button('go-on')).toBeVisible();
    await page.waitForTimeout(500);
    const paused = (await line.textContent()) ?? '';
    await page.waitForTimeout(500);
    await expect(line).toHaveText(paused);

    // Another optimizer waits until the race starts over.
    await cell.locator('select').first().selectOption('sgd');
    const apply = button('apply');
    await expect(apply).toBeVisible();
    await expect(rate(1)).toHaveText('0.1');
    await expect(line).toHaveText(paused);
    await apply.click();
    await expect(line).toHaveText(text(lang, 'race.empty'));
    await expect(cell.locator('.race-marks li')).toHaveCount(0);
  });
}

test('a network whose numbers are no longer finite says so and stops', async ({ page }) => {
  const spec = 'input 28x28x1\nflatten\ndense 100 init normal 1e20\ndense 10 init normal 1e20\n';
  const { cell, button } = await openRace(page, 'en', `&race.count=2&race.network=train&spec=${encodeURIComponent(spec)}`);
  await button('start').click();
  for (const run of [0, 1]) await expect(cell.locator('.race-score').nth(run)).toHaveText(pattern('en', 'race.diverged'), { timeout: 30_000 });
  await expect(button('go-on')).toHaveAttribute('aria-disabled', 'true');
  // A smaller race can still be begun.
  await cell.getByRole('radio', { name: text('en', 'race.network-small'), exact: true }).check();
  await button('apply').click();
  await expect(button('start')).toHaveAttribute('aria-disabled', 'false');
});

test('runs are added, taken out and chosen as a set, and a link keeps them', async ({ page }) => {
  const { cell, button, rate } = await openRace(page, 'en', '');
  const rows = cell.locator('.race-run:visible');
  await expect(rows).toHaveCount(4);
  await expect(button('add')).toHaveAttribute('aria-disabled', 'true');
  await rows.nth(0).getByRole('button', { name: text('en', 'race.remove') }).click();
  await expect(rows).toHaveCount(3);
  await expect(rate(1)).toHaveText('0.01');
  await button('preset-schedules').click();
  await expect(rows).toHaveCount(4);
  await expect(page).toHaveURL(/race\.schedule4=one_cycle/);
  await page.reload();
  await expect(rows).toHaveCount(4);
  await expect(cell.locator('select').nth(7)).toHaveValue('one_cycle');
});
