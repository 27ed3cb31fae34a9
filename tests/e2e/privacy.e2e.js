// What leaves the computer in a long visit: every request as the server gets it, and as a proxy does that stands between the
// browser and all other hosts. Only the page's own files are asked for, and nothing that a person brought is in an address.

import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { zipSync } from 'fflate';
import { startServer } from '../../scripts/serve.mjs';
import { openAll } from './fixtures.js';
import { answer, SPEC, stock, stored } from './kept.js';
import { expect, lab, test, text } from './lab.js';
import { digitPicture, png } from './pictures.js';

/** @typedef {import('@playwright/test').Page} Page */

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
/** Paths of all files of the page, and of the page itself. */
const FILES = new Set(['', ...readdirSync(DIST, { recursive: true }).map((path) => String(path).replaceAll('\\', '/'))]);

/** Chromium's own, about forms: it asks there by itself on any page, under whatever policy, for how fields may be filled in. */
const BROWSERS_OWN = 'CONNECT content-autofill.googleapis.com:443';

/** An image file of a person's. @param {string} name @param {number} digit */
const image = (name, digit) => ({ name, mimeType: 'image/png', buffer: png(digitPicture(digit)) });

/** A host that all others are asked through, and that answers for none of them. */
async function startProxy() {
  /** @type {string[]} */
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(502).end();
  });
  server.on('connect', (request, socket) => {
    asked.push(`CONNECT ${request.url}`);
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', () => done(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${port}`, asked, close: () => new Promise((done) => server.close(done)) };
}

/** @param {Page} page */
async function ready(page) {
  const parts = lab(page, 'en');
  await expect(page.locator('html')).toHaveAttribute('data-ready', 'engine', { timeout: 60_000 });
  await expect(page.locator('html')).toHaveAttribute('data-cells', 'all', { timeout: 60_000 });
  await openAll(page);
  // While the page takes shape, it keeps the cell of its address in view.
  await expect(async () => {
    await parts.cell.scrollIntoViewIfNeeded();
    await expect(parts.button('one-batch')).toHaveAttribute('aria-disabled', 'false', { timeout: 1000 });
  }).toPass({ timeout: 60_000 });
  return parts;
}

/** The choice of the person's own picture in the filters' cell. @param {Page} page */
const ownPicture = (page) =>
  page.locator('#filter').getByRole('radiogroup', { name: text('en', 'picture.label'), exact: true }).getByRole('radio', { name: text('en', 'picture.own'), exact: true });

/** A picture to filter, a filter of one's own. @param {Page} page */
async function filter(page) {
  const cell = page.locator('#filter');
  await cell.scrollIntoViewIfNeeded();
  await cell.locator('input[type=file]').setInputFiles(image('my-face.png', 3));
  await expect(ownPicture(page)).toBeChecked();
  await cell.locator('.products-row').first().locator('.number-table input').first().fill('7');
}

/** A digit drawn, one from a file, one from the clipboard; the last is taught. @param {Page} page */
async function digits(page) {
  const cell = page.locator('#digit');
  await cell.scrollIntoViewIfNeeded();
  const subject = cell.locator('.digit-subject');
  const pad = cell.locator('.pad');
  const box = await pad.boundingBox();
  if (!box) throw new Error('there is no pad');
  await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.8, { steps: 5 });
  await page.mouse.up();
  await cell.locator('input[type=file]').setInputFiles(image('my-seven.png', 0));
  await expect(subject).toContainText('my-seven.png');
  await page.evaluate((base64) => {
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], 'my-four.png', { type: 'image/png' }));
    document.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
  }, image('', 4).buffer.toString('base64'));
  await expect(subject).toContainText('my-four.png');
  await cell.locator('.digit-teach .chip').nth(3).click();
  await expect(cell.locator('.taught-list li')).toHaveCount(1);
}

