// The whole page, every cell drawn, under axe: no violation in either language, light and dark, wide and narrow.

import AxeBuilder from '@axe-core/playwright';
import { expect, LANGS, test } from './lab.js';

/** Scrolls past every cell, so that all have drawn. @param {import('@playwright/test').Page} page */
async function readThrough(page) {
  const cells = page.locator('.cell');
  for (let index = 0; index < (await cells.count()); index += 1) {
    await cells.nth(index).scrollIntoViewIfNeeded();
    await page.waitForTimeout(200);
  }
}

for (const lang of LANGS) {
  for (const theme of ['light', 'dark']) {
    test(`no violation: ${lang}, ${theme}`, async ({ page }) => {
      test.setTimeout(300_000);
      await page.goto(`./#lang=${lang}&theme=${theme}`);
      await expect(page.locator('html')).toHaveAttribute('data-ready', 'engine');
      await expect(page.locator('html')).toHaveAttribute('data-cells', 'all', { timeout: 30_000 });
      await page.locator('#network').scrollIntoViewIfNeeded();
      await expect(page.locator('#network .map-canvas').first()).toBeVisible({ timeout: 60_000 });
      await page.evaluate(() => document.querySelectorAll('details').forEach((details) => details.setAttribute('open', '')));
      for (const width of [360, 1280]) {
        await page.setViewportSize({ width, height: 900 });
        await readThrough(page);
        const { violations } = await new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).analyze();
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
        expect(found, `${width} px`).toEqual([]);
        const beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        expect(beyond, `${width} px: the page scrolls sideways`).toBe(0);
      }
    });
  }
}
