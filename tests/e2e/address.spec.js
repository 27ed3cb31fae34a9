// The address: the state behind its #, links of before, addresses given to an open page, and that nothing of it is sent.

import { createServer, request as ask } from 'node:http';
import { expect, keysOf, test, visit } from './fixtures.js';
import { pattern, text } from './lab.js';
import { png } from './pictures.js';

/** @typedef {import('@playwright/test').Page} Page */

/** @param {Page} page */
const ready = (page) => expect(page.locator('html')).toHaveAttribute('data-ready', 'engine');
/** @param {Page} page */
const strideN = (page) => page.locator('#stride .figure-controls').getByRole('spinbutton', { name: text('en', 'stride.n-label'), exact: true });

/** A server before the page's, that writes down all that it is asked, headers included. @param {string} server */
async function listening(server) {
  /** @type {string[]} */
  const asked = [];
  const proxy = createServer((question, answer) => {
    asked.push(`${question.url}\n${question.rawHeaders.join('\n')}`);
    question.pipe(
      ask(new URL(question.url ?? '/', server), { method: question.method, headers: question.headers }, (reply) => {
        answer.writeHead(reply.statusCode ?? 500, reply.headers);
        reply.pipe(answer);
      }),
    );
  });
  await new Promise((listen) => proxy.listen(0, '127.0.0.1', () => listen(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (proxy.address());
  return { url: `http://127.0.0.1:${port}/`, asked, close: () => new Promise((closed) => (proxy.close(closed), proxy.closeAllConnections())) };
}

test('a picture that somebody brought is in the address and in no request, not even after a reload', async ({ page, server }) => {
  const host = await listening(server);
  try {
    await visit(page, `${host.url}#filter&lang=en`);
    await ready(page);
    const rgba = new Uint8Array(60 * 40 * 4).map((_, index) => [index % 240, (index >> 6) % 256, 90, 255][index % 4]);
    const buffer = Buffer.from(png({ width: 60, height: 40, rgba }));
    await page.locator('#filter input[type=file]').setInputFiles({ name: 'mine.png', mimeType: 'image/png', buffer });
    await expect.poll(() => keysOf(page).get('filter.own')?.length).toBeGreaterThan(1000);
    await page.reload();
    await ready(page);
    await page.locator('#train').scrollIntoViewIfNeeded();
    await page.locator('#train').getByRole('button', { name: text('en', 'train.data-rest'), exact: true }).click();
    await expect(page.locator('#train .data-line')).toHaveText(pattern('en', 'train.data-all'), { timeout: 60_000 });
    expect(new URL(page.url()).search).toBe('');
    expect(host.asked.length).toBeGreaterThan(20);
    expect(host.asked.filter((lines) => /own=|lang=|\?/.test(lines.split('\n')[0]))).toEqual([]);
    // The workers' own requests may name the script that they come from.
    const referers = host.asked.flatMap((lines) => /\nreferer\n(.*)/i.exec(lines)?.[1] ?? []);
    expect(referers.filter((from) => !/\/(src|engine-\w+)\/[^?#]*\.js$/.test(from))).toEqual([]);
  } finally {
    await host.close();
  }
});

test('a link of before opens the same, and from then on has nothing in its query', async ({ page, server }) => {
  const host = await listening(server);
  try {
    await page.goto(`${host.url}?lang=en&stride.n=9&intro.sample=house#stride`);
    await ready(page);
    expect(page.url()).toBe(`${host.url}#stride&lang=en&stride.n=9&intro.sample=house`);
    await expect(strideN(page)).toHaveText('9');
    await expect(page.locator('#stride')).toBeInViewport();
    // The link itself was asked for, as it was given; nothing else says what it was.
    expect(host.asked[0]).toContain('stride.n=9');
    expect(host.asked.slice(1).filter((lines) => lines.includes('stride.n'))).toEqual([]);
    const before = host.asked.length;
    await page.reload();
    await ready(page);
    expect(host.asked.slice(before).filter((lines) => lines.includes('stride.n'))).toEqual([]);
    await expect(strideN(page)).toHaveText('9');
  } finally {
    await host.close();
  }
});

test('an address given to an open page is opened without a reload; back leads to the place and keeps what was set', async ({ page }) => {
  await visit(page, './#stride&lang=en&stride.n=9&stride.f=5');
  await ready(page);
  await expect(strideN(page)).toHaveText('9');
  await page.evaluate(() => Object.assign(window, { marked: true }));

  await page.evaluate(() => (location.hash = '#padding&stride.n=12'));
  await expect(strideN(page)).toHaveText('12');
  await expect(page.locator('#padding')).toBeInViewport();
  expect(keysOf(page).get('stride.f'), 'what it leaves out has its default').toBeNull();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');

  await page.locator('.toc-link[href="#train"]').click();
  await expect(page).toHaveURL(/#train&lang=en&stride\.n=12/);
  await strideN(page).focus();
  await page.keyboard.press('ArrowRight');
  await expect(page).toHaveURL(/stride\.n=13/);
  await page.goBack();
  await expect(page).toHaveURL(/#padding&.*stride\.n=13/);
  await expect(strideN(page)).toHaveText('13');

  await page.evaluate(() => (location.hash = '#stride&stride.n=999&stride.f=4'));
  await expect(page.locator('.toast')).toContainText('stride.n=999');
  // The width follows the height a moment later.
  await expect(page).toHaveURL(/#stride&lang=en&stride\.f=4(&stride\.fw=4)?$/);
  expect(await page.evaluate(() => 'marked' in window)).toBe(true);

  await page.evaluate(() => (location.hash = '#engine=simd'));
  await expect(page.locator('.toast').last()).toHaveText(new RegExp(text('en', 'page.engine-later')));
  await page.reload();
  await ready(page);
  await expect(page.locator('.bar-engine')).toHaveText(/^SIMD/);
});

for (const hash of ['#%', '#%ff', '#%E0%A4%A', '#train%', '#&&=&%', '#nothing&new=1&lang=fr', '#__proto__=1&constructor', '#?lang=en']) {
  test(`a broken hash opens the page: ${hash}`, async ({ page }) => {
    await visit(page, `./${hash}`);
    await ready(page);
    await expect(page.locator('#boot-failed')).toBeHidden();
    // Also given to an open page.
    await page.evaluate(() => (location.hash = '#lang=en'));
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
    await page.evaluate((broken) => (location.hash = broken), hash);
    await page.getByRole('button', { name: '한국어' }).click();
    await expect(page.locator('html')).toHaveAttribute('lang', 'ko');
  });
}

test('an address of 29 KB opens, is written and opens again', async ({ page }) => {
  const weights = Array.from({ length: 363 }, (_, index) => -1.234567890123 + index / 1000).join('_');
  const drawn = Array.from({ length: 784 }, (_, index) => (index * 37) % 36).map((digit) => digit.toString(36)).join('');
  const spec = `input 28x28x1\n${'conv 3x3 4 padding 1,0,1,0 stride 1,1\n'.repeat(60)}flatten\ndense 10`;
  const keys = new URLSearchParams({ lang: 'en', 'filter.weights': weights, 'network.own': drawn, spec, 'layers.spec': spec.replace('28x28x1', '32x32x3'), 'spec1': spec });
  const padding = 'x'.repeat(29_000 - keys.toString().length);
  await visit(page, `./#train&${keys}&later=${padding}`);
  await ready(page);
  await page.getByRole('button', { name: '한국어' }).click();
  await expect(page).toHaveURL(/lang=ko/);
  await expect(page.locator('#train .spec-text')).toHaveValue(spec);
  await page.reload();
  await ready(page);
  await expect(page.locator('#train .spec-text')).toHaveValue(spec);
});

test('a theme that is none is neither worn nor remembered', async ({ page }) => {
  for (const theme of ['blue', '"><b>', '__proto__']) {
    await visit(page, `./#lang=en&theme=${encodeURIComponent(theme)}`);
    await ready(page);
    await expect(page.locator('html')).toHaveAttribute('data-theme', /^(light|dark)$/);
    expect(await page.evaluate(() => localStorage.getItem('cnn-notebook.theme'))).toBeNull();
  }
});

test('links inside the page are plain anchors', async ({ page }) => {
  await visit(page, './#lang=en');
  await ready(page);
  const hrefs = await page.locator('.toc-link, .bar-home, .skip-link').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  expect(hrefs.length).toBeGreaterThan(15);
  expect(hrefs.filter((href) => !/^#[a-z]+$/.test(href ?? ''))).toEqual([]);
});