/** Images in folders named after what they show, trained on. @param {Page} page */
async function ownData(page) {
  const cell = page.locator('#data');
  await cell.scrollIntoViewIfNeeded();
  const files = Array.from({ length: 12 }, (_, i) => [`mine/${['my-cat', 'my-dog'][i % 2]}/${i}.png`, new Uint8Array(image('', i).buffer)]);
  const buffer = Buffer.from(zipSync(Object.fromEntries(files), { level: 0 }));
  await cell.locator('.own input[type=file]').last().setInputFiles({ name: 'my-pets.zip', mimeType: 'application/zip', buffer });
  await cell.getByRole('button', { name: text('en', 'data.use'), exact: true }).click({ timeout: 60_000 });
  await expect(cell.locator('.own > .own-status')).toHaveText(text('en', 'data.using'), { timeout: 60_000 });
}

/** Everything is seen once. @param {Page} page */
async function readAll(page) {
  for (const cell of await page.locator('#cells > section').all()) {
    await cell.scrollIntoViewIfNeeded();
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  }
}

for (const [host, options] of /** @type {const} */ ([
  ['a host that isolates the page', { base: '/', isolation: true }],
  ['a host where the service worker does', { base: '/sub/path/', isolation: false }],
])) {
  test(`a long visit asks for the page’s own files only, and nothing brought is in an address or a Referer: ${host}`, async ({ browser }) => {
    test.setTimeout(240_000);
    /** @type {{ method: string, url: string, referer: string }[]} */
    const log = [];
    const server = await startServer({
      ...options,
      log: ({ method = '', url = '', headers }) => log.push({ method, url, referer: headers.referer ?? '' }),
    });
    const proxy = await startProxy();
    const context = await browser.newContext({ serviceWorkers: 'allow', proxy: { server: proxy.url, bypass: '127.0.0.1' }, locale: 'en-US', viewport: { width: 1280, height: 900 } });
    try {
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      const page = await context.newPage();
      await page.goto(server.url);
      // The service worker's way begins with a reload.
      await expect.poll(() => page.evaluate(() => crossOriginIsolated).catch(() => false), { timeout: 60_000 }).toBe(true);
      let parts = await ready(page);
      await filter(page);
      await parts.cell.scrollIntoViewIfNeeded();
      await parts.spec.fill(SPEC);
      await parts.batch.fill('4');
      await expect(parts.button('one-batch')).toHaveAttribute('aria-disabled', 'false');
      await digits(page);
      await parts.oneBatch();
      await ownData(page);
      await parts.cell.scrollIntoViewIfNeeded();
      await expect(parts.cell.locator('.data-line')).toContainText(text('en', 'data.name-own'));
      await parts.oneBatch();
      await stored(page, 1);
      await expect.poll(async () => Object.keys((await stock(page))['cnn-notebook'])).toContain('own');
      await readAll(page);

      await page.getByRole('button', { name: text('en', 'page.share'), exact: true }).click();
      await expect(page.locator('#toasts')).toContainText(text('en', 'page.share-copied'));
      const link = await page.evaluate(() => navigator.clipboard.readText());
      expect(link, 'the link is one that carries something').toContain('filter.own');

      await page.reload();
      await answer(page, 'en', 'continue').click({ timeout: 60_000 });
      parts = await ready(page);
      await expect(parts.cell.locator('.data-line')).toContainText(text('en', 'data.name-own'));
      await parts.oneBatch();
      await page.getByRole('button', { name: '한국어' }).click();
      await expect(page).toHaveTitle(text('ko', 'page.title'));
      await readAll(page);

      const second = await context.newPage();
      await second.goto(link);
      await ready(second);
      await expect(ownPicture(second)).toBeChecked();
    } finally {
      await context.close();
      await server.close();
      await proxy.close();
    }

    expect(proxy.asked.filter((each) => each !== BROWSERS_OWN), 'other hosts').toEqual([]);
    expect(log.length, 'requests').toBeGreaterThan(20);
    const strange = log.filter(({ method, url }) => method !== 'GET' || !url.startsWith(options.base) || !FILES.has(url.slice(options.base.length)));
    expect(strange.map(({ method, url }) => `${method} ${url.slice(0, 200)}`), 'requests for something else than a file of the page').toEqual([]);
    expect(log.filter(({ referer }) => /[?#]/.test(referer)).map(({ url, referer }) => `${url}: ${referer.slice(0, 200)}`), 'Referers that say more than the page').toEqual([]);
  });
}
