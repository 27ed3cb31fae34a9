// A cell in a frame of a page of another origin: shown alone, as high as it is, with one thread or all, trained there.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '../../scripts/serve.mjs';
import { embedCode } from '../../www/src/classroom/embed-code.js';
import { expect, test, visit } from './fixtures.js';
import { LANGS, SMALL, text } from './lab.js';

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {{ type: string, cell: string, height: number, origin: string }} Told */

let folder = '';
/** A site that knows nothing of the notebook. @type {Awaited<ReturnType<typeof startServer>>} */
let blog;
/** One that is isolated itself. @type {Awaited<ReturnType<typeof startServer>>} */
let isolatedBlog;

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'blog-'));
  blog = await startServer({ root: folder, isolation: false });
  isolatedBlog = await startServer({ root: folder });
});
test.afterAll(async () => {
  await blog.close();
  await isolatedBlog.close();
  rmSync(folder, { recursive: true });
});

/** Publishes a page with this code in it and opens it. @param {Page} page @param {string} code @param {string} site */
async function publish(page, code, site = blog.url) {
  writeFileSync(
    join(folder, 'index.html'),
    `<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><title>Blog</title><h1>My blog</h1>
<script>
  window.told = [];
  addEventListener('message', (event) => window.told.push({ ...event.data, origin: event.origin }));
</script>
${code.replace('loading="lazy" ', '')}`,
  );
  await page.goto(site);
}
/** @param {Page} page */
const inside = (page) => page.frameLocator('iframe');
/** What the page around was told. @param {Page} page @returns {Promise<Told[]>} */
const told = (page) => page.evaluate(() => /** @type {any} */ (window).told);
/** @param {Page} page @param {'engine'} [ready] */
const started = (page, ready = 'engine') => expect(inside(page).locator('html')).toHaveAttribute('data-ready', ready, { timeout: 60_000 });
/** Whether the frame has threads. @param {Page} page */
const isolated = (page) => inside(page).locator('html').evaluate(() => crossOriginIsolated);
/** @param {string} server @param {string} cell @param {string} [keys] */
const codeFor = (server, cell, keys = '&lang=en') => embedCode({ cell, address: `${server}#embed=${cell}${keys}`, title: cell, height: 500 });

