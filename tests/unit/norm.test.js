// What the cell on batch normalization computes beside the engine: the statistics of a batch out of saved weights, how values
// are spread, and the experiment's runs.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adapt } from '../../www/src/base/spec-lines.js';
import { GOAL, LAYERS, networkOf, placesOf, RATES, runAt, runsOf } from '../../www/src/cells/norm/experiment.js';
import { keys } from '../../www/src/cells/norm/keys.js';
import { apart } from '../../www/src/cells/norm/moments.js';
import { anyOutcome } from '../../www/src/cells/norm/rates.js';
import { signal } from '../../www/src/base/signals.js';
import { createInspection } from '../../www/src/training/page/inspection.js';
import { normsBetween, tensorsOf } from '../../www/src/training/worker/norms.js';
import { Runs } from '../../www/src/training/worker/runs.js';
import { rangeOf, spreadOf } from '../../www/src/training/worker/spread.js';

/** A safetensors file, at an odd place of its buffer. @param {Record<string, number[]>} tensors */
function fileOf(tensors) {
  let at = 0;
  const header = Object.fromEntries(Object.entries(tensors).map(([name, values]) => {
    const from = at;
    at += 4 * values.length;
    return [name, { dtype: 'F32', shape: [values.length], data_offsets: [from, at] }];
  }));
  const text = new TextEncoder().encode(JSON.stringify({ __metadata__: { spec: 'x' }, ...header }));
  const bytes = new Uint8Array(1 + 8 + text.length + at);
  const file = bytes.subarray(1);
  new DataView(bytes.buffer, 1).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  file.set(new Uint8Array(Float32Array.from(Object.values(tensors).flat()).buffer), 8 + text.length);
  return file;
}

test('tensors are read from wherever the file lies', () => {
  const tensors = tensorsOf(fileOf({ 'layer0.weight': [1, 2.5], 'layer1.running_mean': [-3] }));
  assert.deepEqual([...tensors].map(([name, values]) => [name, [...values]]), [['layer0.weight', [1, 2.5]], ['layer1.running_mean', [-3]]]);
});

test('what moved the running statistics is what the batch had', () => {
  const spec = 'input 4x4x1\nconv 3x3 2\nbatchnorm momentum 0.1 eps 0.00001\nrelu\nflatten\ndense 3\nbatchnorm momentum 0.5 eps 0.00001\ndense 2\n';
  const batches = { 1: { mean: [3, -2], var: [4, 0.25] }, 5: { mean: [1], var: [9] } };
  const before = { 'layer1.running_mean': [0.5, 0], 'layer1.running_var': [1, 1], 'layer5.running_mean': [7], 'layer5.running_var': [2], 'layer0.bias': [1, 1] };
  const after = Object.fromEntries(Object.entries(before).map(([name, values]) => {
    const [, layer, what] = /^layer(\d)\.running_(mean|var)$/.exec(name) ?? [];
    const momentum = Math.fround(layer === '1' ? 0.1 : 0.5);
    return [name, what ? values.map((value, i) => Math.fround(Math.fround((1 - momentum) * value) + Math.fround(momentum * /** @type {any} */ (batches)[layer][what][i]))) : values];
  }));
  const norms = normsBetween(fileOf(before), fileOf(after), spec);
  assert.deepEqual(norms.map(({ layer, running }) => [layer, [...running.mean], [...running.variance]]), [[1, [0.5, 0], [1, 1]], [5, [7], [2]]]);
  for (const { layer, batch } of norms) {
    const { mean, var: variance } = /** @type {any} */ (batches)[layer];
    for (const [found, wanted] of [[batch.mean, mean], [batch.variance, variance]]) {
      wanted.forEach((/** @type {number} */ each, /** @type {number} */ i) => assert.ok(Math.abs(found[i] - each) < 1e-5 * Math.max(1, Math.abs(each)), `${found[i]}, not ${each}`));
    }
  }
  // In running deviations: 2.5 and 2 of them.
  assert.ok(Math.abs(apart(norms[0]) - 2.25) < 1e-5);
  assert.deepEqual(normsBetween(fileOf({ 'layer0.bias': [1] }), fileOf({ 'layer0.bias': [2] }), 'input 1x1x1\nflatten\ndense 1\n'), []);
});

test('values are counted in bins, with their mean, their deviation and the channels that are never above 0', () => {
  const images = [Float32Array.of(1, -1, 0, 3, -2, 0), Float32Array.of(-1, -4, 0, 1, -1, 0)];
  assert.deepEqual(rangeOf(images), [-4, 3]);
  assert.deepEqual(rangeOf([]), [0, 0]);
  const { counts, mean, deviation, positive, channels, silent } = spreadOf(images, 3, [-4, 3]);
  assert.equal(counts.reduce((sum, each) => sum + each, 0), 12);
  assert.deepEqual([counts[0], counts.at(-1)], [1, 1]);
  const values = images.flatMap((each) => [...each]);
  const middle = values.reduce((sum, each) => sum + each, 0) / 12;
  assert.ok(Math.abs(mean - middle) < 1e-12);
  assert.ok(Math.abs(deviation - Math.sqrt(values.reduce((sum, each) => sum + (each - middle) ** 2, 0) / 12)) < 1e-12);
  assert.deepEqual([positive, channels, silent], [3 / 12, 3, 2]);
});

