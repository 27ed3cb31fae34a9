// Without a network after the first visit, with a poor one, and where the browser keeps nothing.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { FOLDER, pack } from '../../scripts/pack.mjs';
import { startServer } from '../../scripts/serve.mjs';
import { expect, openAll, visit } from './fixtures.js';
import { runs } from './kept.js';
import { lab, LANGS, oneOf, pattern, SMALL, test as base, text } from './lab.js';

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {import('./lab.js').Lang} Lang */
/** @typedef {{ url: string, asked: string[], cut: () => Promise<void> }} Host */

const test = base.extend(
  /** @type {import('@playwright/test').Fixtures<{ host: Host, plain: Host }, {}, {}, any>} */ ({
    // Hosts of dist/ that can be cut off, with the headers that isolate the page and without.
    host: async ({}, /** @type {any} */ use) => {
      const host = await hostOf({});
      await use(host);
      await host.cut();
    },
    plain: async ({}, /** @type {any} */ use) => {
      const host = await hostOf({ isolation: false, base: '/sub/path/' });
      await use(host);
      await host.cut();
    },
  }),
);
test.use({ serviceWorkers: 'allow' });
// Each opens the page twice or more.
test.describe.configure({ timeout: 240_000 });

/** @param {Parameters<typeof startServer>[0]} options @returns {Promise<Host>} */
async function hostOf(options) {
  /** @type {string[]} */
  const asked = [];
  const server = await startServer({ ...options, log: ({ url = '' }) => void asked.push(url) });
  return { url: server.url, asked, cut: server.close };
}

const root = (/** @type {Page} */ page) => page.locator('html');
/** @param {Page} page @param {string} how */
const kept = (page, how = 'all') => expect(root(page)).toHaveAttribute('data-offline', how, { timeout: 120_000 });
/** @param {Page} page */
const started = (page) => expect(root(page)).toHaveAttribute('data-ready', 'engine', { timeout: 90_000 });
const cacheNames = (/** @type {Page} */ page) => page.evaluate(() => caches.keys());

/** A figure of the lecture plays. @param {Page} page @param {Lang} lang */
async function plays(page, lang) {
  const cell = page.locator('#stride');
  await cell.scrollIntoViewIfNeeded();
  const slider = cell.locator('.stepper-slider').first();
  const before = await slider.inputValue();
  await cell.getByRole('button', { name: text(lang, 'page.play') }).click();
  await expect.poll(() => slider.inputValue()).not.toBe(before);
}

for (const lang of oneOf('en')) {
  for (const which of /** @type {const} */ (['host', 'plain'])) {
    test(`the network is cut after the first visit: the whole page opens, plays and trains (${which}, ${lang})`, async ({ page, host, plain, problems }) => {
      test.setTimeout(300_000);
      const { url, cut } = which === 'host' ? host : plain;
      await page.goto(`${url}#train&lang=${lang}${SMALL}`);
      await lab(page, lang).oneBatch();
      await kept(page);
      await expect(page.locator('#offline')).toHaveText(text(lang, 'page.offline'));
      await cut();
      await visit(page, `${url}#stride&lang=${lang}${SMALL}`);
      await started(page);
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
      await plays(page, lang);
      await expect(root(page)).toHaveAttribute('data-cells', 'all', { timeout: 60_000 });
      const parts = lab(page, lang);
      await parts.cell.scrollIntoViewIfNeeded();
      const first = (await parts.oneBatch()).loss;
      expect(first).toBeGreaterThan(0);
      // Another language, and a program.
      const other = lang === 'ko' ? 'en' : 'ko';
      await page.getByRole('button', { name: lang === 'ko' ? 'English' : '한국어' }).click();
      await expect(page.locator('#stride .cell-title')).toContainText(text(other, 'stride.title'));
      await openAll(page);
      await page.locator('#take').getByRole('radio', { name: 'Keras' }).check();
      await expect(page.locator('#take')).toContainText('import keras');
      problems.length = 0;
    });
  }
}

