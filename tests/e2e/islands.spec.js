// What the page fetches and when: little before its first figure, a cell when the reader nears it, nothing to train with for
// who stays in the lecture; and what it says of a part that does not arrive.

import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, folders, test } from './fixtures.js';
import { LANGS, lab, openLab, pattern, text } from './lab.js';

/** @typedef {import('@playwright/test').Page} Page */

/** Bytes, packed as a static host would send them: 176,000 are the engine, which prepares photographed digits too. */
const MOST = { scripts: 40_000, all: 250_000 };
const MOST_NODES = 800;
/** The cells of the lecture that train nothing. */
const LECTURE = ['part', 'filter', 'stride', 'padding', 'filters', 'layers', 'pooling'];

/** Notes what has been fetched by the time that the first figure answers. */
const NOTE = () => {
  new MutationObserver((_changes, observer) => {
    if (document.documentElement.dataset.ready !== 'engine') return;
    observer.disconnect();
    const files = performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname);
    Object.assign(window, { first: { files: [...new Set(files)], nodes: document.querySelectorAll('*').length } });
  }).observe(document, { attributes: true, attributeFilter: ['data-ready'], subtree: true }); // its root may not be there yet
};

/** Addresses that a page asks for from here on. @param {Page} page */
function requests(page) {
  /** @type {string[]} */
  const seen = [];
  page.context().on('request', (request) => seen.push(new URL(request.url()).pathname));
  return seen;
}

/** Says of the next pages that every byte counts. @param {Page} page */
const saveData = (page) => page.addInitScript(() => Object.defineProperty(navigator, 'connection', { value: { saveData: true } }));

/** @param {Page} page @param {string} address */
async function open(page, address) {
  await page.goto(address);
  await expect(page.locator('html')).toHaveAttribute('data-ready', 'engine');
}

