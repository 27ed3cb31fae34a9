/** Where one value of a layer came from, with the numbers: the window's values, the weights, and their sum by the engine. */

import { indexOf } from './source.js';

/** @typedef {import('../../training/common/protocol.js').Look} Look */
/** @typedef {import('../strip/outline.js').LayerSummary} LayerSummary */

/**
 * A window on one map: values, and the weights on them where there are any.
 * @typedef {object} Patch
 * @property {number} channel
 * @property {number} rows
 * @property {number} cols
 * @property {number[]} values 0 in the padding
 * @property {boolean[]} padded which of them are padding
 * @property {number[]} weights
 * @property {number} sum of the products; without weights of the values
 *
 * @typedef {object} Explanation
 * @property {string} kind of the layer
 * @property {number} value the activation
 * @property {Patch[]} patches of a convolution, the largest contribution first; one for a pooling
 * @property {{ y: number, x: number } | null} won where the maximum was
 * @property {{ index: number, value: number, weight: number }[]} terms of a dense layer, the largest products first; of a batch normalization the value that it got
 * @property {number} count products in all
 * @property {number | null} bias
 * @property {number | null} total sum of all products and the bias, as the engine computes it
 * @property {number | null} before the value that ReLU or a batch normalization got
 */

/** Terms of a dense layer that are shown. */
const TERMS = 5;

/**
 * @param {any} engine
 * @param {object} at
 * @param {LayerSummary[]} at.layers of the network
 * @param {Look} at.look
 * @param {Float32Array} at.pixels the image
 * @param {number} at.layer
 * @param {{ map: number, y: number, x: number }} at.spot
 * @returns {Explanation | null} null if the look lacks what is needed
 */
export function explain(engine, { layers, look, pixels, layer, spot }) {
  const summary = layers[layer];
  const output = look.trace[layer];
  if (!summary || !output) return null;
  const input = layer === 0 ? pixels : look.trace[layer - 1].data;
  const { map } = spot;
  const index = indexOf(output.shape, spot);
  /** @type {Explanation} */
  const result = {
    kind: summary.kind,
    value: output.data[index],
    patches: [],
    won: null,
    terms: [],
    count: 0,
    bias: null,
    total: null,
    before: null,
  };
  if (summary.kind === 'relu' || summary.kind === 'dropout') {
    result.before = input[index];
    return result;
  }
  const weights = look.parameters.find(({ name }) => name === `layer${layer}.weight`);
  const bias = look.parameters.find(({ name }) => name === `layer${layer}.bias`);
  if (summary.weight_shape && !weights) return null;
  result.bias = bias ? bias.value[map] : null;
  if (summary.kind === 'batchnorm' && weights) {
    result.before = input[index];
    result.terms = [{ index, value: input[index], weight: weights.value[map] }];
    return result;
  }
  if (summary.kind === 'dense' && weights) return dense(engine, result, input, weights, map);
  if (summary.geometry) return slide(engine, result, summary, input, weights?.value ?? null, spot);
  return result;
}

/**
 * @param {any} engine
 * @param {Explanation} result
 * @param {Float32Array} input
 * @param {{ shape: number[], value: Float32Array }} weights
 * @param {number} unit
 */
function dense(engine, result, input, { shape, value }, unit) {
  const [features, units] = shape;
  const own = Float32Array.from({ length: features }, (_, i) => value[i * units + unit]);
  const order = Array.from({ length: features }, (_, i) => i).sort((a, b) => Math.abs(input[b] * own[b]) - Math.abs(input[a] * own[a]));
  result.terms = order.slice(0, TERMS).map((i) => ({ index: i, value: input[i], weight: own[i] }));
  result.count = features;
  result.total = total(engine, input, own, [1, 1, features], result.bias);
  return result;
}

/**
 * @param {any} engine
 * @param {Explanation} result
 * @param {LayerSummary} summary
 * @param {Float32Array} input
 * @param {Float32Array | null} weights HWIO; null for a pooling
 * @param {{ map: number, y: number, x: number }} spot
 */
function slide(engine, result, summary, input, weights, { map, y, x }) {
  const geometry = /** @type {NonNullable<LayerSummary['geometry']>} */ (summary.geometry);
  const [height, width, channels] = summary.input;
  const [rows, cols] = geometry.kernel;
  const [top, left] = [y * geometry.stride[0] - geometry.pad_before[0], x * geometry.stride[1] - geometry.pad_before[1]];

  const outputs = summary.output[2];
  const wanted = weights ? Array.from({ length: channels }, (_, c) => c) : [map];
  result.count = rows * cols * wanted.length;
  const patches = wanted.map((channel) => {
    /** @type {Patch} */
    const patch = { channel, rows, cols, values: [], padded: [], weights: [], sum: 0 };
    for (let i = 0; i < rows * cols; i += 1) {
      const [row, col] = [top + Math.floor(i / cols), left + (i % cols)];
      const inside = row >= 0 && row < height && col >= 0 && col < width;
      const value = inside ? input[(row * width + col) * channels + channel] : 0;
      const weight = weights ? weights[(i * channels + channel) * outputs + map] : 1;
      patch.values.push(value);
      patch.padded.push(!inside);
      if (weights) patch.weights.push(weight);
      patch.sum += value * weight;
    }
    return patch;
  });
  result.patches = patches.sort((a, b) => Math.abs(b.sum) - Math.abs(a.sum));
  if (!weights) {
    if (summary.kind === 'maxpool') {
      const [{ values, padded }] = patches;
      const place = values.findIndex((value, i) => !padded[i] && value === result.value);
      result.won = place < 0 ? null : { y: top + Math.floor(place / cols), x: left + (place % cols) };
    }
    return result;
  }
  // The patches in the order of the channels again, as one input of the engine's size.
  const block = new Float32Array(rows * cols * channels);
  const filter = new Float32Array(rows * cols * channels);
  for (const { channel, values, weights: own } of patches) {
    values.forEach((value, i) => {
      block[i * channels + channel] = value;
      filter[i * channels + channel] = own[i];
    });
  }
  result.total = total(engine, block, filter, [rows, cols, channels], result.bias);
  return result;
}

/**
 * The sum of all products, as the network's own kernels compute it.
 * @param {any} engine
 * @param {Float32Array} values
 * @param {Float32Array} weights
 * @param {[number, number, number]} shape
 * @param {number | null} bias
 * @returns {number}
 */
function total(engine, values, weights, shape, bias) {
  const window = { kernel: [shape[0], shape[1]], stride: [1, 1], padding: 'valid' };
  const given = bias === null ? null : Float32Array.of(bias);
  return engine.conv2d(values, shape, weights, given, 1, window).data[0];
}
