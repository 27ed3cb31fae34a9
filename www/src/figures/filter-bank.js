/**
 * Filters to look at pictures with, at any size: weights F×F×3 in the order HWI.
 *
 * Weights are rounded to what a table can show, so that the numbers a reader adds up are the numbers
 * that were used.
 */

import { KINDS } from '../keys/filter.js';
import { CHANNELS } from '../keys/picture.js';
import { LUMA } from './picture.js';


/** @typedef {typeof KINDS[number]} Kind */

/** @param {number} value @param {number} step */
const round = (value, step) => Math.round(value / step) * step || 0;

/**
 * One weight of each filter before it is scaled, for every channel, at (x, y) from the middle. `r`
 * is the distance from the middle to the edge.
 * @type {Record<Kind, (x: number, y: number, r: number) => number | [number, number, number]>}
 */
const SHAPES = {
  'edge-v': (x, y, r) => slope(x, y, r),
  'edge-h': (x, y, r) => slope(y, x, r),
  'edge-d1': (x, y, r) => slope((x + y) * Math.SQRT1_2, (x - y) * Math.SQRT1_2, r),
  'edge-d2': (x, y, r) => slope((x - y) * Math.SQRT1_2, (x + y) * Math.SQRT1_2, r),
  'color-r': (x, y, r) => tint(x, y, r, [1, -0.5, -0.5]),
  'color-b': (x, y, r) => tint(x, y, r, [-0.5, -0.5, 1]),
  'color-g': (x, y, r) => tint(x, y, r, [-0.5, 1, -0.5]),
  blur: (x, y, r) => bell(x, y, 0.5 * r + 0.25),
  sharpen: (x, y, r) => -bell(x, y, 0.5 * r + 0.25),
  spot: (x, y, r) => bell(x, y, 0.3 * r + 0.2) - 0.35 * bell(x, y, 0.7 * r + 0.3),
  'line-v': (x, y, r) => wave(x, y, r, 1.2),
  'line-h': (x, y, r) => wave(y, x, r, 1.2),
  'line-d1': (x, y, r) => wave((x + y) * Math.SQRT1_2, (x - y) * Math.SQRT1_2, r, 1.2),
  'line-d2': (x, y, r) => wave((x - y) * Math.SQRT1_2, (x + y) * Math.SQRT1_2, r, 1.2),
  'ripple-v': (x, y, r) => wave(x, y, r, 2),
  'ripple-h': (x, y, r) => wave(y, x, r, 2),
};

/** @param {number} x @param {number} y @param {number} width */
const bell = (x, y, width) => Math.exp(-(x * x + y * y) / (2 * width * width));
/** @param {number} across @param {number} along @param {number} r */
const slope = (across, along, r) => (across / r) * bell(across, along, 0.75 * r + 0.2);
/** @param {number} across @param {number} along @param {number} r @param {number} turns half waves to the edge */
const wave = (across, along, r, turns) => Math.cos((Math.PI * turns * across) / r) * bell(across, along, 0.7 * r + 0.2);
/** @param {number} x @param {number} y @param {number} r @param {[number, number, number]} color @returns {[number, number, number]} */
const tint = (x, y, r, color) => /** @type {[number, number, number]} */ (color.map((part) => part * bell(x, y, 0.8 * r + 0.3)));

/**
 * @param {Kind} kind
 * @param {number} size F, from 3
 * @returns {Float32Array} F×F×3
 */
export function filterWeights(kind, size) {
  const weights = new Float32Array(size * size * CHANNELS);
  const r = (size - 1) / 2;
  for (let row = 0; row < size; row += 1) {
    for (let col = 0; col < size; col += 1) {
      const value = SHAPES[kind](col - r, row - r, r);
      for (let channel = 0; channel < CHANNELS; channel += 1) {
        weights[(row * size + col) * CHANNELS + channel] = typeof value === 'number' ? value : value[channel];
      }
    }
  }
  if (kind === 'blur') return rescale(weights, 1, 0.001);
  if (kind === 'sharpen') return sharpen(weights, size);
  const even = !kind.startsWith('color');
  if (even) balance(weights);
  const largest = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0) || 1;
  const rounded = weights.map((weight) => round(weight / largest, 0.05));
  // What rounding has left over goes back to the middle, so that an even area still gives 0.
  if (even) {
    const left = rounded.reduce((total, weight) => total + weight, 0) / CHANNELS;
    const middle = (Math.floor(r) * size + Math.floor(r)) * CHANNELS;
    for (let channel = 0; channel < CHANNELS; channel += 1) rounded[middle + channel] = round(rounded[middle + channel] - left, 0.05);
  }
  return rounded;
}

/** Scales weights to a sum. @param {Float32Array} weights @param {number} sum @param {number} step */
function rescale(weights, sum, step) {
  const now = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => round((weight / now) * sum, step));
}

/** Takes the mean away, so that an even area gives 0. @param {Float32Array} weights */
function balance(weights) {
  const mean = weights.reduce((total, weight) => total + weight, 0) / weights.length;
  for (let index = 0; index < weights.length; index += 1) weights[index] -= mean;
}

/** Twice the middle minus a blur, all together 1: an even area stays as bright as it is. @param {Float32Array} blur negative @param {number} size */
function sharpen(blur, size) {
  const weights = rescale(blur, -1, 0.01);
  const middles = size % 2 === 1 ? [(size - 1) / 2] : [size / 2 - 1, size / 2];
  const spread = weights.reduce((total, weight) => total + weight, 0);
  const extra = (1 - spread) / (CHANNELS * middles.length ** 2);
  for (const row of middles) {
    for (const col of middles) {
      for (let channel = 0; channel < CHANNELS; channel += 1) {
        const at = (row * size + col) * CHANNELS + channel;
        weights[at] = round(weights[at] + extra, 0.001);
      }
    }
  }
  return weights;
}

/**
 * Puts a filter into the middle of one of another size: zeros around it, or its border cut off.
 * @param {ArrayLike<number>} weights from×from×3
 * @param {number} from
 * @param {number} to
 * @returns {Float32Array} to×to×3
 */
export function resize(weights, from, to) {
  const out = new Float32Array(to * to * CHANNELS);
  const shift = Math.floor((from - to) / 2);
  for (let row = 0; row < to; row += 1) {
    for (let col = 0; col < to; col += 1) {
      const [y, x] = [row + shift, col + shift];
      if (y < 0 || y >= from || x < 0 || x >= from) continue;
      for (let channel = 0; channel < CHANNELS; channel += 1) {
        out[(row * to + col) * CHANNELS + channel] = weights[(y * from + x) * CHANNELS + channel];
      }
    }
  }
  return out;
}

/**
 * A filter over brightness as one over colours that gives the same numbers: each weight is shared out
 * by what red, green and blue add to the brightness.
 * @param {ArrayLike<number>} weights F×F×1
 * @returns {Float32Array} F×F×3
 */
export function overColors(weights) {
  const out = new Float32Array(weights.length * CHANNELS);
  for (let index = 0; index < weights.length; index += 1) out.set(LUMA.map((part) => part * weights[index]), index * CHANNELS);
  return out;
}

/**
 * Several filters as one convolution's weights.
 * @param {Float32Array[]} filters n of F×F×3
 * @returns {Float32Array} F×F×3×n
 */
export function interleave(filters) {
  const count = filters.length;
  const out = new Float32Array(count * (filters[0]?.length ?? 0));
  filters.forEach((filter, index) => {
    for (let at = 0; at < filter.length; at += 1) out[at * count + index] = filter[at];
  });
  return out;
}
