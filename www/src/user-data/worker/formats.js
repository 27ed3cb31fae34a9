/**
 * What a file is, from its first bytes: an IDX file, or an image and how large it is. An image is measured before it is
 * decoded, since a small file may hold a huge one.
 *
 * @module
 */

import { codedError } from '../../common/coded-error.js';

/** @param {Uint8Array} bytes */
const viewOf = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** @param {Uint8Array} bytes @param {number} at @param {string} text */
const says = (bytes, at, text) => [...text].every((letter, i) => bytes[at + i] === letter.charCodeAt(0));

/** @param {Uint8Array} bytes */
export const isZip = (bytes) => says(bytes, 0, 'PK\x03\x04') || says(bytes, 0, 'PK\x05\x06');
/** @param {Uint8Array} bytes */
export const isGzip = (bytes) => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** @typedef {{ kind: 'images', shape: [number, number, number], count: number, data: Uint8Array }} IdxImages */
/** @typedef {{ kind: 'labels', count: number, data: Uint8Array }} IdxLabels */

/** Bytes that hold the header of any IDX file read here: its kind and four sizes. */
export const IDX_HEAD = 20;

/**
 * What an IDX file says of itself: images (IDX3 of grey, IDX4 of grey or colour) or labels (IDX1) of unsigned bytes.
 * @param {Uint8Array} bytes its first ones, `IDX_HEAD` if it has so many
 * @returns {{ kind: 'images' | 'labels', sizes: number[], start: number, length: number } | null} the sizes of its axes, where
 *   its values begin, and how long it must be in all, bytes; null if it is no such file
 * @throws an error `idx_length` if it ends within its header
 */
export function idxHeader(bytes) {
  const [zero, second, type, axes] = bytes;
  if (bytes.length < 8 || zero !== 0 || second !== 0 || type !== 8 || ![1, 3, 4].includes(axes)) return null;
  const kind = axes === 1 ? 'labels' : 'images';
  const start = 4 + 4 * axes;
  if (bytes.length < start) throw codedError('idx_length', { what: kind, got: bytes.length, expected: start });
  const view = viewOf(bytes);
  const sizes = Array.from({ length: axes }, (_, i) => view.getUint32(4 + 4 * i));
  return { kind, sizes, start, length: sizes.reduce((product, size) => product * size, 1) + start };
}

/**
 * @param {Uint8Array} bytes
 * @returns {IdxImages | IdxLabels | null} null if it is no IDX file
 * @throws an error `idx_length` if it is shorter or longer than its header says
 */
export function readIdx(bytes) {
  const header = idxHeader(bytes);
  if (!header) return null;
  const { kind, sizes, start, length } = header;
  if (length !== bytes.length) throw codedError('idx_length', { what: kind, got: bytes.length, expected: length });
  const [count, height, width, channels = 1] = sizes;
  const data = bytes.subarray(start);
  return kind === 'labels' ? { kind, count, data } : { kind, shape: [height, width, channels], count, data };
}

/** Segments of a JPEG file until the one that tells its size. @param {Uint8Array} bytes */
function jpegSize(bytes) {
  const view = viewOf(bytes);
  let at = 2;
  while (at + 9 < bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1];
    // Start of frame: all of C0–CF but the tables C4, C8 and CC.
    const frame = marker === 0xc0 || (marker > 0xc0 && marker <= 0xcf && marker % 4 !== 0);
    if (frame) return [view.getUint16(at + 7), view.getUint16(at + 5)];
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}

/** @param {Uint8Array} bytes */
function webpSize(bytes) {
  const view = viewOf(bytes);
  const triple = (/** @type {number} */ at) => 1 + view.getUint16(at, true) + (bytes[at + 2] << 16);
  if (says(bytes, 12, 'VP8X')) return [triple(24), triple(27)];
  if (says(bytes, 12, 'VP8L')) {
    const bits = view.getUint32(21, true);
    return [1 + (bits & 0x3fff), 1 + ((bits >> 14) & 0x3fff)];
  }
  return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
}

/**
 * Width and height of a PNG, JPEG, GIF, BMP or WebP image, as it is stored: one that a camera took upright may be turned
 * when it is decoded.
 * @param {Uint8Array} bytes
 * @returns {number[] | null} null if it is none
 */
export function imageSize(bytes) {
  const view = viewOf(bytes);
  if (bytes.length < 26) return null;
  if (says(bytes, 1, 'PNG\r\n')) return [view.getUint32(16), view.getUint32(20)];
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return jpegSize(bytes);
  if (says(bytes, 0, 'GIF8')) return [view.getUint16(6, true), view.getUint16(8, true)];
  if (says(bytes, 0, 'BM')) return [Math.abs(view.getInt32(18, true)), Math.abs(view.getInt32(22, true))];
  if (says(bytes, 0, 'RIFF') && says(bytes, 8, 'WEBP') && bytes.length > 30) return webpSize(bytes);
  return null;
}
