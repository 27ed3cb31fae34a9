// Why a digit failed, and how it is taught: nearest images, hints, examples of one's own; clipboard and camera.

import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, oneOf, openLab, pattern, SMALL, test, text, violationsIn } from './lab.js';
import { digitPicture, digitsLabelled, png } from './pictures.js';
import { BROWSER_ARGS, WHOLE_BROWSER } from './playwright.config.mjs';

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {import('./lab.js').Lang} Lang */

/** A real digit as the camera sees it: one frame of grey, again and again. @param {number} index */
function film(index) {
  const [width, height] = [320, 240];
  const { rgba } = digitPicture(index, { scale: 6, sheet: [width, height] });
  const light = Buffer.from(Array.from({ length: width * height }, (_, i) => 16 + Math.round((rgba[4 * i] * 219) / 255)));
  const frame = Buffer.concat([Buffer.from('FRAME\n'), light, Buffer.alloc((width * height) / 2, 128)]);
  const folder = new URL('results/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  const file = new URL('camera.y4m', folder).pathname;
  writeFileSync(file, Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`), ...Array.from({ length: 10 }, () => frame)]));
  return file;
}

const [SEVEN, ZERO] = digitsLabelled([7, 0], 1);
test.use({
  launchOptions: {
    executablePath: WHOLE_BROWSER,
    args: [...BROWSER_ARGS, '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${film(ZERO)}`],
  },
});


/**
 * A network that has learned a little, and the cell below it.
 * @param {Page} page
 * @param {Lang} lang
 * @param {number} batches at least
 * @param {string} [more] of the link
 */
async function openTaught(page, lang, batches, more = '') {
  const parts = await openLab(page, { lang, query: SMALL + more });
  if (batches > 0) {
    await parts.press('run');
    await expect.poll(async () => (await parts.progress()).batch, { timeout: 60_000 }).toBeGreaterThanOrEqual(batches);
    await parts.button('pause').click();
  }
  const cell = page.locator('#digit');
  await cell.scrollIntoViewIfNeeded();
  const button = (/** @type {string} */ key, /** @type {Record<string, unknown>} */ args = {}) =>
    cell.getByRole('button', { name: Object.entries(args).reduce((name, [arg, value]) => name.replaceAll(new RegExp(`\\{${arg}(~[^}]*)?\\}`, 'g'), String(value)), text(lang, `digit.${key}`)), exact: true });
  return {
    parts,
    cell,
    button,
    verdict: cell.locator('.digit-verdict'),
    note: cell.locator('.digit-note'),
    subject: cell.locator('.digit-subject'),
    message: cell.locator('.digit-message'),
    near: cell.locator('.digit-nearest'),
    teach: cell.locator('.digit-teach'),
    /** @param {Array<[number, number]>} points of the pad, 0 to 1 */
    async draw(points) {
      const pad = cell.locator('.pad');
      await pad.scrollIntoViewIfNeeded();
      const box = /** @type {{ x: number, y: number, width: number, height: number }} */ (await pad.boundingBox());
      const at = (/** @type {[number, number]} */ [x, y]) => /** @type {[number, number]} */ ([box.x + box.width * x, box.y + box.height * y]);
      await page.mouse.move(...at(points[0]));
      await page.mouse.down();
      for (const point of points) await page.mouse.move(...at(point), { steps: 5 });
      await page.mouse.up();
    },
  };
}

/** @type {Array<[number, number]>} */
const MY_SEVEN = [[0.3, 0.25], [0.7, 0.25], [0.45, 0.8]];
/** A cross in a frame. @type {Array<Array<[number, number]>>} */
const MY_SIGN = [
  [[0.2, 0.2], [0.8, 0.2], [0.8, 0.8], [0.2, 0.8], [0.2, 0.2]],
  [[0.2, 0.2], [0.8, 0.8]],
  [[0.8, 0.2], [0.2, 0.8]],
];

