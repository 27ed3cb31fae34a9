// The network from left to right: columns that open, and curves from a value to the cells that it was computed from.

import { expect, oneOf, openCell, pattern, SMALL, test, text, violationsIn } from './lab.js';

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {import('@playwright/test').Locator} Locator */
/** @typedef {{ x: number, y: number, width: number, height: number }} Box */

/** Batch normalization, stride 2 with and without padding, no pooling. */
const CUSTOM = `&spec=${encodeURIComponent('input 28x28x1\nconv 5x5 6 stride 2 padding same\nbatchnorm\nrelu\nconv 3x3 8 stride 2\nrelu\nflatten\ndense 10\n')}`;
/** Maps of a closed column. */
const SHOWN = 4;

/** @param {Locator} cell @param {number} layer −1 is the image */
const column = (cell, layer) => cell.locator(`.map-column[data-layer="${layer}"]`);
/** @param {Locator} element @returns {Promise<Box>} */
const box = async (element) => /** @type {Box} */ (await element.boundingBox());

/**
 * Points at a value of a map near the top of a closed column or of an open one.
 * @param {Locator} cell
 * @param {number} layer
 * @param {{ map: number, y: number, x: number, size: number }} at `size`: values in a side of a map; tiles are one below the other
 */
async function point(cell, layer, { map, y, x, size }) {
  const canvas = column(cell, layer).getByRole('application');
  await canvas.scrollIntoViewIfNeeded();
  const zoom = (await box(canvas)).width / size;
  await canvas.hover({ position: { x: (x + 0.5) * zoom, y: (map * (size + 1) + y + 0.5) * zoom } });
}

/** The curves as they are drawn: the corners of the window on the left, the value on the right; px of the page. @param {Locator} cell */
async function curves(cell) {
  const all = cell.locator('.across-curves');
  const { x, y } = await box(all);
  const paths = await all.locator('path').evaluateAll((list) => list.map((path) => path.getAttribute('d') ?? ''));
  return paths.map((path) => {
    const numbers = (path.match(/-?[\d.]+/g) ?? []).map(Number);
    return { right: x + numbers[0], top: y + numbers[1], bottom: y + numbers[numbers.length - 1], end: x + numbers[6], middle: y + numbers[7] };
  });
}

/**
 * Where the curves have to be.
 * @param {Locator} cell
 * @param {number} layer of the value
 * @param {object} at
 * @param {{ map: number, y: number, x: number, size: number }} at.value
 * @param {{ y: number, x: number, height: number, width: number, size: number }} at.window on each map of the column before
 * @param {number[]} at.tiles places of the maps, from the top
 */
async function expected(cell, layer, { value, window, tiles }) {
  const [to, from] = [await box(column(cell, layer).getByRole('application')), await box(column(cell, layer - 1).getByRole('application'))];
  const [zoom, before] = [to.width / value.size, from.width / window.size];
  return tiles.map((tile) => {
    const top = from.y + (tile * (window.size + 1) + window.y) * before;
    return {
      right: from.x + (window.x + window.width) * before,
      top,
      bottom: top + window.height * before,
      end: to.x + value.x * zoom,
      middle: to.y + (value.map * (value.size + 1) + value.y + 0.5) * zoom,
    };
  });
}

/** Holds the curves against the formula, to a pixel. @param {Locator} cell @param {number} layer @param {Parameters<typeof expected>[2]} at */
async function expectCurves(cell, layer, at) {
  await expect(async () => {
    const [drawn, wanted] = [await curves(cell), await expected(cell, layer, at)];
    expect(drawn).toHaveLength(wanted.length);
    wanted.forEach((each, i) => {
      for (const [key, px] of Object.entries(each)) expect(Math.abs(drawn[i][/** @type {keyof typeof each} */ (key)] - px), `${key} of curve ${i}`).toBeLessThan(1.5);
    });
  }).toPass({ timeout: 20_000 });
}

/** Opens «what it learns» and waits for the network. @param {Page} page @param {import('./lab.js').Lang} lang @param {string} [query] */
async function learned(page, lang, query = '') {
  const { cell } = await openCell(page, lang, 'learned', { query: `${query}&network.source=train` });
  await expect(column(cell, 0)).toBeVisible({ timeout: 60_000 });
  await column(cell, 0).scrollIntoViewIfNeeded();
  const words = cell.locator('.across-part > p');
  await expect(words).toHaveText(pattern(lang, 'network.say'));
  return { cell, words };
}

