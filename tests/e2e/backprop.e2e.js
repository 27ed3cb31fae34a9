// Backpropagation through the live network: the sums shown are the kernels' own gradients, and the loss answers so.

import { expect, keysOf } from './fixtures.js';
import { lab, oneOf, openCell, pattern, SMALL, test, text, violationsIn } from './lab.js';

/** @typedef {import('@playwright/test').Locator} Locator */

const DIGITS = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const NUMBER = new RegExp(`−?\\d[\\d,]*(?:\\.\\d+)?(?:×10⁻?[${DIGITS}]+)?`, 'g');

/** The numbers in a text, powers of ten and all. @param {string | null} written */
function numbersIn(written) {
  return (written?.match(NUMBER) ?? []).map((each) => {
    const [mantissa, power = ''] = each.replace(/,/g, '').replace('−', '-').split('×10');
    const exponent = [...power].map((digit) => (digit === '⁻' ? '-' : String(DIGITS.indexOf(digit)))).join('');
    return Number(`${mantissa}e${exponent || 0}`);
  });
}

/** Waits for the numbers of a sentence. @param {Locator} sentence @param {RegExp} shape */
async function numbers(sentence, shape) {
  await expect(sentence).toHaveText(shape, { timeout: 60_000 });
  return numbersIn(await sentence.textContent());
}

/** @param {Locator} cell @param {import('./lab.js').Lang} lang @param {string} key */
const grid = (cell, lang, key) => cell.getByRole('application', { name: text(lang, `backprop.${key}`), exact: true });

