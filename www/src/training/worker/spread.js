/**
 * How the values that a layer gives are spread, over some images.
 *
 * @module
 */

/** Bins of a histogram. */
const BINS = 48;

/** @typedef {import('../common/requests.js').Spread} Spread */

/**
 * @param {ArrayLike<number>[]} images what a layer gave for each, channels innermost
 * @param {number} channels
 * @param {[number, number]} range that the bins go over; what lies outside counts as the bin at that end
 * @returns {Omit<Spread, 'range'>}
 */
export function spreadOf(images, channels, [low, high]) {
  const counts = new Uint32Array(BINS);
  const answered = new Uint8Array(channels);
  const scale = BINS / (high - low || 1);
  let [n, sum, squares, positive] = [0, 0, 0, 0];
  for (const values of images) {
    for (let i = 0; i < values.length; i += 1) {
      const value = values[i];
      n += 1;
      sum += value;
      squares += value * value;
      if (value > 0) {
        positive += 1;
        answered[i % channels] = 1;
      }
      counts[Math.min(BINS - 1, Math.max(0, Math.floor((value - low) * scale)))] += 1;
    }
  }
  const mean = sum / Math.max(1, n);
  return {
    mean,
    deviation: Math.sqrt(Math.max(0, squares / Math.max(1, n) - mean * mean)),
    positive: positive / Math.max(1, n),
    channels,
    silent: channels - answered.reduce((all, each) => all + each, 0),
    counts,
  };
}

/**
 * The smallest and the largest of many values.
 * @param {ArrayLike<number>[]} images
 * @returns {[number, number]} 0 and 0 where there are none
 */
export function rangeOf(images) {
  let [low, high] = [Infinity, -Infinity];
  for (const values of images) {
    for (let i = 0; i < values.length; i += 1) {
      if (values[i] < low) low = values[i];
      if (values[i] > high) high = values[i];
    }
  }
  return low <= high ? [low, high] : [0, 0];
}