test('values come from the images and layers that were asked for, and not from a run that has stopped', () => {
  const traced = /** @type {number[][]} */ ([]);
  const session = (/** @type {number} */ factor) => ({
    trace(/** @type {Float32Array} */ pixels) {
      traced.push([...pixels]);
      return [1, 2].map((layer) => ({ shape: [1, 1, 2], data: pixels.map((each) => factor * layer * each) }));
    },
    free() {},
  });
  const dataset = { available: () => 2, images: (/** @type {string} */ _, /** @type {Uint32Array} */ indices) => Uint8Array.from([...indices].flatMap((i) => [255 * i, 255])) };
  const runs = new Runs({}, /** @type {any} */ ({ dataset, state: { shape: [1, 2, 1] }, want() {} }));
  runs.groups.set('norm', [{ session: session(1), error: null }, { session: session(-1), error: null }, { session: session(9), error: /** @type {any} */ ({}) }]);
  const found = runs.spread('norm', [{ run: 0, layer: 1 }, { run: 1, layer: 0 }, { run: 1, layer: 1 }, { run: 2, layer: 0 }], 5);
  assert.deepEqual(found.map((spread) => spread && [...spread.range, spread.mean, spread.silent]), [[0, 2, 1.5, 0], [-1, -0, -0.75, 2], [-2, -0, -1.5, 2], null]);
  // Once for each image and run, however many layers are asked about.
  assert.deepEqual(traced, [[0, 1], [1, 1], [0, 1], [1, 1]]);
});

test('the two networks of a rate differ in batch normalization alone', () => {
  const runs = runsOf(7);
  assert.equal(runs.length, 2 * RATES.length);
  RATES.forEach((rate, i) => {
    const [plain, normalized] = [false, true].map((each) => runs[runAt(i, each)]);
    assert.deepEqual([plain.optimizer, plain.seed], [{ kind: 'sgd', learning_rate: rate }, 7]);
    assert.deepEqual({ ...normalized, spec: normalized.spec.replaceAll('batchnorm\n', '') }, plain);
    assert.notEqual(normalized.spec, plain.spec);
  });
  // The layers that are looked at, by their place in the text.
  const line = (/** @type {boolean} */ normalized, /** @type {number} */ layer) => networkOf(normalized).split('\n')[layer + 1].split(' ')[0];
  LAYERS.forEach((_, at) => {
    const { plain, before, after } = placesOf(at);
    const kind = at < 2 ? 'conv' : 'dense';
    assert.deepEqual([line(false, plain), line(false, plain + 1), line(true, before), line(true, after), line(true, after + 1)], [kind, 'relu', kind, 'batchnorm', 'relu']);
  });
  // Every rate can be looked at, and the default epoch has images enough for all batches.
  const places = keys.state?.['norm.rate'];
  assert.deepEqual([places?.range?.min, places?.range?.max], [1, RATES.length]);
  assert.ok(GOAL * runs[0].batch_size <= 5000, 'the first shard is enough');
  assert.match(adapt(networkOf(true), [20, 20, 3], 4), /^input 20x20x3\n[^]*dense 4\n$/);
});

test('runs that all stopped before their first check have come to something', () => {
  const [nothing, stopped, checked] = [{ check: null, stopped: null }, { check: null, stopped: 3 }, { check: { loss: 1, accuracy: 0.5 }, stopped: null }];
  const row = (/** @type {typeof nothing | typeof stopped | typeof checked} */ plain, normalized = plain) => ({ rate: 1, plain, normalized });
  assert.deepEqual([[row(nothing)], [row(nothing), row(stopped, nothing)], [row(checked)]].map(anyOutcome), [false, true, true]);
});

test('a step that could not be seen is asked for again with the next change', async () => {
  const asked = [];
  const changing = signal(0);
  const answers = [Object.assign(new Error('no room'), { code: 'out_of_memory' }), { step: 4, size: 50 }];
  const runs = {
    alive: () => true,
    async inspect() {
      asked.push(changing.peek());
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  const { seen, trouble, look } = createInspection(/** @type {any} */ (runs), { ready: () => true, begin: async () => {}, image: () => 0, of: () => 'the same' });
  await look();
  assert.equal(/** @type {any} */ (trouble.value).code, 'out_of_memory');
  // Something that it depends on has changed and is the same again.
  await look();
  assert.deepEqual([seen.value?.step, trouble.value], [4, null], 'with the step that it is of');
  await look();
  assert.equal(asked.length, 2, 'nothing has changed since');
});
