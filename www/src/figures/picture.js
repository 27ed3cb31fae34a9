/**
 * The picture that the lecture's figures look at: 32×32×3, values 0 … 1, NHWC without the N.
 *
 * The built-in ones are drawn here, shape by shape; a person's own travels in the link as text.
 */

import { CHANNELS, isPicture, SIDE } from '../keys/picture.js';

/** @typedef {[number, number, number]} Color each 0 … 1 */
/**
 * @typedef {((x: number, y: number) => boolean) & { box?: Box }} Shape whether a point is inside; the picture is 32 wide and high
 * @typedef {readonly [left: number, top: number, right: number, bottom: number]} Box what no point of a shape lies outside of
 */

/** @param {Box} box @param {(x: number, y: number) => boolean} inside @returns {Shape} */
const within = (box, inside) => Object.assign(inside, { box });

/** @param {number} cx @param {number} cy @param {number} rx @param {number} [ry] @returns {Shape} */
const ellipse = (cx, cy, rx, ry = rx) =>
  within([cx - rx, cy - ry, cx + rx, cy + ry], (x, y) => ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 <= 1);

/** The box of some points, so much wider on each side. @param {readonly [number, number][]} points @param {number} margin @returns {Box} */
const around = (points, margin) => {
  const [xs, ys] = [0, 1].map((axis) => points.map((point) => point[axis]));
  return [Math.min(...xs) - margin, Math.min(...ys) - margin, Math.max(...xs) + margin, Math.max(...ys) + margin];
};

/** @param {...[number, number]} corners of a convex shape, clockwise @returns {Shape} */
const polygon = (...corners) =>
  within(around(corners, 0), (x, y) =>
    corners.every(([ax, ay], index) => {
      const [bx, by] = corners[(index + 1) % corners.length];
      return (bx - ax) * (y - ay) - (by - ay) * (x - ax) >= 0;
    }),
  );

/** @param {[number, number]} from @param {[number, number]} to @param {number} width @returns {Shape} */
const line = ([ax, ay], [bx, by], width) =>
  within(around([[ax, ay], [bx, by]], width / 2), (x, y) => {
    const length = (bx - ax) ** 2 + (by - ay) ** 2;
    const along = Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length));
    return Math.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay)) <= width / 2;
  });

/** @param {Color} from @param {Color} to @param {number} part @returns {Color} */
const mix = (from, to, part) => /** @type {Color} */ (from.map((value, channel) => value + (to[channel] - value) * part));

/** @typedef {[Shape, Color][]} Layers painted in order */

/** @type {Layers} */
const CAT = [
  [ellipse(26, 5.5, 3.2), [0.99, 0.85, 0.36]],
  [ellipse(16, 36, 26, 10), [0.36, 0.62, 0.33]],
  // Ears, then the head over them.
  [polygon([5, 2.5], [13.5, 9], [5.5, 16]), [0.85, 0.49, 0.18]],
  [polygon([27, 2.5], [26.5, 16], [18.5, 9]), [0.85, 0.49, 0.18]],
  [polygon([6.4, 5.5], [11, 9.2], [6.8, 13]), [0.96, 0.7, 0.66]],
  [polygon([25.6, 5.5], [25.2, 13], [21, 9.2]), [0.96, 0.7, 0.66]],
  [ellipse(16, 18, 11.5, 10), [0.94, 0.6, 0.25]],
  [line([16, 8.4], [16, 12], 1.3), [0.62, 0.32, 0.1]],
  [line([12.4, 9], [13.2, 12], 1.1), [0.62, 0.32, 0.1]],
  [line([19.6, 9], [18.8, 12], 1.1), [0.62, 0.32, 0.1]],
  [ellipse(16, 22.4, 5.4, 4), [0.99, 0.93, 0.85]],
  [ellipse(11, 16, 2.5, 2.3), [0.98, 0.98, 0.92]],
  [ellipse(21, 16, 2.5, 2.3), [0.98, 0.98, 0.92]],
  [ellipse(11, 16, 1.9, 2), [0.36, 0.66, 0.3]],
  [ellipse(21, 16, 1.9, 2), [0.36, 0.66, 0.3]],
  [ellipse(11, 16, 0.75, 1.8), [0.06, 0.07, 0.08]],
  [ellipse(21, 16, 0.75, 1.8), [0.06, 0.07, 0.08]],
  [polygon([14.6, 20], [17.4, 20], [16, 21.7]), [0.83, 0.36, 0.42]],
  [line([16, 21.5], [16, 23.4], 0.6), [0.4, 0.2, 0.16]],
  [line([16, 23.4], [14, 24.4], 0.6), [0.4, 0.2, 0.16]],
  [line([16, 23.4], [18, 24.4], 0.6), [0.4, 0.2, 0.16]],
  [line([10.5, 21.6], [2.5, 20.4], 0.5), [0.98, 0.96, 0.92]],
  [line([10.5, 23], [2.6, 24.2], 0.5), [0.98, 0.96, 0.92]],
  [line([21.5, 21.6], [29.5, 20.4], 0.5), [0.98, 0.96, 0.92]],
  [line([21.5, 23], [29.4, 24.2], 0.5), [0.98, 0.96, 0.92]],
];

