// The content security policy: nothing in a whole visit asks for what it refuses.

import { Buffer } from 'node:buffer';
import { expect, openLab, test, text } from './lab.js';
import { digitPicture, png } from './pictures.js';

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {import('@playwright/test').Locator} Locator */

/** Saves a figure as each kind of file. @param {Page} page @param {Locator} figure @param {string[]} kinds */
async function save(page, figure, kinds) {
  await figure.scrollIntoViewIfNeeded();
  const keep = figure.locator('.keep').first();
  for (const kind of kinds) {
    const toggle = keep.locator('[aria-expanded]');
    if ((await toggle.getAttribute('aria-expanded')) === 'false') await toggle.press('Enter');
    const coming = page.waitForEvent('download');
    await keep.getByRole('button', { name: kind, exact: true }).press('Enter');
    await (await coming).path();
  }
}

test('reading, training, images of one’s own and saved figures: the policy refuses nothing', async ({ page, problems }) => {
  test.setTimeout(180_000);
  /** @type {string[]} */
  const refused = [];
  await page.exposeFunction('onRefused', (/** @type {string} */ what) => refused.push(what));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sourceFile, lineNumber }) =>
      /** @type {any} */ (window).onRefused(`${effectiveDirective}: ${blockedURI} (${sourceFile}:${lineNumber})`),
    );
  });
  const parts = await openLab(page, { lang: 'en' });
  await parts.oneBatch();
  await parts.oneBatch();
  await save(page, parts.cell.locator('.chart').first(), ['SVG', 'PNG', 'CSV']);

  const rgba = new Uint8Array(60 * 40 * 4).map((_, index) => [index % 240, (index >> 6) % 256, 90, 255][index % 4]);
  const mine = { name: 'mine.png', mimeType: 'image/png', buffer: Buffer.from(png({ width: 60, height: 40, rgba })) };
  const filter = page.locator('#filter');
  await filter.scrollIntoViewIfNeeded();
  await filter.locator('input[type=file]').setInputFiles(mine);
  await expect(page).toHaveURL(/filter\.own=/);
  await save(page, filter.locator('figure').first(), ['SVG', 'PNG']);
  await save(page, page.locator('#part figure').first(), ['SVG', 'PNG']);

  const digit = page.locator('#digit');
  await digit.scrollIntoViewIfNeeded();
  await digit.locator('input[type=file]').first().setInputFiles({ name: 'seven.png', mimeType: 'image/png', buffer: Buffer.from(png(digitPicture(0))) });
  await expect(digit).toContainText('seven.png');

  // Every cell, in both themes and languages, on the screen and on paper.
  for (const id of await page.locator('.cell').evaluateAll((cells) => cells.map((cell) => cell.id))) {
    await page.locator(`#${id}`).scrollIntoViewIfNeeded();
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  }
  await page.getByRole('button', { name: text('en', 'page.share'), exact: false }).first().click();
  await page.getByRole('button', { name: /^Appearance/ }).click();
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  await page.getByRole('button', { name: '한국어' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'ko');
  expect(refused).toEqual([]);

  // And it does refuse.
  await page.evaluate(() => document.body.setAttribute('style', 'color: red'));
  await expect.poll(() => refused.length).toBe(1);
  problems.length = 0;
});

test('the page of a wrong address has a style and breaks no policy', async ({ page }) => {
  await page.goto('./404.html');
  await expect(page.getByRole('heading')).toHaveText('404');
  await expect(page.locator('[lang=en]')).toContainText('nothing at this address');
  expect(await page.locator('body').evaluate((body) => getComputedStyle(body).maxWidth)).not.toBe('none');
});
