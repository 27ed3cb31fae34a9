// Cells 6 to 9 of the lecture: layers, pooling, the full network, from formula to training. Each is operated by mouse,
// touch and keyboard, in both languages.

import { readFileSync } from 'node:fs';
import { keysOf, openAll, openCode, visit } from './fixtures.js';
import { expect, oneOf, openLab, pattern, test, text } from './lab.js';
import { written } from './lecture.js';

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {import('@playwright/test').Locator} Locator */
/** @typedef {import('./lab.js').Lang} Lang */

/**
 * @param {Page} page
 * @param {Lang} lang
 * @param {string} cell
 * @param {string} [query]
 */
async function open(page, lang, cell, query = '') {
  await visit(page, `./#${cell}&lang=${lang}${query}`);
  await expect(page.locator('html')).toHaveAttribute('data-ready', 'engine');
  // The other cells come after the one that was asked for.
  await expect(page.locator('html')).toHaveAttribute('data-cells', 'all', { timeout: 30_000 });
  const element = page.locator(`#${cell}`);
  await element.scrollIntoViewIfNeeded();
  return element;
}

/** The blocks of a strip. @param {Locator} cell */
function stripOf(cell) {
  const blocks = cell.locator('.block[role=option]');
  return {
    blocks,
    /** @param {number} index */
    block: (index) => blocks.nth(index),
    labels: () => blocks.locator('.block-label').allTextContents(),
    shapes: () => blocks.locator('.block-shape').allTextContents(),
    problem: cell.locator('.strip > .figure-error'),
  };
}

/** Answers a question with a number and looks at the verdict. @param {Locator} check @param {string} number */
async function answer(check, number) {
  await check.getByRole('textbox').fill(number);
  await check.getByRole('button').click();
  await expect(check.locator('.check-good')).toBeVisible();
}