for (const lang of oneOf('ko')) {
  test(`one weight: the sum is the kernel’s gradient, and the loss answers to a nudge (${lang})`, async ({ page }) => {
    test.setTimeout(180_000);
    const { cell } = await openCell(page, lang, 'backprop', { query: SMALL });
    const sum = cell.locator('.backprop-sum');
    const nudge = cell.locator('.backprop-nudge');
    const [n, met, added, own] = await numbers(sum, pattern(lang, 'backprop.sum'));
    // The top left weight of a 3×3 kernel with `same` padding.
    expect([n, met]).toEqual([784, 27 * 27]);
    expect(added).toBe(own);
    expect(own).not.toBe(0);

    // Every weight of the kernel, by keyboard: each sum is the kernel's own gradient to the last digit shown.
    const kernel = grid(cell, lang, 'grid-kernel');
    await kernel.focus();
    await page.keyboard.press('Home');
    const seen = new Set();
    for (let i = 0; i < 9; i += 1) {
      if (i > 0) {
        await page.keyboard.press(i % 3 === 0 ? 'ArrowDown' : 'ArrowRight');
        if (i % 3 === 0) await page.keyboard.press('Home');
      }
      const [row, col] = [Math.floor(i / 3), i % 3];
      await expect.poll(() => [Number(keysOf(page).get('backprop.ky') ?? 0), Number(keysOf(page).get('backprop.kx') ?? 0)]).toEqual([row, col]);
      await expect.poll(async () => numbersIn(await sum.textContent())[1]).toBe((row === 1 ? 28 : 27) * (col === 1 ? 28 : 27));
      const [, , added, own] = numbersIn(await sum.textContent());
      expect(added, `weight ${row}, ${col}`).toBe(own);
      seen.add(own);
      // The nudge of this weight and no other's, as the gradient in it says.
      await expect(async () => {
        const [below, above, slope, grad] = numbersIn(await nudge.textContent());
        expect(Math.abs(grad - own)).toBeLessThanOrEqual(1e-3 * Math.abs(own));
        expect(Math.sign(above - below)).toBe(Math.sign(slope));
      }).toPass({ timeout: 20_000 });
      const [, , slope, grad] = numbersIn(await nudge.textContent());
      expect(Math.abs(slope - grad), `nudge ${row}, ${col}`).toBeLessThanOrEqual(1e-3 * Math.abs(grad));
    }
    expect(seen.size).toBe(9);
    // So far that ReLUs and maxima change on the way, the slope is another one, and that is said.
    const epsilon = cell.getByRole('spinbutton', { name: text(lang, 'backprop.epsilon-label'), exact: true }).first();
    await epsilon.focus();
    await page.keyboard.press('End');
    await expect(nudge).toHaveText(pattern(lang, 'backprop.nudge-differs'), { timeout: 20_000 });

    // Another place of the products, by mouse: its own input, gradient and product.
    const products = grid(cell, lang, 'grid-products');
    await products.click({ position: { x: 100, y: 120 } });
    await expect.poll(() => keysOf(page).has('backprop.place')).toBe(true);

    // Another filter and layer: its input has several maps.
    await cell.getByRole('combobox', { name: text(lang, 'backprop.conv-label') }).selectOption('1');
    await expect.poll(() => keysOf(page).get('backprop.conv')).toBe('1');
    await expect.poll(async () => numbersIn(await sum.textContent())[0], { timeout: 20_000 }).toBe(196);
    const [, , there, its] = numbersIn(await sum.textContent());
    expect(there).toBe(its);
  });

  test(`through a batch normalization as well (${lang})`, async ({ page }) => {
    test.setTimeout(180_000);
    const spec = 'input 28x28x1\nconv 3x3 8 padding same bias none\nbatchnorm\nrelu\nmaxpool 2x2\nflatten\ndense 10\n';
    const { cell } = await openCell(page, lang, 'backprop', { query: `&spec=${encodeURIComponent(spec)}` });
    const [, , added, own] = await numbers(cell.locator('.backprop-sum'), pattern(lang, 'backprop.sum'));
    expect(added).toBe(own);
    await expect(async () => {
      const [, , slope, grad] = numbersIn(await cell.locator('.backprop-nudge').textContent());
      expect(Math.abs(grad - own)).toBeLessThanOrEqual(1e-3 * Math.abs(own));
      expect(Math.abs(slope - grad)).toBeLessThanOrEqual(1e-3 * Math.abs(grad));
    }).toPass({ timeout: 20_000 });
    // Each layer of the way back has its rule.
    const rule = cell.locator('.backprop-rule');
    for (let step = 0; step < 6; step += 1) {
      await expect(rule).not.toContainText('backprop.');
      await cell.getByRole('slider', { name: text(lang, 'backprop.at-label') }).press('ArrowRight');
    }
    await expect(cell.locator('.backprop-layer')).toHaveText(new RegExp('^1'));
  });

  test(`one value: windows, flipped kernel and filters add up to the kernel’s gradient (${lang})`, async ({ page }) => {
    test.setTimeout(120_000);
    const { cell } = await openCell(page, lang, 'backprop', { query: SMALL });
    const sum = cell.locator('.backprop-back');
    const [windows, filters, added, own] = await numbers(sum, pattern(lang, 'backprop.back-sum'));
    expect([windows, filters].sort((a, b) => a - b)).toEqual([8, 9]);
    expect(added).toBe(own);
    const input = grid(cell, lang, 'grid-pixel');
    await input.focus();
    // The first press brings the cursor to the corner, where only four windows are.
    await page.keyboard.press('ArrowRight');
    await expect.poll(async () => numbersIn(await sum.textContent()).slice(0, 2).sort((a, b) => a - b)).toEqual([4, 8]);
    const [, , corner, cornersOwn] = numbersIn(await sum.textContent());
    expect(corner).toBe(cornersOwn);
    await expect(cell.getByRole('table', { name: text(lang, 'backprop.sheet-flipped') }).locator('td')).toHaveCount(9);
  });

  test(`the way back, layer by layer: gate and route count what they let through (${lang})`, async ({ page }) => {
    test.setTimeout(120_000);
    const { cell } = await openCell(page, lang, 'backprop', { query: SMALL });
    const rule = cell.locator('.backprop-rule');
    await expect(rule).toHaveText(pattern(lang, 'backprop.rule-loss'), { timeout: 60_000 });
    // At the scores: probability minus truth, which adds up to 0.
    const gradients = await cell.locator('.backprop-scores tbody td:last-child').allTextContents();
    expect(gradients).toHaveLength(10);
    expect(Math.abs(gradients.reduce((all, each) => all + numbersIn(each)[0], 0))).toBeLessThan(0.001);

    const next = cell.getByRole('button', { name: text(lang, 'page.step-next') }).first();
    for (const kind of ['dense', 'flatten', 'maxpool', 'relu', 'conv', 'maxpool', 'relu', 'conv']) {
      await next.click();
      await expect(rule).toHaveText(pattern(lang, `backprop.rule-${kind}`));
      if (kind === 'relu') {
        const all = numbersIn(await rule.textContent()).filter((each) => each > 10);
        const most = Math.max(...all);
        expect(all.reduce((sum, each) => sum + each, 0) - most, 'open and shut gates are all gates').toBe(most);
      }
    }
    // Each of the last pooling's outputs was one input, so a quarter at most got a gradient.
    await page.keyboard.press('Escape');
    await expect.poll(() => keysOf(page).get('backprop.at')).toBe('8');
    // A value is pointed at by keyboard.
    const maps = cell.locator('.backprop-path .map-canvas[role=application]').first();
    await maps.focus();
    const before = await cell.locator('.backprop-path .stage-now').textContent();
    await page.keyboard.press('ArrowDown');
    await expect(cell.locator('.backprop-path .stage-now')).not.toHaveText(before ?? '');
    expect(await violationsIn(page, 'backprop')).toEqual([]);
  });
}

