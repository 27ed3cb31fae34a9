// One's own digit: drawn, uploaded, dropped, pasted; and what the trained network makes of it.

import { allData, expect, oneOf, openLab, pattern, test, text } from './lab.js';
import { bmp, digitPicture, digitsLabelled, gif, labelOf, png } from './pictures.js';

/** @typedef {import('@playwright/test').Page} Page */

/** @param {Page} page @param {import('./lab.js').Lang} [lang] */
function digit(page, lang = 'en') {
  const cell = page.locator('#digit');
  return {
    cell,
    pad: cell.locator('.pad'),
    file: cell.locator('input[type=file]'),
    verdict: cell.locator('.digit-verdict'),
    message: cell.locator('.digit-message'),
    subject: cell.locator('.digit-subject'),
    note: cell.locator('.digit-note'),
    /** @param {string} key */
    button: (key) => cell.getByRole('button', { name: text(lang, `digit.${key}`), exact: true }),
    /** @param {Buffer} buffer @param {string} name @param {string} [mimeType] */
    async upload(buffer, name, mimeType = 'image/png') {
      await cell.locator('input[type=file]').setInputFiles({ name, mimeType, buffer });
      await expect(cell.locator('.digit-subject')).toContainText(name);
    },
  };
}

/** Opens the page with a trained network. @param {Page} page @param {string} weights @param {import('./lab.js').Lang} [lang] */
async function openTrained(page, weights, lang = 'en') {
  const parts = await openLab(page, { lang });
  await parts.files.setInputFiles(weights);
  await expect(parts.weightsMessage).toHaveText(pattern(lang, 'take.loaded'));
  await page.locator('#digit').scrollIntoViewIfNeeded();
  return digit(page, lang);
}

/** The canvas with what the network was given: its 784 shades, and where their weight lies. @param {Page} page */
const given = (page) =>
  page.locator('#digit .stage-given canvas').evaluate((element) => {
    const canvas = /** @type {HTMLCanvasElement} */ (element);
    const { data } = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d')).getImageData(0, 0, 28, 28);
    let sum = 0;
    let x = 0;
    let y = 0;
    for (let i = 0; i < 784; i += 1) {
      sum += data[4 * i];
      x += data[4 * i] * (i % 28);
      y += data[4 * i] * Math.floor(i / 28);
    }
    return { width: canvas.width, height: canvas.height, corner: data[0], sum, x: x / sum, y: y / sum };
  });

// Clearly written ones: the point is how the image is read, not how good one epoch is.
const CHOSEN = digitsLabelled([0, 1, 2, 3, 4, 5, 6, 7], 1);
const black = [0, 0, 0, 255];
const white = [255, 255, 255, 255];
const nothing = [0, 0, 0, 0];

/** @type {[string, Parameters<typeof digitPicture>[1]][]} */
const LOOKS = [
  ['dark on light', {}],
  ['light on dark', { ink: white, paper: black }],
  ['blue on grey', { ink: [30, 60, 160, 255], paper: [190, 190, 185, 255] }],
  ['transparent, dark ink', { ink: black, paper: nothing }],
  ['transparent, light ink', { ink: white, paper: [255, 255, 255, 0] }],
  ['off the centre', { scale: 3, sheet: [400, 300], at: [290, 20] }],
  ['large', { scale: 40, sheet: [1500, 1300] }],
  ['as small as the data', { scale: 1 }],
];

