// Where a value of the network came from: the cells that a layer reads, against a pass that counts which cells it touches.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { indexOf, sourceOf, within } from '../../www/src/figures/network/source.js';

/** @typedef {import('../../www/src/figures/strip/outline.js').LayerSummary} LayerSummary */

/**
 * A layer as far as its source matters.
 * @param {Partial<LayerSummary> & { kind: string }} layer
 */
const layerOf = (layer) => /** @type {LayerSummary} */ ({ weight_shape: null, geometry: null, ...layer });

/** A layer with a window on maps of 7×6, as the engine gives it. @param {string} kind @param {number[]} stride @param {number[]} before @param {number[]} after */
function sliding(kind, stride, before, after) {
  const [input, kernel] = [[7, 6, 3], [3, 2]];
  const output = [0, 1].map((axis) => Math.floor((input[axis] + before[axis] + after[axis] - kernel[axis]) / stride[axis]) + 1);
  return layerOf({
    kind,
    input,
    output: [...output, kind === 'conv' ? 5 : 3],
    weight_shape: kind === 'conv' ? [...kernel, 3, 5] : null,
    geometry: { kernel, stride, pad_before: before, pad_after: after, output, lost: [0, 0] },
  });
}

/** Every cell that a sliding window touches, padding aside, by going through it. @param {LayerSummary} layer @param {number} row @param {number} col */
function touched({ input, geometry }, row, col) {
  const { kernel, stride, pad_before: before } = /** @type {NonNullable<LayerSummary['geometry']>} */ (geometry);
  /** @type {string[]} */
  const cells = [];
  for (let i = 0; i < kernel[0]; i += 1) {
    for (let j = 0; j < kernel[1]; j += 1) {
      const [y, x] = [row * stride[0] + i - before[0], col * stride[1] + j - before[1]];
      if (y >= 0 && y < input[0] && x >= 0 && x < input[1]) cells.push(`${y},${x}`);
    }
  }
  return cells;
}

for (const kind of ['conv', 'maxpool', 'avgpool']) {
  for (const [stride, before, after] of [[[1, 1], [0, 0], [0, 0]], [[2, 2], [1, 0], [1, 1]], [[3, 1], [1, 1], [2, 0]]]) {
    test(`${kind}, stride ${stride}, padding ${before} and ${after}: the window is what the layer reads`, () => {
      const layer = sliding(kind, stride, before, after);
      for (let y = 0; y < layer.output[0]; y += 1) {
        for (let x = 0; x < layer.output[1]; x += 1) {
          const source = sourceOf(layer, { map: 2, y, x });
          const cells = Array.from({ length: source.height * source.width }, (_, i) => `${source.y + Math.floor(i / source.width)},${source.x + (i % source.width)}`);
          assert.deepEqual(cells, touched(layer, y, x), `${y}, ${x}`);
          assert.equal(source.map, kind === 'conv' ? -1 : 2);
        }
      }
    });
  }
}

test('what passes a value on reads that value alone', () => {
  const spot = { map: 1, y: 4, x: 2 };
  for (const kind of ['relu', 'batchnorm', 'dropout']) {
    const weights = kind === 'batchnorm' ? [3] : null;
    assert.deepEqual(sourceOf(layerOf({ kind, input: [7, 6, 3], output: [7, 6, 3], weight_shape: weights }), spot), { ...spot, height: 1, width: 1 });
  }
});

test('a flattened value is the one at its place in the maps, a dense one reads all', () => {
  const flatten = layerOf({ kind: 'flatten', input: [4, 5, 3], output: [60] });
  for (let unit = 0; unit < 60; unit += 1) assert.equal(indexOf(flatten.input, sourceOf(flatten, { map: unit, y: 0, x: 0 })), unit);
  assert.equal(sourceOf(layerOf({ kind: 'flatten', input: [60], output: [60] }), { map: 7, y: 0, x: 0 }).map, 7);
  for (const kind of ['dense', 'softmax']) assert.equal(sourceOf(layerOf({ kind, input: [60], output: [10], weight_shape: kind === 'dense' ? [60, 10] : null }), { map: 3, y: 0, x: 0 }).map, -1);
});

test('a spot that a layer lacks becomes the nearest that it has', () => {
  assert.deepEqual(within([4, 5, 3], { map: 9, y: 2, x: 8 }), { map: 2, y: 2, x: 4 });
  assert.deepEqual(within([10], { map: 12, y: 2, x: 8 }), { map: 9, y: 0, x: 0 });
});