for (const lang of oneOf('ko')) {
  test(`teach it my sevens (${lang})`, async ({ page }) => {
    const own = await openTaught(page, lang, 40);
    await own.draw(MY_SEVEN);
    await expect(own.verdict).toHaveText(/^\d · /);
    await expect(own.cell.locator('.stage-list li')).toHaveCount(6);
    await expect(own.cell.locator('.stage-list li').nth(1)).toHaveText(pattern(lang, 'digit.stage-ground-light'));
    // The nearest images are sevens, whatever the network says.
    await expect(own.near.locator('.digit-thumb')).toHaveCount(8, { timeout: 30_000 });
    await expect(own.near.locator('.digit-thumb').first()).toHaveText(/^7 · \d/);
    // Those that training has come to: of a few batches, of the first shards.
    await expect(own.near).toContainText(lang === 'ko' ? /학습 이미지 [1-5]?[05],000장/ : /Of (the|all) [1-5]?[05],000 training images/);

    // A sign of one's own, which no image of the data contradicts, taught as what the network does not take it for.
    await own.button('clear').click();
    for (const stroke of MY_SIGN) await own.draw(stroke);
    await expect(own.verdict).toHaveText(/^\d · /);
    const said = Number(((await own.verdict.textContent()) ?? '')[0]);
    const label = (said + 1) % 10;
    const chip = own.teach.locator('.chip').nth(label);
    await chip.focus();
    await page.keyboard.press('Enter');
    await expect(own.teach).toContainText(pattern(lang, 'digit.taught-count'));
    await expect(own.teach.locator('.taught-list li')).toHaveText(pattern(lang, 'digit.taught-item'));
    // It has been seen now: nothing is nearer.
    await expect(own.near.locator('.digit-thumb').first()).toHaveText(`${label} · 0`);
    expect(await violationsIn(page, 'digit')).toEqual([]);
    const before = (await own.parts.progress()).batch;
    const lesson = own.teach.locator('.button.primary');
    for (let lessons = 1; lessons <= 3; lessons += 1) {
      await expect(lesson).toHaveAttribute('aria-disabled', 'false');
      await lesson.click();
      await own.parts.cell.scrollIntoViewIfNeeded();
      await expect.poll(async () => (await own.parts.progress()).batch, { timeout: 60_000 }).toBe(before + 20 * lessons);
      await own.cell.scrollIntoViewIfNeeded();
      await expect(lesson).toHaveAttribute('aria-disabled', 'false', { timeout: 20_000 });
      if (((await own.verdict.textContent()) ?? '').startsWith(`${label} · `)) break;
    }
    await expect(own.verdict).toHaveText(new RegExp(`^${label} · `));
    const shares = ((await own.teach.locator('.taught-list li').textContent()) ?? '').match(/[\d.]+(?=%)/g)?.map(Number) ?? [];
    expect(shares[1]).toBeGreaterThan(shares[0]);

    // Each batch had it besides its hundred images, and has not once it is taken out.
    await own.parts.cell.scrollIntoViewIfNeeded();
    await expect(own.parts.cell.locator('.batch-count')).toContainText('101');
    await own.cell.scrollIntoViewIfNeeded();
    await own.button('taught-undo').click();
    await expect(own.teach.locator('.digit-taught')).toBeHidden();
    await own.parts.cell.scrollIntoViewIfNeeded();
    await own.parts.oneBatch();
    await expect(own.parts.cell.locator('.batch-count')).not.toContainText('101');
  });
}

for (const size of [20, 100]) {
  test(`a taught image is seen in the microscope with batches of ${size}, and followed through the network`, async ({ page }) => {
    // A place beyond the last image means the last.
    const own = await openTaught(page, 'en', 0, `&train.batch=${size}&microscope.image=109`);
    await own.draw(MY_SEVEN);
    await expect(own.verdict).toHaveText(/^\d · /);
    await own.teach.locator('.chip').nth(3).click();
    await expect(own.teach.locator('.taught-list li')).toHaveCount(1);
    const microscope = page.locator('#microscope');
    await microscope.scrollIntoViewIfNeeded();
    const step = microscope.getByRole('button', { name: text('en', 'microscope.step'), exact: true });
    await expect(step).toHaveAttribute('aria-disabled', 'false');
    await step.click();
    await expect(microscope.locator('.batch-count')).toContainText(`of ${size + 1} images`, { timeout: 30_000 });
    await expect(microscope.locator('.image-card')).toContainText(text('en', 'microscope.image-own').replace('{label}', '3'));
    const follow = microscope.getByRole('button', { name: text('en', 'microscope.follow'), exact: true });
    await follow.click();
    const taught = text('en', 'network.digit-taught').replace('{label}', '3');
    await expect(page.locator('#network .digit-state')).toHaveText(taught);

    // Taken back, it can't be followed any more, and what is shown is an image of the data's.
    await own.cell.scrollIntoViewIfNeeded();
    await own.button('taught-undo').click();
    await expect(own.teach.locator('.digit-taught')).toBeHidden();
    await microscope.scrollIntoViewIfNeeded();
    await expect(follow).toHaveAttribute('aria-disabled', 'true');
    await page.locator('#network').scrollIntoViewIfNeeded();
    await expect(page.locator('#network .digit-state')).toHaveText(/^Training image 54,999, labelled \d\.$/);
  });
}

