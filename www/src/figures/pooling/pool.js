/** One map through one pooling, forward and back, computed by the engine. */

/**
 * @typedef {object} Pooling what the reader has set
 * @property {number} n side of the map
 * @property {readonly number[]} values n×n
 * @property {number} size
 * @property {number} stride
 * @property {'Valid' | 'Same'} padding
 * @property {'max' | 'avg'} mode
 * @property {readonly number[]} grad what arrives at the outputs, row by row
 *
 * @typedef {object} Place a window, clipped to the pixels of the map
 * @property {number} row
 * @property {number} col
 * @property {number} rows
 * @property {number} cols
 *
 * @typedef {object} Pooled
 * @property {any} geometry
 * @property {Float32Array} map
 * @property {Float32Array} output
 * @property {Uint32Array | null} argmax for each output the index of its maximum; null for the average
 * @property {Float32Array} dOutput
 * @property {Float32Array} dInput
 * @property {number} out side of the output
 */

/**
 * The numbers of a list, and what follows where it is too short: a key of the link may have any length.
 * @param {readonly number[]} list
 * @param {number} length
 * @param {(index: number) => number} fill
 */
export const fit = (list, length, fill) => Float32Array.from({ length }, (_, index) => list[index] ?? fill(index));

/** Digits of π, so that a larger map has something in it. */
const DIGITS = '314159265358979323846264338327950288419716939937510582097494459230';

/** @param {number} index */
export const fillValue = (index) => Number(DIGITS[index % DIGITS.length]);
/** Different numbers, so that it can be seen which one went where. @param {number} index */
export const fillGrad = (index) => (index % 9) + 1;

/** @param {Pick<Pooling, 'size' | 'stride' | 'padding'>} pooling */
export const windowOf = ({ size, stride, padding }) => ({
  kernel: [size, size],
  stride: [stride, stride],
  padding: padding.toLowerCase(),
});

/**
 * @param {any} engine
 * @param {Pooling} pooling
 * @returns {Pooled}
 */
export function pool(engine, pooling) {
  const { n, values, mode, grad } = pooling;
  const window = windowOf(pooling);
  const shape = [n, n, 1];
  const map = fit(values, n * n, fillValue);
  const geometry = engine.geometry([n, n], window);
  const out = geometry.output[0];
  const dOutput = fit(grad, out * out, fillGrad);
  if (mode === 'avg') {
    const { data } = engine.avg_pool2d(map, shape, window);
    const dInput = engine.avg_pool2d_backward(dOutput, shape, window);
    return { geometry, map, output: data, argmax: null, dOutput, dInput, out };
  }
  const { data, argmax } = engine.max_pool2d(map, shape, window);
  const dInput = engine.max_pool2d_backward(argmax, dOutput, shape);
  return { geometry, map, output: data, argmax, dOutput, dInput, out };
}

/**
 * The part of the map under the window of one output.
 * @param {any} geometry
 * @param {number} index of the output
 * @returns {Place}
 */
export function windowAt({ input, kernel, stride, pad_before: before, output }, index) {
  const at = [Math.floor(index / output[1]), index % output[1]];
  const [row, col] = at.map((place, axis) => Math.max(0, place * stride[axis] - before[axis]));
  const [down, right] = at.map((place, axis) => Math.min(input[axis], place * stride[axis] - before[axis] + kernel[axis]));
  return { row, col, rows: down - row, cols: right - col };
}
