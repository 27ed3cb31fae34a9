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

/** A small observable record. */
export function createStatus() {
  /** @type {StatusValues} */
  const values = {
    engine: 'loading',
    variant: null,
    threads: 1,
    training: 'idle',
    imagesPerSecond: null,
    loaded: null,
    total: null,
  };
  /** @type {Set<(values: StatusValues) => void>} */
  const listeners = new Set();
  return {
    values,
    /** @param {Partial<StatusValues>} change */
    set(change) {
      Object.assign(values, change);
      for (const listener of listeners) listener(values);
    },
    /** @param {(values: StatusValues) => void} listener called at once and after each change */
    subscribe(listener) {
      listeners.add(listener);
      listener(values);
      return () => listeners.delete(listener);
    },
  };
}