for (const lang of oneOf('en')) {
  test(`layers: the strip by mouse (${lang})`, async ({ page }) => {
    const cell = await open(page, lang, 'layers');
    const strip = stripOf(cell);
    await expect.poll(strip.shapes).toEqual(['32×32×3', '28×28×6', '28×28×6', '24×24×10', '24×24×10']);

    // A number changed in one block changes every block after it, and the text and the link with them.
    await strip.block(1).click();
    const size = cell.locator('.block-fields .pair').first();
    await size.getByRole('button', { name: text(lang, 'page.less') }).click();
    await size.getByRole('button', { name: text(lang, 'page.less') }).click();
    await expect.poll(strip.shapes).toEqual(['32×32×3', '30×30×6', '30×30×6', '26×26×10', '26×26×10']);
    await expect.poll(() => keysOf(page).get('layers.spec')).toContain('conv 3x3 6');
    await expect(cell.locator('.block-facts')).toContainText('3×3×3×6 + 6 = 168');

    // Added, changed to another kind, moved by dragging, removed, and all of it undone.
    await cell.getByRole('button', { name: '+ maxpool' }).click();
    await expect.poll(strip.labels).toEqual(['input', 'conv 3×3, 6', 'maxpool 2×2', 'relu', 'conv 5×5, 10', 'relu']);
    await cell.getByLabel(text(lang, 'strip.kind')).selectOption('avgpool');
    await expect(strip.block(2)).toContainText('avgpool 2×2');
    // Out from under the bar, which would be pressed in its place.
    await strip.block(2).evaluate((block) => block.scrollIntoView({ block: 'center', behavior: 'instant' }));
    const from = /** @type {{ x: number, y: number, width: number, height: number }} */ (await strip.block(2).boundingBox());
    const to = /** @type {{ x: number, y: number, width: number, height: number }} */ (await strip.block(3).boundingBox());
    await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
    await page.mouse.down();
    await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 6 });
    await page.mouse.up();
    await expect.poll(strip.labels).toEqual(['input', 'conv 3×3, 6', 'relu', 'avgpool 2×2', 'conv 5×5, 10', 'relu']);
    await cell.getByRole('button', { name: text(lang, 'strip.remove') }).click();
    await expect(strip.blocks).toHaveCount(5);
    const undo = cell.getByRole('button', { name: text(lang, 'strip.undo') });
    for (let i = 0; i < 6; i += 1) await undo.click();
    await expect.poll(strip.shapes).toEqual(['32×32×3', '28×28×6', '28×28×6', '24×24×10', '24×24×10']);
    await expect(undo).toHaveAttribute('aria-disabled', 'true');

    const checks = cell.locator('.check');
    await answer(checks.nth(0), '6');
    await answer(checks.nth(1), '5');
  });

  test(`layers: what can’t be is said at its block, and the text is the strip (${lang})`, async ({ page }) => {
    const cell = await open(page, lang, 'layers');
    const strip = stripOf(cell);
    await cell.getByRole('button', { name: text(lang, 'layers.preset-impossible') }).click();
    await expect(strip.problem).toBeVisible();
    await expect(strip.block(5)).toHaveClass(/bad/);
    await expect(strip.block(6)).toHaveClass(/unknown/);
    await expect(strip.problem).toHaveText(pattern(lang, 'strip.error'));

    await cell.locator('.strip-source summary').click();
    const area = cell.getByLabel(text(lang, 'strip.text-label'));
    await area.fill('input 8x8x1\nconv 3x3 4 # four filters\nmaxpool 2x2\nflatten\ndense 10');
    await expect(strip.problem).toBeHidden();
    await expect.poll(strip.shapes).toEqual(['8×8×1', '6×6×4', '3×3×4', '36', '10']);
    // The other way round, and comments stay.
    await strip.block(1).click();
    await cell.getByRole('spinbutton', { name: text(lang, 'strip.filters') }).press('ArrowUp');
    await expect(area).toHaveValue('input 8x8x1\nconv 3x3 5  # four filters\nmaxpool 2x2\nflatten\ndense 10');
    await area.fill('input 8x8x1\nconv 3x3 5\nrelux');
    await expect(strip.problem).toContainText('relu');
    await expect(area).toHaveAttribute('aria-invalid', 'true');
  });

  test(`layers: the strip by keyboard alone (${lang})`, async ({ page }) => {
    const cell = await open(page, lang, 'layers');
    const strip = stripOf(cell);
    await strip.block(3).focus();
    await page.keyboard.press('Home');
    await expect(strip.block(0)).toBeFocused();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await expect(strip.block(2)).toHaveAttribute('aria-selected', 'true');
    await page.keyboard.press('Shift+ArrowRight');
    await expect.poll(strip.labels).toEqual(['input', 'conv 5×5, 6', 'conv 5×5, 10', 'relu', 'relu']);
    await expect(strip.block(3)).toBeFocused();
    await page.keyboard.press('Delete');
    await expect(strip.blocks).toHaveCount(4);
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    await expect.poll(strip.labels).toEqual(['input', 'conv 5×5, 6', 'relu', 'conv 5×5, 10', 'relu']);
    // The line of code selects a block too.
    const at = (await openCode(cell)).getByRole('spinbutton');
    await at.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowUp');
    await expect(strip.block(1)).toHaveAttribute('aria-selected', 'true');
    await expect(cell.locator('.listing')).toContainText('[28, 28, 6]');
    await expect(cell.locator('.listing')).toContainText('456');
  });

  test(`pooling: forward and back, by mouse and keyboard (${lang})`, async ({ page }) => {
    const cell = await open(page, lang, 'pooling');
    const tables = cell.locator('.number-table');
    const output = cell.getByRole('application', { name: text(lang, 'pooling.output') });
    const numbers = async (/** @type {Locator} */ grid) => (await written(grid)).map((each) => each.text);
    const back = cell.getByRole('img', { name: text(lang, 'pooling.d-input') });
    await expect.poll(() => numbers(output)).toEqual(['6', '8', '3', '4']);
    expect(await numbers(back)).toEqual(['0', '0', '0', '0', '0', '1', '0', '2', '3', '0', '0', '0', '0', '0', '0', '4']);

    // Another maximum: the gradient goes there instead.
    const first = tables.first().getByRole('textbox').first();
    await first.fill('9');
    await first.press('Enter');
    await expect.poll(() => numbers(output)).toEqual(['9', '8', '3', '4']);
    await expect.poll(async () => (await numbers(back))[0]).toBe('1');
    await tables.last().getByRole('textbox').first().fill('5');
    await tables.last().getByRole('textbox').first().press('Tab');
    await expect.poll(async () => (await numbers(back))[0]).toBe('5');
    await cell.getByRole('radio', { name: text(lang, 'pooling.mode-avg') }).check();
    await expect.poll(() => numbers(output)).toEqual(['5.25', '5.25', '2', '2']);
    await expect.poll(async () => (await numbers(back)).slice(0, 3)).toEqual(['1.25', '1.25', '0.5']);

    // A window selected by pointer, by arrow keys, by the slider.
    await output.hover({ position: { x: 80, y: 80 } });
    await expect.poll(() => keysOf(page).get('pooling.at')).toBe('3');
    await output.focus();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => keysOf(page).get('pooling.at')).toBe('2');
    const slider = cell.getByRole('slider', { name: text(lang, 'pooling.at-label') });
    await slider.focus();
    await page.keyboard.press('Home');
    await expect(slider).toHaveAttribute('aria-valuetext', pattern(lang, 'pooling.say-avg'));

    // 7×7 by 2 with `same`: 4×4, and where all values are negative the padding’s zeros do not win.
    await cell.getByRole('button', { name: text(lang, 'pooling.preset-same') }).click();
    await expect.poll(async () => (await numbers(output)).length).toBe(16);
    expect((await numbers(output)).at(-1)).toBe('−5');
    await answer(cell.locator('.check').first(), '4');
    const depth = cell.locator('.check').nth(1);
    await depth.getByRole('radio').nth(2).check();
    await depth.getByRole('button').click();
    await expect(depth.locator('.check-good')).toBeVisible();
    await expect(depth).toContainText('7×7×64');

    // The second figure follows the picture and keeps the depth.
    await expect(cell.locator('figure').nth(1).locator('.visually-hidden').first()).toHaveText(pattern(lang, 'pooling.now-maps'));
  });

  test(`network: every value says where it came from, by mouse and keyboard (${lang})`, async ({ page }) => {
    const cell = await open(page, lang, 'network');
    await expect(cell.locator('.network-state')).toHaveText(pattern(lang, 'network.untrained'), { timeout: 60_000 });
    const maps = cell.getByRole('application');
    // The image and eight layers; the scores are buttons besides.
    await expect(maps).toHaveCount(9);
    const title = cell.locator('.inspector-title');
    const value = cell.locator('.inspector-value');

    // Pointing at a convolution's value: its window lies on the maps before it, and the numbers add up to it.
    await maps.nth(4).scrollIntoViewIfNeeded();
    await maps.nth(4).hover({ position: { x: 30, y: 30 } });
    await expect(title).toContainText('conv 3×3, 64');
    await expect(cell.locator('.patch')).toHaveCount(6);
    // Maps above may still grow and move another value under the pointer: what is shown is read at once.
    await expect(async () => {
      const [shown, sum] = await Promise.all([value.textContent(), cell.locator('.inspector-sum').textContent()]);
      expect(sum).toContain(` = ${shown}`);
    }).toPass({ timeout: 15_000 });

    // By keyboard through the maps and into the window that won.
    await maps.nth(3).focus();
    await page.keyboard.press('PageDown');
    await expect(title).toContainText('maxpool');
    const before = await title.textContent();
    await page.keyboard.press('ArrowDown');
    await expect(title).not.toHaveText(before ?? '');
    await expect(cell.locator('.patch td.won')).toHaveCount(1);
    expect(Number(await cell.locator('.patch td.won').textContent())).toBeCloseTo(Number(await value.textContent()), 1);

    // A class score is a sum over everything before it.
    await cell.locator('.score').nth(7).click();
    await expect(cell.locator('.inspector-sum')).toHaveText(pattern(lang, 'network.dense-sum-bias'));
    await expect(cell.locator('.inspector-sum')).toContainText((await value.textContent()) ?? 'none');

    // Another digit.
    const scores = await cell.locator('.score').allTextContents();
    await cell.getByRole('button', { name: text(lang, 'network.thumb-train').replace('{label}', '3') }).click();
    await expect(cell.locator('.digit-state')).toContainText('3');
    await expect.poll(() => cell.locator('.score').allTextContents()).not.toEqual(scores);
    await answer(cell.locator('.check'), '3136');
  });

  test(`training: the strip is the lab’s network, one press away from being trained (${lang})`, async ({ page }) => {
    test.setTimeout(120_000);
    const cell = await open(page, lang, 'training');
    const strip = stripOf(cell);
    await expect(strip.blocks).toHaveCount(9);
    await cell.getByRole('button', { name: 'Lab11-3', exact: true }).click();
    await expect(strip.blocks).toHaveCount(18);
    await expect.poll(() => keysOf(page).get('spec')).toBe('lab11-3');

    // The strip of the cell on layers comes along, with the digits' input and scores at its end.
    await cell.getByRole('button', { name: text(lang, 'training.take') }).click();
    await expect.poll(strip.shapes).toEqual(['28×28×1', '24×24×6', '24×24×6', '20×20×10', '20×20×10', '4000', '10']);
    await strip.block(6).click();
    await page.keyboard.press('Delete');
    await expect(strip.problem).toBeVisible();
    await expect(cell.getByRole('button', { name: text(lang, 'training.go') })).toHaveAttribute('aria-disabled', 'true');
    await page.keyboard.press('Control+z');
    await expect(strip.problem).toBeHidden();

    await answer(cell.locator('.check').first(), '550');
    await cell.getByRole('button', { name: text(lang, 'training.go') }).press('Enter');
    await expect(page).toHaveURL(/#train\b/);
    const lab = page.locator('#train');
    await expect(lab.locator('.run-line')).toHaveText(pattern(lang, 'train.status-running'), { timeout: 60_000 });
    await expect(lab.locator('.spec-text')).toHaveValue(/conv 5x5 10/);
    await lab.getByRole('button', { name: text(lang, 'train.pause'), exact: true }).click();
    await expect(lab.locator('.run-line')).toHaveText(pattern(lang, 'train.status-paused'));
  });
}

