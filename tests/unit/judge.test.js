import assert from 'node:assert/strict';
import { test } from 'node:test';
import { confusionOf, worstFirst } from '../../www/src/cells/judge/results.js';
import { quantile, usualDistances } from '../../www/src/training/likeness.js';

const result = {
  labels: Uint8Array.of(0, 0, 0, 0, 1, 1, 2),
  predictions: Uint8Array.of(0, 1, 1, 0, 1, 2, 2),
  losses: Float32Array.of(0.1, 2, 3, 0.5, 0.2, 1, 0.3),
};

test('the confusion matrix has a row for each true class', () => {
  const { counts, rows, share, most } = confusionOf(result, 3);
  assert.deepEqual([...counts], [2, 2, 0, 0, 1, 1, 0, 0, 1]);
  assert.deepEqual([...rows], [4, 2, 1]);
  assert.equal(share(0, 1), 0.5);
  assert.equal(most, 0.5);
  // A class without images has no shares.
  const empty = confusionOf({ labels: new Uint8Array(0), predictions: new Uint8Array(0) }, 2);
  assert.deepEqual([empty.share(0, 0), empty.most], [0, 0]);
});

test('mistakes come worst first, and a cell has its own images alone', () => {
  assert.deepEqual(worstFirst(result, null), [2, 1, 5]);
  assert.deepEqual(worstFirst(result, { row: 0, col: 1 }), [2, 1]);
  assert.deepEqual(worstFirst(result, { row: 0, col: 0 }), [3, 0]);
  assert.deepEqual(worstFirst(result, { row: 2, col: 0 }), []);
});

test('what is usual is told from the distances of a sample to their nearest other', async () => {
  assert.equal(quantile([1, 2, 3, 4], 0.5), 3);
  assert.equal(quantile([1, 2, 3, 4], 1), 4);
  // Images of one pixel at 0, 1, 4, 9, … levels: the nearest other of i² is 2i − 1 below, but for the first.
  const levels = Array.from({ length: 12 }, (_, i) => i * i);
  let asked = 0;
  const dataset = {
    available: () => levels.length,
    images: (/** @type {string} */ _split, /** @type {Uint32Array} */ indices) => Uint8Array.from(indices, (i) => levels[i]),
    nearest: (/** @type {Float32Array} */ [pixel], /** @type {number} */ n) => {
      asked += 1;
      const all = levels.map((level) => Math.abs(level - Math.round(pixel * 255))).sort((a, b) => a - b);
      return { distances: Float32Array.from(all.slice(0, n)) };
    },
  };
  const soon = async () => {};
  const feed = /** @type {any} */ ({ dataset, complete: true });
  const usual = await usualDistances(feed, soon);
  assert.deepEqual(usual, { sample: 12, median: 11, limit: 21 });
  assert.equal(await usualDistances(feed, soon), usual);
  assert.equal(asked, 12);
  await assert.rejects(usualDistances(/** @type {any} */ ({ dataset, complete: false }), soon), { code: 'no_data' });
});
