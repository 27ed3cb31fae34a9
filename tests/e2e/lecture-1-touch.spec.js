// The lecture's first cells with a finger on a phone.

import { expect, openAll, test } from './fixtures.js';
import { oneOf, pattern, text } from './lab.js';
import { open, spin, spot } from './lecture.js';

test.describe('by touch', () => {
  test.use({ hasTouch: true, isMobile: true, viewport: { width: 360, height: 780 } });

  for (const lang of oneOf('en')) test(`a finger moves windows, picks neurons and chooses maps; nothing is wider than the screen (${lang})`, async ({ page }) => {
    const part = await open(page, lang, 'part');
    await openAll(page);
    const picture = part.locator('.grid').first();
    await picture.tap({ position: await spot(picture, 32, 32, 8, 24) });
    await expect(page).toHaveURL(/part\.layer=0.*part\.col=24/);
    await expect(part.locator('.stage-now')).toHaveText(pattern(lang, 'part.now-pixel'));

    const filter = page.locator('#filter');
    await filter.scrollIntoViewIfNeeded();
    // One channel at a time.
    await expect(filter.locator('.products-row:visible')).toHaveCount(1);
    await filter.getByRole('radio', { name: text(lang, 'filter.channel-B'), exact: true }).tap();
    await expect(filter.locator('.products-row:visible')).toHaveAttribute('data-channel', 'B');
    const map = filter.locator('.filter-maps .grid').nth(2);
    await map.tap({ position: await spot(map, 28, 28, 3, 6) });
    await expect(page).toHaveURL(/filter\.at=90/);

    const stride = page.locator('#stride');
    await stride.scrollIntoViewIfNeeded();
    await stride.getByRole('button', { name: text(lang, 'stride.preset-2'), exact: true }).tap();
    // The output is a smaller one once that is drawn: a place in the one before may lie outside.
    await expect(stride.locator('.stepper-readout')).toHaveText(/\/ 9$/);
    const output = stride.locator('.grid').last();
    await output.tap({ position: await spot(output, 3, 3, 2, 1) });
    await expect(page).toHaveURL(/stride\.at=7/);
    await stride.locator('.spin-step').nth(1).tap();
    await expect(spin(stride, lang, 'stride.n-label')).toHaveText('8');

    const padding = page.locator('#padding');
    await padding.scrollIntoViewIfNeeded();
    const chart = padding.getByRole('slider', { name: text(lang, 'padding.chart') });
    await expect(chart).toHaveAttribute('aria-valuenow', '5');
    const box = await chart.boundingBox();
    if (!box) throw new Error('no chart');
    await chart.tap({ position: { x: box.width - 18, y: 60 } });
    await expect(chart).toHaveAttribute('aria-valuenow', '10');
    await padding.getByRole('button', { name: text(lang, 'padding.preset-lopsided'), exact: true }).tap();
    await expect(padding.locator('.stage-verdict')).toContainText(pattern(lang, 'padding.now-lopsided'));
    // The stride cell's presses set the same numbers: 4×4 windows of stride 2 in 8×8 and a ring below and on the right.
    const ringed = padding.locator('.stage .grid').first();
    await ringed.tap({ position: await spot(ringed, 9, 9, 6, 4) });
    await expect(page).toHaveURL(/padding\.at=(9|10|13|14)/);
    await padding.getByText(text(lang, 'padding.mode-Valid'), { exact: true }).tap();
    await expect(padding.locator('.stage .figure-panel-title').last()).toContainText('3×3');
    await padding.locator('.stepper').getByRole('button', { name: text(lang, 'page.step-next') }).tap();
    await expect(padding.locator('.stepper-readout')).toHaveText(/\/ 9$/);

    const filters = page.locator('#filters');
    await filters.scrollIntoViewIfNeeded();
    await filters.locator('.bank-item').nth(3).tap();
    await expect(filters.locator('.bank-item').nth(3).locator('input')).toBeChecked();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  });
});
