// What the lecture's cells cost off screen, with less motion, and that their links open in exactly their state.

import { expect, keysOf, openAll, test } from './fixtures.js';
import { text } from './lab.js';
import { open, parse } from './lecture.js';

/** Counts what the page asks the browser to do later. */
const COUNT = () => {
  const counts = { frames: 0, timers: 0 };
  const [frame, timer] = [window.requestAnimationFrame, window.setTimeout];
  window.requestAnimationFrame = (work) => {
    counts.frames += 1;
    return frame.call(window, work);
  };
  window.setTimeout = /** @type {any} */ (
    (/** @type {() => void} */ work, /** @type {number} */ ms) => {
      counts.timers += 1;
      return timer.call(window, work, ms);
    }
  );
  Object.assign(window, { counts });
};

test('what is off screen costs nothing: what plays stops, and a number changed elsewhere draws nothing there', async ({ page }) => {
  await page.addInitScript(COUNT);
  const cell = await open(page, 'en', 'stride', '&stride.n=64&stride.w=64&stride.f=3');
  await cell.getByRole('button', { name: text('en', 'page.play') }).click();
  await expect(page).toHaveURL(/stride\.at=/);
  const counts = () => page.evaluate(() => ({ .../** @type {any} */ (window).counts, at: new URLSearchParams(location.hash).get('stride.at') }));
  const before = await counts();
  await expect.poll(async () => (await counts()).frames, 'it plays').toBeGreaterThan(before.frames + 5);

  // A cell that moves only when it is asked to, out of sight of those that move by themselves.
  await page.locator('#part').scrollIntoViewIfNeeded();
  await expect(page.locator('#intro .intro-figure')).not.toBeInViewport();
  await page.waitForTimeout(800);
  const stopped = await counts();
  await page.waitForTimeout(1000);
  expect(await counts(), 'nothing moves, nothing is asked for').toEqual(stopped);

  // The training cell's batch is drawn nowhere else, and a key that many cells read draws none of those out of sight.
  await page.evaluate(() => {
    const drawn = { count: 0 };
    Object.assign(window, { drawn });
    for (const cell of document.querySelectorAll('#stride, #padding, #filters')) {
      new MutationObserver((list) => (drawn.count += list.filter(({ target }) => /** @type {Element} */ (target).closest?.('.figure-body')).length)).observe(cell, { subtree: true, childList: true, attributes: true });
    }
  });
  await page.evaluate(() => /** @type {HTMLElement} */ (document.querySelector('#part [role=radio][value=lake], #part input[value=lake]')).click());
  await expect(page).toHaveURL(/filter\.picture=lake/);
  expect(await page.evaluate(() => /** @type {any} */ (window).drawn.count)).toBe(0);
});

test('a link opens the first cells in exactly its state', async ({ page }) => {
  const query =
    '&intro.sample=house&part.f=5&part.depth=2&part.layer=2&part.row=4&part.col=30&filter.kind=blur&filter.f=3&filter.bias=-0.5&filter.at=31&filter.picture=card' +
    '&stride.rect=1&stride.n=9&stride.w=12&stride.f=4&stride.fw=2&stride.s=2&stride.sw=3&stride.at=5&padding.mode=Explicit&padding.p=2&padding.at=7&padding.size=20&padding.depth=4&padding.layer=3&filters.n=4&filters.padding=Same&filters.pick=2&code=rust';
  const intro = await open(page, 'en', 'intro', query);
  await openAll(page);
  await expect(intro.getByRole('button', { name: text('en', 'intro.sample-house') })).toHaveAttribute('aria-pressed', 'true');
  const part = page.locator('#part');
  await part.scrollIntoViewIfNeeded();
  await expect(part.locator('.stage-now')).toContainText('layer 2 in row 5, column 31 is 9×9');
  const filter = page.locator('#filter');
  await filter.scrollIntoViewIfNeeded();
  await expect(filter.locator('.figure-panel-title').first()).toContainText('3×3');
  await expect(filter.getByRole('radio', { name: text('en', 'filter.kind-blur'), exact: true })).toBeChecked();
  await expect(filter.locator('.listing')).toContainText('-0.5');
  const stride = page.locator('#stride');
  await stride.scrollIntoViewIfNeeded();
  await expect(stride.locator('.stage .figure-panel-title').last()).toContainText('3×4');
  await expect(stride.locator('.stepper-readout')).toHaveText('6 / 12');
  const padding = page.locator('#padding');
  await padding.scrollIntoViewIfNeeded();
  await expect(padding.locator('.legend strong').first()).toHaveText('11×11');
  await expect(padding.locator('.stage .figure-panel-title').last()).toContainText('5×5');
  await expect(padding.locator('.stepper-readout')).toHaveText('8 / 25');
  const filters = page.locator('#filters');
  await filters.scrollIntoViewIfNeeded();
  await expect(filters.locator('.bank-item').nth(2).locator('input')).toBeChecked();
  await expect(filters.locator('.bank-item')).toHaveCount(4);
  await expect(filters.locator('.listing')).toContainText('[1, 16, 11, 4]');
  // Nothing of it was changed by opening it.
  const kept = keysOf(page);
  for (const [key, value] of new URLSearchParams(query)) expect(kept.get(key), key).toBe(value);
});

test('less motion: nothing moves by itself, and what is played steps all the same', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const cell = await open(page, 'en', 'stride');
  const moving = () => page.evaluate(() => document.getAnimations().map(({ effect }) => /** @type {KeyframeEffect} */ (effect).target?.className));
  expect(await moving()).toEqual([]);
  await cell.getByRole('button', { name: text('en', 'page.step-next') }).click();
  await expect.poll(async () => parse((await cell.locator('.stepper-readout').textContent())?.split(' ')[0] ?? '')).toBe(2);
  for (const id of ['layers', 'network', 'training']) {
    await page.locator(`#${id}`).scrollIntoViewIfNeeded();
    await page.waitForTimeout(300);
    expect(await moving(), id).toEqual([]);
  }
});