/** @type {Layers} */
const LAKE = [
  [ellipse(24, 7, 3.4), [1, 0.93, 0.72]],
  [polygon([9, 5], [20, 20], [-3, 20]), [0.38, 0.4, 0.55]],
  [polygon([9, 5], [12, 9.1], [9.4, 8.2], [6, 8.9]), [0.97, 0.97, 0.99]],
  [polygon([22, 11], [33, 20], [13, 20]), [0.28, 0.32, 0.46]],
  [(_x, y) => y > 19.6, [0.25, 0.5, 0.66]],
  [(_x, y) => y > 19.6 && y < 20.4, [0.16, 0.28, 0.34]],
  [(x, y) => y > 20.6 && Math.abs(x - 24) < 3.6 - (y - 21) * 0.12 && Math.floor(y * 0.8) % 2 === 0, [0.96, 0.83, 0.6]],
  [line([4, 23.4], [12, 23.4], 0.5), [0.42, 0.66, 0.78]],
  [line([9, 26], [19, 26], 0.5), [0.42, 0.66, 0.78]],
  [line([14, 29], [22, 29], 0.5), [0.42, 0.66, 0.78]],
  [line([5, 31], [5, 22], 1.4), [0.3, 0.18, 0.1]],
  [polygon([5, 10.5], [8.4, 17], [1.6, 17]), [0.1, 0.33, 0.2]],
  [polygon([5, 14], [9.4, 22], [0.6, 22]), [0.12, 0.39, 0.23]],
  [polygon([5, 18.5], [10.2, 27], [-0.2, 27]), [0.14, 0.45, 0.26]],
];

/** A test card: stripes in three directions, colours, a disc. @type {Layers} */
const CARD = [
  [(x, y) => x < 16 && y < 16 && Math.floor(x / 2) % 2 === 0, [0.08, 0.08, 0.1]],
  [(x, y) => x >= 16 && y < 16 && Math.floor(y / 2) % 2 === 0, [0.08, 0.08, 0.1]],
  [(x, y) => x < 16 && y >= 16, [0.5, 0.52, 0.55]],
  [(x, y) => x < 16 && y >= 16 && (x + y) % 6 < 2.4, [0.97, 0.96, 0.92]],
  [(x, y) => x >= 16 && y >= 16, [0.15, 0.35, 0.75]],
  [(x, y) => x >= 24 && y >= 16, [0.2, 0.62, 0.35]],
  [ellipse(24, 24, 5.6), [0.87, 0.2, 0.18]],
  [ellipse(24, 24, 2.4), [0.98, 0.86, 0.2]],
];

/** @type {Record<'cat' | 'lake' | 'card', { ground: (y: number) => Color, layers: Layers }>} */
const SCENES = {
  cat: { ground: (y) => mix([0.46, 0.7, 0.9], [0.8, 0.9, 0.95], y / SIDE), layers: CAT },
  lake: { ground: (y) => mix([0.95, 0.63, 0.42], [0.99, 0.86, 0.68], y / 20), layers: LAKE },
  card: { ground: () => [0.95, 0.94, 0.9], layers: CARD },
};

/** Points looked at along each side of a pixel, so that edges come out soft. */
const SAMPLES = 4;

/** @param {{ ground: (y: number) => Color, layers: Layers }} scene */
function paint({ ground, layers }) {
  const data = new Float32Array(SIDE * SIDE * CHANNELS);
  // From the top: the first that a point is in has its colour.
  const fromTop = [...layers].reverse();
  for (let row = 0; row < SIDE; row += 1) {
    const grounds = Array.from({ length: SAMPLES }, (_, sample) => ground(row + (sample + 0.5) / SAMPLES));
    const inRow = fromTop.filter(([{ box }]) => !box || (box[1] <= row + 1 && box[3] >= row));
    for (let col = 0; col < SIDE; col += 1) {
      const at = (row * SIDE + col) * CHANNELS;
      const here = inRow.filter(([{ box }]) => !box || (box[0] <= col + 1 && box[2] >= col));
      for (let sample = 0; sample < SAMPLES * SAMPLES; sample += 1) {
        const x = col + ((sample % SAMPLES) + 0.5) / SAMPLES;
        const y = row + (Math.floor(sample / SAMPLES) + 0.5) / SAMPLES;
        const color = here.find(([inside]) => inside(x, y))?.[1] ?? grounds[Math.floor(sample / SAMPLES)];
        for (let channel = 0; channel < CHANNELS; channel += 1) data[at + channel] += color[channel] / SAMPLES ** 2;
      }
    }
  }
  return data;
}

