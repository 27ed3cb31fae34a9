// A new version is published while a tab is open: nothing of the two is mixed, whatever came from a cache, and nothing
// of a run is lost.

import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPage } from '../../scripts/build-page.mjs';
import { startServer } from '../../scripts/serve.mjs';
import { folders, openAll } from './fixtures.js';
import { expect, lab, LANGS, oneOf, pattern, test as base, text } from './lab.js';

/** @typedef {import('@playwright/test').Page} Page */

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const WORK = join(ROOT, 'target/e2e-deploy');
const MARK = 'CNN Notebook, version B';

/**
 * A host whose pages can be exchanged as a deployment does: at once, and what was there is gone.
 * @typedef {{ url: string, plain: string, publish: (site: string) => void, a: string, b: string, names: { page: string, engine: string } }} Site
 */

const test = base.extend(
  /** @type {import('@playwright/test').Fixtures<{ site: Site }, { built: { page: string, engine: string } }, {}, any>} */ ({
    // Version B: other texts and another constant in every script.
    built: [
      async ({}, /** @type {any} */ use) => {
        rmSync(WORK, { recursive: true, force: true });
        mkdirSync(WORK, { recursive: true });
        const sources = join(WORK, 'www');
        cpSync(join(ROOT, 'www'), sources, { recursive: true });
        for (const name of LANGS) {
          const path = join(sources, `i18n/${name}.json`);
          const messages = JSON.parse(readFileSync(path, 'utf8'));
          messages.page.title = MARK;
          writeFileSync(path, JSON.stringify(messages));
        }
        await use(await buildPage({ from: sources, to: join(WORK, 'b') }));
      },
      { scope: 'worker', timeout: 120_000 },
    ],
    site: async (/** @type {any} */ { built }, /** @type {any} */ use) => {
      const at = join(WORK, 'live');
      /** @param {string} folder */
      const publish = (folder) => {
        rmSync(`${at}.next`, { force: true });
        symlinkSync(folder, `${at}.next`);
        renameSync(`${at}.next`, at);
      };
      const [a, b] = [join(ROOT, 'dist'), join(WORK, 'b')];
      publish(a);
      const mounts = { '/data/': join(a, 'data') };
      const server = await startServer({ root: at, mounts });
      const plain = await startServer({ root: at, mounts, isolation: false });
      await use({ url: server.url, plain: plain.url, publish, a, b, names: built });
      await server.close();
      await plain.close();
    },
  }),
);

