import { signal } from './signals.js';

/**
 * What the bar at the top of the page shows of the engine, told by whoever knows it.
 *
 * @typedef {object} StatusValues
 * @property {'loading' | 'ready' | 'missing' | 'failed'} engine
 * @property {string | null} variant which build trains, such as `relaxed-threads`
 * @property {number} threads
 * @property {'idle' | 'running' | 'paused' | 'evaluating' | 'failed'} training
 * @property {number | null} imagesPerSecond
 * @property {number | null} loaded images of the data set that have arrived
 * @property {number | null} total images it has
 *
 * @typedef {ReturnType<typeof createStatus>} Status
 */

/** A small record whose values are read from a signal. */
export function createStatus() {
  const values = signal(
    /** @type {StatusValues} */ ({
      engine: 'loading',
      variant: null,
      threads: 1,
      training: 'idle',
      imagesPerSecond: null,
      loaded: null,
      total: null,
    }),
  );
  return {
    get values() {
      return values.value;
    },
    /** @param {Partial<StatusValues>} change */
    set(change) {
      const now = values.peek();
      const other = Object.entries(change).some(([key, value]) => now[/** @type {keyof StatusValues} */ (key)] !== value);
      if (other) values.value = { ...now, ...change };
    },
  };
}
