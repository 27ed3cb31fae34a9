/** The filters of the live network's first convolution, as they are now. */

import { overColors } from '../figures/filter-bank.js';

/**
 * @typedef {object} Learned
 * @property {number} size F; a rectangular filter is put into a square of zeros
 * @property {number} channels of the images the network sees
 * @property {Float32Array[]} filters F×F×3 each
 */

/** @type {Learned | null} */
let learned = null;
/** Who waits for the answer that is on its way. @type {Set<() => void> | null} */
let waiting = null;

/** What was fetched last; null before that, and where there is no network. */
export const learnedFilters = () => learned;

/**
 * Asks the trainer, unless an answer is already on its way.
 * @param {import('../frame/cell.js').Context} ctx
 * @param {() => void} done called when they are there
 */
export async function fetchLearned(ctx, done) {
  if (waiting) {
    waiting.add(done);
    return;
  }
  waiting = new Set([done]);
  try {
    /** @type {{ name: string, shape: number[], value: Float32Array }[]} */
    const parameters = await ctx.trainer.parameters();
    const first = parameters.find(({ shape }) => shape.length === 4);
    learned = first ? unpack(first.shape, first.value) : null;
    for (const each of waiting) each();
  } catch {
    // No session yet, or the engine is starting again: what was there stays.
  } finally {
    waiting = null;
  }
}

/** ms between two looks at a network that trains. */
const PACE = 250;

/**
 * Keeps the filters as new as the network while it trains or is reset.
 * @param {import('../frame/cell.js').Context} ctx
 * @param {() => boolean} wanted whether anyone looks at them now
 * @param {() => void} done called after each look
 * @returns {() => void} ends it
 */
export function followLearned(ctx, wanted, done) {
  let timer = 0;
  const end = ctx.trainer.subscribe(() => {
    // The last of several changes counts, so it is waited for and not dropped.
    if (timer || !wanted()) return;
    timer = window.setTimeout(() => {
      timer = 0;
      void fetchLearned(ctx, done);
    }, PACE);
  });
  return () => {
    clearTimeout(timer);
    end();
  };
}

/**
 * @param {number[]} shape [kernel_h, kernel_w, in, out]
 * @param {Float32Array} value
 * @returns {Learned}
 */
export function unpack([rows, cols, channels, count], value) {
  const size = Math.max(rows, cols);
  const filters = Array.from({ length: count }, (_, index) => {
    const filter = new Float32Array(size * size * channels);
    for (let row = 0; row < rows; row += 1) {
      for (let col = 0; col < cols; col += 1) {
        for (let channel = 0; channel < channels; channel += 1) {
          filter[(row * size + col) * channels + channel] = value[((row * cols + col) * channels + channel) * count + index];
        }
      }
    }
    return channels === 1 ? overColors(filter) : filter;
  });
  return { size, channels, filters };
}
