// One story over filter, stride and padding: a figure that stays in sight while the steps of the text set its numbers.

import { readFileSync } from 'node:fs';
import { expect, keysOf, test, visit } from './fixtures.js';
import { oneOf, text, violationsIn } from './lab.js';
import { open, spin, type } from './lecture.js';

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {import('@playwright/test').Locator} Locator */
/** @typedef {import('./lab.js').Lang} Lang */

const CELLS = ['filter', 'stride', 'padding'];

/** @param {Locator} cell @param {number} step */
const stepOf = (cell, step) => cell.locator('.story-step').nth(step);

/**
 * Scrolls by the wheel, as a person does, until a step is being read.
 * @param {Page} page @param {Locator} cell @param {number} step
 */
async function read(page, cell, step) {
  await page.mouse.move(4, 300);
  const item = stepOf(cell, step);
  await expect(async () => {
    const away = await item.evaluate((element) => {
      const box = element.getBoundingClientRect();
      const list = /** @type {HTMLElement} */ (element.parentElement);
      const stage = list.closest('.story')?.querySelector('.story-stage')?.firstElementChild?.getBoundingClientRect() ?? new DOMRect();
      const beside = stage.right <= list.getBoundingClientRect().left;
      const top = beside ? 70 : Math.min(Math.max(70, stage.bottom), innerHeight - 1);
      return box.top + box.height / 2 - (top + 0.4 * (innerHeight - top));
    });
    if (Math.abs(away) > 40) await page.mouse.wheel(0, Math.max(-160, Math.min(160, away)));
    expect(Math.abs(away)).toBeLessThanOrEqual(40);
  }).toPass({ timeout: 60_000, intervals: [50] });
  await expect(item).toHaveClass(/active/);
}

/** @param {Page} page @param {Lang} lang @param {string} id @param {string} [query] */
async function begin(page, lang, id, query) {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  return open(page, lang, id, query);
}
/** Size of what comes out. @param {Locator} cell */
const output = (cell) => cell.locator('.stage .figure-panel-title').last();

