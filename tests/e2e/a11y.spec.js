// The whole page, every cell drawn, under axe: no violation, Korean and narrow, English and wide, light and dark.

import AxeBuilder from '@axe-core/playwright';
import { readThrough } from './fixtures.js';
import { expect, test } from './lab.js';

/** axe's rules about colours, but for the one that is not applied without being asked for. */
const COLOR_RULES = ['color-contrast', 'link-in-text-block'];

/**
 * What axe finds wrong in the whole page.
 * @param {import('@playwright/test').Page} page
 * @param {string[]} [rules] to apply; without them all
 */
async function violations(page, rules) {
  const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] });
  const found = await (rules ? axe.withRules(rules) : axe).analyze();
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

// The languages differ in no element: each is looked at in one width.
for (const [lang, width] of /** @type {const} */ ([
  ['ko', 360],
  ['en', 1280],
])) {
  test(`no violation: ${lang}, ${width} px, light and dark`, async ({ page }) => {
    test.setTimeout(300_000);
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto(`./#lang=${lang}`);
    await expect(page.locator('html')).toHaveAttribute('data-cells', 'all', { timeout: 30_000 });
    expect(await violations(page), 'opened fresh').toEqual([]);
    await readThrough(page);
    await page.locator('#network').scrollIntoViewIfNeeded();
    await expect(page.locator('#network .map-canvas').first()).toBeVisible({ timeout: 60_000 });
    await page.evaluate(() => document.querySelectorAll('details').forEach((details) => details.setAttribute('open', '')));
    await readThrough(page);
    expect(await violations(page), 'light').toEqual([]);
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(beyond, 'the page scrolls sideways').toBe(0);

    // The theme changes colours and nothing else.
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    await readThrough(page);
    expect(await violations(page, COLOR_RULES), 'dark').toEqual([]);
  });
}
