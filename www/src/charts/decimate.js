/**
 * Long rows of numbers made as short as the screen is wide, without losing a peak.
 *
 * @module
 */

/**
 * @typedef {object} Buckets
 * @property {Float64Array} x the last step of each bucket, counted from 1
 * @property {Float64Array} min
 * @property {Float64Array} max
 * @property {number} size steps in a bucket, a power of two; the last bucket may be shorter
 */

/**
 * Cuts a row into at most `limit` buckets and keeps each one's extremes. The bucket size is a power of two, so that
 * buckets keep their places while the row grows and the drawing does not shimmer.
 *
 * @param {Float32Array} values value of step i + 1
 * @param {number} limit 1 or more
 * @returns {Buckets}
 */
export function decimate(values, limit) {
  let size = 1;
  while (values.length / size > limit) size *= 2;
  const count = Math.ceil(values.length / size);
  const x = new Float64Array(count);
  const min = new Float64Array(count);
  const max = new Float64Array(count);
  for (let b = 0; b < count; b += 1) {
    const end = Math.min((b + 1) * size, values.length);
    let low = values[b * size];
    let high = low;
    for (let i = b * size + 1; i < end; i += 1) {
      const value = values[i];
      if (value < low) low = value;
      if (value > high) high = value;
    }
    x[b] = end;
    min[b] = low;
    max[b] = high;
  }
  return { x, min, max, size };
}

/**
 * A smooth row read at the buckets' ends.
 * @param {Float32Array} values
 * @param {Buckets} buckets
 */
export function sampleAt(values, { x }) {
  return Float64Array.from(x, (step) => values[step - 1]);
}

/**
 * Sparse points put on the buckets they fall into; null elsewhere. The last of several in one bucket counts.
 * @template {{ step: number }} T
 * @param {T[]} points in the order of their steps
 * @param {(point: T) => number | null} value
 * @param {Buckets} buckets
 * @returns {(number | null)[]}
 */
export function placeOn(points, value, { x, size }) {
  /** @type {(number | null)[]} */
  const row = new Array(x.length).fill(null);
  for (const point of points) {
    const bucket = Math.min(x.length - 1, Math.floor((point.step - 1) / size));
    if (bucket >= 0) row[bucket] = value(point);
  }
  return row;
}