test.describe('by touch', () => {
  test.use({ hasTouch: true, viewport: { width: 390, height: 844 } });

  for (const lang of oneOf('ko')) {
    test(`the four cells (${lang})`, async ({ page }) => {
      test.setTimeout(120_000);
      const layers = await open(page, lang, 'layers');
      const strip = stripOf(layers);
      await strip.block(1).tap();
      await expect(strip.block(1)).toHaveAttribute('aria-selected', 'true');
      await layers.getByRole('button', { name: '+ relu' }).tap();
      await expect(strip.blocks).toHaveCount(6);
      await layers.getByRole('button', { name: text(lang, 'strip.later') }).tap();
      await expect(strip.block(3)).toHaveAttribute('aria-selected', 'true');

      const pooling = page.locator('#pooling');
      await pooling.scrollIntoViewIfNeeded();
      const output = pooling.getByRole('application', { name: text(lang, 'pooling.output') });
      await output.tap({ position: { x: 80, y: 20 } });
      await expect.poll(() => keysOf(page).get('pooling.at')).toBe('1');

      const network = page.locator('#network');
      await openAll(page);
      await network.scrollIntoViewIfNeeded();
      await expect(network.locator('.network-state')).toHaveText(pattern(lang, 'network.untrained'), { timeout: 60_000 });
      await network.getByRole('application').nth(1).tap({ position: { x: 15, y: 10 } });
      await expect(network.locator('.inspector-title')).toContainText('conv 3×3, 32');
      await network.getByText(text(lang, 'network.source-own'), { exact: true }).tap();
      const pad = network.locator('.pad');
      const box = /** @type {{ x: number, y: number, width: number, height: number }} */ (await pad.boundingBox());
      await pad.scrollIntoViewIfNeeded();
      expect(box.width).toBeGreaterThan(150);
      await pad.tap({ position: { x: 100, y: 60 } });
      await pad.tap({ position: { x: 100, y: 100 } });
      await expect.poll(() => keysOf(page).get('network.own')?.length).toBe(784);
      await expect(network.locator('figure .visually-hidden').first()).toHaveText(pattern(lang, 'network.now-own'));

      const training = page.locator('#training');
      await training.scrollIntoViewIfNeeded();
      await training.getByRole('button', { name: 'Lab11-3', exact: true }).tap();
      await expect(training.locator('.block')).toHaveCount(18);
    });
  }
});

