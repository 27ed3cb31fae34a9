// Real MNIST digits as image files: light on dark or dark on light, transparent, large, off the centre, in any format.

import { readFileSync } from 'node:fs';
import { deflateSync, gunzipSync } from 'node:zlib';

const root = new URL('../../dist/data/mnist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('manifest.json', root), 'utf8'));

/** @type {{ images: Buffer, labels: Buffer } | null} */
let loaded = null;

/** The first 5,000 test images. */
function testImages() {
  if (loaded) return loaded;
  const shard = manifest.shards.find((/** @type {any} */ entry) => entry.split === 'test');
  const content = gunzipSync(readFileSync(new URL(shard.file, root)));
  loaded = { images: content.subarray(16, shard.images_bytes), labels: content.subarray(shard.images_bytes + 8) };
  return loaded;
}

/** The first test images with these labels, one each. @param {number[]} labels @param {number} [skip] */
export function digitsLabelled(labels, skip = 0) {
  const all = testImages();
  return labels.map((label) => {
    let left = skip;
    return all.labels.findIndex((other) => other === label && left-- === 0);
  });
}

/** @param {number} index */
export const labelOf = (index) => testImages().labels[index];

/** @typedef {{ width: number, height: number, rgba: Uint8Array }} Picture */

/**
 * A test image on a larger sheet.
 * @param {number} index
 * @param {{ scale?: number, sheet?: [number, number], at?: [number, number], ink?: number[], paper?: number[] }} [options]
 *   `at` is the corner of the digit on the sheet; colours are `[r, g, b, a]`
 * @returns {Picture}
 */
export function digitPicture(index, options = {}) {
  const { scale = 4, ink = [20, 20, 30, 255], paper = [255, 255, 255, 255] } = options;
  const side = 28 * scale;
  const [width, height] = options.sheet ?? [side, side];
  const [left, top] = options.at ?? [(width - side) >> 1, (height - side) >> 1];
  const pixels = testImages().images.subarray(784 * index, 784 * (index + 1));
  const rgba = new Uint8Array(4 * width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const column = Math.floor((x - left) / scale);
      const row = Math.floor((y - top) / scale);
      const inside = column >= 0 && column < 28 && row >= 0 && row < 28;
      const share = inside ? pixels[28 * row + column] / 255 : 0;
      for (let c = 0; c < 4; c += 1) rgba[4 * (y * width + x) + c] = Math.round(ink[c] * share + paper[c] * (1 - share));
    }
  }
  return { width, height, rgba };
}

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

/** @param {string} type @param {Uint8Array} data */
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const crc = body.reduce((c, byte) => CRC[(c ^ byte) & 255] ^ (c >>> 8), 0xffffffff) ^ 0xffffffff;
  const out = Buffer.alloc(12 + data.length);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc >>> 0, 8 + data.length);
  return out;
}

/** @param {number} width @param {number} height @param {number[]} kind depth and colour type @param {Uint8Array} rows */
function pngOf(width, height, kind, rows) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set(kind, 8);
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

/** @param {Picture} picture */
export function png({ width, height, rgba }) {
  const rows = Buffer.alloc(height * (1 + 4 * width));
  for (let y = 0; y < height; y += 1) rows.set(rgba.subarray(4 * width * y, 4 * width * (y + 1)), y * (1 + 4 * width) + 1);
  return pngOf(width, height, [8, 6], rows);
}

/** A valid black image of one bit a pixel, small as a file however large it is. @param {number} side */
export function hugePng(side) {
  return pngOf(side, side, [1, 0], Buffer.alloc(side * (1 + Math.ceil(side / 8))));
}

/** @param {Picture} picture on white paper: BMP has no opacity here */
export function bmp({ width, height, rgba }) {
  const stride = Math.ceil((3 * width) / 4) * 4;
  const out = Buffer.alloc(54 + stride * height);
  out.write('BM', 0, 'latin1');
  out.writeUInt32LE(out.length, 2);
  out.writeUInt32LE(54, 10);
  out.writeUInt32LE(40, 14);
  out.writeInt32LE(width, 18);
  out.writeInt32LE(height, 22);
  out.writeUInt16LE(1, 26);
  out.writeUInt16LE(24, 28);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const from = 4 * (y * width + x);
      // Rows from the bottom up, blue first.
      out.set([rgba[from + 2], rgba[from + 1], rgba[from]], 54 + (height - 1 - y) * stride + 3 * x);
    }
  }
  return out;
}

/** A GIF of 128 greys whose codes never grow: a clear code before the table is full. @param {Picture} picture */
export function gif({ width, height, rgba }) {
  const head = Buffer.alloc(13);
  head.write('GIF89a', 0, 'latin1');
  head.writeUInt16LE(width, 6);
  head.writeUInt16LE(height, 8);
  head[10] = 0xf6;
  const palette = Buffer.alloc(3 * 128);
  for (let i = 0; i < 128; i += 1) palette.fill(2 * i, 3 * i, 3 * i + 3);
  const frame = Buffer.from([0x2c, 0, 0, 0, 0, width & 255, width >> 8, height & 255, height >> 8, 0, 7]);
  // Codes of 8 bits: 0–127 are greys, 128 clears, 129 ends.
  const codes = [];
  for (let i = 0; i < width * height; i += 1) {
    if (i % 120 === 0) codes.push(128);
    codes.push(rgba[4 * i] >> 1);
  }
  codes.push(129);
  const blocks = [];
  for (let i = 0; i < codes.length; i += 255) {
    const part = codes.slice(i, i + 255);
    blocks.push(Buffer.from([part.length, ...part]));
  }
  return Buffer.concat([head, palette, frame, ...blocks, Buffer.from([0, 0x3b])]);
}
