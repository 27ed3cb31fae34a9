// The opening: a small network that trains as soon as the page is there, on a small part of the data, and reads what is
// drawn for it. Nothing of it is canned: the weights come from a run in this tab.

import { readFileSync } from 'node:fs';
import { expect, test } from './fixtures.js';
import { LANGS, pattern, text, violationsIn } from './lab.js';

/** @typedef {import('@playwright/test').Page} Page */

/** Bytes of data that the opening may fetch. */
const MOST_DATA = 350_000;
/** Batches that it trains: as in `cells/intro/run.js`. */
const BATCHES = 300;

/** @param {Page} page */
const status = (page) => page.locator('#intro .intro-status');
/** @param {Page} page */
const batch = async (page) => Number(((await status(page).textContent()) ?? '').match(/\d+/)?.[0] ?? 0);
/** @param {Page} page */
const accuracy = async (page) => Number(((await status(page).textContent()) ?? '').match(/(\d+)%/)?.[1] ?? 0);
/** @param {Page} page */
const digit = (page) => page.locator('#intro .intro-digit');
/** @param {Page} page @param {'start' | 'pause' | 'go-on' | 'again' | 'clear'} key */
const press = (page, key) => page.locator('#intro').getByRole('button', { name: text('en', `intro.${key}`), exact: true }).click();

