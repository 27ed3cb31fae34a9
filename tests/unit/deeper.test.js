// The sums behind the cells on backpropagation and on shared weights, against plain loops.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { metAt, pixelTerms, weightTerms } from '../../www/src/cells/backprop/terms.js';
import { collapsed, compare, turned } from '../../www/src/cells/sharing/collapse.js';
import { apart, changed, createMoving, inkOf, moved } from '../../www/src/cells/sharing/moving.js';
import { addMessages, format, setLang } from '../../www/src/base/i18n.js';
import { Instruments } from '../../www/src/training/worker/instruments.js';
import { powerOf, precision, short, times, write } from '../../www/src/figures/powers.js';

/** @typedef {{ shape: [number, number, number], data: Float32Array }} Maps */
/** @typedef {{ kernel: number[], stride: number[], pad_before: number[], output: number[] }} Geometry */

/** Numbers that look random, the same each time. @param {number} count @param {number} seed */
function noise(count, seed) {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 1073741824 - 1;
  });
}

/** @param {Geometry} g @param {Maps} input @param {ArrayLike<number>} weight @param {number} filters */
function convolve({ kernel, stride, pad_before: pad, output }, { shape: [height, width, channels], data }, weight, filters) {
  const out = new Float64Array(output[0] * output[1] * filters);
  for (let i = 0; i < out.length; i += 1) {
    const [filter, place] = [i % filters, Math.floor(i / filters)];
    for (let ky = 0; ky < kernel[0]; ky += 1) {
      for (let kx = 0; kx < kernel[1]; kx += 1) {
        const y = Math.floor(place / output[1]) * stride[0] + ky - pad[0];
        const x = (place % output[1]) * stride[1] + kx - pad[1];
        if (y < 0 || y >= height || x < 0 || x >= width) continue;
        for (let c = 0; c < channels; c += 1) out[i] += data[(y * width + x) * channels + c] * weight[((ky * kernel[1] + kx) * channels + c) * filters + filter];
      }
    }
  }
  return out;
}

/** What the cells ask of the engine, in plain loops. @type {any} */
const engine = {
  conv2d(/** @type {Float32Array} */ data, /** @type {[number, number, number]} */ shape, /** @type {Float32Array} */ weight, /** @type {null} */ _bias, /** @type {number} */ filters, /** @type {any} */ { kernel, stride, padding }) {
    const pads = padding === 'valid' ? [0, 0, 0, 0] : padding === 'same' ? [kernel[0] - 1, kernel[0] - 1, kernel[1] - 1, kernel[1] - 1].map((all, i) => (i % 2 ? Math.ceil(all / 2) : Math.floor(all / 2))) : padding;
    const output = [0, 1].map((axis) => Math.floor((shape[axis] + pads[2 * axis] + pads[2 * axis + 1] - kernel[axis]) / stride[axis]) + 1);
    return { shape: [...output, filters], data: Float32Array.from(convolve({ kernel, stride, pad_before: [pads[0], pads[2]], output }, { shape, data }, weight, filters)) };
  },
  relu: (/** @type {Float32Array} */ data) => data.map((each) => Math.max(0, each)),
};

/** Odd and even kernels, strides, padding on one side more than on the other. @type {(Geometry & { input: [number, number, number], filters: number })[]} */
const CASES = [
  { kernel: [3, 3], stride: [1, 1], pad_before: [1, 1], output: [6, 5], input: [6, 5, 2], filters: 3 },
  { kernel: [2, 3], stride: [1, 2], pad_before: [0, 1], output: [6, 3], input: [6, 5, 1], filters: 2 },
  { kernel: [5, 4], stride: [2, 3], pad_before: [2, 0], output: [4, 2], input: [7, 8, 3], filters: 1 },
];

