// dist/ on different hosts: with headers, without, under a sub-path, with service workers blocked.

import { expect, test } from './fixtures.js';

test.use({ serviceWorkers: 'allow' });

/** @param {import('@playwright/test').Page} page */
const started = (page) => expect(page.locator('html')).toHaveAttribute('data-ready', 'engine');

test('a host that sends the headers: isolated at once, without a reload', async ({ page }) => {
  let loads = 0;
  page.on('domcontentloaded', () => (loads += 1));
  await page.goto('./');
  await started(page);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  // The service worker comes when nothing else is to be done, to keep the page.
  await expect(page.locator('html')).toHaveAttribute('data-offline', 'all', { timeout: 60_000 });
  expect(loads).toBe(1);
});

test('a host without headers, under a sub-path: the service worker isolates the page, with one reload', async ({ page, plainServer }) => {
  let loads = 0;
  page.on('domcontentloaded', () => (loads += 1));
  await page.goto(plainServer);
  await expect.poll(() => page.evaluate(() => crossOriginIsolated).catch(() => false)).toBe(true);
  await started(page);
  expect(loads).toBe(2);
  await page.reload();
  await started(page);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  expect(loads).toBe(3);
});

test('a host without headers and no service worker: the page starts, with one thread', async ({ browser, plainServer }) => {
  const context = await browser.newContext({ serviceWorkers: 'block' });
  try {
    const page = await context.newPage();
    let loads = 0;
    page.on('domcontentloaded', () => (loads += 1));
    await page.goto(plainServer);
    await started(page);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
    expect(loads).toBe(1);
  } finally {
    await context.close();
  }
});

test('every link of the page is relative and stays on its host', async ({ page, plainServer }) => {
  const origin = new URL(plainServer).origin;
  /** @type {string[]} */
  const outside = [];
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(plainServer) && !url.startsWith('data:') && !url.startsWith('blob:')) outside.push(url);
  });
  await page.goto(plainServer);
  await started(page);
  expect(outside, `requests outside ${origin}`).toEqual([]);
});
