import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { specInside } from '../../www/src/cells/take/weights.js';
import { fillSnippet } from '../../www/src/cells/take/snippets.js';
import { toCsv } from '../../www/src/base/csv.js';
import { historyCsv } from '../../www/src/training/page/csv.js';
import { History } from '../../www/src/training/page/history.js';
import { arithmeticOf, formatReplay, parseReplay, replaySchema } from '../../www/src/training/page/replay.js';
import { createState } from '../../www/src/base/state.js';

test('CSV as RFC 4180 has it: quotes where they must be, lines that end in CR LF, nothing for what is not known', () => {
  assert.equal(toCsv([['a', 'b,c', 'say "x"'], [1, null, NaN], ['two\nlines', undefined, -0.5]]), 'a,"b,c","say ""x"""\r\n1,,\r\n"two\nlines",,-0.5\r\n');
});

test('the history is one table in the order of the steps', () => {
  const history = new History();
  history.append([2.5, 0.1], [0.25, 0.5], [0.001, 0.0005]);
  history.addCheck({ event: 'validation', step: 2, epoch: 0, count: 500, accuracy: 0.5, loss: 1.25 });
  history.append([1], [1]);
  history.epochs.push({ epoch: 1, step: 3, cost: 1.2, seconds: 0.5, accuracy: 0.75 });
  history.tests.push({ step: 3, accuracy: 0.9, correct: 9, count: 10 });
  assert.deepEqual(historyCsv(history, 2).split('\r\n'), [
    'record,step,epoch,loss,accuracy,learning_rate,images,correct,seconds',
    'step,1,1,2.5,0.25,0.00100000005,,,',
    'step,2,1,0.100000001,0.5,0.000500000024,,,',
    'validation,2,1,1.25,0.5,,500,,',
    'step,3,2,1,1,,,,',
    'epoch,3,1,1.2,0.75,,,,0.5',
    'test,3,2,,0.9,,10,9,',
    '',
  ]);
  assert.equal(history.upTo(2).rate.values[1], Math.fround(0.0005));
});

test('a replay is written to a link and read again; anything else is refused', () => {
  const replay = { steps: 550, fingerprint: '0123456789abcdef', arithmetic: /** @type {const} */ ('fused') };
  assert.deepEqual(parseReplay(formatReplay(replay)), replay);
  for (const text of ['', '0-0123456789abcdef-simd', '3-0123456789abcde-simd', '3-0123456789abcdef-neon', '3-0123456789abcdef-simd-mnist']) {
    assert.equal(parseReplay(text), null, text);
  }
  assert.deepEqual(createState(replaySchema, 'replay=3-xyz').invalid, [{ key: 'replay', text: '3-xyz' }]);
  assert.equal(createState(replaySchema, `replay=${formatReplay(replay)}`).get('replay'), '550-0123456789abcdef-fused');
});

test('rounding is told by a sum that only one rounding leaves above zero', () => {
  /** @param {number} sum */
  const engine = (sum) => ({ conv2d: () => ({ data: Float32Array.of(sum) }) });
  assert.equal(arithmeticOf(engine(2 ** -24), 'simd-threads'), 'simd');
  assert.equal(arithmeticOf(engine(2 ** -24), 'relaxed'), 'fused');
  assert.equal(arithmeticOf(engine(0), 'relaxed-threads'), 'relaxed');
});

test('the network is found in a weights file’s header', () => {
  /** @param {string} header @param {number} [length] */
  const file = (header, length = header.length) => {
    const bytes = new Uint8Array(8 + header.length + 4);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
    bytes.set(new TextEncoder().encode(header), 8);
    return bytes;
  };
  const header = JSON.stringify({ __metadata__: { cnn_notebook: JSON.stringify({ format: 'cnn-notebook/1', spec: 'input 1x1x1\n' }) } });
  assert.equal(specInside(file(header)), 'input 1x1x1\n');
  assert.equal(specInside(file('{}')), null);
  assert.equal(specInside(file(header, 3)), null);
  assert.equal(specInside(new Uint8Array(3)), null);
});