test('the terms of a weight and of a value add up to the derivative, for any window', () => {
  for (const { input: shape, filters, ...geometry } of CASES) {
    const input = { shape, data: noise(shape[0] * shape[1] * shape[2], 7) };
    const weight = { shape: [...geometry.kernel, shape[2], filters], value: noise(geometry.kernel[0] * geometry.kernel[1] * shape[2] * filters, 8) };
    const gradient = { shape: [...geometry.output, filters], data: noise(geometry.output[0] * geometry.output[1] * filters, 9) };
    // A loss that is linear in the output: its gradient there is `gradient`, and a step of 1 gives the derivative.
    const loss = () => convolve(geometry, input, weight.value, filters).reduce((sum, each, i) => sum + each * gradient.data[i], 0);
    const before = loss();
    /** @param {Float32Array} values @param {number} at */
    const slope = (values, at) => {
      const value = values[at];
      values[at] = value + 1;
      const step = values[at] - value;
      const after = loss();
      values[at] = value;
      return (after - before) / step;
    };
    for (let i = 0; i < weight.value.length; i += 1) {
      const [filter, channel, place] = [i % filters, Math.floor(i / filters) % shape[2], Math.floor(i / filters / shape[2])];
      const [ky, kx] = [Math.floor(place / geometry.kernel[1]), place % geometry.kernel[1]];
      const terms = weightTerms({ geometry, input, gradient, channel, filter, ky, kx });
      assert.ok(Math.abs(terms.sum - slope(weight.value, i)) < 1e-9, `weight ${i}`);
      assert.equal(terms.met, terms.padded.filter((each) => each === 0).length);
      const last = terms.products.length - 1;
      const { row, col } = metAt(geometry, terms.cols, last, ky, kx);
      const inside = row >= 0 && row < shape[0] && col >= 0 && col < shape[1];
      assert.equal(terms.values[last], inside ? input.data[(row * shape[1] + col) * shape[2] + channel] : 0);
    }
    for (let i = 0; i < input.data.length; i += 1) {
      const [channel, col, row] = [i % shape[2], Math.floor(i / shape[2]) % shape[1], Math.floor(i / shape[2] / shape[1])];
      const terms = pixelTerms({ geometry, weight, gradient, channel, row, col });
      assert.ok(Math.abs(terms.sum - slope(input.data, i)) < 1e-9, `value ${i}`);
      assert.ok(Math.abs(terms.parts.reduce((sum, part) => sum + part.sum, 0) - terms.sum) < 1e-12);
      // The windows stand as they do in the output.
      const seen = terms.windows.filter((at) => at >= 0);
      assert.deepEqual(seen, [...seen].sort((a, b) => a - b));
    }
  }
});

test('a sum is written with the digits that a kernel of 32 bits can stand for', () => {
  addMessages('en', {});
  setLang('en');
  assert.deepEqual([0, 5, 0.1, 999, 0.02, 1234, NaN, Infinity].map(powerOf), [0, 0, 0, 0, -2, 3, 0, 0]);
  assert.deepEqual([0, -3, 12].map(times), ['', '×10⁻³', '×10¹²']);
  assert.equal(write(format, 0.123456, precision(0.123456, 0.2)), '0.1235');
  assert.equal(write(format, -0.00123456, precision(-0.00123456, 0.002)), '−1.235×10⁻³');
  // Terms that cancel leave fewer digits: 1 was added and taken away.
  assert.equal(write(format, 0.0123456, precision(0.0123456, 2)), '1.23×10⁻²');
  assert.equal(write(format, 1e-9, precision(1e-9, 1)), '0×10⁻⁴');
  assert.equal(write(format, 0, precision(0, 0)), '0');
  // What an `f32` sum is off by, a part in 2²⁰ of the terms here, is not seen; as a rule, not at the edge of a digit.
  const { sum, size } = { sum: 0.31415, size: 1 };
  assert.equal(write(format, sum, precision(sum, size)), write(format, sum + size * 2 ** -20, precision(sum, size)));
  // At the edge of a digit there is one less; a sum that is another one is not hidden so.
  const [edge, beyond, other] = [0.31415, 0.3142 - 0.00005 + 1e-6, 0.3144];
  assert.equal(write(format, edge - 1e-6, precision(edge - 1e-6, 1, beyond)), '0.314');
  assert.equal(write(format, beyond, precision(edge - 1e-6, 1, beyond)), '0.314');
  assert.equal(write(format, other, precision(edge, 1, other)), '0.3144');
  assert.equal(short(format, 0.00012345), '1.23×10⁻⁴');
  assert.equal(short(format, 0), '0');
  assert.equal(short(format, -12.345, 4), '−12.35');
});

/** @param {number} height @param {number} width @param {number} [channels] @returns {Maps} a block of ink in the middle */
function block(height, width, channels = 1) {
  const ink = (/** @type {number} */ i) => Math.floor(i / channels / width) >= 4 && Math.floor(i / channels / width) < 8 && Math.floor(i / channels) % width >= 5 && Math.floor(i / channels) % width < 8;
  return { shape: [height, width, channels], data: Float32Array.from({ length: height * width * channels }, (_, i) => (ink(i) ? 0.25 + (i % 5) / 10 : 0)) };
}

test('what is moved comes back where it was, and what leaves is lost', () => {
  const image = block(12, 13, 2);
  assert.deepEqual(inkOf(image), { row: 4, col: 5, rows: 4, cols: 3 });
  const there = moved(image, 3, -2);
  assert.deepEqual(inkOf(there), { row: 2, col: 8, rows: 4, cols: 3 });
  assert.deepEqual(moved(there, -3, 2), image);
  assert.deepEqual(inkOf(moved(image, 7, 0)), { row: 4, col: 12, rows: 4, cols: 1 });
  assert.ok(moved(image, 13, 0).data.every((each) => each === 0));
  assert.equal(changed(image, image), 0);
  assert.equal(changed(image, moved(image, 4, 0)), 1);
  assert.equal(changed(moved(image, 13, 0), moved(image, 0, 12)), 0);
  assert.ok(changed(image, moved(image, 1, 0)) > 0 && changed(image, moved(image, 1, 0)) < 1);
});