test('data that were not there before are missed with a word, and had once there is a network', async ({ page, host, problems }) => {
  test.setTimeout(240_000);
  await page.goto(`${host.url}#lang=en`);
  await kept(page);
  // The opening's own small part of it is another folder.
  expect(host.asked.filter((url) => /\/data\/(mnist\/(?!first\/)|fashion)/.test(url))).toEqual([]);
  await host.cut();
  await visit(page, `${host.url}#train&lang=en${SMALL}`);
  const parts = lab(page, 'en');
  await expect(parts.cell.locator('.data-problem')).toHaveText(pattern('en', 'error.data_unreachable'), { timeout: 30_000 });
  const again = await startServer({ port: Number(new URL(host.url).port) });
  try {
    await parts.button('data-retry').click();
    await parts.oneBatch();
  } finally {
    await again.close();
  }
  problems.length = 0;
});

test('where every byte counts what was seen is kept, and nothing is fetched for it', async ({ page, host, problems }) => {
  await page.addInitScript(() => Object.defineProperty(navigator, 'connection', { value: { saveData: true } }));
  await page.goto(`${host.url}#stride&lang=en`);
  await kept(page, 'seen');
  const cells = (/** @type {string[]} */ list) => new Set(list.flatMap((url) => /\/cells\/(\w+)\/cell\.js/.exec(url)?.[1] ?? []));
  expect(cells(host.asked).has('judge')).toBe(false);
  await host.cut();
  await visit(page, `${host.url}#stride&lang=en`);
  await started(page);
  await plays(page, 'en');
  await openAll(page);
  await page.locator('#judge').scrollIntoViewIfNeeded();
  await expect(page.locator('#judge .cell-missing').last()).toContainText(text('en', 'page.cell-missing'));
  problems.length = 0;
});

for (const lang of oneOf('ko')) {
  test(`a browser without room says so, and the page works (${lang})`, async ({ page, host }) => {
    const client = await page.context().newCDPSession(page);
    await client.send('Storage.overrideQuotaForOrigin', { origin: new URL(host.url).origin, quotaSize: 200_000 });
    await page.goto(`${host.url}#train&lang=${lang}${SMALL}`);
    await kept(page, 'full');
    await expect(page.locator('#offline')).toHaveText(text(lang, 'page.offline-full'));
    expect((await cacheNames(page)).filter((name) => name.includes('page-'))).toEqual([]);
    await lab(page, lang).oneBatch();
  });
}

test('where the room ends, what was kept of page and data gives way to the run', async ({ page, host }) => {
  await page.goto(`${host.url}#train&lang=en${SMALL}`);
  const parts = lab(page, 'en');
  await expect(parts.button('one-batch')).toHaveAttribute('aria-disabled', 'false', { timeout: 30_000 });
  await kept(page);
  const client = await page.context().newCDPSession(page);
  const usage = await page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0);
  await client.send('Storage.overrideQuotaForOrigin', { origin: new URL(host.url).origin, quotaSize: usage + 5000 });
  await parts.oneBatch();
  await expect.poll(async () => (await runs(page)).length).toBe(1);
  expect((await cacheNames(page)).filter((name) => name.includes('page-'))).toEqual([]);
});

for (const [what, script] of /** @type {[string, () => void][]} */ ([
  ['without service workers', () => Reflect.deleteProperty(Navigator.prototype, 'serviceWorker')],
  ['that refuses service workers', () => void (ServiceWorkerContainer.prototype.register = () => Promise.reject(new DOMException('denied', 'SecurityError')))],
  ['that refuses caches', () => Object.defineProperty(globalThis, 'caches', { get() { throw new DOMException('denied', 'SecurityError'); } })],
])) {
  test(`a browser ${what}: the page works`, async ({ page, host }) => {
    await page.addInitScript(script);
    await page.goto(`${host.url}#train&lang=en${SMALL}`);
    await lab(page, 'en').oneBatch();
    await expect(root(page)).toHaveAttribute('data-offline', /none|all/, { timeout: 60_000 });
  });
}