for (const lang of LANGS) {
  test(`the dialog’s code shows the cell as it was set, alone and as high as it is (${lang})`, async ({ page, server }) => {
    test.setTimeout(180_000);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await visit(page, `${server}#stride&lang=${lang}&stride.n=9`);
    await expect(page.locator('html')).toHaveAttribute('data-ready', 'engine', { timeout: 60_000 });
    await page.locator('.bar').getByRole('button', { name: text(lang, 'page.class') }).click();
    await page.getByRole('button', { name: text(lang, 'class.embed'), exact: true }).click();
    const dialog = page.locator('dialog[open]');
    await dialog.getByLabel(text(lang, 'embed.cell')).selectOption('stride');
    await dialog.getByLabel(text(lang, 'embed.look')).selectOption('dark');
    const code = await dialog.getByLabel(text(lang, 'embed.code')).inputValue();
    expect(code).toContain('embed=stride');

    await publish(page, code);
    await started(page);
    const cell = inside(page).locator('#stride');
    await expect(cell.locator('.figure').first()).toBeVisible();
    await expect(cell.locator('.cell-title')).toContainText(text(lang, 'stride.title'));
    await expect(inside(page).locator('html')).toHaveAttribute('data-theme', 'dark');
    await expect(inside(page).locator('.cell')).toHaveCount(1);
    for (const part of ['.bar', '.toc', '.footer', '#stride .prose', '#stride .check', '#stride .code-block']) await expect(inside(page).locator(part).first()).toBeHidden();
    const size = cell.locator('[role=spinbutton]').first();
    await expect(size).toHaveAttribute('aria-valuenow', '9');

    // As high as it is, and no higher.
    const frame = page.locator('iframe');
    const content = () => inside(page).locator('html').evaluate((root) => Math.ceil(root.getBoundingClientRect().height));
    await expect.poll(async () => Math.abs(((await frame.boundingBox())?.height ?? 0) - (await content()))).toBeLessThan(2);
    expect(await inside(page).locator('html').evaluate((root) => root.scrollHeight - root.clientHeight)).toBeLessThan(2);
    const before = (await told(page)).length;
    await page.setViewportSize({ width: 420, height: 900 });
    await expect.poll(async () => (await told(page)).length).toBeGreaterThan(before);
    await expect.poll(async () => Math.abs(((await frame.boundingBox())?.height ?? 0) - (await content()))).toBeLessThan(2);
    for (const message of await told(page)) {
      expect(message).toEqual({ type: 'cnn-notebook:height', cell: 'stride', height: expect.any(Number), origin: new URL(server).origin });
    }
    await size.focus();
    await page.keyboard.press('ArrowUp');
    await expect(size).toHaveAttribute('aria-valuenow', '10');
    const link = inside(page).getByRole('link', { name: text(lang, 'embed.open') });
    await expect(link).toHaveAttribute('href', /#stride&.*stride\.n=10/);
    expect(await link.getAttribute('href')).not.toContain('embed');
  });
}

test('from a host without headers it has one thread, is not loaded twice, and trains', async ({ browser, plainServer }) => {
  test.setTimeout(240_000);
  // With a service worker: it must not try to isolate a frame.
  const context = await browser.newContext({ serviceWorkers: 'allow' });
  try {
    const page = await context.newPage();
    let loads = 0;
    page.on('request', (request) => (loads += Number(request.isNavigationRequest() && request.url().startsWith(plainServer))));
    await publish(page, codeFor(plainServer, 'train', `&lang=en${SMALL}`));
    await started(page);
    expect(await isolated(page)).toBe(false);
    const train = inside(page).locator('#train');
    const one = train.getByRole('button', { name: text('en', 'train.one-batch'), exact: true });
    await expect(one).toHaveAttribute('aria-disabled', 'false', { timeout: 60_000 });
    await one.click();
    await expect(train.locator('.run-line')).toContainText('1/', { timeout: 60_000 });
    expect(loads).toBe(1);
    expect((await told(page)).every(({ cell }) => cell === 'train')).toBe(true);
  } finally {
    await context.close();
  }
});

test('where the host sends Document-Isolation-Policy it has threads, whatever the page around', async ({ page, server }) => {
  test.setTimeout(240_000);
  await publish(page, codeFor(server, 'network', `&lang=en${SMALL}`));
  await started(page);
  expect(await isolated(page)).toBe(true);
  // A cell that shows the run has what trains it.
  const step = inside(page).locator('.dock').getByRole('button', { name: text('en', 'dock.step'), exact: true });
  await expect(step).toHaveAttribute('aria-disabled', 'false', { timeout: 60_000 });
  await step.click();
  await expect(inside(page).locator('.dock-measure')).toHaveText(text('en', 'dock.batch').replace('{step}', '1'), { timeout: 60_000 });
});

test('a page that is isolated itself may show it, with threads', async ({ page, server }) => {
  await publish(page, codeFor(server, 'stride'), isolatedBlog.url);
  await started(page);
  expect(await isolated(page)).toBe(true);
});

test('where storage is denied it works all the same', async ({ page, server, problems }) => {
  test.setTimeout(240_000);
  await page.addInitScript(() => {
    if (window.parent === window) return;
    const denied = () => {
      throw new DOMException('denied', 'SecurityError');
    };
    for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches']) Object.defineProperty(window, name, { get: denied });
  });
  await publish(page, codeFor(server, 'train', `&lang=en${SMALL}`));
  await started(page);
  const train = inside(page).locator('#train');
  const one = train.getByRole('button', { name: text('en', 'train.one-batch'), exact: true });
  await expect(one).toHaveAttribute('aria-disabled', 'false', { timeout: 60_000 });
  await one.click();
  await expect(train.locator('.run-line')).toContainText('1/', { timeout: 60_000 });
  expect(problems).toEqual([]);
});

test('a cell that the page does not have opens the whole page, with a word', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto('./#embed=nothing&lang=en');
  await expect(page.locator('.toast')).toContainText('embed=nothing');
  await expect(page.locator('.bar')).toBeVisible();
  await expect(page.locator('#intro')).toBeVisible();
});