test('the network’s figure follows training, and costs nothing off screen', async ({ page }) => {
  test.setTimeout(120_000);
  const parts = await openLab(page);
  const network = page.locator('#network');
  await network.scrollIntoViewIfNeeded();
  await expect(network.locator('.network-state')).toHaveText(pattern('ko', 'network.untrained'), { timeout: 60_000 });
  const untrained = await network.locator('.score').allTextContents();
  await parts.cell.scrollIntoViewIfNeeded();
  await parts.press('run');
  await network.locator('.scores').scrollIntoViewIfNeeded();
  await expect(network.locator('.network-state')).toHaveText(pattern('ko', 'network.trained'));
  const step = async () => Number(((await network.locator('.network-state').textContent()) ?? '').match(/([\d,]+)번째/)?.[1].replace(',', ''));
  await expect.poll(step).toBeGreaterThan(0);
  const seen = await step();
  await expect.poll(step).toBeGreaterThan(seen);
  expect(await network.locator('.score').allTextContents()).not.toEqual(untrained);
  // The intro is far away: nothing is asked or drawn meanwhile.
  await page.locator('#intro').scrollIntoViewIfNeeded();
  await page.waitForTimeout(1000);
  const left = await network.locator('.network-state').textContent();
  await page.waitForTimeout(1000);
  expect(await network.locator('.network-state').textContent()).toBe(left);
  await parts.cell.scrollIntoViewIfNeeded();
  await parts.press('pause');
});

