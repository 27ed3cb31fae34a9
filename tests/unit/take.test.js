import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { specInside } from '../../www/src/cells/take/weights.js';
import { fillNotebook } from '../../www/src/cells/take/notebook.js';
import { assemble, fillSnippet } from '../../www/src/cells/take/snippets.js';
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

/** A file of the snippets. @param {string} path */
const snippet = (path) => readFileSync(new URL(`../../www/snippets/${path}`, import.meta.url), 'utf8');
/** A template with its parts. @param {string} name */
const whole = (name) => assemble(name, (each) => snippet(`${each}.py`));

// What the programs compute is tested with Python (tests/snippets); here, how they are written.
test('a program spells out lopsided padding, leaves out what nothing calls, and names its file', async () => {
  const layers = [
    { index: 0, kind: 'maxpool', text: 'maxpool 2x2 stride 2 padding same', input: [7, 7, 3], output: [4, 4, 3], geometry: { kernel: [2, 2], stride: [2, 2], pad_before: [0, 0], pad_after: [1, 1] } },
    { index: 1, kind: 'dropout', text: 'dropout 0.3', input: [4, 4, 3], output: [4, 4, 3] },
    { index: 2, kind: 'flatten', text: 'flatten', input: [4, 4, 3], output: [48] },
    { index: 3, kind: 'dense', text: 'dense 10 bias none init xavier', input: [48], output: [10] },
  ];
  /** @param {'numpy' | 'torch' | 'keras'} framework */
  const program = async (framework) =>
    fillSnippet(await whole(framework), { layers, input: [7, 7, 3], classes: 10 }, { name: 'mine', file: 'mine.safetensors' });
  for (const framework of /** @type {const} */ (['numpy', 'torch', 'keras'])) {
    assert.match(await program(framework), /"mine\.safetensors"/);
    assert.doesNotMatch(await program(framework), /\{\{|undefined|avg_pool|conv\(/);
  }
  assert.match(await program('numpy'), /max_pool\(x, \(2, 2\), \(2, 2\), \(\(0, 1\), \(0, 1\)\)\) {2}# 4×4×3/);
  assert.match(await program('torch'), /F\.pad\(x, \(0, 1, 0, 1\), value=-torch\.inf\)/);
  assert.match(await program('torch'), /nn\.Linear\(48, 10, bias=False\)/);
  assert.match(await program('torch'), /permute\(0, 2, 3, 1\)\.flatten\(1\)/);
  assert.match(await program('keras'), /MaxPooling2D\(\(2, 2\), \(2, 2\), padding="same"\)/);
});

test('a program normalizes by the running means that were saved, with the layer’s own numbers', async () => {
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
  const program = async (framework) =>
    fillSnippet(await whole(framework), { layers, input: [2, 2, 3], classes: 12 }, { name: 'mine', file: 'mine.safetensors' });
  assert.match(await program('numpy'), /x = batch_norm\(x, "layer0", 0\.00001\)/);
  assert.match(await program('torch'), /self\.layer0 = nn\.BatchNorm2d\(3, eps=0\.00001, momentum=0\.3\)/);
  assert.match(await program('torch'), /self\.layer2 = nn\.BatchNorm1d\(12, eps=0\.001, momentum=0\.1\)/);
  assert.match(await program('torch'), /num_batches_tracked/);
  // Keras counts the part of the old mean, not that of the new one.
  assert.match(await program('keras'), /BatchNormalization\(momentum=1 - 0\.3, epsilon=0\.00001, name="layer0"\)/);
});

const SUMMARY = {
  layers: [
    { index: 0, kind: 'conv', text: 'conv 3x3 4 stride 1 padding same bias none init normal 0.01', input: [28, 28, 1], output: [28, 28, 4], geometry: { kernel: [3, 3], stride: [1, 1], pad_before: [1, 1], pad_after: [1, 1] } },
    { index: 1, kind: 'flatten', text: 'flatten', input: [28, 28, 4], output: [3136] },
    { index: 2, kind: 'dense', text: 'dense 3 bias he init xavier', input: [3136], output: [3], bias_shape: [3] },
  ],
  input: [28, 28, 1],
  classes: 3,
};
const CONFIG = { spec: '', seed: 777, batch_size: 50, optimizer: { kind: /** @type {const} */ ('adam'), learning_rate: 0.0010000000474974513 }, schedule: { kind: /** @type {const} */ ('cosine'), epochs: 5 } };

/** @param {import('../../www/src/cells/take/keys.js').Framework} framework @param {'ko' | 'en'} lang @param {object} [config] */
async function notebookOf(framework, lang, config = {}) {
  const [template, texts] = [await whole(`notebook-${framework}`), JSON.parse(snippet(`notebook-${lang}.json`))];
  const names = { name: 'mine', file: 'mine.safetensors' };
  return JSON.parse(fillNotebook({ framework, template, texts, summary: SUMMARY, names, config: { ...CONFIG, ...config }, epochs: 5, classes: ['0', 'a"b', '셋'], link: 'https://example.org/#train' }));
}

for (const framework of /** @type {const} */ (['numpy', 'torch', 'keras'])) {
  test(`a notebook is one by the format’s own rules (${framework})`, async () => {
    for (const lang of /** @type {const} */ (['ko', 'en'])) {
      for (const data of ['mnist', 'fashion-mnist', 'own']) {
        const { cells, metadata, nbformat, nbformat_minor: minor, ...more } = await notebookOf(framework, lang, { data });
        assert.deepEqual([nbformat, minor, Object.keys(more), metadata.kernelspec.name], [4, 5, [], 'python3']);
        const ids = cells.map((/** @type {any} */ cell) => cell.id);
        assert.equal(new Set(ids).size, cells.length, ids);
        for (const { cell_type: type, id, metadata: about, source, ...rest } of cells) {
          assert.match(id, /^[a-zA-Z0-9-_]{1,64}$/);
          assert.deepEqual([about, rest], [{}, type === 'code' ? { execution_count: null, outputs: [] } : {}]);
          assert.ok(['code', 'markdown'].includes(type) && source.length > 0 && source.every((/** @type {string} */ line, /** @type {number} */ i) => line.endsWith('\n') === i < source.length - 1), id);
          assert.doesNotMatch(source.join(''), /\{\{|\}\}|undefined|NaN|# %%/, id);
        }
        // Both languages, the same cells; the words are the reader's.
        assert.ok(ids.includes('data') && ids.includes('network') && ids.includes('evaluate') && ids.includes('train') === (framework !== 'numpy'), ids);
        assert.equal(/[가-힣]/.test(cells[0].source.join('')), lang === 'ko');
      }
    }
  });
}

test('a notebook has the settings of the page', async () => {
  const code = async (/** @type {'torch' | 'keras'} */ framework, /** @type {object} */ config) =>
    (await notebookOf(framework, 'en', config)).cells.flatMap((/** @type {any} */ cell) => [...cell.source, '\n']).join('');
  const torch = await code('torch', {});
  assert.match(torch, /CLASSES = \["0", "a\\"b", "셋"\]\n/);
  assert.match(torch, /SEED = 777\nBATCH = 50 .*\nEPOCHS = 5 .*\nRATE = 0\.001 /);
  assert.match(torch, /Adam\(net\.parameters\(\), lr=RATE, betas=\(0\.9, 0\.999\), eps=1e-8\)/);
  assert.match(torch, /return anneal\(1\.0, 0\.0, epochs \/ 5\)/);
  assert.match(torch, /normal_\(net\.layer0\.weight, std=0\.01\)\n(?!.*layer0\.bias)/);
  assert.match(torch, /xavier_uniform_\(net\.layer2\.weight\)\n +nn\.init\.uniform_\(net\.layer2\.bias, -1\.41\d+, 1\.41/);
  assert.match(await code('torch', { data: 'fashion-mnist' }), /datasets\.FashionMNIST/);
  assert.match(await code('keras', { optimizer: { kind: 'momentum', learning_rate: 0.01 }, label_smoothing: 0.05 }), /SMOOTHING = 0\.05 [^]*SGD\(rate, momentum=0\.9\)/);
  assert.match(await code('keras', { schedule: { kind: 'warmup_cosine', warmup_epochs: 1, epochs: 10 } }), /CosineDecay\(RATE \/ 100, 9 \* steps, warmup_target=RATE, warmup_steps=1 \* steps\)/);
});

test('both languages have the same texts for the notebook, fit for strings of Python', () => {
  const [korean, english] = ['ko', 'en'].map((lang) => JSON.parse(snippet(`notebook-${lang}.json`)));
  assert.deepEqual(Object.keys(korean), Object.keys(english));
  const slots = (/** @type {string} */ text) => [...text.matchAll(/\{+(\w+)\}+/g)].map(([slot]) => slot).sort();
  for (const [key, text] of Object.entries(korean)) {
    assert.deepEqual(slots(text), slots(english[key]), key);
    if (key.startsWith('say_')) assert.doesNotMatch(text + english[key], /["\\\n]/, key);
  }
});