test('an uploaded digit is recognized however it looks', async ({ page, trained }) => {
  test.setTimeout(600_000);
  const parts = await openTrained(page, trained.weights);
  /** @type {string[]} */
  const wrong = [];
  for (const [look, options] of LOOKS) {
    for (const index of CHOSEN) {
      const name = `${look} ${labelOf(index)}.png`;
      await parts.upload(png(digitPicture(index, options)), name);
      await expect(parts.verdict).toHaveText(/^\d · [\d.]+%$/);
      await expect(parts.message).toBeHidden();
      const seen = await given(page);
      // As in MNIST: white ink on black, its centre of mass in the middle.
      expect([seen.width, seen.height, seen.corner], name).toEqual([28, 28, 0]);
      expect(Math.hypot(seen.x - 13.5, seen.y - 13.5), name).toBeLessThan(1.1);
      // The bars are those of this picture: wait until two looks agree.
      await expect
        .poll(async () => {
          const [a, b] = [await parts.verdict.textContent(), await page.waitForTimeout(60).then(() => parts.verdict.textContent())];
          return a === b;
        })
        .toBe(true);
      const answer = Number(((await parts.verdict.textContent()) ?? '')[0]);
      if (answer !== labelOf(index)) wrong.push(`${name}: ${answer}`);
    }
  }
  expect(wrong.length, wrong.join(', ')).toBeLessThanOrEqual(Math.floor((LOOKS.length * CHOSEN.length) / 20));
});

test('every format of image can be read', async ({ page, trained }) => {
  test.setTimeout(600_000);
  const parts = await openTrained(page, trained.weights);
  const [index] = digitsLabelled([7], 0);
  const picture = digitPicture(index);
  /** @param {string} type */
  const encoded = async (type) => {
    const base64 = await page.evaluate(
      async ([width, height, pixels, mime]) => {
        const canvas = new OffscreenCanvas(Number(width), Number(height));
        const data = Uint8ClampedArray.from(atob(String(pixels)), (c) => c.charCodeAt(0));
        canvas.getContext('2d')?.putImageData(new ImageData(data, Number(width)), 0, 0);
        const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: String(mime) })).arrayBuffer());
        return btoa(String.fromCharCode(...bytes));
      },
      [picture.width, picture.height, Buffer.from(picture.rgba).toString('base64'), type],
    );
    return Buffer.from(base64, 'base64');
  };
  for (const [name, type, buffer] of /** @type {[string, string, Buffer][]} */ ([
    ['a.png', 'image/png', png(picture)],
    ['a.bmp', 'image/bmp', bmp(picture)],
    ['a.gif', 'image/gif', gif(picture)],
    ['a.jpg', 'image/jpeg', await encoded('image/jpeg')],
    ['a.webp', 'image/webp', await encoded('image/webp')],
  ])) {
    await parts.upload(buffer, name, type);
    await expect(parts.message, name).toBeHidden();
    await expect(parts.verdict, name).toHaveText(/^7 · /);
  }
});

test('an image is dropped, and one is pasted', async ({ page, trained }) => {
  test.setTimeout(600_000);
  const parts = await openTrained(page, trained.weights);
  const indices = digitsLabelled([3, 6], 1);
  for (const [kind, index] of /** @type {const} */ ([['drop', indices[0]], ['paste', indices[1]]])) {
    const transfer = await page.evaluateHandle(
      ([base64, name]) => {
        const data = new DataTransfer();
        const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
        data.items.add(new File([bytes], name, { type: 'image/png' }));
        return data;
      },
      [png(digitPicture(index)).toString('base64'), `${kind}.png`],
    );
    if (kind === 'drop') await parts.cell.locator('.digit').dispatchEvent('drop', { dataTransfer: transfer });
    else {
      await page.evaluate((data) => document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true })), transfer);
    }
    await expect(parts.subject).toContainText(`${kind}.png`);
    await expect(parts.verdict).toHaveText(new RegExp(`^${labelOf(index)} · `));
  }
});

/** A 1, drawn from above to below. @param {Page} page @param {import('@playwright/test').Locator} pad */
async function drawOne(page, pad) {
  await pad.scrollIntoViewIfNeeded();
  const box = /** @type {{ x: number, y: number, width: number, height: number }} */ (await pad.boundingBox());
  await page.mouse.move(box.x + box.width * 0.52, box.y + box.height * 0.2);
  await page.mouse.down();
  for (let i = 1; i <= 12; i += 1) await page.mouse.move(box.x + box.width * (0.52 - i * 0.004), box.y + box.height * (0.2 + i * 0.05));
  await page.mouse.up();
}

