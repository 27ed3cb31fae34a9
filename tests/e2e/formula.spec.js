// The output size, everywhere the same: what the page writes, the core's geometry, the map really computed.

import { fileURLToPath } from 'node:url';
import { expect, folders, test } from './fixtures.js';
import { open } from './lecture.js';

const SOURCE = new URL('../../www/src/figures/window-math.js', import.meta.url);

test('the page’s number, the core’s geometry and the computed map agree for every N, F, stride and padding', async ({ page }) => {
  test.setTimeout(240_000);
  await page.goto('./#lang=en');
  await expect(page.locator('html')).toHaveAttribute('data-ready', 'engine');
  // The page's own arithmetic, as its formulas write it: the bundle holds it too, but can't be asked for it.
  await page.route('**/window-math.js', (route) => route.fulfill({ path: fileURLToPath(SOURCE), contentType: 'text/javascript' }));
  const counts = await page.evaluate(async (folder) => {
    const engine = await import(new URL(`${folder}/simd/cnn_wasm.js`, document.baseURI).href);
    await engine.default({});
    const { axisOf, stepsOf } = await import(new URL('window-math.js', document.baseURI).href);
    let fitting = 0;
    let refused = 0;
    /** @type {string[]} */
    const wrong = [];
    for (let n = 1; n <= 64; n += 1) {
      const input = new Float32Array(n);
      for (let f = 1; f <= 11; f += 1) {
        const weight = new Float32Array(f);
        for (let s = 1; s <= 8; s += 1) {
          const rule = (f - 1) >> 1;
          for (const pad of ['valid', 'same', [rule, rule], [0, 1], [f, 2]]) {
            // Rows, then columns; the other axis is one pixel.
            for (const axis of [0, 1]) {
              const along = (/** @type {number} */ size) => (axis === 0 ? [size, 1] : [1, size]);
              const padding = Array.isArray(pad) ? (axis === 0 ? [...pad, 0, 0] : [0, 0, ...pad]) : pad;
              const window = { kernel: along(f), stride: along(s), padding };
              const name = JSON.stringify({ n, window });
              let geometry;
              try {
                geometry = engine.geometry(along(n), window);
              } catch (error) {
                const [before, after] = Array.isArray(pad) ? pad : [0, 0];
                const { room } = stepsOf({ input: n, kernel: f, stride: s, before, after });
                if (/** @type {any} */ (error).code === 'kernel_too_large' && room < 0 && pad !== 'same') refused += 1;
                else wrong.push(name);
                continue;
              }
              const { output, left } = stepsOf(axisOf(geometry, axis));
              const { shape, data } = engine.conv2d(input, [...along(n), 1], weight, null, 1, window);
              fitting += 1;
              if (output !== geometry.output[axis] || left !== geometry.lost[axis] || output !== shape[axis] || output !== data.length) wrong.push(name);
            }
          }
        }
      }
    }
    return { fitting, refused, wrong: wrong.slice(0, 10) };
  }, folders.engine);
  expect(counts.wrong).toEqual([]);
  expect(counts.fitting + counts.refused).toBe(64 * 11 * 8 * 5 * 2);
  expect(counts.fitting).toBeGreaterThan(50_000);
});

test('what the figure writes is what the formula says, over a walk through the cases', async ({ page }) => {
  test.setTimeout(180_000);
  for (const [n, f, s, mode] of /** @type {[number, number, number, string][]} */ ([
    [1, 1, 1, 'Valid'], [64, 11, 8, 'Same'], [64, 11, 8, 'Valid'], [13, 4, 3, 'Same'], [5, 11, 2, 'Same'], [33, 2, 5, 'Explicit'], [7, 3, 3, 'Valid'], [40, 7, 6, 'Explicit'],
  ])) {
    const cell = await open(page, 'en', 'padding', `&stride.n=${n}&stride.w=${n}&stride.f=${f}&stride.fw=${f}&stride.s=${s}&stride.sw=${s}&padding.mode=${mode}&padding.p=2&code=rust`);
    const title = cell.locator('.stage .figure-panel-title').last();
    // What is out of sight is drawn once nothing else is to be done.
    await cell.locator('.stage').scrollIntoViewIfNeeded();
    const output = mode === 'Same' ? Math.ceil(n / s) : Math.floor((n + (mode === 'Explicit' ? 4 : 0) - f) / s) + 1;
    await expect(title).toContainText(`${output}×${output}`);
    await expect(cell.locator('.formula').first().locator('.role-output')).toHaveText(String(output));
    await expect(cell.locator('.listing')).toContainText(`[${output}, ${output}]`);
  }
});
