import assert from 'node:assert/strict';
import { test } from 'node:test';
import { confusionOf, worstFirst } from '../../www/src/cells/judge/results.js';
import { batchView } from '../../www/src/training/worker/batch-view.js';
import { isDue, leastMissed, MOST, TimeLine } from '../../www/src/training/worker/time-line.js';
import { quantile, typicalDistances } from '../../www/src/training/worker/novelty.js';

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
  const feed = /** @type {any} */ ({ dataset });
  const usual = await typicalDistances(feed, soon);
  assert.deepEqual(usual, { sample: 12, median: 11, limit: 21 });
  assert.equal(await typicalDistances(feed, soon), usual);
  assert.equal(asked, 12);
  await assert.rejects(typicalDistances(/** @type {any} */ ({ dataset: null }), soon), { code: 'no_data' });
});

test('snapshots lie close together at first, then farther apart, and end each epoch', () => {
  const steps = [0];
  for (let step = 1; step <= 2000; step += 1) if (isDue(steps[steps.length - 1], step, step % 550 === 0)) steps.push(step);
  assert.deepEqual(steps.slice(0, 8), [0, 1, 2, 3, 5, 8, 12, 18]);
  for (const end of [550, 1100, 1650]) assert.ok(steps.includes(end));
  assert.ok(!isDue(7, 7, true));
});

/** A time line over a made-up session whose weights are its step. */
function lineOf(/** @type {number} */ bytes) {
  const session = { step: 0, save_weights: () => new Uint8Array(bytes).fill(session.step), info: () => ({ step: session.step }) };
  const line = new TimeLine(null, /** @type {any} */ ({ dataset: null }));
  line.begin(session);
  const train = (/** @type {number} */ to) => {
    while (session.step < to) line.offer(session, (session.step += 1), session.step % 550 === 0);
  };
  return { line, session, train, steps: () => line.list().map(({ step }) => step) };
}

test('there are so many snapshots at most, and neither the first nor the newest goes', () => {
  const { line, train, steps } = lineOf(8);
  train(30_000);
  const all = steps();
  assert.equal(all.length, MOST);
  assert.equal(all[0], 0);
  assert.ok(all[all.length - 1] > 29_000);
  // No gap is much larger than what thinning to so many must leave.
  all.slice(2).forEach((step, i) => assert.ok((step + 1) / (all[i + 1] + 1) < 2.5, `${all[i + 1]} to ${step}`));
  // Large weights leave room for a few only.
  const large = lineOf(20e6);
  large.train(600);
  assert.equal(large.steps().length, 4);
  // A step back takes back what came after it.
  line.back(all[5]);
  assert.deepEqual(steps(), all.slice(0, 6));
});

test('a run that goes back keeps the snapshots before, and so does the one that is taken back; other weights have none', () => {
  const { line, session, train, steps } = lineOf(8);
  const weights = () => line.kept.map(({ bytes }) => bytes[0]);
  line.begin(session, 1);
  train(12);
  assert.deepEqual(steps(), [0, 1, 2, 3, 5, 8, 12]);
  // Back to its last good step.
  session.step = 6;
  line.begin(session, 1);
  assert.deepEqual(steps(), [0, 1, 2, 3, 5, 6]);
  // Another run, and this one again.
  const other = { info: () => ({ step: 0 }), save_weights: () => new Uint8Array(8).fill(99) };
  line.begin(other, 2);
  assert.deepEqual([steps(), weights()], [[0], [99]]);
  // That other one had not begun: this one can still be had in the place of the next.
  line.begin(other, 3);
  line.begin(session, 1);
  assert.deepEqual([steps(), weights()], [[0, 1, 2, 3, 5, 6], [0, 1, 2, 3, 5, 6]]);
  assert.equal(line.aside, null);
  // A third one has nothing, and a file's weights have no past.
  line.begin({ ...session, info: () => ({ step: 4 }) }, 3);
  assert.deepEqual(steps(), [4]);
  line.begin(session, 1);
  line.begin(session);
  assert.deepEqual(steps(), [6]);
});

test('the snapshot that is missed least leaves the smallest gap', () => {
  assert.equal(leastMissed([0, 10, 100, 101, 1000]), 2);
  assert.equal(leastMissed([0, 10, 100, 120, 1000]), 3);
  assert.equal(leastMissed([0, 5, 10]), 1);
});

test('of a batch only the images of the data are shown: what was taught may be gone', () => {
  const indices = Uint32Array.of(4, 0, 5, 6);
  // As trained on, which is not as the data have them.
  const trained = Uint8Array.of(40, 10, 50, 60);
  const session = { batch_images: (/** @type {number} */ count) => trained.slice(0, count), batch: () => ({ split: 'train', indices, labels: Uint8Array.of(1, 0, 1, 0), predictions: Uint8Array.of(1, 1, 0, 0), losses: new Float32Array(4), probabilities: Float32Array.of(0.1, 0.9, 0.2, 0.8, 0.7, 0.3, 0.6, 0.4) }) };
  const feed = /** @type {any} */ ({ state: { shape: [1, 1, 1], counts: { train: 5 } } });
  const view = batchView(session, feed, 3);
  assert.deepEqual([view.size, ...view.indices, ...view.images], [4, 4, 0, 40, 10]);
  assert.deepEqual([...view.probabilities], [...Float32Array.of(0.9, 0.8)]);
});
