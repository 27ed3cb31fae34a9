/** What the opening's small network is now: cells that are closed show something of it. */

import { signal } from '../base/signals.js';

/**
 * @typedef {object} FirstSight
 * @property {number} step batches that it has learned from
 * @property {readonly number[]} losses of each of them
 * @property {Float32Array} filters 9×9×1×8
 * @property {Float32Array} before the filters as they were a batch before
 * @property {Uint8Array} file its weights, as safetensors
 * @property {Float32Array | null} digit 28×28, the drawing as the network sees it; null if there is too little of it
 * @property {(digit: Float32Array) => { sums: Float32Array, maps: Float32Array, probabilities: Float32Array }} look `sums` and
 *   `maps`: 20×20×8, before the ReLU and after it
 * @property {(digit: Float32Array, label: number) => Float32Array} gradient of a class's score with respect to each pixel, 28×28
 */

/** Null before the engine is there. It is another object whenever anything of it is another. */
export const firstSight = signal(/** @type {FirstSight | null} */ (null));

/** Filters of the network and their side, and the side of its maps and of the digit. */
export const FIRST = { filters: 8, kernel: 9, map: 20, side: 28 };

/** The place of the largest value. @param {ArrayLike<number>} values */
export const largest = (values) => Array.from(values).reduce((best, value, i, all) => (value > all[best] ? i : best), 0);
