/** The filters of the live network's first convolution, as they are now. */

import { effect, signal, untracked } from '../base/signals.js';
import { overColors } from '../figures/filter-bank.js';

/**
 * @typedef {object} Learned
 * @property {number} size F; a rectangular filter is put into a square of zeros
 * @property {number} channels of the images the network sees
 * @property {Float32Array[]} filters F×F×3 each
 */

const learned = signal(/** @type {Learned | null} */ (null));
/** The answer that is on its way. @type {Promise<void> | null} */
let asking = null;

/** What was fetched last, read from a signal; null before that, and where there is no network. */
export const learnedFilters = () => learned.value;

/**
 * Asks the trainer, unless an answer is already on its way.
 * @param {import('../frame/cell.js').Context} ctx
 * @returns {Promise<void>} when it is there, or won't come
 */
export function fetchLearned({ trainer }) {
  asking ??= (async () => {
    try {
      /** @type {{ name: string, shape: number[], value: Float32Array }[]} */
      const parameters = await trainer.parameters();
      const first = parameters.find(({ shape }) => shape.length === 4);
      learned.value = first ? unpack(first.shape, first.value) : null;
    } catch {
      // No session yet, or the engine is starting again: what was there stays.
    } finally {
      asking = null;
    }
  })();
  return asking;
}

/** ms between two looks at a network that trains. */
const PACE = 250;

/**
 * Keeps the filters as new as the network while it trains or is reset.
 * @param {import('../frame/cell.js').Context} ctx
 * @param {() => boolean} wanted whether anyone looks at them now, read from signals
 */
export function followLearned(ctx, wanted) {
  const { trainer } = ctx;
  let timer = 0;
  let askedAt = -Infinity;
  const ask = () => {
    timer = 0;
    askedAt = performance.now();
    void fetchLearned(ctx);
  };
  effect(() => {
    const on = wanted() && trainer.alive;
    // What may be others by now: the weights of another step, or of elsewhere.
    trainer.progress;
    trainer.origin;
    untracked(() => {
      if (!on) {
        clearTimeout(timer);
        timer = 0;
      } else if (!timer) {
        // The last of several changes counts, so it is waited for and not dropped.
        timer = window.setTimeout(ask, Math.max(0, askedAt + PACE - performance.now()));
      }
    });
  });
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