for (const lang of oneOf('en')) {
  test(`lab11-2 across: a column for every layer, opened and walked by keyboard (${lang})`, async ({ page }) => {
    test.setTimeout(120_000);
    const { cell, words } = await learned(page, lang);
    // The image, eight layers and the probabilities.
    await expect(cell.locator('.map-column')).toHaveCount(10);
    await expect(cell.locator('.map-column .map-title')).toHaveText(['Input image', 'conv 3×3, 32', 'relu', 'maxpool 2×2', 'conv 3×3, 64', 'relu', 'maxpool 2×2', 'flatten', 'dense 10', 'softmax']);
    const head = column(cell, 3).getByRole('button');
    await expect(head).toHaveAttribute('aria-expanded', 'false');
    const closed = await box(column(cell, 3).getByRole('application'));
    await head.focus();
    await page.keyboard.press('Enter');
    await expect(head).toHaveAttribute('aria-expanded', 'true');
    await expect(head).toBeFocused();
    // 14×14 values with a line between two maps: 64 of them instead of one column of four.
    const open = await box(column(cell, 3).getByRole('application'));
    const zoom = closed.width / 14;
    const [wide, tall] = [(open.width / zoom + 1) / 15, (open.height / zoom + 1) / 15];
    expect((closed.height / zoom + 1) / 15).toBeCloseTo(SHOWN, 1);
    expect(wide).toBeGreaterThan(1);
    expect(wide * tall).toBeCloseTo(64, 0);

    // The arrow keys select within it, and the selected value is said with the window that it came from.
    const maps = column(cell, 3).getByRole('application');
    await maps.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    await expect(words).toContainText('conv 3×3, 64');
    const shown = (await words.textContent()) ?? '';
    expect(shown).toMatch(/map 1, row 2, column 1: .* ← rows 1–3, columns 1–2 \(3×2\) of all 32 maps before$/);
    await expect(cell.locator('.across-curves path')).toHaveCount(SHOWN);
    // A map that a closed column does not have takes the place of its last.
    await head.press('Enter');
    await maps.focus();
    await page.keyboard.press('End');
    await expect(words).toContainText('map 64,');
    await expect(cell.locator('.across-curves path')).toHaveCount(SHOWN);
    expect(await violationsIn(page, 'learned')).toEqual([]);
  });

  test(`lab11-2 across: a value under the pointer and the window that it came from (${lang})`, async ({ page }) => {
    test.setTimeout(120_000);
    const { cell, words } = await learned(page, lang);
    const value = { map: 1, y: 5, x: 9, size: 14 };
    await point(cell, 3, value);
    await expect(words).toHaveText(/^Layer 4, conv 3×3, 64 · map 2, row 6, column 10: −?[\d.]+ ← rows 5–7, columns 9–11 \(3×3\) of all 32 maps before$/);
    await expectCurves(cell, 3, { value, window: { y: 4, x: 8, height: 3, width: 3, size: 14 }, tiles: [0, 1, 2, 3] });
    // At the border the window is cut.
    const corner = { map: 0, y: 0, x: 0, size: 28 };
    await point(cell, 0, corner);
    await expectCurves(cell, 0, { value: corner, window: { y: 0, x: 0, height: 2, width: 2, size: 28 }, tiles: [0] });
    // Pooling reads one map.
    const pooled = { map: 2, y: 3, x: 6, size: 14 };
    await point(cell, 2, pooled);
    await expect(words).toHaveText(/← rows 7–8, columns 13–14 \(2×2\) of map 3 before$/);
    await expectCurves(cell, 2, { value: pooled, window: { y: 6, x: 12, height: 2, width: 2, size: 28 }, tiles: [2] });
  });

  test(`a network with batch normalization, stride 2 and no pooling across (${lang})`, async ({ page }) => {
    test.setTimeout(120_000);
    const { cell, words } = await learned(page, lang, CUSTOM);
    await expect(cell.locator('.map-column .map-title')).toHaveText(['Input image', 'conv 5×5, 6', 'batchnorm', 'relu', 'conv 3×3, 8', 'relu', 'flatten', 'dense 10', 'softmax']);
    // 28 → 14 with stride 2 under `same`: one pixel of padding before, two after.
    const first = { map: 1, y: 0, x: 3, size: 14 };
    await point(cell, 0, first);
    await expectCurves(cell, 0, { value: first, window: { y: 0, x: 5, height: 4, width: 5, size: 28 }, tiles: [0] });
    const normalized = { map: 2, y: 4, x: 4, size: 14 };
    await point(cell, 1, normalized);
    await expectCurves(cell, 1, { value: normalized, window: { y: 4, x: 4, height: 1, width: 1, size: 14 }, tiles: [2] });
    // 14 → 6 without padding.
    const second = { map: 3, y: 2, x: 5, size: 6 };
    await point(cell, 3, second);
    await expect(words).toHaveText(/← rows 5–7, columns 11–13 \(3×3\) of all 6 maps before$/);
    await expectCurves(cell, 3, { value: second, window: { y: 4, x: 10, height: 3, width: 3, size: 14 }, tiles: [0, 1, 2, 3] });
    // A flattened value is one of the last maps, a score reads all of them.
    const flat = column(cell, 5).getByRole('application');
    await flat.focus();
    await page.keyboard.press('ArrowDown');
    await expect(words).toContainText('(1×1) of map');
    await expect(cell.locator('.across-curves path')).toHaveCount(1);
    await column(cell, 6).getByRole('application').focus();
    await page.keyboard.press('ArrowDown');
    await expect(words).toHaveText(/← all 288 values before$/);
  });
}

