// What somebody does sooner, more often or at a worse moment than they should.

import { text } from '../messages.js';
import { expect, test } from './fixtures.js';
import { digitPicture, png } from './pictures.js';

/** @param {import('@playwright/test').Page} page @param {string} hash */
async function open(page, hash) {
  await page.goto(`./${hash}`);
  await expect(page.locator('html')).toHaveAttribute('data-ready', 'engine');
}

/** @param {import('@playwright/test').Page} page @param {string} lang */
const language = (page, lang) => page.locator(`#bar [data-lang=${lang}]`);

test('a cell that comes while the language changes speaks the new one', async ({ page, context }) => {
  let release = () => {};
  const gate = new Promise((/** @type {(value?: undefined) => void} */ resolve) => (release = resolve));
  await context.route('**/i18n/en.json', async (route) => {
    await gate;
    await route.continue();
  });
  await open(page, '#lang=ko');
  const judge = page.locator('#judge');
  await expect(judge.locator('.prose')).toHaveCount(0);
  await language(page, 'en').click();
  await judge.scrollIntoViewIfNeeded();
  await expect(judge.locator('.prose').first()).toContainText(/[가-힣]/);
  release();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(judge.locator('.prose').first()).toHaveText(/^[^가-힣]{20,}$/);
  expect(await judge.innerText()).not.toMatch(/(^|\s)judge\.[a-z]/m);
});

test('a language that does not arrive leaves the one before, and another press brings it', async ({ page, context, problems }) => {
  await open(page, '#lang=en');
  await context.route('**/ko.json', (route) => route.abort());
  await language(page, 'ko').click();
  await expect(page.locator('.toast.error')).toHaveCount(1);
  await expect(language(page, 'en')).toHaveAttribute('aria-pressed', 'true');
  await expect(page).toHaveURL(/lang=en/);
  await context.unroute('**/ko.json');
  await language(page, 'ko').click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'ko');
  expect(problems.every((problem) => /ERR_FAILED/.test(problem))).toBe(true);
  problems.length = 0;
});

test('of a link with hundreds of wrong values a few are named, in a notice that leaves the page to be seen', async ({ page }) => {
  const wrong = Array.from({ length: 400 }, (_, i) => `stride.f=wrong${i}${'x'.repeat(40)}`);
  await open(page, `#lang=en&${wrong.join('&')}`);
  const notice = page.locator('.toast.warn');
  await expect(notice).toContainText('400');
  expect((await notice.boundingBox())?.height).toBeLessThan((page.viewportSize()?.height ?? 0) / 2);
});

test('however often the button is pressed, whether to erase everything is asked once', async ({ page }) => {
  await open(page, '#lang=en');
  await expect(page.locator('html')).toHaveAttribute('data-kept', 'none');
  const button = page.getByRole('button', { name: text('en', 'erase.button') });
  await button.evaluate((/** @type {HTMLElement} */ node) => [1, 2, 3].forEach(() => node.click()));
  const dialog = page.locator('dialog');
  await expect(dialog).toHaveCount(1);
  await dialog.getByRole('button', { name: text('en', 'train.cancel') }).click();
  await expect(dialog).toHaveCount(0);
  await button.click();
  await expect(dialog).toHaveCount(1);
});

test('of two images given one after the other the last one counts, however long the first is read', async ({ page }) => {
  await page.addInitScript(() => {
    const read = window.createImageBitmap;
    let first = true;
    window.createImageBitmap = async (/** @type {any[]} */ ...given) => {
      const late = first;
      first = false;
      const bitmap = await Reflect.apply(read, window, given);
      if (late) await new Promise((/** @type {(value?: undefined) => void} */ done) => Object.assign(window, { release: done }));
      return bitmap;
    };
  });
  await open(page, '#digit&lang=en');
  const cell = page.locator('#digit');
  const files = cell.locator('input[type=file]');
  const image = (/** @type {string} */ name) => ({ name, mimeType: 'image/png', buffer: png(digitPicture(0)) });
  await files.setInputFiles(image('first.png'));
  await page.waitForFunction(() => 'release' in window);
  await files.setInputFiles(image('second.png'));
  await expect(cell.locator('.digit-subject')).toContainText('second.png');
  await page.evaluate(async () => {
    /** @type {any} */ (window).release();
    // What was waiting for it has then run.
    await new Promise((done) => setTimeout(done));
    await new Promise((done) => requestAnimationFrame(done));
  });
  await expect(cell.locator('.digit-subject')).toContainText('second.png');
});

test('a file that is dropped beside the places for it does not take the page’s place', async ({ page }) => {
  await open(page, '#lang=en');
  const refused = await page.evaluate(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['x'], 'photo.png', { type: 'image/png' }));
    return ['dragover', 'drop'].map((type) => {
      const event = new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true });
      document.querySelector('footer')?.dispatchEvent(event);
      return event.defaultPrevented;
    });
  });
  expect(refused).toEqual([true, true]);
});

test.describe('a hand on the sheet', () => {
  test.use({ hasTouch: true });

  test('what else touches it does not draw', async ({ page }) => {
    await open(page, '#digit&lang=en');
    const pad = page.locator('#digit .pad');
    await pad.scrollIntoViewIfNeeded();
    await expect(page.locator('html')).toHaveAttribute('data-cells', 'all', { timeout: 60_000 });
    const box = await pad.boundingBox();
    if (!box) throw new Error('there is no pad');
    const cdp = await page.context().newCDPSession(page);
    const at = (/** @type {number} */ id, /** @type {number} */ x, /** @type {number} */ y) => ({ id, x: box.x + x * box.width, y: box.y + y * box.height });
    /** @param {string} type @param {ReturnType<typeof at>[]} touchPoints */
    const touch = (type, ...touchPoints) => cdp.send('Input.dispatchTouchEvent', /** @type {any} */ ({ type, touchPoints }));
    await touch('touchStart', at(1, 0.2, 0.2));
    await touch('touchStart', at(1, 0.2, 0.2), at(2, 0.8, 0.8));
    for (const y of [0.3, 0.5, 0.7]) await touch('touchMove', at(1, 0.2, y), at(2, 0.8, 0.8 + y / 10));
    await touch('touchEnd');
    const ink = () =>
      pad.evaluate((/** @type {HTMLCanvasElement} */ canvas) => {
        const { data } = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d')).getImageData(0, 0, 280, 280);
        const dark = (/** @type {number} */ x, /** @type {number} */ y) => data[4 * (280 * y + x)] < 128;
        let right = 0;
        for (let y = 0; y < 280; y += 1) for (let x = 112; x < 280; x += 1) right += Number(dark(x, y));
        return { line: dark(56, 84) && dark(56, 140), right };
      });
    expect(await ink()).toEqual({ line: true, right: 0 });
  });
});
