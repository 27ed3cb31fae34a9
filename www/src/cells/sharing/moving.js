/** A digit moved over its image, and what becomes of a map, of its pooling and of a dense unit's answer. */

/** Side of the filters. */
const SIDE = 3;
/** @type {Record<string, number[]>} */
const KERNELS = {
  vertical: [-1, 0, 1, -1, 0, 1, -1, 0, 1],
  horizontal: [-1, -1, -1, 0, 0, 0, 1, 1, 1],
  diagonal: [0, 1, 1, -1, 0, 1, -1, -1, 0],
};

/** @typedef {{ shape: [number, number, number], data: Float32Array }} Maps */

/**
 * Maps moved to the right and down; what leaves them is lost, and what comes in is 0.
 * @param {Maps} maps @param {number} dx @param {number} dy
 * @returns {Maps}
 */
export function moved({ shape, data }, dx, dy) {
  const [height, width, channels] = shape;
  const next = new Float32Array(data.length);
  for (let y = Math.max(0, dy); y < Math.min(height, height + dy); y += 1) {
    for (let x = Math.max(0, dx); x < Math.min(width, width + dx); x += 1) {
      const from = ((y - dy) * width + x - dx) * channels;
      next.set(data.subarray(from, from + channels), (y * width + x) * channels);
    }
  }
  return { shape, data: next };
}

/** The largest difference between two maps, value by value. @param {Maps} a @param {Maps} b */
export const apart = (a, b) => a.data.reduce((most, value, i) => Math.max(most, Math.abs(value - b.data[i])), 0);

/** How much of two maps is not in the same place: 0 where they are equal, 1 where nothing of them meets. Nothing is below 0. @param {Maps} a @param {Maps} b */
export function changed(a, b) {
  let [different, all] = [0, 0];
  a.data.forEach((value, i) => {
    different += Math.abs(value - b.data[i]);
    all += value + b.data[i];
  });
  return all === 0 ? 0 : different / all;
}

/**
 * The part of an image that has ink.
 * @param {Maps} image of one channel
 * @returns {{ row: number, col: number, rows: number, cols: number }}
 */
export function inkOf({ shape: [height, width, channels], data }) {
  let [top, bottom, left, right] = [height, -1, width, -1];
  for (let i = 0; i < height * width; i += 1) {
    if (!data.subarray(i * channels, (i + 1) * channels).some((each) => each > 0)) continue;
    const [y, x] = [Math.floor(i / width), i % width];
    [top, bottom, left, right] = [Math.min(top, y), Math.max(bottom, y), Math.min(left, x), Math.max(right, x)];
  }
  return bottom < 0 ? { row: 0, col: 0, rows: 1, cols: 1 } : { row: top, col: left, rows: bottom - top + 1, cols: right - left + 1 };
}

/** What the engine makes of images. @param {any} engine */
export function createMoving(engine) {
  /** @param {Maps} image @param {string} kernel @returns {Maps} the filter's map after ReLU, as large as the image */
  const mapOf = (image, kernel) => {
    const channels = image.shape[2];
    const weights = Float32Array.from({ length: SIDE * SIDE * channels }, (_, i) => KERNELS[kernel][Math.floor(i / channels)]);
    const { shape, data } = engine.conv2d(image.data, image.shape, weights, null, 1, { kernel: [SIDE, SIDE], stride: [1, 1], padding: 'same' });
    return { shape, data: engine.relu(data) };
  };
  /** @param {Maps} maps @param {number} size 1 for none, 0 for a whole map */
  const poolOf = ({ shape, data }, size) => {
    /** @type {(size: number[]) => any} */
    const window = (kernel) => ({ kernel, stride: kernel, padding: 'same' });
    if (size === 1) return { shape, data };
    if (size > 0) return /** @type {Maps} */ (engine.max_pool2d(data, shape, window([size, size])));
    // One window has 255 places at most: first along the rows, then along what is left.
    const row = engine.max_pool2d(data, shape, window([1, shape[1]]));
    return /** @type {Maps} */ (engine.max_pool2d(row.data, row.shape, window([shape[0], 1])));
  };
  /**
   * How well an image fits a template: everywhere, or where that was learned.
   * @param {Maps} image @param {Float32Array} template @param {[number, number]} size @param {'same' | 'valid'} padding
   */
  const fitOf = (image, template, size, padding) => {
    const answers = engine.conv2d(image.data, image.shape, template, null, 1, { kernel: size, stride: [1, 1], padding }).data;
    return answers.reduce((/** @type {number} */ most, /** @type {number} */ each) => Math.max(most, each), -Infinity);
  };
  return {
    mapOf,
    poolOf,
    /**
     * Two detectors of one digit, each with its answer to the digit moved: a dense unit whose weights are the image as it
     * is, and a filter whose weights are the digit cut out, with the largest answer of its map.
     * @param {Maps} image
     */
    detectors(image) {
      const { shape, data } = image;
      const [, width, channels] = shape;
      const { row, col, rows, cols } = inkOf(image);
      const cut = Float32Array.from({ length: rows * cols * channels }, (_, i) => {
        const [y, x] = [Math.floor(i / channels / cols), Math.floor(i / channels) % cols];
        return data[((row + y) * width + col + x) * channels + (i % channels)];
      });
      return {
        ink: { row, col, rows, cols },
        weights: { dense: data.length, shared: cut.length },
        dense: (/** @type {Maps} */ other) => fitOf(other, data, [shape[0], shape[1]], 'valid'),
        shared: (/** @type {Maps} */ other) => fitOf(other, cut, [rows, cols], 'same'),
      };
    },
  };
}