test('a drawing that is unlike anything seen is said to be, and so is a tiny one', async ({ page }) => {
  const own = await openTaught(page, 'en', 5);
  // A net of strokes over the whole sheet.
  for (const y of [0.15, 0.32, 0.5, 0.68, 0.85]) await own.draw([[0.1, y], [0.9, y]]);
  for (const x of [0.1, 0.9]) await own.draw([[x, 0.1], [x, 0.9]]);
  await expect(own.note).toHaveText(pattern('en', 'digit.hint-unlike'), { timeout: 60_000 });
  // A real digit is not unlike the others; what is usual is measured, so it may be a rare one, but not this.
  await own.cell.locator('input[type=file]').setInputFiles({ name: 'seven.png', mimeType: 'image/png', buffer: png(digitPicture(SEVEN)) });
  await expect(own.subject).toContainText('seven.png');
  await expect(own.near).toContainText(pattern('en', 'digit.nearest-usual'));
  await expect(own.near.locator('.digit-thumb').first()).toHaveText(/^7 · /);
  await expect(own.note).toBeHidden();
  // Smaller than a ninth of its sheet.
  await own.cell.locator('input[type=file]').setInputFiles({ name: 'tiny.png', mimeType: 'image/png', buffer: png(digitPicture(SEVEN, { scale: 1, sheet: [280, 280] })) });
  await expect(own.note).toHaveText(pattern('en', 'digit.hint-tiny'));
});

test('an image is pasted by its button, and a clipboard without one is said to have none', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const own = await openTaught(page, 'en', 0);
  await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': new Blob([bytes], { type: 'image/png' }) })]);
  }, png(digitPicture(SEVEN)).toString('base64'));
  await own.button('paste').click();
  await expect(own.subject).toContainText(text('en', 'digit.pasted-name'));
  await expect(own.verdict).toHaveText(/^\d · /);
  await page.evaluate(() => navigator.clipboard.writeText('seven'));
  await own.button('paste').click();
  await expect(own.message).toHaveText(text('en', 'error.no_image'));
  // What was there stays.
  await expect(own.verdict).toHaveText(/^\d · /);
});

/** Whether a track of the camera is still on. @param {Page} page */
const cameraOn = (page) => page.locator('#digit video').evaluate((video) => /** @type {HTMLVideoElement} */ (video).srcObject !== null);

test('the camera is a source where it is allowed, and is off afterwards', async ({ page, context }) => {
  await context.grantPermissions(['camera']);
  const own = await openTaught(page, 'en', 0);
  await own.button('camera').click();
  await expect(own.button('camera-take')).toBeFocused();
  await page.evaluate(() => Object.assign(window, { track: /** @type {any} */ (document.querySelector('#digit video'))?.srcObject.getTracks()[0] }));
  await page.keyboard.press('Enter');
  await expect(own.subject).toContainText(text('en', 'digit.camera-name'));
  await expect(own.near.locator('.digit-thumb').first()).toHaveText(/^0 · /, { timeout: 30_000 });
  expect(await page.evaluate(() => /** @type {any} */ (window).track.readyState)).toBe('ended');
  expect(await cameraOn(page)).toBe(false);
  await expect(own.button('camera')).toBeFocused();

  // Turned off by its button, and by leaving the cell.
  await own.button('camera').click();
  await own.button('camera-off').click();
  expect(await cameraOn(page)).toBe(false);
  await own.button('camera').click();
  await expect(own.cell.locator('video')).toBeVisible();
  await page.locator('#take').scrollIntoViewIfNeeded();
  await expect.poll(() => cameraOn(page)).toBe(false);
});

test('a camera that is not allowed is said so, and nothing else changes', async ({ page }) => {
  const own = await openTaught(page, 'ko', 0);
  await own.button('camera').click();
  await expect(own.message).toHaveText(text('ko', 'error.camera_denied'));
  await expect(own.cell.locator('video')).toBeHidden();
});
