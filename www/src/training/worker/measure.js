/**
 * A long row of numbers made into a few: its size and how often its values fall into equal bins.
 *
 * @module
 */

/** Bins of a histogram. */
const BINS = 40;

/**
 * @param {ArrayLike<number>} values
 * @returns {{ rms: number, min: number, max: number, counts: Uint32Array }} the bins go from `min` to `max`
 */
export function measure(values) {
  let min = Infinity;
  let max = -Infinity;
  let squares = 0;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i];
    if (value < min) min = value;
    if (value > max) max = value;
    squares += value * value;
  }
  const counts = new Uint32Array(BINS);
  const scale = BINS / (max - min || 1);
  for (let i = 0; i < values.length; i += 1) counts[Math.min(BINS - 1, Math.floor((values[i] - min) * scale))] += 1;
  return { rms: Math.sqrt(squares / Math.max(1, values.length)), min: values.length ? min : 0, max: values.length ? max : 0, counts };
}