test('a filter’s map moves with the image, and its detector’s answer stays; a dense unit’s does not', () => {
  const image = block(12, 13);
  const { mapOf, detectors } = createMoving(engine);
  for (const kernel of ['vertical', 'horizontal', 'diagonal']) {
    const map = mapOf(image, kernel);
    assert.ok(map.data.some((each) => each > 0), kernel);
    assert.equal(apart(mapOf(moved(image, 2, 1), kernel), moved(map, 2, 1)), 0);
    // At the border part of the digit is gone, and with it the equality.
    assert.ok(apart(mapOf(moved(image, 6, 0), kernel), moved(map, 6, 0)) > 0, kernel);
  }
  const { dense, shared, weights } = detectors(image);
  assert.deepEqual(weights, { dense: 156, shared: 12 });
  assert.ok(Math.abs(dense(image) - shared(image)) < 1e-6);
  assert.equal(shared(moved(image, 3, 1)), shared(image));
  assert.equal(dense(moved(image, 3, 0)), 0);
});

test('two convolutions without a ReLU are the one that is computed from them', () => {
  const middle = 3;
  const weights = { first: noise(9 * middle, 1), second: noise(9 * middle, 2) };
  assert.deepEqual(turned(turned(weights.second, middle), middle), weights.second);
  assert.deepEqual([...turned(Float32Array.from([1, 2, 3, 4, 5, 6]), 2)], [5, 6, 3, 4, 1, 2]);
  const image = /** @type {Maps} */ ({ shape: [9, 8, 1], data: noise(72, 3) });
  const same = compare(engine, image, weights, middle, false);
  assert.equal(same.kernel.length, 25);
  assert.deepEqual(same.two.shape, same.one.shape);
  assert.ok(apart(same.two, same.one) < 1e-5, `${apart(same.two, same.one)}`);
  assert.ok(apart(same.two, { ...same.two, data: same.two.data.map(() => 0) }) > 0.5);
  const bent = compare(engine, image, weights, middle, true);
  assert.ok(apart(bent.two, bent.one) > 0.1);
  assert.deepEqual(collapsed(engine, weights.first, weights.second, middle), bent.kernel);
});

test('the worker tells an image’s gradients and the nudge of one weight of the same step; without a label of what the network says', () => {
  /** @type {unknown[][]} */
  const asked = [];
  const session = {
    predict: () => ({ class: 4, probabilities: [0.25, 0.75] }),
    info: () => ({ step: 12 }),
    trace: () => ['each layer'],
    parameter: (/** @type {string} */ name) => (name === 'layer3.weight' ? { shape: [1], value: Float32Array.of(9), grad: Float32Array.of(8) } : undefined),
    loss_gradients(/** @type {unknown[]} */ ...args) {
      asked.push(['gradients', ...args]);
      return { loss: 0.5, d_input: Float32Array.of(1), gradients: ['theirs'], d_weight: Float32Array.of(7) };
    },
    nudged_loss(/** @type {unknown[]} */ ...args) {
      asked.push(['nudged', ...args]);
      return Number(args[4]) + 1;
    },
  };
  const run = /** @type {any} */ ({ session });
  const instruments = new Instruments({}, /** @type {any} */ ({}), run);
  const pixels = Float32Array.of(0);
  assert.deepEqual(instruments.backprop(pixels, -1, 3, { index: 7, by: 0.25 }), {
    step: 12,
    label: 4,
    loss: 0.5,
    probabilities: [0.25, 0.75],
    activations: ['each layer'],
    gradients: ['theirs'],
    dImage: Float32Array.of(1),
    // The gradient of this image's loss, not that of the last step.
    weight: { layer: 3, shape: [1], value: Float32Array.of(9), grad: Float32Array.of(7) },
    nudge: { layer: 3, index: 7, by: 0.25, below: 0.75, above: 1.25 },
  });
  assert.deepEqual(asked, [['gradients', pixels, 4, 3], ['nudged', pixels, 4, 3, 7, -0.25], ['nudged', pixels, 4, 3, 7, 0.25]]);
  const { label: given, weight, nudge } = instruments.backprop(pixels, 2, 0, null);
  assert.deepEqual([given, weight, nudge], [2, null, null]);
  assert.equal(asked.length, 4);
  run.session = null;
  assert.throws(() => instruments.backprop(pixels, 0, 0, null), /no_session/);
});