/** The filters as they are drawn. @param {Page} page @returns {Promise<number[][]>} for each, its pixels */
const filters = (page) =>
  page.locator('.intro-kernel canvas').evaluateAll((all) =>
    all.map((each) => {
      const canvas = /** @type {HTMLCanvasElement} */ (each);
      return [.../** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d')).getImageData(0, 0, canvas.width, canvas.height).data];
    }),
  );

/** How rough a filter looks: the mean difference between neighbours in a row. @param {number[]} data 9×9 RGBA */
function roughness(data) {
  const side = 9;
  let sum = 0;
  for (let row = 0; row < side; row += 1) {
    for (let col = 1; col < side; col += 1) sum += Math.abs(data[4 * (row * side + col)] - data[4 * (row * side + col - 1)]);
  }
  return sum;
}

/** Draws a line on the pad, through points given as parts of its side. @param {Page} page @param {[number, number][]} points */
async function draw(page, points) {
  const box = await page.locator('.pixel-pad').boundingBox();
  if (!box) throw new Error('there is no pad');
  const at = (/** @type {[number, number]} */ [x, y]) => /** @type {[number, number]} */ ([box.x + x * box.width, box.y + y * box.height]);
  await page.mouse.move(...at(points[0]));
  await page.mouse.down();
  for (const point of points.slice(1)) await page.mouse.move(...at(point), { steps: 8 });
  await page.mouse.up();
}

/** A seven: a bar, and a slanted stroke. @type {[number, number][]} */
const SEVEN = [[0.28, 0.22], [0.72, 0.22], [0.62, 0.45], [0.52, 0.65], [0.46, 0.8]];

/** Paths of what is asked for to train with. @param {Page} page */
function requests(page) {
  /** @type {string[]} */
  const seen = [];
  page.context().on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (/\/training\/worker\/|^\/data\//.test(pathname)) seen.push(pathname);
  });
  return seen;
}

test('it trains at once, from noise to edges, reads what is drawn, and ends by itself', async ({ page }) => {
  test.setTimeout(700_000);
  const seen = requests(page);
  await page.goto('./#lang=en');
  await expect.poll(() => batch(page), { timeout: 80_000 }).toBeGreaterThan(0);
  const noise = await filters(page);
  const early = await batch(page);
  expect(noise.length).toBe(8);

  await draw(page, SEVEN);
  await expect.poll(() => batch(page), { timeout: 300_000 }).toBeGreaterThan(Math.max(150, early));
  expect(await accuracy(page)).toBeGreaterThan(80);
  await expect(digit(page)).toHaveText('7');
  const learned = await filters(page);
  learned.forEach((each, i) => expect(each, `filter ${i}`).not.toEqual(noise[i]));
  const sum = (/** @type {number[][]} */ all) => all.reduce((total, each) => total + roughness(each), 0);
  if (early < 10) expect(sum(learned)).toBeLessThan(0.8 * sum(noise));

  await expect(status(page)).toHaveText(pattern('en', 'intro.done'), { timeout: 300_000 });
  expect(await batch(page)).toBe(BATCHES);
  expect(await accuracy(page)).toBeGreaterThan(88);
  expect(await violationsIn(page, 'intro')).toEqual([]);

  const data = [...new Set(seen.filter((path) => path.startsWith('/data/')))];
  expect(data.every((path) => path.startsWith('/data/mnist/first/')), data.join('\n')).toBe(true);
  const bytes = data.reduce((total, path) => total + readFileSync(new URL(`../../dist${path}`, import.meta.url)).length, 0);
  expect(bytes).toBeGreaterThan(100_000);
  expect(bytes).toBeLessThanOrEqual(MOST_DATA);
});

test('it rests off screen and at a pause, goes on where it was, and begins anew', async ({ page }) => {
  test.setTimeout(420_000);
  await page.goto('./#lang=en');
  await expect.poll(() => batch(page), { timeout: 80_000 }).toBeGreaterThan(3);
  await page.locator('#filter').scrollIntoViewIfNeeded();
  // A batch may be on its way.
  await page.waitForTimeout(1000);
  const left = await batch(page);
  await page.waitForTimeout(2000);
  expect(await batch(page)).toBe(left);
  await page.evaluate(() => scrollTo({ top: 0, behavior: 'instant' }));
  await expect.poll(() => batch(page), { timeout: 30_000 }).toBeGreaterThan(left);

  await press(page, 'pause');
  await page.waitForTimeout(1000);
  const paused = await batch(page);
  await page.waitForTimeout(2000);
  expect(await batch(page)).toBe(paused);
  const before = await filters(page);
  await press(page, 'again');
  await expect.poll(async () => (await batch(page)) > 0 && (await batch(page)) < paused, { timeout: 30_000 }).toBe(true);
  expect(await filters(page)).not.toEqual(before);
});

for (const [name, prepare] of /** @type {[string, (page: Page) => Promise<void>][]} */ ([
  ['a reader who asked for less motion', (page) => page.emulateMedia({ reducedMotion: 'reduce' })],
  ['a reader who saves data', (page) => page.addInitScript(() => Object.defineProperty(navigator, 'connection', { value: { saveData: true } }))],
])) {
  test(`${name} is asked first; two presses then lead to one’s own digit, read by the network that one trained`, async ({ page }) => {
    test.setTimeout(420_000);
    await prepare(page);
    const seen = requests(page);
    await page.goto('./#lang=en');
    await expect(status(page)).toHaveText(text('en', 'intro.waiting'));
    await expect(page.locator('html')).toHaveAttribute('data-kept', 'none', { timeout: 30_000 });
    expect(seen).toEqual([]);
    // Random weights, but computed: it already answers something.
    await expect(digit(page)).toHaveText(/^\d$/);

    let presses = 0;
    await press(page, 'start');
    presses += 1;
    await expect.poll(() => batch(page), { timeout: 300_000 }).toBeGreaterThan(100);
    await draw(page, SEVEN);
    presses += 1;
    await expect(digit(page)).toHaveText('7');
    expect(presses).toBeLessThanOrEqual(4);
  });
}

for (const lang of LANGS) {
  for (const [width, height] of [[1280, 800], [390, 844]]) {
    test(`all of it stands above the fold at ${width}×${height} (${lang})`, async ({ page }) => {
      await page.setViewportSize({ width, height });
      await page.goto(`./#lang=${lang}`);
      await expect.poll(() => batch(page), { timeout: 80_000 }).toBeGreaterThan(0);
      for (const part of ['.cell-title', '.prose', '.pixel-pad', '.intro-filters', '.intro-rows', '.intro-status', '.intro-buttons .primary', '.sparkline']) {
        const box = await page.locator(`#intro ${part}`).first().boundingBox();
        expect(box, part).not.toBeNull();
        expect(Number(box?.y), part).toBeGreaterThanOrEqual(0);
        expect(Number(box?.y) + Number(box?.height), part).toBeLessThanOrEqual(height);
      }
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    });
  }
}

test('where its data do not arrive it says so, and one press tries again', async ({ page, problems }) => {
  test.setTimeout(240_000);
  await page.route('**/data/mnist/first/train*', (route) => route.abort());
  await page.goto('./#lang=en');
  await expect(status(page)).toContainText('train-', { timeout: 80_000 });
  await page.unrouteAll();
  await press(page, 'start');
  await expect.poll(() => batch(page), { timeout: 80_000 }).toBeGreaterThan(0);
  problems.length = 0;
});