/** All answers that the page got from here on: the folder of each, and those that did not come. @param {Page} page */
function answers(page) {
  /** @type {{ folder: string, path: string, status: number }[]} */
  const seen = [];
  page.on('response', (response) => {
    const path = new URL(response.url()).pathname;
    seen.push({ path, folder: /^\/(page-\w+)\//.exec(path)?.[1] ?? '', status: response.status() });
  });
  return seen;
}

/** @param {Page} page @param {string} url @param {'ko' | 'en'} lang */
async function openLab(page, url, lang) {
  await page.goto(`${url}#train&lang=${lang}`);
  const parts = lab(page, lang);
  await parts.cell.scrollIntoViewIfNeeded();
  await expect(parts.button('one-batch')).toHaveAttribute('aria-disabled', 'false', { timeout: 60_000 });
  await expect(page.locator('html')).toHaveAttribute('data-cells', 'all', { timeout: 30_000 });
  await openAll(page);
  return parts;
}

/** @param {Page} page @param {'ko' | 'en'} lang */
const card = (page, lang) => page.getByRole('group', { name: text(lang, 'page.update'), exact: true });

test('what changed has another address, what did not change has the same', async ({ site }) => {
  expect(site.names.page).toMatch(/^page-[0-9a-f]{10}$/);
  expect(site.names.page).not.toBe(folders.page);
  expect(site.names.engine).toBe(folders.engine);
});

for (const lang of oneOf('ko')) {
  test(`an open tab trains on; what it lacks it says, and a press brings the new version and the run (${lang})`, async ({ page, site, problems }) => {
    test.setTimeout(180_000);
    const parts = await openLab(page, site.url, lang);
    await parts.oneBatch();
    site.publish(site.b);
    const seen = answers(page);

    // What is loaded goes on.
    expect((await parts.oneBatch()).batch).toBe(2);

    // A figure is not saved without a word.
    const keep = page.locator('#part figure').first().locator('.keep');
    await keep.locator('[aria-expanded]').press('Enter');
    await keep.getByRole('button', { name: 'SVG', exact: true }).press('Enter');
    await expect(keep.getByRole('status')).toContainText(text(lang, 'error.page_updated'));
    await expect(card(page, lang)).toHaveCount(1);

    // A program, and a worker for a person's own images.
    const take = page.locator('#take');
    await take.scrollIntoViewIfNeeded();
    await take.getByRole('radio', { name: 'Keras' }).check();
    await expect(page.locator('.toast.error')).toContainText(text(lang, 'error.page_updated'));
    await page.locator('#data').scrollIntoViewIfNeeded();
    await page.locator('#data input[type=file]').last().setInputFiles({ name: 'mine.zip', mimeType: 'application/zip', buffer: Buffer.from('PK') });
    await expect(page.locator('#data .own-status').last()).toContainText(text(lang, 'error.page_updated'));

    // Still it trains; and nothing came of the other version.
    await parts.cell.scrollIntoViewIfNeeded();
    await parts.press('go-on');
    await expect.poll(async () => (await parts.progress()).batch).toBeGreaterThan(3);
    expect(seen.filter(({ folder, status }) => folder === site.names.page || (folder !== '' && status < 400))).toEqual([]);

    await card(page, lang).getByRole('button', { name: text(lang, 'page.reload'), exact: true }).click();
    await expect(page).toHaveTitle(MARK);
    await expect(page.getByRole('group', { name: text(lang, 'kept.offer') })).toBeVisible({ timeout: 30_000 });
    await page.getByRole('group', { name: text(lang, 'kept.offer') }).getByRole('button', { name: text(lang, 'kept.continue'), exact: true }).click();
    await expect.poll(async () => (await lab(page, lang).progress()).batch).toBeGreaterThan(3);
    await expect(card(page, lang)).toHaveCount(0);
    problems.length = 0;
  });
}

test('a worker that has to be started again after a deploy goes on where a cache has it, else asks for a reload', async ({ page, site, problems }) => {
  test.setTimeout(120_000);
  const dies = () => page.evaluate(() => /** @type {any} */ (window).lastWorker.dispatchEvent(new ErrorEvent('error', { message: 'gone' })));
  await page.addInitScript(() => {
    const Real = Worker;
    globalThis.Worker = class extends Real {
      /** @param {string | URL} url @param {WorkerOptions} [options] */
      constructor(url, options) {
        super(url, options);
        Object.assign(window, { lastWorker: this });
      }
    };
  });
  const parts = await openLab(page, site.url, 'en');
  await parts.oneBatch();
  site.publish(site.b);
  await dies();
  await expect(parts.cell).toContainText(pattern('en', 'error.engine_recovered'));
  expect((await parts.oneBatch()).batch).toBe(2);
  await page.route('**/src/training/worker/worker.js', (route) => route.fulfill({ status: 404, body: '' }));
  await dies();
  await expect(card(page, 'en')).toBeVisible({ timeout: 30_000 });
  await expect(parts.cell).toContainText(text('en', 'error.page_updated'));
  problems.length = 0;
});

test('a worker of another version is not worked with', async ({ page, site }) => {
  // What a host that mixes files would give.
  await page.route(`**/${folders.page}/src/training/worker/worker.js`, (route) => route.fulfill({ path: join(site.b, site.names.page, 'src/training/worker/worker.js'), contentType: 'text/javascript', headers: { 'Cross-Origin-Embedder-Policy': 'require-corp' } }));
  await page.goto(`${site.url}#train&lang=en`);
  await expect(card(page, 'en')).toBeVisible();
  await expect(page.locator('#train')).toContainText(text('en', 'error.page_updated'));
});

test('a page of the version before, from a cache, with none of its files left: it says so and is loaded anew', async ({ page, site, problems }) => {
  const old = readFileSync(join(site.a, 'index.html'), 'utf8');
  site.publish(site.b);
  let cached = true;
  await page.route(site.url, (route) => (cached ? route.fulfill({ contentType: 'text/html', body: old }) : route.continue()));
  await page.goto(site.url);
  await expect(page.locator('#boot-failed')).toBeVisible();
  cached = false;
  await page.locator('#boot-reload').click();
  await expect(page).toHaveTitle(MARK);
  await expect(page.locator('html')).toHaveAttribute('data-ready', 'engine');
  problems.length = 0;
});

test('the version before from a cache, whole but for what it has not loaded yet, opens and offers the new one', async ({ page, site, problems }) => {
  site.publish(site.b);
  // The page, its scripts and texts are in a cache; the training engine is not.
  await page.route((url) => url.pathname === '/' || url.pathname.startsWith(`/${folders.page}/`), (route) => {
    const { pathname } = new URL(route.request().url());
    if (/worker\.js$/.test(pathname)) return route.continue();
    const headers = { 'Cross-Origin-Embedder-Policy': 'require-corp', 'Cross-Origin-Opener-Policy': 'same-origin' };
    return route.fulfill({ path: join(site.a, pathname === '/' ? 'index.html' : pathname), headers });
  });
  await page.goto(`${site.url}#train&lang=en`);
  await expect(page.locator('html')).toHaveAttribute('data-ready', 'engine');
  await expect(card(page, 'en')).toBeVisible({ timeout: 30_000 });
  problems.length = 0;
});

test.describe('with a service worker', () => {
  test.use({ serviceWorkers: 'allow' });

  /** Waits until the page is kept. @param {Page} page */
  const kept = (page) => expect(page.locator('html')).toHaveAttribute('data-offline', 'all', { timeout: 60_000 });
  const caches = (/** @type {Page} */ page) => page.evaluate(async () => (await globalThis.caches.keys()).flatMap((name) => /page-\w+$/.exec(name) ?? []).sort());

  for (const lang of oneOf('en')) {
    test(`an update in the midst of training: the tab has all of its own version, says that there is another, and a press brings it and the run (${lang})`, async ({ page, site }) => {
      test.setTimeout(180_000);
      const parts = await openLab(page, site.url, lang);
      await kept(page);
      await parts.press('run');
      await expect.poll(async () => (await parts.progress()).batch).toBeGreaterThan(0);
      site.publish(site.b);
      await page.evaluate(() => window.dispatchEvent(new Event('online')));
      await expect(card(page, lang)).toBeVisible();
      expect(await caches(page)).toEqual([folders.page]);

      // What it has not loaded yet it has all the same.
      const take = page.locator('#take');
      await take.scrollIntoViewIfNeeded();
      await take.getByRole('radio', { name: 'Keras' }).check();
      await expect(take).toContainText('import keras');
      await expect(page.locator('.toast.error')).toHaveCount(0);
      const { batch } = await parts.progress();
      await parts.cell.scrollIntoViewIfNeeded();
      await expect.poll(async () => (await parts.progress()).batch).toBeGreaterThan(batch);

      await card(page, lang).getByRole('button', { name: text(lang, 'page.reload'), exact: true }).click();
      await expect(page).toHaveTitle(MARK);
      const offer = page.getByRole('group', { name: text(lang, 'kept.offer') });
      await offer.getByRole('button', { name: text(lang, 'kept.continue'), exact: true }).click({ timeout: 30_000 });
      await expect.poll(async () => (await lab(page, lang).progress()).batch).toBeGreaterThan(batch);
      // Nobody uses the version before any more.
      await kept(page);
      expect(await caches(page)).toEqual([site.names.page]);
    });
  }

  test('what another tab uses stays, until that is gone', async ({ page, context, site, problems }) => {
    test.setTimeout(180_000);
    await page.goto(`${site.url}#lang=en`);
    await kept(page);
    site.publish(site.b);
    const second = await context.newPage();
    await second.goto(`${site.url}#lang=en`);
    await expect(second).toHaveTitle(MARK);
    await kept(second);
    expect(await caches(second)).toEqual([folders.page, site.names.page].sort());
    await page.close();
    await second.reload();
    await kept(second);
    expect(await caches(second)).toEqual([site.names.page]);
    problems.length = 0;
  });

  test('on a host without headers the service worker mixes nothing either', async ({ page, site }) => {
    test.setTimeout(120_000);
    await page.goto(`${site.plain}#lang=en`);
    await expect.poll(() => page.evaluate(() => crossOriginIsolated).catch(() => false)).toBe(true);
    await expect(page.locator('html')).toHaveAttribute('data-cells', 'all', { timeout: 60_000 });
    // What comes after the first figure is there, too: nothing of the old version is on its way.
    await expect(page.locator('html')).toHaveAttribute('data-kept', 'none');
    await kept(page);
    site.publish(site.b);
    const seen = answers(page);
    await page.reload();
    await expect(page).toHaveTitle(MARK);
    await lab(page, 'en').cell.scrollIntoViewIfNeeded();
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    await expect(lab(page, 'en').button('one-batch')).toHaveAttribute('aria-disabled', 'false', { timeout: 60_000 });
    expect(seen.filter(({ folder }) => folder !== '').map(({ folder }) => folder)).not.toContain(folders.page);
    expect(seen.some(({ folder, path }) => folder === site.names.page && path.endsWith('worker.js'))).toBe(true);
    expect(seen.filter(({ status }) => status >= 400)).toEqual([]);
  });
});
