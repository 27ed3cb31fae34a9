/** Two convolutions after one another, and the one that does the same where nothing bends what is between them. */

/** Side of each of the two, and of the one. */
const SIDE = 3;
export const BOTH = 2 * SIDE - 1;

/** @typedef {import('./moving.js').Maps} Maps */

/**
 * Weights as a network begins with: `first` `[3, 3, 1, middle]`, `second` `[3, 3, middle, 1]`.
 * @param {any} engine @param {number} middle @param {number} seed @param {number} channels of the image
 */
export function drawWeights(engine, middle, seed, channels) {
  const spec = `input 28x28x${channels}\nconv 3x3 ${middle} bias none init he\nconv 3x3 1 bias none init he\nflatten\ndense 2\n`;
  const session = new engine.Session({ spec, seed, batch_size: 1, optimizer: { kind: 'sgd', learning_rate: 0.1 } });
  const [first, second] = [0, 1].map((layer) => /** @type {Float32Array} */ (session.parameter(`layer${layer}.weight`).value));
  session.free();
  return { first, second };
}

/**
 * A kernel turned by 180°: `[3, 3, middle, 1]`.
 * @param {Float32Array} weight @param {number} middle
 */
export function turned(weight, middle) {
  const places = weight.length / middle;
  return Float32Array.from(weight, (_, i) => weight[(places - 1 - Math.floor(i / middle)) * middle + (i % middle)]);
}

/**
 * The 5×5 kernel that does what the two do one after the other: the first one's kernels, taken as an image, go through the
 * second one, turned. `[5, 5]` for each of the image's channels.
 * @param {any} engine @param {Float32Array} first @param {Float32Array} second @param {number} middle
 * @returns {Float32Array}
 */
export function collapsed(engine, first, second, middle) {
  const window = { kernel: [SIDE, SIDE], stride: [1, 1], padding: [SIDE - 1, SIDE - 1, SIDE - 1, SIDE - 1] };
  return engine.conv2d(first, [SIDE, SIDE, middle], turned(second, middle), null, 1, window).data;
}

/**
 * @param {any} engine @param {Maps} image of one channel @param {{ first: Float32Array, second: Float32Array }} weights
 * @param {number} middle @param {boolean} relu between the two
 * @returns {{ two: Maps, one: Maps, kernel: Float32Array }}
 */
export function compare(engine, image, { first, second }, middle, relu) {
  const window = (/** @type {number} */ side) => ({ kernel: [side, side], stride: [1, 1], padding: 'valid' });
  const between = engine.conv2d(image.data, image.shape, first, null, middle, window(SIDE));
  const bent = relu ? engine.relu(between.data) : between.data;
  const two = engine.conv2d(bent, between.shape, second, null, 1, window(SIDE));
  const kernel = collapsed(engine, first, second, middle);
  const one = engine.conv2d(image.data, image.shape, kernel, null, 1, window(BOTH));
  return { two, one, kernel };
}
