/** Images and activation maps on a canvas, one canvas pixel for each value. */

import { diverging, gray, isDark, sequential } from './color.js';

/**
 * @typedef {'gray' | 'ink' | 'sequential' | 'diverging' | 'rgb'} ColorMap `ink`: grey with 0 as paper and 1 as ink
 *
 * @typedef {object} PixelOptions
 * @property {number} height
 * @property {number} width
 * @property {number} [channels] values a pixel has in `data` (NHWC); 1 if left out
 * @property {number} [channel] which of them to draw; not for `rgb`
 * @property {ColorMap} [map] `rgb` draws 3 channels as they are
 * @property {[number, number]} [range] the values at the two ends of the map; from the data if left out
 */

/**
 * How many of `count` tiles go in a line where `most` have room, so that the last line is about as full as the others.
 * @param {number} count
 * @param {number} most
 */
export const evenly = (count, most) => Math.ceil(count / Math.ceil(count / Math.max(1, most)));

/**
 * The smallest and largest finite value of one channel.
 * @param {ArrayLike<number>} data
 * @param {number} [channels]
 * @param {number} [channel]
 * @returns {[number, number]}
 */
export function extent(data, channels = 1, channel = 0) {
  let low = Infinity;
  let high = -Infinity;
  for (let index = channel; index < data.length; index += channels) {
    const value = data[index];
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : [0, 1];
}

/**
 * The colour of one value.
 * @param {number} value
 * @param {ColorMap} map
 * @param {[number, number]} range
 * @returns {import('./color.js').Rgb}
 */
export function colorOf(value, map, [low, high]) {
  if (map === 'diverging') return diverging(value / (Math.max(Math.abs(low), Math.abs(high)) || 1));
  const fraction = (value - low) / (high - low || 1);
  if (map === 'sequential') return sequential(fraction);
  return gray(map === 'ink' && !isDark() ? 1 - fraction : fraction);
}

/**
 * Draws values as pixels. The canvas gets as many pixels as there are values; CSS scales it up
 * (class `pixels` keeps the edges sharp).
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} data height × width × channels values
 * @param {PixelOptions} options
 */
export function drawPixels(canvas, data, { height, width, channels = 1, channel = 0, map = 'gray', range }) {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext('2d');
  if (!context) return;
  const image = context.createImageData(width, height);
  const ends = range ?? (map === 'rgb' ? /** @type {[number, number]} */ ([0, 1]) : extent(data, channels, channel));
  const scale = 255 / (ends[1] - ends[0] || 1);
  for (let pixel = 0; pixel < height * width; pixel += 1) {
    const at = pixel * 4;
    if (map === 'rgb') {
      for (let c = 0; c < 3; c += 1) image.data[at + c] = (data[pixel * channels + c] - ends[0]) * scale;
    } else {
      const [r, g, b] = colorOf(data[pixel * channels + channel], map, ends);
      image.data[at] = r;
      image.data[at + 1] = g;
      image.data[at + 2] = b;
    }
    image.data[at + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

/**
 * An image of the data as it is: bytes, or numbers from 0 to 1.
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8Array | Float32Array} data
 * @param {readonly number[]} shape height, width and channels: 1 for grey, 3 for colours
 */
export function drawImage(canvas, data, [height, width, channels]) {
  drawPixels(canvas, data, { height, width, channels, map: channels === 3 ? 'rgb' : 'gray', range: [0, data instanceof Uint8Array ? 255 : 1] });
}

/**
 * Maps or filters as tiles with a gap of one pixel between them.
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} data height × width × count values
 * @param {{ height: number, width: number, count: number, columns: number, shown?: number[] }} tiles of a tile; how many, and in
 *   a row; `shown`: which of them, if not all
 * @param {(value: number) => import('./color.js').Rgb} color
 */
export function drawTiles(canvas, data, { height, width, count, columns, shown }, color) {
  const wide = columns * (width + 1) - 1;
  const drawn = shown?.length ?? count;
  const image = new ImageData(wide, Math.ceil(drawn / columns) * (height + 1) - 1);
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== image.height) canvas.height = image.height;
  for (let n = 0; n < drawn; n += 1) {
    const [left, top] = [(n % columns) * (width + 1), Math.floor(n / columns) * (height + 1)];
    const from = shown ? shown[n] : n;
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const [r, g, b] = color(data[(y * width + x) * count + from]);
        const at = 4 * ((top + y) * wide + left + x);
        image.data[at] = r;
        image.data[at + 1] = g;
        image.data[at + 2] = b;
        image.data[at + 3] = 255;
      }
    }
  }
  canvas.getContext('2d')?.putImageData(image, 0, 0);
}
