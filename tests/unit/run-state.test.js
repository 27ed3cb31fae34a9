import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { effect, watch } from '../../www/src/base/signals.js';
import { receive } from '../../www/src/training/page/receive.js';
import { RunState } from '../../www/src/training/page/run-state.js';

/** @type {import('../../www/src/training/common/protocol.js').RunConfig} */
const config = { data: 'mnist', spec: 'input 28x28x1\n', seed: 1, batch_size: 100, optimizer: { kind: 'adam', learning_rate: 0.001 }, schedule: { kind: 'constant' } };

/** @param {number} step @param {number} [loss] */
const progress = (step, loss = 1) => ({
  event: /** @type {const} */ ('progress'),
  step,
  epoch: 0,
  batch: step,
  batchesPerEpoch: 550,
  losses: Float32Array.of(loss),
  accuracies: Float32Array.of(0.5),
  rates: Float32Array.of(0.001),
  learningRate: 0.001,
  imagesPerSecond: 1000,
  view: null,
});

/** @param {number} step */
const snapshot = (step) => /** @type {any} */ ({ event: 'snapshot', step, epoch: 0, bytes: new Uint8Array(step), digest: '', counts: {}, fingerprint: String(step) });

/** A run that has been begun and has done some steps. @param {number} steps */
function runOf(steps) {
  const run = new RunState();
  run.begin(config, null);
  run.ready(config);
  for (let step = 1; step <= steps; step += 1) receive(run, progress(step));
  return run;
}

test('nobody else can write what is known of the run', () => {
  const run = /** @type {any} */ (runOf(2));
  for (const name of ['phase', 'config', 'progress', 'history', 'data', 'taught', 'snapshots', 'origin', 'run']) {
    assert.throws(() => (run[name] = null), TypeError, name);
  }
  // What hangs on it is not written from elsewhere either.
  const folder = new URL('../../www/src/', import.meta.url);
  for (const path of readdirSync(folder, { recursive: true }).map(String).filter((name) => /\.js$/.test(name) && !/worker\/|run-state\.js|history\.js/.test(name))) {
    const code = readFileSync(new URL(path, folder), 'utf8');
    assert.doesNotMatch(code, /\b(trainer|run)\.(history\.(altered|tests|epochs|checks)|progress|judgements)(\.\w+)?\s*(\?\?|\|\|)?=(?!=)|\b(trainer|run)\.history\.(tests|epochs|checks)\.push/, path);
  }
});

test('a batch tells who reads the progress or the history, once, and nobody else', () => {
  const run = runOf(1);
  /** @type {string[]} */
  const heard = [];
  effect(() => void heard.push(`step ${run.progress.step} of ${run.history.steps}`));
  watch(() => [run.phase, run.config, run.data, run.notice, run.origin].join(), () => heard.push('other'));
  receive(run, progress(2));
  assert.deepEqual(heard, ['step 1 of 1', 'step 2 of 2']);
});

test('a new run is told of once, with all that goes with it', () => {
  const run = runOf(3);
  /** @type {unknown[]} */
  const heard = [];
  watch(() => run.origin, () => heard.push([run.run, run.progress.step, run.history.steps, run.loaded]));
  run.begin({ ...config, seed: 2 }, null);
  assert.deepEqual(heard, [[2, 0, 0, false]]);
});

test('weights of elsewhere have another origin; steps, a step taken back and another rate have not', () => {
  const run = runOf(3);
  let origins = 0;
  watch(() => run.origin, () => (origins += 1));
  const before = { history: run.history.upTo(2), progress: { ...run.progress, step: 2 }, view: null };
  receive(run, progress(4));
  run.rateIs(0.01);
  run.stepBack(before, 2);
  assert.equal(run.history.steps, 2);
  assert.equal(origins, 0);
  run.weightsLoaded();
  assert.equal(origins, 1);
  assert.equal(run.history.altered, 'rate', 'the first reason stays');
  run.rewind(snapshot(1));
  assert.equal(origins, 2);
  assert.equal(run.progress.step, 1);
});

test('a rate changed midway makes it another run than its settings tell, one changed before the first step does not', () => {
  const early = runOf(0);
  early.rateIs(0.01);
  assert.equal(early.history.altered, null);
  assert.equal(early.config?.optimizer.learning_rate, 0.01);
  const late = runOf(1);
  late.rateIs(0.01);
  assert.equal(late.history.altered, 'rate');
});

test('the newest two good snapshots are kept, and none of a loss that has run away', () => {
  const run = runOf(3);
  for (const step of [1, 2, 3]) receive(run, snapshot(step));
  assert.deepEqual(run.snapshots.map(({ step }) => step), [2, 3]);
  for (let step = 4; step < 40; step += 1) receive(run, progress(step, 100));
  receive(run, snapshot(40));
  assert.deepEqual(run.snapshots.map(({ step }) => step), [2, 3]);
});

test('a worker that died takes what came after the last good snapshot, and counts until a step is done', () => {
  const run = runOf(5);
  receive(run, snapshot(3));
  receive(run, progress(6));
  run.workerDied();
  run.restarting((step) => ({ code: 'engine_recovered', message: '', details: { step } }));
  assert.deepEqual([run.phase, run.data, run.progress.step, run.history.steps, run.notice?.details.step, run.restarts], ['booting', null, 3, 3, 3, 1]);
  run.ready(config);
  assert.ok(run.alive);
  receive(run, progress(4));
  assert.equal(run.restarts, 0);
});
