// Links inside the page land where they should at the first press, and what is read stays in its place.

import { expect, test } from './fixtures.js';

/** @typedef {import('@playwright/test').Page} Page */

/** ms without a change of any height after which the page counts as drawn. */
const QUIET = 400;

/** Waits until nothing changes its height any more. @param {Page} page */
const drawn = (page) =>
  page.evaluate(
    (quiet) =>
      new Promise((done) => {
        let timer = 0;
        const observer = new ResizeObserver(() => {
          clearTimeout(timer);
          timer = window.setTimeout(() => {
            observer.disconnect();
            done(undefined);
          }, quiet);
        });
        for (const cell of document.querySelectorAll('.cell')) observer.observe(cell);
      }),
    QUIET,
  );

/**
 * How far a cell's top is from where it belongs, in px: below the bar, or as near to that as the page's ends let it.
 * @param {Page} page
 * @param {string} id
 */
const off = (page, id) =>
  page.locator(`[id="${id}"]`).evaluate((cell) => {
    const wanted = parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop);
    const left = document.documentElement.scrollHeight - innerHeight - scrollY;
    const by = cell.getBoundingClientRect().top - wanted;
    return Math.abs(Math.max(-scrollY, Math.min(by, Math.max(0, left))));
  });

/** @param {Page} page @param {string} address */
async function open(page, address) {
  await page.goto('about:blank');
  await page.goto(address);
  await expect(page.locator('html')).toHaveAttribute('data-ready', 'engine');
}

/** The contents' link to a cell, which in a narrow window are opened first. @param {Page} page @param {string} id */
async function linkTo(page, id) {
  const button = page.locator('.toc-button');
  if (await button.isVisible()) await button.click();
  return page.locator(`.toc-link[href="#${id}"]`);
}

for (const { width, height } of [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
]) {
  test(`every link in the contents lands at the first press (${width} px)`, async ({ page }) => {
    test.setTimeout(240_000);
    await page.setViewportSize({ width, height });
    await open(page, './#lang=en');
    const ids = await page.locator('.toc-link').evaluateAll((links) => links.map((link) => link.getAttribute('href')?.slice(1) ?? ''));
    expect(ids.length).toBeGreaterThan(15);
    // From the top each time, so that the way leads over cells that have not been drawn yet.
    for (const id of ids.toReversed()) {
      await page.evaluate(() => window.scrollTo(0, 0));
      await (await linkTo(page, id)).click();
      await expect(page).toHaveURL(new RegExp(`#${id}\\b`));
      await drawn(page);
      expect(await off(page, id), id).toBeLessThan(4);
      await expect(page.locator('#toc-panel')).toBeVisible({ visible: width >= 1280 });
    }
  });
}

test('a link lands while the cells above still grow, by keyboard too, and the cell stays when the window changes its width', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await open(page, './#lang=ko');
  const link = await linkTo(page, 'judge');
  await link.focus();
  await page.keyboard.press('Enter');
  await page.locator('#network').evaluate((cell) => {
    const above = document.createElement('div');
    cell.append(above);
    let grown = 0;
    const grow = () => {
      above.style.height = `${(grown += 150)}px`;
      if (grown < 1500) requestAnimationFrame(grow);
    };
    grow();
  });
  await drawn(page);
  expect(await off(page, 'judge')).toBeLessThan(4);
  // Reading and the Tab key go on from there.
  expect(await page.evaluate(() => document.activeElement?.closest('.cell')?.id)).toBe('judge');

  await page.setViewportSize({ width: 700, height: 800 });
  await drawn(page);
  expect(await off(page, 'judge')).toBeLessThan(4);

  // Back leads to where one was.
  await page.goBack();
  await expect.poll(() => page.evaluate(() => scrollY)).toBeLessThan(10);
});

for (const native of [true, false]) {
  test(`nothing jumps under a reader who has scrolled: ${native ? 'with' : 'without'} the browser's scroll anchoring`, async ({ page }) => {
    if (!native) {
      await page.addInitScript(() => {
        const supports = CSS.supports.bind(CSS);
        CSS.supports = (/** @type {any[]} */ ...asked) => asked[0] !== 'overflow-anchor' && supports(.../** @type {[string, string]} */ (asked));
        document.addEventListener('DOMContentLoaded', () => document.documentElement.style.setProperty('overflow-anchor', 'none'));
      });
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    await open(page, './#judge&lang=en');
    await drawn(page);
    await page.mouse.move(700, 400);
    await page.mouse.wheel(0, 300);
    await expect.poll(() => off(page, 'judge')).toBeGreaterThan(200);
    await drawn(page);
    const top = () => page.locator('#judge').evaluate((cell) => Math.round(cell.getBoundingClientRect().top));
    const before = await top();
    await page.evaluate(() => {
      for (const id of ['stride', 'network']) {
        const above = document.createElement('div');
        above.style.height = '700px';
        document.getElementById(id)?.append(above);
      }
    });
    await drawn(page);
    expect(Math.abs((await top()) - before)).toBeLessThan(4);
  });
}