/** @type {Map<string, Float32Array>} */
const painted = new Map();

/** @param {'cat' | 'lake' | 'card'} name @returns {Float32Array} */
export function builtIn(name) {
  let data = painted.get(name);
  if (!data) {
    data = paint(SCENES[name]);
    painted.set(name, data);
  }
  return data;
}

/**
 * A picture as text for the link: 5, 6 and 5 bits of red, green and blue, in base64 with `-` and `_`.
 * @param {ArrayLike<number>} data 32×32×3
 */
export function encode(data) {
  let bytes = '';
  for (let pixel = 0; pixel < SIDE * SIDE; pixel += 1) {
    const [r, g, b] = [31, 63, 31].map((most, channel) => Math.round(Math.min(1, Math.max(0, data[pixel * CHANNELS + channel])) * most));
    const word = (r << 11) | (g << 5) | b;
    bytes += String.fromCharCode(word >> 8, word & 255);
  }
  return btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** @type {{ text: string, data: Float32Array } | null} */
let decoded = null;

/**
 * @param {string} text what `encode` made
 * @returns {Float32Array | null} null if it is not a picture
 */
export function decode(text) {
  if (decoded?.text === text) return decoded.data;
  if (!isPicture(text)) return null;
  const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  const data = new Float32Array(SIDE * SIDE * CHANNELS);
  for (let pixel = 0; pixel < SIDE * SIDE; pixel += 1) {
    const word = (bytes.charCodeAt(pixel * 2) << 8) | bytes.charCodeAt(pixel * 2 + 1);
    data.set([(word >> 11) / 31, ((word >> 5) & 63) / 63, (word & 31) / 31], pixel * CHANNELS);
  }
  decoded = { text, data };
  return data;
}

/** How much red, green and blue add to the brightness that the eye sees (ITU-R BT.601). */
export const LUMA = /** @type {const} */ ([0.299, 0.587, 0.114]);

/**
 * The middle square of an image, at the size of a picture and on white.
 * @param {{ width: number, height: number, data: ArrayLike<number> }} image RGBA, 8 bits each
 * @returns {Float32Array} 32×32×3
 */
export function fromImage({ width, height, data }) {
  const side = Math.min(width, height);
  const [left, top] = [(width - side) / 2, (height - side) / 2];
  const out = new Float32Array(SIDE * SIDE * CHANNELS);
  for (let row = 0; row < SIDE; row += 1) {
    for (let col = 0; col < SIDE; col += 1) {
      for (const [y, tall] of overlaps(row, SIDE, side)) {
        for (const [x, wide] of overlaps(col, SIDE, side)) {
          const at = (Math.min(height - 1, Math.floor(top + y)) * width + Math.min(width - 1, Math.floor(left + x))) * 4;
          const alpha = data[at + 3] / 255;
          for (let channel = 0; channel < CHANNELS; channel += 1) {
            out[(row * SIDE + col) * CHANNELS + channel] += tall * wide * (1 + alpha * (data[at + channel] / 255 - 1));
          }
        }
      }
    }
  }
  return out;
}

/**
 * The brightness of a picture at another size: each pixel is the mean of what it covers.
 * @param {Float32Array} picture 32×32×3
 * @param {number} height
 * @param {number} width
 * @returns {Float32Array} height×width×1
 */
export function brightness(picture, height, width) {
  const out = new Float32Array(height * width);
  for (let row = 0; row < height; row += 1) {
    const rows = overlaps(row, height);
    for (let col = 0; col < width; col += 1) {
      let sum = 0;
      for (const [y, tall] of rows) {
        for (const [x, wide] of overlaps(col, width)) {
          const at = (y * SIDE + x) * CHANNELS;
          sum += tall * wide * (LUMA[0] * picture[at] + LUMA[1] * picture[at + 1] + LUMA[2] * picture[at + 2]);
        }
      }
      out[row * width + col] = sum;
    }
  }
  return out;
}

/**
 * Which of `full` lines a line of `size` covers, and what share of it each is.
 * @param {number} index
 * @param {number} size
 * @param {number} [full]
 * @returns {[number, number][]}
 */
function overlaps(index, size, full = SIDE) {
  const [from, to] = [(index * full) / size, ((index + 1) * full) / size];
  /** @type {[number, number][]} */
  const list = [];
  for (let at = Math.floor(from); at < Math.min(full, Math.ceil(to)); at += 1) {
    const share = (Math.min(to, at + 1) - Math.max(from, at)) / (to - from);
    if (share > 1e-9) list.push([at, share]);
  }
  return list;
}