test('the figures follow the network as it learns, and a link opens what was chosen', async ({ page }) => {
  test.setTimeout(180_000);
  const { cell } = await openCell(page, 'en', 'backprop', { query: `${SMALL}&backprop.ky=1&backprop.kx=2&backprop.filter=3&backprop.at=2` });
  const sum = cell.locator('.backprop-sum');
  await expect(sum).toHaveText(pattern('en', 'backprop.sum'), { timeout: 60_000 });
  await expect(cell.locator('.network-state')).toContainText('after batch 0.');
  const before = await sum.textContent();
  const parts = lab(page, 'en');
  await parts.cell.scrollIntoViewIfNeeded();
  await parts.oneBatch();
  await cell.scrollIntoViewIfNeeded();
  await expect(cell.locator('.network-state')).toContainText('after batch 1.', { timeout: 20_000 });
  await expect(sum).not.toHaveText(before ?? '');
  const [, , added, own] = numbersIn(await sum.textContent());
  expect(added).toBe(own);
});

test('the pointer passes over a kernel without choosing another weight; a press chooses it', async ({ page }) => {
  test.setTimeout(120_000);
  const { cell } = await openCell(page, 'en', 'backprop', { query: SMALL });
  await expect(cell.locator('.backprop-sum')).toHaveText(pattern('en', 'backprop.sum'), { timeout: 60_000 });
  const kernel = grid(cell, 'en', 'grid-kernel');
  await kernel.scrollIntoViewIfNeeded();
  const box = await kernel.boundingBox();
  if (!box) throw new Error('no kernel');
  await kernel.hover({ position: { x: box.width / 2, y: box.height / 2 } });
  await kernel.click({ position: { x: (5 * box.width) / 6, y: box.height / 2 } });
  await expect.poll(() => [keysOf(page).get('backprop.ky'), keysOf(page).get('backprop.kx')]).toEqual(['1', '2']);
  await kernel.hover({ position: { x: box.width / 6, y: (5 * box.height) / 6 } });
  await page.waitForTimeout(500);
  expect([keysOf(page).get('backprop.ky'), keysOf(page).get('backprop.kx')]).toEqual(['1', '2']);
});

test.describe('by touch', () => {
  test.use({ hasTouch: true, viewport: { width: 360, height: 800 } });
  test('the cell fits a narrow screen, and a touch chooses a weight and a value', async ({ page }) => {
    test.setTimeout(120_000);
    const { cell } = await openCell(page, 'ko', 'backprop', { query: SMALL });
    await expect(cell.locator('.backprop-sum')).toHaveText(pattern('ko', 'backprop.sum'), { timeout: 60_000 });
    const middle = async (/** @type {Locator} */ drawing) => {
      await drawing.scrollIntoViewIfNeeded();
      await drawing.tap();
    };
    await middle(grid(cell, 'ko', 'grid-kernel'));
    await expect.poll(() => [keysOf(page).get('backprop.ky'), keysOf(page).get('backprop.kx')]).toEqual(['1', '1']);
    await middle(grid(cell, 'ko', 'grid-pixel'));
    await expect.poll(() => keysOf(page).get('backprop.row')).toMatch(/^1[34]$/);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  });
});
