// The run in the bar: where a reader is, it can be started, paused and watched.

import { expect, test } from './fixtures.js';
import { LANGS, openLab, SMALL, text } from './lab.js';

/** @typedef {import('@playwright/test').Page} Page */

/** @param {Page} page */
const dock = (page) => page.locator('.dock');
/** @param {Page} page @param {import('./lab.js').Lang} lang @param {'run' | 'pause' | 'step'} key */
const button = (page, lang, key) => dock(page).getByRole('button', { name: text(lang, `dock.${key}`), exact: true });

test('it is not there before there is a run', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto('./#lang=en');
  await expect(page.locator('html')).toHaveAttribute('data-cells', 'all', { timeout: 60_000 });
  await expect(dock(page)).toBeHidden();
});

for (const lang of LANGS) {
  test(`from the lecture the run is trained, paused and found (${lang})`, async ({ page }) => {
    test.setTimeout(180_000);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await openLab(page, { lang, query: `${SMALL}&train.check=5` });
    await page.locator('#filter').scrollIntoViewIfNeeded();
    await expect(dock(page)).toBeVisible();
    await expect(dock(page).locator('.dock-network')).toHaveText(text(lang, 'kept.own-network'));

    await button(page, lang, 'step').click();
    await expect(dock(page).locator('.dock-measure')).toHaveText(text(lang, 'dock.batch').replace('{step}', '1'));
    await button(page, lang, 'run').click();
    await expect(button(page, lang, 'pause')).toBeVisible();
    await expect(dock(page).locator('.dock-measure')).toHaveText(/^\d[\d.]*%$/, { timeout: 60_000 });
    await expect(dock(page).locator('.sparkline path')).toHaveAttribute('d', /^M.*L/);
    await button(page, lang, 'pause').click();
    await expect(button(page, lang, 'run')).toHaveAttribute('aria-disabled', 'false');

    await dock(page).getByRole('link').click();
    await expect(page.locator('#train .cell-title')).toBeInViewport();
    await expect(page).toHaveURL(/#train&/);
  });
}

for (const width of [360, 390, 900, 1280, 1920]) {
  test(`it covers nothing and is not cut off at ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 844 });
    await openLab(page, { lang: 'ko', query: SMALL });
    await expect(dock(page)).toBeVisible();
    const boxes = await page.locator('.dock, .bar-home, .bar-tools > *, .toc-button').evaluateAll((all) =>
      all.map((each) => ({ name: each.className, ...each.getBoundingClientRect().toJSON() })).filter((box) => box.width > 0),
    );
    const bar = await page.locator('.bar').boundingBox();
    for (const box of boxes) {
      expect(box.left, box.name).toBeGreaterThanOrEqual(0);
      expect(box.right, box.name).toBeLessThanOrEqual(width);
      expect(box.bottom, box.name).toBeLessThanOrEqual(Number(bar?.y) + Number(bar?.height) + 1);
    }
    for (const [i, a] of boxes.entries()) {
      for (const b of boxes.slice(i + 1)) {
        const apart = a.right <= b.left + 1 || b.right <= a.left + 1 || a.bottom <= b.top + 1 || b.bottom <= a.top + 1;
        expect(apart, `${a.name} and ${b.name}`).toBe(true);
      }
    }
    // A cell that is gone to stands below the bar, once what is above it has its height.
    await expect
      .poll(async () => {
        await page.evaluate(() => document.querySelector('#filter')?.scrollIntoView({ behavior: 'instant' }));
        const title = await page.locator('#filter .cell-title').boundingBox();
        return Number(title?.y) >= Number(bar?.height) && Number(title?.y) < 844;
      })
      .toBe(true);
  });
}
