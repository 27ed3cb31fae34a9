// The worker that reads a person's own images, given files that phones, archives and ill will make.

import { expect, folders, test } from './fixtures.js';

/** @typedef {{ path: string, base64: string }} Packed */

/** A page of the same site with nothing in it. @param {import('@playwright/test').Page} page */
async function openBlank(page) {
  await page.route('**/blank.html', (route) => route.fulfill({ contentType: 'text/html', body: '<link rel="icon" href="data:,">' }));
  await page.goto('./blank.html');
}

/**
 * Reads files as the page does, in the worker of the page.
 * @param {import('@playwright/test').Page} page
 * @param {Packed[]} files
 * @param {object} [wish]
 */
async function read(page, files, wish = {}) {
  await openBlank(page);
  return page.evaluate(
    async ({ files, wish, folder }) => {
      const given = files.map(({ path, base64 }) => ({ path, file: new Blob([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))]) }));
      const worker = new Worker(`./${folder}/src/user-data/worker/worker.js`, { type: 'module' });
      const answer = await new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => (data.progress ? null : resolve(data));
        worker.onerror = ({ message }) => reject(new Error(message));
        worker.postMessage({ version: folder, variant: 'simd', given, wish: { side: 32, channels: 1, fit: 'crop', validation: 0, test: 0, seed: 1, ...wish } });
      });
      worker.terminate();
      if (answer.error) return { code: answer.error.code };
      const { data, report } = answer.result;
      return { names: data.names, pixels: [...data.splits.train.pixels], labels: [...data.splits.train.labels], report };
    },
    { files, wish, folder: folders.page },
  );
}

/**
 * A JPEG of a white disc in the middle of black, with the orientation that a camera notes.
 * @param {import('@playwright/test').Page} page
 * @param {{ width: number, height: number, orientation: number }} picture sides as they are stored
 */
async function photo(page, { width, height, orientation }) {
  await openBlank(page);
  const base64 = await page.evaluate(async ({ width, height }) => {
    const canvas = new OffscreenCanvas(width, height);
    const pen = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
    pen.fillRect(0, 0, width, height);
    pen.fillStyle = 'white';
    pen.beginPath();
    pen.arc(width / 2, height / 2, Math.min(width, height) / 4, 0, 2 * Math.PI);
    pen.fill();
    const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.95 });
    return btoa(String.fromCharCode(...new Uint8Array(await blob.arrayBuffer())));
  }, { width, height });
  const jpeg = Buffer.from(base64, 'base64');
  // An APP1 segment with one tag, right after the start of the image.
  const exif = Buffer.from('ffe100224578696600004d4d002a00000008000101120003000000010000000000000000', 'hex');
  exif[29] = orientation;
  return Buffer.concat([jpeg.subarray(0, 2), exif, jpeg.subarray(2)]).toString('base64');
}

/** Columns and rows that a bright shape spans. @param {number[]} pixels of one square image */
function spanOf(pixels) {
  const side = Math.sqrt(pixels.length);
  const bright = pixels.flatMap((value, i) => (value > 128 ? [i] : []));
  const range = (/** @type {number[]} */ list) => Math.max(...list) - Math.min(...list) + 1;
  return [range(bright.map((i) => i % side)), range(bright.map((i) => Math.floor(i / side)))];
}

for (const orientation of [1, 3, 6, 8]) {
  test(`a photo that a camera turned (orientation ${orientation}) is cut without being distorted`, async ({ page }) => {
    const files = [];
    // Larger and smaller than what is scaled while decoding.
    for (const [width, height] of [[1200, 600], [600, 1200], [400, 200]]) {
      const base64 = await photo(page, { width, height, orientation });
      for (const name of ['a', 'b']) files.push({ path: `${name}/${width}.jpg`, base64 });
    }
    const cut = await read(page, files);
    expect(cut.report?.skipped).toEqual([]);
    for (let i = 0; i < 6; i += 1) expect(spanOf(cut.pixels?.slice(1024 * i, 1024 * (i + 1)) ?? [])).toEqual([16, 16]);
    // Stretched, the whole of it as it is seen: half as wide as it is high where it was turned upright.
    const whole = await read(page, files.slice(0, 2), { fit: 'stretch' });
    expect(spanOf(whole.pixels?.slice(0, 1024) ?? [])).toEqual(orientation > 4 ? [16, 8] : [8, 16]);
  });
}

test('archives of very many files, and ends of archives without one, get an answer', async ({ page }) => {
  const zip = (/** @type {number} */ count) => {
    const names = Array.from({ length: count }, (_, i) => `${i % 2}/${i}.png`);
    const [locals, central] = [30, 46].map((size) => names.map((name) => Buffer.concat([Buffer.alloc(size), Buffer.from(name)])));
    let at = 0;
    names.forEach((name, i) => {
      locals[i].writeUInt32LE(0x04034b50, 0);
      locals[i].writeUInt16LE(name.length, 26);
      central[i].writeUInt32LE(0x02014b50, 0);
      central[i].writeUInt16LE(name.length, 28);
      central[i].writeUInt32LE(at, 42);
      at += locals[i].length;
    });
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(count, 8);
    end.writeUInt32LE(at, 16);
    return [{ path: 'all.zip', base64: Buffer.concat([...locals, ...central, end]).toString('base64') }];
  };
  // Each of them is empty, so none can be read as an image.
  expect((await read(page, zip(65_000))).code).toBe('own_empty');
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(0xffff, 8);
  expect((await read(page, [{ path: 'end.zip', base64: end.toString('base64') }])).code).toBe('own_zip');
});