for (const lang of oneOf('ko')) {
  test(`the microscope's image across: before, after, and what the step changed (${lang})`, async ({ page }) => {
    test.setTimeout(120_000);
    const { cell, button } = await openCell(page, lang, 'microscope', { key: 'step', query: SMALL });
    await button('step').click();
    // The image, eight layers and the probabilities.
    await expect(cell.locator('.map-column')).toHaveCount(10, { timeout: 60_000 });
    const words = cell.locator('.across-part > p');
    const value = { map: 1, y: 6, x: 7, size: 14 };
    await point(cell, 3, value);
    await expect(words).toHaveText(/4층 conv 3×3, 12 · 맵 2의 7행 8열: .* ← 앞 층 맵 8장 모두의 6–8행 7–9열\(3×3\)$/);
    await expectCurves(cell, 3, { value, window: { y: 5, x: 6, height: 3, width: 3, size: 14 }, tiles: [0, 1, 2, 3] });
    const number = async () => Number(((await words.textContent()) ?? '').match(/: ([−\d.]+) ←/)?.[1].replace('−', '-'));
    /** @type {Record<string, number>} */
    const values = {};
    for (const mode of ['before', 'after', 'change']) {
      await cell.getByRole('radio', { name: text(lang, `microscope.maps-${mode}`), exact: true }).check();
      await expect(page.locator('html')).toHaveAttribute('lang', lang);
      await expect.poll(async () => Object.values(values).includes(await number())).toBe(false);
      values[mode] = await number();
    }
    expect(Math.abs(values.after - values.before - values.change)).toBeLessThan(0.002);
  });
}

test.describe('on a phone', () => {
  test.use({ hasTouch: true, viewport: { width: 360, height: 740 } });

  for (const lang of oneOf('ko')) {
    test(`the columns scroll in their own box, and a touch points (${lang})`, async ({ page }) => {
      test.setTimeout(120_000);
      const { cell, words } = await learned(page, lang);
      const across = cell.locator('.across');
      const widths = () => page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
      expect(await across.evaluate((element) => element.scrollWidth > element.clientWidth)).toBe(true);
      let [page360, screen] = await widths();
      expect(page360).toBeLessThanOrEqual(screen);
      await column(cell, 3).getByRole('application').tap({ position: { x: 20, y: 20 } });
      await expect(words).toContainText('conv 3×3, 64');
      await expect(words).toContainText('앞 층 맵 32장 모두의');
      // Open, a column is still no wider than the box, and is brought into it.
      await column(cell, 3).getByRole('button').tap();
      await expect(column(cell, 3).getByRole('button')).toHaveAttribute('aria-expanded', 'true');
      const [open, frame] = [await box(column(cell, 3)), await box(across)];
      expect(open.width).toBeLessThanOrEqual(frame.width);
      [page360, screen] = await widths();
      expect(page360).toBeLessThanOrEqual(screen);
    });
  }
});