for (const lang of oneOf('en')) {
  test(`a digit is drawn by mouse, taken back, cleared and brought back (${lang})`, async ({ page, trained }) => {
    test.setTimeout(600_000);
    const parts = await openTrained(page, trained.weights, lang);
    await expect(parts.message).toHaveText(text(lang, 'digit.hint'));
    await drawOne(page, parts.pad);
    await expect(parts.verdict).toHaveText(/^1 · /);
    await expect(parts.cell.locator('.probability.best')).toContainText('1');
    await expect(parts.cell.locator('.probability')).toHaveCount(10);
    await expect(parts.subject).toHaveText(text(lang, 'digit.source-drawing'));
    await expect(parts.note).toBeHidden();
    // An image comes in between; the drawing is still there.
    await parts.upload(png(digitPicture(CHOSEN[0])), 'zero.png');
    await expect(parts.verdict).toHaveText(/^0 · /);
    await parts.button('back-to-drawing').click();
    await expect(parts.verdict).toHaveText(/^1 · /);
    await parts.button('clear').click();
    await expect(parts.verdict).toHaveText('');
    await parts.button('undo').click();
    await expect(parts.verdict).toHaveText(/^1 · /);
    await parts.button('undo').click();
    await expect(parts.message).toHaveText(text(lang, 'digit.hint'));
    await parts.button('ask').click();
    await expect(parts.message).toHaveText(text(lang, 'digit.nothing-drawn'));
  });
}

test('a digit is drawn with the keyboard alone', async ({ page, trained }) => {
  test.setTimeout(600_000);
  const parts = await openTrained(page, trained.weights);
  await parts.pad.focus();
  for (let i = 0; i < 8; i += 1) await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Space');
  await expect(parts.cell.locator('.pad-state')).toHaveText(text('en', 'digit.pen-down'));
  for (let i = 0; i < 16; i += 1) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await expect(parts.verdict).toHaveText(/^1 · /);
  await page.keyboard.press('Backspace');
  await expect(parts.verdict).toHaveText('');
});

test('before training the answer is said to be a guess, and it follows while the network learns', async ({ page }) => {
  const parts = await openLab(page, { lang: 'en' });
  const own = digit(page);
  await drawOne(page, own.pad);
  await expect(own.note).toHaveText(text('en', 'digit.untrained'));
  const first = await own.verdict.textContent();
  await parts.press('run');
  await own.cell.scrollIntoViewIfNeeded();
  await expect.poll(() => own.verdict.textContent(), { timeout: 30_000 }).not.toBe(first);
  await expect(own.note).toBeHidden();
});

test.describe('on a touch screen', () => {
  test.use({ hasTouch: true, viewport: { width: 360, height: 740 } });

  test('a finger draws instead of scrolling', async ({ page }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await allData(await openLab(page, { lang: 'en' }), 'en');
    const own = digit(page);
    await own.pad.scrollIntoViewIfNeeded();
    // Cells above may still be taking their shape.
    let before = -1;
    await expect
      .poll(async () => {
        const last = before;
        before = await page.evaluate(() => scrollY);
        return before - last;
      })
      .toBe(0);
    const box = /** @type {{ x: number, y: number, width: number, height: number }} */ (await own.pad.boundingBox());
    const client = await page.context().newCDPSession(page);
    const at = (/** @type {number} */ share) => [{ x: box.x + box.width / 2, y: box.y + box.height * share }];
    await client.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(0.2) });
    for (let i = 1; i <= 10; i += 1) await client.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(0.2 + i * 0.06) });
    await client.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await expect(own.verdict).toHaveText(/^\d · /);
    expect(await page.evaluate(() => scrollY)).toBe(before);
  });
});