// What the programs compute is tested with Python (tests/snippets); here, how they are written.
test('a program spells out lopsided padding, leaves out what nothing calls, and names its file', () => {
  const layers = [
    { index: 0, kind: 'maxpool', text: 'maxpool 2x2 stride 2 padding same', input: [7, 7, 3], output: [4, 4, 3], geometry: { kernel: [2, 2], stride: [2, 2], pad_before: [0, 0], pad_after: [1, 1] } },
    { index: 1, kind: 'dropout', text: 'dropout 0.3', input: [4, 4, 3], output: [4, 4, 3] },
    { index: 2, kind: 'flatten', text: 'flatten', input: [4, 4, 3], output: [48] },
    { index: 3, kind: 'dense', text: 'dense 10 bias none init xavier', input: [48], output: [10] },
  ];
  /** @param {'numpy' | 'torch' | 'keras'} framework */
  const program = (framework) =>
    fillSnippet(readFileSync(new URL(`../../www/snippets/${framework}.py`, import.meta.url), 'utf8'), { layers, input: [7, 7, 3], classes: 10 }, { name: 'mine', file: 'mine.safetensors' });
  for (const framework of /** @type {const} */ (['numpy', 'torch', 'keras'])) {
    assert.match(program(framework), /"mine\.safetensors"/);
    assert.doesNotMatch(program(framework), /\{\{|undefined|avg_pool|conv\(/);
  }
  assert.match(program('numpy'), /max_pool\(x, \(2, 2\), \(2, 2\), \(\(0, 1\), \(0, 1\)\)\) {2}# 4×4×3/);
  assert.match(program('torch'), /F\.pad\(x, \(0, 1, 0, 1\), value=-torch\.inf\)/);
  assert.match(program('torch'), /nn\.Linear\(48, 10, bias=False\)/);
  assert.match(program('torch'), /permute\(0, 2, 3, 1\)\.flatten\(1\)/);
  assert.match(program('keras'), /MaxPooling2D\(\(2, 2\), \(2, 2\), padding="same"\)/);
});

test('a program normalizes by the running means that were saved, with the layer’s own numbers', () => {
  const line = (/** @type {number} */ index, /** @type {number[]} */ shape, momentum = 0.1, eps = '0.00001') => ({
    index,
    kind: 'batchnorm',
    text: `batchnorm momentum ${momentum} eps ${eps}`,
    input: shape,
    output: shape,
    bias_shape: shape.slice(-1),
  });
  const flatten = { index: 1, kind: 'flatten', text: 'flatten', input: [2, 2, 3], output: [12] };
  const layers = [line(0, [2, 2, 3], 0.3), flatten, line(2, [12], 0.1, '0.001')];
  /** @param {'numpy' | 'torch' | 'keras'} framework */
  const program = (framework) =>
    fillSnippet(readFileSync(new URL(`../../www/snippets/${framework}.py`, import.meta.url), 'utf8'), { layers, input: [2, 2, 3], classes: 12 }, { name: 'mine', file: 'mine.safetensors' });
  assert.match(program('numpy'), /x = batch_norm\(x, "layer0", 0\.00001\)/);
  assert.match(program('torch'), /self\.layer0 = nn\.BatchNorm2d\(3, eps=0\.00001, momentum=0\.3\)/);
  assert.match(program('torch'), /self\.layer2 = nn\.BatchNorm1d\(12, eps=0\.001, momentum=0\.1\)/);
  assert.match(program('torch'), /num_batches_tracked/);
  // Keras counts the part of the old mean, not that of the new one.
  assert.match(program('keras'), /BatchNormalization\(momentum=1 - 0\.3, epsilon=0\.00001, name="layer0"\)/);
});
