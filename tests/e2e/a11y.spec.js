// The whole page, every cell drawn, under axe: no violation, Korean, narrow and dark, English, wide and light.

import AxeBuilder from '@axe-core/playwright';
import { readThrough } from './fixtures.js';
import { expect, test, violationsOf } from './lab.js';

// The languages differ in no element, the themes in nothing but colours, and the widths in no colour: each of the widths is looked
// at in one language, and in one theme as a whole.
for (const [lang, width, theme] of /** @type {const} */ ([
  ['ko', 360, 'dark'],
  ['en', 1280, 'light'],
])) {
  test(`no violation: ${lang}, ${width} px, ${theme}`, async ({ page }) => {
    test.setTimeout(300_000);
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: theme });
    await page.goto(`./#lang=${lang}`);
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
    await expect(page.locator('html')).toHaveAttribute('data-cells', 'all', { timeout: 30_000 });
    expect(await violationsOf(new AxeBuilder({ page })), 'opened fresh').toEqual([]);
    await readThrough(page);
    await page.locator('#network').scrollIntoViewIfNeeded();
    await expect(page.locator('#network .map-canvas').first()).toBeVisible({ timeout: 60_000 });
    await page.evaluate(() => document.querySelectorAll('details').forEach((details) => details.setAttribute('open', '')));
    await readThrough(page);
    expect(await violationsOf(new AxeBuilder({ page })), 'all open').toEqual([]);
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(beyond, 'the page scrolls sideways').toBe(0);
  });
}
