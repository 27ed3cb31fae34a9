// What every end-to-end test starts from: the server of dist/ and a page whose errors fail the test.

import { readFileSync } from 'node:fs';
import { expect, test as base } from '@playwright/test';
import { startServer } from '../../scripts/serve.mjs';
import { readHash } from '../../www/src/base/address.js';

/** @typedef {{ server: string, plainServer: string }} Servers */
/** @typedef {{ problems: string[] }} Checks */

/** The folders of dist/ that are named after what is in them. @type {{ page: string, engine: string }} */
export const folders = JSON.parse(readFileSync(new URL('../../dist/build.json', import.meta.url), 'utf8'));

export const test = base.extend(
  /** @type {import('@playwright/test').Fixtures<Checks, Servers, import('@playwright/test').PlaywrightTestArgs & import('@playwright/test').PlaywrightTestOptions, import('@playwright/test').PlaywrightWorkerArgs>} */ ({
    // Address of dist/ with the headers that isolate the page.
    server: [
      async ({}, use) => {
        const server = await startServer();
        await use(server.url);
        await server.close();
      },
      { scope: 'worker' },
    ],

    // The same under a sub-path and without those headers, as a simple static host has it.
    plainServer: [
      async ({}, use) => {
        const server = await startServer({ base: '/sub/path/', isolation: false });
        await use(server.url);
        await server.close();
      },
      { scope: 'worker' },
    ],

    baseURL: async ({ server }, use) => use(server),

    // Uncaught errors, console errors and answers of 400 and more, in the page and its workers. A test that expects
    // one takes it out of the list: `problems.length = 0`.
    problems: [
      async ({ context }, use) => {
        /** @type {string[]} */
        const problems = [];
        context.on('weberror', (error) => {
          // What an observer of sizes changes is told to it in the next frame: browsers mention it as if it were an error.
          if (/^ResizeObserver loop/.test(error.error().message)) return;
          problems.push(`uncaught: ${error.error().stack ?? error.error()}`);
        });
        context.on('console', (message) => {
          if (message.type() === 'error') problems.push(`console: ${message.text()}`);
        });
        context.on('response', (response) => {
          if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`);
        });
        await use(problems);
        if (problems.length > 0) throw new Error(`the page had problems:\n${problems.join('\n')}`);
      },
      { auto: true },
    ],
  }),
);

/**
 * Opens an address of the page anew: given to a page that is open, one that differs in its hash alone would not load it.
 * @param {import('@playwright/test').Page} page
 * @param {string} address
 */
export async function visit(page, address) {
  await page.goto('about:blank');
  await page.goto(address);
}

/** Opens all that is closed at first. @param {import('@playwright/test').Page} page */
export const openAll = (page) =>
  page.evaluate(() => {
    for (const button of document.querySelectorAll('.fold-button[aria-expanded="false"]')) /** @type {HTMLElement} */ (button).click();
  });

/**
 * Opens the code of a cell in a language, and gives its lines.
 * @param {import('@playwright/test').Locator} cell
 * @param {string} [language] of its tab
 */
export async function openCode(cell, language = 'Rust') {
  const button = cell.locator('.code-button');
  if ((await button.getAttribute('aria-expanded')) === 'false') await button.click();
  const tab = cell.getByRole('tab', { name: language });
  if (await tab.count()) await tab.click();
  return cell.locator('.listing');
}

/** Opens all that is closed and scrolls past every cell, so that all have drawn, and back to the top. @param {import('@playwright/test').Page} page */
export async function readThrough(page) {
  await expect(page.locator('html')).toHaveAttribute('data-cells', 'all', { timeout: 30_000 });
  await openAll(page);
  await page.evaluate(async () => {
    for (let y = 0; y < document.body.scrollHeight; y += 600) {
      scrollTo({ top: y, behavior: 'instant' });
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    }
    scrollTo({ top: 0, behavior: 'instant' });
  });
}

/** What a page's address says of its state. @param {import('@playwright/test').Page} page */
export const keysOf = (page) => new URLSearchParams(readHash(new URL(page.url()).hash).keys);

export { expect };