for (const lang of oneOf('ko')) {
  test(`the steps carry one example from cell to cell and set its numbers (${lang})`, async ({ page }) => {
    test.setTimeout(240_000);
    const filter = await begin(page, lang, 'filter');
    await expect(stepOf(filter, 0)).toHaveClass(/active/);
    const places = page.locator('#filter .stepper-readout');
    for (const [step, place] of [/^401 /, /\/ 784$/, /\/ 784$/, /^1 /].entries()) {
      await read(page, filter, step);
      await expect(places).toHaveText(place);
    }
    // The window lies on what gives most, then on what gives least.
    await read(page, filter, 1);
    await expect(filter.locator('.stage-now')).not.toContainText('0.00');
    await read(page, filter, 2);
    await expect(filter.locator('.stage-now')).toContainText('−');
    await expect(filter.locator('.stage-now')).toContainText('0.00');

    const stride = page.locator('#stride');
    for (const [step, size] of ['5×5', '3×3', '2×2', '5×5'].entries()) {
      await read(page, stride, step);
      await expect(output(stride)).toContainText(size);
    }
    // The last step leads on.
    await stepOf(stride, 3).getByRole('link').click();
    const padding = page.locator('#padding');
    await expect(padding.locator('.cell-title')).toBeInViewport();
    for (const [step, size] of ['7×7', '5×5', '7×7', '3×3', '7×7'].entries()) {
      await read(page, padding, step);
      await expect(output(padding)).toContainText(size);
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  });
}

for (const [name, viewport] of /** @type {const} */ ([
  ['a large screen', { width: 1920, height: 1000 }],
  ['a laptop', { width: 1280, height: 720 }],
  ['a tablet', { width: 820, height: 1100 }],
  ['a phone', { width: 360, height: 640 }],
])) {
  test(`on ${name} the figure stays in sight, covers no step that is read, and nothing jumps`, async ({ page }) => {
    test.setTimeout(240_000);
    await page.setViewportSize(viewport);
    for (const id of CELLS) {
      const cell = await begin(page, 'en', id);
      const stage = cell.locator('.story-stage > :first-child');
      /** @type {{ first: number, stage: number }[]} */
      const seen = [];
      for (let step = 0; step < (await cell.locator('.story-step').count()); step += 1) {
        await read(page, cell, step);
        // The first ones are read before the figure has come to its place.
        await expect(stage).toBeInViewport({ ratio: step < 2 ? 0.8 : 0.98 });
        const [figure, words] = await Promise.all([stage.boundingBox(), stepOf(cell, step).locator('.story-step-title').boundingBox()]);
        if (!figure || !words) throw new Error('not shown');
        const apart = figure.x + figure.width <= words.x || figure.y + figure.height <= words.y + 1;
        expect(apart, `${id} ${step}: the figure covers the step`).toBe(true);
        if (viewport.width < 1000) expect(figure.height, id).toBeLessThanOrEqual(0.55 * viewport.height);
        const pressed = await cell.locator('.stepper .select').boundingBox();
        expect((pressed?.x ?? 0) + (pressed?.width ?? 0), `${id}: the stepper is wider than the figure`).toBeLessThanOrEqual(figure.x + figure.width);
        if (viewport.width === 1920) expect(figure.width, id).toBeGreaterThanOrEqual(960);
        seen.push(
          await cell.evaluate((element) => ({
            first: (element.querySelector('.story-step')?.getBoundingClientRect().top ?? 0) + scrollY,
            stage: element.querySelector('.story-stage')?.firstElementChild?.getBoundingClientRect().height ?? 0,
          })),
        );
      }
      for (const part of /** @type {const} */ (['first', 'stage'])) {
        const all = seen.map((each) => each[part]);
        expect(Math.max(...all) - Math.min(...all), `${id}, ${part}: ${all}`).toBeLessThanOrEqual(2);
      }
    }
  });
}

test('what a person sets stays until another step, and comes back at a press', async ({ page }) => {
  const cell = await begin(page, 'en', 'stride');
  await read(page, cell, 3);
  const n = spin(cell, 'en', 'stride.n-label');
  await type(page, n, 9);
  await expect(output(cell)).toContainText('7×7');
  // On to the controls and back to the same step: nothing is set.
  await n.scrollIntoViewIfNeeded();
  await page.mouse.wheel(0, 120);
  await read(page, cell, 3);
  await expect(output(cell)).toContainText('7×7');
  await read(page, cell, 2);
  await expect(output(cell)).toContainText('2×2');
  const undo = stepOf(cell, 2).getByRole('button', { name: text('en', 'page.story-undo') });
  await undo.press('Enter');
  await expect(output(cell)).toContainText('7×7');
  await expect(undo).toBeHidden();
  await expect(stepOf(cell, 2).locator('.story-step-title')).toBeFocused();
  // Pressed, the step shows what it tells of.
  await stepOf(cell, 2).locator('.story-step-title').press('Enter');
  await expect(output(cell)).toContainText('2×2');
});

test('a link opens with its own numbers, and a way to the cell changes none', async ({ page }) => {
  const cell = await begin(page, 'en', 'stride', '&stride.n=10&stride.w=10&stride.f=4&stride.fw=4');
  await expect(output(cell)).toContainText('7×7');
  await expect(stepOf(cell, 0)).toHaveClass(/active/);
  await page.locator('.toc-link[href="#padding"]').click();
  await expect(page.locator('#padding .cell-title')).toBeInViewport();
  await page.locator('.toc-link[href="#stride"]').click();
  await expect(cell.locator('.cell-title')).toBeInViewport();
  await expect(output(cell)).toContainText('7×7');
  // Reading on sets them, and they can be had back.
  await read(page, cell, 1);
  await expect(output(cell)).toContainText('3×3');
  await stepOf(cell, 1).getByRole('button', { name: text('en', 'page.story-undo') }).click();
  await expect(output(cell)).toContainText('7×7');
  // An address given to the open page too.
  await page.evaluate(() => (location.hash = '#stride&lang=en&stride.n=12&stride.w=12'));
  await expect(output(cell)).toContainText('10×10');
  await expect(cell.locator('.cell-title')).toBeInViewport();
  await page.waitForTimeout(500);
  await expect(output(cell)).toContainText('10×10');
});

test('reading writes no entries into the tab’s history', async ({ page }) => {
  const cell = await begin(page, 'en', 'stride');
  const before = await page.evaluate(() => history.length);
  for (const step of [1, 2]) await read(page, cell, step);
  await expect.poll(() => keysOf(page).get('stride.s')).toBe('3');
  expect(await page.evaluate(() => history.length)).toBe(before);
});

test('the window walks by itself, and not where motion is reduced', async ({ page }) => {
  const still = await begin(page, 'en', 'stride');
  await read(page, still, 1);
  await expect(still.locator('.stepper-readout')).toHaveText('9 / 9');
  await expect(still.getByRole('button', { name: text('en', 'page.play'), exact: true })).toBeVisible();

  await page.emulateMedia({ reducedMotion: 'no-preference' });
  const cell = await open(page, 'en', 'stride');
  await read(page, cell, 1);
  await expect(cell.locator('.stepper-readout')).toHaveText('9 / 9', { timeout: 20_000 });
});

test('steps are an ordered list of buttons, and what is told live is quiet while one reads', async ({ page }) => {
  const cell = await begin(page, 'en', 'stride');
  const list = cell.getByRole('list', { name: text('en', 'page.story') });
  await expect(list.getByRole('listitem')).toHaveCount(4);
  await expect(cell.locator('[aria-current=step]')).toHaveCount(1);
  const verdict = cell.locator('.stage-verdict');
  await read(page, cell, 2);
  await expect(verdict).toContainText('1.33');
  await expect(verdict).toHaveAttribute('aria-live', 'off');
  await type(page, spin(cell, 'en', 'stride.s-label'), 2);
  await expect(verdict).toHaveAttribute('aria-live', 'polite');
  const step = stepOf(cell, 0).locator('.story-step-title');
  await step.focus();
  await page.keyboard.press('Enter');
  await expect(step).toHaveAttribute('aria-current', 'step');
  await expect(verdict).toHaveAttribute('aria-live', 'polite');
  expect(await violationsIn(page, 'stride')).toEqual([]);
});

test('numbers that a teacher has locked stay as they are', async ({ page }) => {
  const cell = await begin(page, 'en', 'stride', '&lesson=stride-10_padding-10&lock=numbers&stride.n=9&stride.w=9');
  await expect(page.locator('.lesson-strip')).toBeVisible({ timeout: 60_000 });
  for (const step of [0, 1, 2]) await read(page, cell, step);
  await expect(output(cell)).toContainText('7×7');
  await stepOf(cell, 2).locator('.story-step-title').click();
  await expect(output(cell)).toContainText('7×7');
  // What the lesson says at the top covers nothing.
  const [strip, figure] = await Promise.all([page.locator('.lesson-strip').boundingBox(), cell.locator('.stage').boundingBox()]);
  expect(figure?.y).toBeGreaterThanOrEqual((strip?.y ?? 0) + (strip?.height ?? 0));
});

test('alone in a frame the figure has no steps and keeps its numbers', async ({ page }) => {
  await visit(page, './#embed=stride&lang=en&stride.n=9&stride.w=9');
  const cell = page.locator('#stride');
  await expect(output(cell)).toContainText('7×7', { timeout: 60_000 });
  await expect(cell.locator('.story-steps')).toBeHidden();
  await page.setViewportSize({ width: 400, height: 300 });
  await page.mouse.move(100, 100);
  await page.mouse.wheel(0, 400);
  await page.waitForTimeout(500);
  await expect(output(cell)).toContainText('7×7');
  await expect(spin(cell, 'en', 'stride.n-label')).toHaveText('9');
});

test('paper has all steps and changes nothing; a saved figure has the drawing and its words alone', async ({ page }) => {
  const cell = await begin(page, 'en', 'stride');
  await read(page, cell, 1);
  await cell.locator('.keep-button').first().press('Enter');
  const saved = page.waitForEvent('download');
  await cell.getByRole('button', { name: 'SVG', exact: true }).press('Enter');
  const file = readFileSync((await (await saved).path()) ?? '', 'utf8');
  expect(file).toContain('3×3');
  for (const key of ['stride.story-two-title', 'stride.n-label']) expect(file).not.toContain(text('en', key));
  await page.emulateMedia({ media: 'print' });
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  for (let step = 0; step < 4; step += 1) await expect(stepOf(cell, step)).toBeVisible();
  await expect(output(cell)).toContainText('3×3');
  const [figure, first] = await Promise.all([cell.locator('.story-stage').boundingBox(), stepOf(cell, 0).boundingBox()]);
  expect((figure?.y ?? 0) + (figure?.height ?? 0)).toBeLessThanOrEqual((first?.y ?? 0) + 1);
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  await page.emulateMedia({ media: 'screen' });
  await expect(output(cell)).toContainText('3×3');
});

test('presented to a class the steps are beside the figure', async ({ page }) => {
  const cell = await begin(page, 'en', 'stride', '&present=1');
  await expect(page.locator('.present-strip')).toBeVisible({ timeout: 60_000 });
  for (const [step, size] of ['5×5', '3×3', '2×2'].entries()) {
    await read(page, cell, step);
    await expect(output(cell)).toContainText(size);
    await expect(cell.locator('.stage > .figure-row')).toBeInViewport({ ratio: 0.9 });
  }
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('#padding .cell-title')).toBeInViewport();
});