test('a part of the version that is another one than its list says is not kept', async ({ page, problems }) => {
  let spoiled = true;
  const server = await startServer();
  const { url } = server;
  // What is asked for by the service worker goes past the page's own routes: a host that gives it damaged.
  const { createServer, request: ask } = await import('node:http');
  const proxy = createServer((request, response) => {
    ask(new URL(request.url ?? '/', url), { headers: request.headers }, (answer) => {
      const bad = spoiled && /snippets\/keras/.test(request.url ?? '');
      if (bad) delete answer.headers['content-length'];
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      if (bad) answer.resume().on('end', () => response.end('# another program\n'));
      else answer.pipe(response);
    }).end();
  });
  await new Promise((listening) => proxy.listen(0, '127.0.0.1', () => listening(null)));
  const at = `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (proxy.address()).port}/`;
  try {
    await page.goto(`${at}#lang=en`);
    await kept(page, 'missing');
    spoiled = false;
    await page.reload();
    await kept(page);
  } finally {
    proxy.close();
    proxy.closeAllConnections();
    await server.close();
  }
  problems.length = 0;
});

test('everything on this device is erased: what was kept of the page, too', async ({ page, host }) => {
  test.setTimeout(240_000);
  await page.goto(`${host.url}#train&lang=en${SMALL}`);
  await lab(page, 'en').oneBatch();
  await kept(page);
  expect((await cacheNames(page)).length).toBe(3);
  await page.locator('#erase').click();
  await page.getByRole('dialog').getByRole('button', { name: text('en', 'erase.yes') }).click();
  const done = page.getByRole('dialog', { name: new RegExp(`${text('ko', 'erase.done')}|${text('en', 'erase.done')}`) });
  await expect(done).toBeVisible({ timeout: 30_000 });
  await done.getByRole('button').click();
  await expect(root(page)).toHaveAttribute('data-cells', 'all', { timeout: 30_000 });
  expect(await cacheNames(page)).toEqual([]);
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
});

for (const lang of oneOf('en')) {
  test(`at 1.5 Mbit/s the text can be read and the first figure answers (${lang})`, async ({ page, host }) => {
    test.setTimeout(240_000);
    const client = await page.context().newCDPSession(page);
    await client.send('Network.enable');
    await client.send('Network.emulateNetworkConditions', { offline: false, latency: 150, downloadThroughput: 1.5e6 / 8, uploadThroughput: 0.75e6 / 8 });
    await page.goto(`${host.url}#lang=${lang}`, { waitUntil: 'commit' });
    await expect(page.locator('#intro .prose').first()).toBeVisible();
    await started(page);
    await expect(page.locator('#intro .pixel-pad')).toBeVisible();
    await plays(page, lang);
  });
}

for (const lang of LANGS) {
  test(`what trains does not arrive: said so in the cell, and the lecture goes on (${lang})`, async ({ page, host, problems }) => {
    await page.route('**/src/training/worker/worker.js', (route) => route.abort());
    await page.goto(`${host.url}#train&lang=${lang}`);
    await expect(page.locator('#train')).toContainText(text(lang, 'train.status-failed'), { timeout: 30_000 });
    await plays(page, lang);
    problems.length = 0;
  });
}

test('the page can be installed: name, icons, start', async ({ page, host }) => {
  await page.goto(`${host.url}#lang=en`);
  const client = await page.context().newCDPSession(page);
  const { errors, data } = await client.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  const manifest = JSON.parse(data ?? '');
  for (const { src, sizes } of manifest.icons) {
    const side = await page.evaluate(async (url) => {
      const image = new Image();
      image.src = url;
      await image.decode();
      return image.naturalWidth;
    }, src);
    if (sizes !== 'any') expect(`${side}x${side}`).toBe(sizes);
  }
  const { installabilityErrors } = await client.send('Page.getInstallabilityErrors');
  expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito')).toEqual([]);
});

test('the zip for a school’s server: the same bytes each time, and what is in it is the page', async ({ page }) => {
  const zip = pack('dist');
  expect(Buffer.compare(zip, pack('dist'))).toBe(0);
  const folder = mkdtempSync(join(tmpdir(), 'cnn-notebook-'));
  try {
    const files = unzipSync(zip);
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    expect(Buffer.from(files[`${FOLDER}/README.txt`]).toString().trim().split('\n').filter((line) => line).length).toBeLessThanOrEqual(10);
    const server = await startServer({ root: folder, isolation: false });
    await page.goto(`${server.url}${FOLDER}/#train&lang=en${SMALL}`);
    await lab(page, 'en').oneBatch();
    await kept(page);
    await server.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