test('the numbers of grids are text in a saved figure and on paper', async ({ page }) => {
  const cell = await open(page, 'en', 'pooling', '&pooling.n=3&pooling.values=1_2_3_4_5_6_7_8_-9&pooling.stride=1');
  const grid = cell.locator('.pool .grid').first();
  await expect.poll(async () => (await written(grid)).map((each) => each.text)).toEqual(['5', '6', '8', '8']);
  await cell.getByRole('button', { name: text('en', 'page.keep') }).first().click();
  const [download] = await Promise.all([page.waitForEvent('download'), cell.getByRole('button', { name: 'SVG' }).first().click()]);
  const file = readFileSync(await download.path(), 'utf8');
  const gridNumbers = [...file.matchAll(/<text[^>]* text-anchor="middle"[^>]*dominant-baseline="central"[^>]*>([^<]+)</g)].map(([, number]) => number);
  expect(gridNumbers.slice(0, 4)).toEqual(['5', '6', '8', '8']);
  await expect(grid.locator('.grid-text'), 'drawn again').toHaveCount(0);

  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  await expect(grid.locator('.grid-text')).toHaveText(['5', '6', '8', '8']);
  await expect(grid.locator('canvas').last()).toBeHidden();
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  await expect(grid.locator('.grid-text')).toHaveCount(0);
  expect(await written(grid)).toHaveLength(4);
});

test('a link opens the cells in exactly its state', async ({ page }) => {
  const spec = 'input 12x12x2\nconv 3x3 4\nmaxpool 2x2';
  const cell = await open(page, 'en', 'layers', `&layers.spec=${encodeURIComponent(spec)}&layers.at=2&pooling.n=3&pooling.values=1_2_3_4_5_6_7_8_-9&pooling.stride=1`);
  await expect.poll(stripOf(cell).shapes).toEqual(['12×12×2', '10×10×4', '5×5×4']);
  await expect(stripOf(cell).block(2)).toHaveAttribute('aria-selected', 'true');
  const pooling = page.locator('#pooling');
  await pooling.scrollIntoViewIfNeeded();
  await expect.poll(async () => (await written(pooling.locator('.pool .grid').first())).map((each) => each.text)).toEqual(['5', '6', '8', '8']);
});