/** What is only for training. @param {string[]} paths */
const forTraining = (paths) => paths.filter((path) => /\/training\/worker\/worker\.js|^\/data\//.test(path));
/** Of that, what is more than the opening's own run fetches. @param {string[]} paths */
const forTheLab = (paths) => paths.filter((path) => /^\/data\//.test(path) && !path.startsWith('/data/mnist/first/'));

for (const lang of LANGS) {
  test(`what the first figure needs is little (${lang})`, async ({ page }) => {
    await page.addInitScript(NOTE);
    await open(page, `./?lang=${lang}`);
    const { files, nodes } = await page.evaluate(() => /** @type {any} */ (window).first);
    const size = (/** @type {string} */ path) => gzipSync(readFileSync(new URL(`../../dist${path}`, import.meta.url))).length;
    const sum = (/** @type {string[]} */ paths) => paths.reduce((total, path) => total + size(path), 0);
    const scripts = files.filter((/** @type {string} */ path) => path.endsWith('.js') && !path.includes('cnn_wasm'));
    expect(scripts.length).toBeGreaterThan(0);
    expect(files.some((/** @type {string} */ path) => path.endsWith('.wasm'))).toBe(true);
    test.info().annotations.push({ type: 'bytes', description: `${sum(scripts)} of scripts, ${sum(files) + size('/index.html')} in all, ${nodes} nodes` });
    expect(sum(scripts), scripts.join('\n')).toBeLessThanOrEqual(MOST.scripts);
    expect(sum(files) + size('/index.html'), files.join('\n')).toBeLessThanOrEqual(MOST.all);
    expect(nodes).toBeLessThanOrEqual(MOST_NODES);
    expect(forTraining(files)).toEqual([]);
    expect(files.filter((/** @type {string} */ path) => path.endsWith(`${lang === 'ko' ? 'en' : 'ko'}.json`)), 'the other language').toEqual([]);
  });
}

test('who stays in the lecture fetches no more to train with than the opening’s few images; who comes to the lab does', async ({ page }) => {
  const seen = requests(page);
  await open(page, './?lang=en');
  for (const id of LECTURE) {
    // Behind the last one’s figure the lab is half a screen away.
    if (id !== LECTURE.at(-1)) for (const fold of await page.locator(`#${id} .fold-button[aria-expanded="false"]`).all()) await fold.press('Enter');
    await page.locator(`#${id}`).scrollIntoViewIfNeeded();
    await expect(page.locator(`#${id} .figure`).first()).toBeVisible();
  }
  await page.evaluate(() => scrollTo(0, 0));
  await expect(page.locator('html')).toHaveAttribute('data-cells', 'all', { timeout: 30_000 });
  expect(forTheLab(seen)).toEqual([]);
  await page.locator('#train').scrollIntoViewIfNeeded();
  await expect.poll(() => forTheLab(seen).length).toBeGreaterThan(0);
});

test('the figures and what trains share one build of the engine', async ({ page }) => {
  const seen = requests(page);
  await open(page, './?lang=en#train');
  await expect.poll(() => forTheLab(seen).length).toBeGreaterThan(0);
  expect(new Set(seen.filter((path) => path.endsWith('.wasm'))).size).toBe(1);
});

test('of the data exactly what is needed is fetched', async ({ page }) => {
  test.setTimeout(240_000);
  const seen = requests(page);
  const data = () => seen.filter((path) => path.startsWith('/data/mnist/')).map((path) => path.replace('/data/mnist/', '')).sort();
  const first = ['manifest.json', 'train-00.bin.gz'];
  // A network that is slow enough to be paused within the first shard.
  const parts = await openLab(page, { lang: 'en' });
  await expect(parts.cell.locator('.data-line')).toHaveText(pattern('en', 'train.data-first'));
  expect(data()).toEqual(first);
  await parts.oneBatch();
  await page.locator('#network').scrollIntoViewIfNeeded();
  await expect(page.locator('#network .digit-thumb')).toHaveCount(10);
  expect(data()).toEqual(first);

  // Training that goes on has two shards ahead, and what it is checked with.
  await parts.press('go-on');
  await expect.poll(async () => (await parts.progress()).batch).toBeGreaterThan(1);
  await parts.press('pause');
  expect((await parts.progress()).batch).toBeLessThan(50);
  const begun = [...first, 'train-01.bin.gz', 'train-02.bin.gz', 'validation-00.bin.gz'];
  await expect.poll(data).toEqual(begun);
  await parts.press('get-one');
  await expect(parts.cell.locator('.one-verdict')).toContainText('Label');
  expect(data()).toEqual(['manifest.json', 'test-00.bin.gz', ...begun.slice(1)]);
  await parts.press('test');
  await expect(parts.cell.locator('.test-result[role=status]')).toHaveText(pattern('en', 'train.test-done'), { timeout: 120_000 });
  expect(data()).toEqual(['manifest.json', 'test-00.bin.gz', 'test-01.bin.gz', ...begun.slice(1)]);

  // What has been here is not fetched again.
  seen.length = 0;
  const again = await openLab(page, { lang: 'en' });
  await again.oneBatch();
  expect(data()).toEqual(['manifest.json']);
});

for (const lang of LANGS) {
  test(`where every byte counts what trains comes at a press (${lang})`, async ({ page }) => {
    await saveData(page);
    const seen = requests(page);
    await open(page, `./?lang=${lang}#train`);
    const offer = page.locator('#train').getByRole('button', { name: text(lang, 'page.saving-fetch'), exact: true });
    await expect(offer).toBeVisible();
    await expect(page.locator('html')).toHaveAttribute('data-kept', 'none');
    expect(forTraining(seen)).toEqual([]);
    await offer.press('Enter');
    await lab(page, lang).oneBatch();
    await expect(offer).toHaveCount(0);
    expect(forTraining(seen).filter((path) => path.startsWith('/data/'))).toEqual(['/data/mnist/manifest.json', '/data/mnist/train-00.bin.gz']);
  });
}

test('a link into the lab begins to load what trains at once', async ({ page }) => {
  const seen = requests(page);
  await open(page, './?lang=en#judge');
  await expect.poll(() => forTheLab(seen).length).toBeGreaterThan(0);
});

test('where every byte counts only what is near is fetched, and all of it for a search', async ({ page }) => {
  await saveData(page);
  const seen = requests(page);
  await open(page, './?lang=en');
  await expect(page.locator('html')).toHaveAttribute('data-kept', 'none');
  const cells = () => new Set(seen.flatMap((path) => /\/cells\/(\w+)\/cell\.js/.exec(path)?.[1] ?? []));
  await expect.poll(() => cells().has('part')).toBe(true);
  expect(cells().has('judge')).toBe(false);
  await page.locator('#stride').scrollIntoViewIfNeeded();
  await expect(page.locator('#stride .figure').first()).toBeVisible();
  expect(cells().has('judge')).toBe(false);
  await page.keyboard.press('Control+f');
  await expect(page.locator('html')).toHaveAttribute('data-cells', 'all', { timeout: 30_000 });
  await expect(page.locator('#judge .prose').first()).toBeAttached();
  expect(forTraining(seen)).toEqual([]);
});

for (const lang of LANGS) {
  for (const [what, file] of [
    ['script', 'cell.js*'],
    ['text', `${lang}.json`],
    ['style', 'style.css'],
  ]) {
    test(`a cell whose ${what} does not arrive says so and can be had again; the others go on (${lang})`, async ({ page, problems }) => {
      await page.route(`**/cells/padding/${file}`, (route) => route.abort());
      await open(page, `./?lang=${lang}#padding`);
      const cell = page.locator('#padding');
      const missing = cell.locator('.cell-missing');
      await expect(missing).toContainText(text(lang, 'page.cell-missing'));
      await expect(cell.locator('.figure')).toHaveCount(0);
      await page.locator('#stride').scrollIntoViewIfNeeded();
      await expect(page.locator('#stride .figure').first()).toBeVisible();
      const again = missing.getByRole('button', { name: text(lang, 'page.try-again'), exact: true });
      await again.click();
      await expect(missing).toContainText(text(lang, 'page.cell-missing'));
      await page.unrouteAll();
      await again.click();
      await expect(cell.locator('.figure').first()).toBeVisible();
      await expect(missing).toHaveCount(0);
      problems.length = 0;
    });
  }
}

test('what all cells need does not arrive: each says so, and one press brings it for all', async ({ page, problems }) => {
  // The script itself, then one that it needs.
  const source = readFileSync(new URL(`../../dist/${folders.page}/src/app/rest.js`, import.meta.url), 'utf8');
  const first = readFileSync(new URL(`../../dist/${folders.page}/src/main.js`, import.meta.url), 'utf8');
  const needed = [...source.matchAll(/chunk-\w+\.js/g)].map(([name]) => name).find((name) => !first.includes(name));
  expect(needed).toBeTruthy();
  for (const path of ['**/src/app/rest.js*', `**/src/${needed}`]) {
    await page.route(path, (route) => route.abort());
    await page.goto('about:blank');
    await page.goto('./?lang=en#stride');
    const missing = page.locator('#stride .cell-missing');
    await expect(missing).toContainText(text('en', 'page.cell-missing'));
    await expect(page.locator('#intro .pixel-pad')).toBeVisible();
    await page.unrouteAll();
    await missing.getByRole('button', { name: text('en', 'page.try-again'), exact: true }).click();
    await expect(page.locator('#stride .figure').first()).toBeVisible();
  }
  problems.length = 0;
});

test('the other language comes for all that is there, once it is asked for', async ({ page }) => {
  await open(page, './?lang=ko#filter');
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.locator('#filter .prose').first()).toContainText(/[a-z]{4}/);
  await expect(page.locator('html')).toHaveAttribute('data-cells', 'all', { timeout: 30_000 });
  expect(await page.locator('.cell .prose').evaluateAll((list) => list.filter((each) => /[가-힣]{2}/.test(each.textContent ?? '')).length)).toBe(0);
});

test('without JavaScript the opening and the titles are there, and the whole text is a link away', async ({ browser, server }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  try {
    const page = await context.newPage();
    await page.goto(server);
    await expect(page.locator('#intro .prose:visible')).toHaveCount(1);
    await expect(page.locator('#judge .cell-title')).toBeVisible();
    await page.locator('noscript a').last().click();
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
    for (const id of LECTURE) await expect(page.locator(`#${id} .prose`).first()).toBeVisible();
    await page.getByRole('link', { name: '한국어' }).click();
    await expect(page.locator('#judge .prose').first()).toContainText(/[가-힣]{2}/);
  } finally {
    await context.close();
  }
});
