// Files that a person gives the page: weights, images, their own data.

import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { changed, changedText } from '../random.mjs';
import { PATIENCE_MS, text } from './page.mjs';
import { digitPicture, hugePng, png } from '../../../tests/e2e/pictures.js';

/** @typedef {import('./page.mjs').PageUnderTest} PageUnderTest */
/** @typedef {import('../random.mjs').Random} Random */
/** @typedef {(input: Uint8Array | string) => void} Note */

/** The weights of a page's run as it saves them: at first and now. @type {WeakMap<PageUnderTest, { first: Buffer, now: Buffer }>} */
const SAVED = new WeakMap();

/** @param {PageUnderTest} page */
async function save(page) {
  const now = Buffer.from(await page.saved(), 'base64');
  SAVED.set(page, { first: SAVED.get(page)?.first ?? now, now });
  return now;
}

/** The header of a safetensors file and its values. @param {Buffer} file */
function parts(file) {
  const length = Number(file.readBigUInt64LE());
  return { header: file.subarray(8, 8 + length).toString(), values: file.subarray(8 + length) };
}

/** @param {string} header @param {Uint8Array} values */
function joined(header, values) {
  const bytes = Buffer.from(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  return Buffer.concat([length, bytes, values]);
}

/** Weights: refused, they leave the run as it was; a change of ours is never taken. @type {import('../fuzz-page.mjs').Kind} */
export const weights = {
  share: 30,
  each: 40,
  async open(page) {
    await page.open();
    await page.step();
    await save(page);
  },
  async give(page, random, note) {
    const { first, now: saved } = /** @type {{ first: Buffer, now: Buffer }} */ (SAVED.get(page));
    const seed = random.chance(50) ? saved : first;
    const { header, values } = parts(seed);
    const kind = random.below(4);
    const bare = header.replace(/,\\"sum\\":\\"[0-9a-f]{16}\\"/, '');
    const file =
      kind === 0 ? changed(random, seed)
      : kind === 1 ? joined(changedText(random, header), values)
      : kind === 2 ? joined(changedText(random, bare), random.chance(50) ? values : changed(random, values))
      : Buffer.from(seed);
    if (kind === 3) file[random.below(file.length)] ^= 1 << random.below(8);
    note(file);
    const name = `w${random.below(1e9)}.safetensors`;
    await page.page.locator('#take .weights input[type=file]').setInputFiles({ name, mimeType: 'application/octet-stream', buffer: file });
    const message = page.page.locator('#take .weights-message', { hasText: name });
    // Another network's weights would bring it along: not wanted.
    const cancel = page.page.getByRole('dialog').getByRole('button', { name: text('train.cancel') });
    await message.or(cancel).first().waitFor();
    if (await cancel.isVisible()) {
      await cancel.click();
      await message.waitFor();
    }
    const refused = !(await message.textContent())?.startsWith(text('take.loaded').split('{')[0]);
    const after = await save(page);
    const alike = Buffer.compare(parts(after).values, refused ? parts(saved).values : values) === 0;
    // What says that it is ours has our values, or is no longer said to be ours.
    const ours = file.includes('cnn_notebook') && file.includes('\\"sum\\"') && file.includes('\\"format\\"');
    if (refused ? !alike : ours && kind !== 2 && !alike) throw new Error(refused ? 'refused weights changed the run' : 'altered weights were taken');
    // Taken weights of any values may not be trained; a run that was left alone must be.
    if (!refused) await page.open();
    if (!refused || random.chance(25)) {
      await page.step();
      await save(page);
    }
    return refused ? 'refused' : 'taken';
  },
};

const SVG = (/** @type {string} */ inside) => `<svg xmlns="http://www.w3.org/2000/svg" width="60" height="60" viewBox="0 0 60 60">${inside}</svg>`;
/** Encodings of a browser, of a picture that it draws; made once. @type {[string, Buffer][]} */
const encoded = [];

/** @param {PageUnderTest} page */
async function encode(page) {
  if (encoded.length > 0) return;
  for (const type of ['image/png', 'image/jpeg', 'image/webp']) {
    const base64 = await page.page.evaluate((mime) => {
      const canvas = Object.assign(document.createElement('canvas'), { width: 60, height: 50 });
      const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
      pen.fillStyle = '#fff';
      pen.fillRect(0, 0, 60, 50);
      pen.lineWidth = 5;
      pen.strokeRect(20, 10, 15, 30);
      return canvas.toDataURL(mime).split(',')[1];
    }, type);
    encoded.push([type, Buffer.from(base64, 'base64')]);
  }
  // A JPEG turned by its EXIF data, of which the last two bytes are the orientation.
  const jpeg = encoded[1][1];
  const exif = Buffer.from('ffe1002245786966000049492a0008000000010012010300010000000600000000000000', 'hex');
  encoded.push(['image/jpeg', Buffer.concat([jpeg.subarray(0, 2), exif, jpeg.subarray(2)])]);
  const gif = '47494638396105000500800000ffffff00000021f90400000000002c00000000050005000002088c8fa9cbed0f633b003b';
  encoded.push(['image/gif', Buffer.from(gif, 'hex')]);
  encoded.push(['image/bmp', Buffer.from('424d46000000000000003600000028000000020000000200000001001800000000001000000000000000000000000000000000000000ffffff0000000000000000ffffff0000', 'hex')]);
  encoded.push(['image/svg+xml', Buffer.from(SVG('<path d="M20 10v40" stroke="#000" stroke-width="6"/>'))]);
  encoded.push(['image/png', png(digitPicture(3))]);
  encoded.push(['image/png', hugePng(20_000)]);
}

/** Images for the digit's cell. @type {import('../fuzz-page.mjs').Kind} */
export const images = {
  share: 20,
  each: 40,
  async open(page) {
    await page.open();
    await encode(page);
    await page.near('digit');
  },
  async give(page, random, note) {
    const [type, seed] = random.pick(encoded);
    const file = changed(random, seed, random.pick(encoded)[1]);
    note(file);
    const message = page.page.locator('#digit .digit-message');
    await message.evaluate((element) => {
      // What it last said, it would not say again.
      delete element.dataset.said;
      element.textContent = 'waits';
    });
    const name = `i${random.below(1e9)}.${type.split('/')[1]}`;
    await page.page.locator('#digit input[type=file]').setInputFiles({ name, mimeType: random.chance(80) ? type : 'text/plain', buffer: file });
    await page.page.waitForFunction(() => document.querySelector('#digit .digit-message')?.textContent !== 'waits');
    const refused = await message.evaluate((element) => element.classList.contains('bad'));
    if (random.chance(20)) {
      await page.step();
      await page.near('digit');
    }
    return refused ? 'refused' : 'taken';
  },
};

/** @param {number[]} sizes @param {Uint8Array} body */
function idx(sizes, body) {
  const bytes = Buffer.alloc(4 + 4 * sizes.length + body.length);
  bytes.set([0, 0, 8, sizes.length]);
  sizes.forEach((size, i) => bytes.writeUInt32BE(size >>> 0, 4 + 4 * i));
  bytes.set(body, 4 + 4 * sizes.length);
  return bytes;
}

const FOLDERS = ['a', 'b', '하나', 'constructor', '__proto__', '..', 'train/a', 'test/b', '', '.hidden', 'a'.repeat(300), '<b>', 'x/y/z', '__MACOSX'];

/** Images in folders as an archive, changed. @param {Random} random */
function archive(random) {
  /** @type {Record<string, Uint8Array>} */
  const files = {};
  for (let left = random.few(12); left > 0; left -= 1) {
    const [, image] = random.pick(encoded);
    const path = `${random.chance(60) ? random.pick(['a', 'b']) : random.pick(FOLDERS)}/${random.below(100)}.png`;
    Object.defineProperty(files, path, { value: random.chance(80) ? image : changed(random, image), enumerable: true, configurable: true });
  }
  const zip = Buffer.from(zipSync(files, { level: random.pick([0, 6]) }));
  return random.chance(70) ? changed(random, zip) : zip;
}

/** A pair of IDX files, packed or not, changed. @param {Random} random */
function pair(random) {
  const [count, height, width, channels] = [random.few(60), random.few(20), random.few(20), random.pick([1, 1, 3])];
  const images = idx(channels === 1 ? [count, height, width] : [count, height, width, channels], random.bytes(count * height * width * channels));
  const labels = idx([count], Buffer.from(Array.from({ length: count }, (_, i) => i % random.few(4))));
  if (random.chance(8)) return [idx([count, 0, 0], Buffer.alloc(0)), labels];
  return [images, labels].map((file) => {
    const inside = random.chance(50) ? changed(random, file) : file;
    if (!random.chance(40)) return inside;
    const packed = gzipSync(inside);
    return random.chance(50) ? changed(random, packed) : packed;
  });
}

/** A person's own data: archives, IDX files and loose images. @type {import('../fuzz-page.mjs').Kind} */
export const own = {
  share: 25,
  each: 30,
  async open(page) {
    await page.open();
    await encode(page);
    await page.step();
    await page.near('data');
  },
  async give(page, random, note) {
    const buffers = random.chance(50) ? [archive(random)] : random.chance(80) ? pair(random) : [changed(random, random.pick(encoded)[1])];
    if (random.chance(10)) buffers.push(archive(random));
    note(Buffer.concat(buffers));
    const files = buffers.map((buffer, i) => ({ name: `f${i}`, mimeType: 'application/octet-stream', buffer }));
    await page.page.locator('#data .own input[type=file]').last().setInputFiles(files);
    // The words are there at once, the meter with the next drawing.
    await page.page.waitForFunction(
      ([opening, reading]) => {
        const said = document.querySelector('#data .own > .own-status')?.textContent ?? '';
        return said !== opening && !new RegExp(reading).test(said) && /** @type {HTMLElement} */ (document.querySelector('#data .own-progress')).hidden;
      },
      [text('data.opening'), text('data.reading').replace(/[.*+?^$()[\]\\]/g, '\\$&').replace(/\{[^}]*\}/g, '.*')],
      { timeout: PATIENCE_MS },
    );
    const status = page.page.locator('#data .own > .own-status');
    const refused = await status.evaluate((element) => element.classList.contains('bad'));
    const said = (await status.textContent()) ?? '';
    if (/internal error|undefined|NaN|is not a function|call stack/i.test(said)) throw new Error(`the page says: ${said}`);
    if (refused) {
      if (random.chance(25)) {
        await page.step();
        await page.near('data');
      }
      return 'refused';
    }
    if (random.chance(30)) {
      // Begun, it is trained for a batch, or it is said why not.
      await page.page.locator('#data').getByRole('button', { name: text('data.use') }).click();
      await page.page.waitForFunction((using) => {
        const element = document.querySelector('#data .own > .own-status');
        return element?.textContent === using || element?.classList.contains('bad');
      }, text('data.using'));
      if (!(await status.evaluate((element) => element.classList.contains('bad')))) {
        await page.page.waitForFunction(() => !/\d\/\d/.test(document.querySelector('#train .run-line')?.textContent ?? ''));
        await page.step();
      }
      await page.open();
      await page.near('data');
      return 'begun';
    }
    return 'taken';
  },
};
