// The notebooks that the page saves, run cell by cell by Python on a few of the real images: the weights from the page must
// give the engine's scores, and training from the engine's first weights the engine's losses. NumPy is always run; PyTorch
// and Keras where SNIPPETS_TORCH and SNIPPETS_KERAS name a Python that has them, and compiled where they don't. Every file is held
// to the schema of its format. Where SNIPPETS_CNN names the command line, it must write the same notebooks to the byte.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { FRAMEWORKS } from '../../www/src/cells/take/keys.js';
import { fillNotebook } from '../../www/src/cells/take/notebook.js';
import { keysOf } from '../../www/src/training/page/settings.js';
import { loadEngine, manifest, NORMED, PYTHON, ROOT, shardOf, template, TOLERANCE } from './mnist.js';

/** All training images in one batch: so no order of them matters, and frameworks must agree on each loss. */
const [TRAIN, VALIDATION, TEST] = [40, 8, 20];
const EPOCHS = 4;
const RUNNER = join(ROOT, 'tests/snippets/run_notebook.py');
/** Nothing in it is random while it trains, nothing of it large. */
const SMALL = `input 28x28x1
conv 5x5 4 stride 2 padding same bias normal 0.1 init he_normal
relu
maxpool 2x2
flatten
dense 12 bias he init xavier_normal
relu
dense 10 bias constant 0.5 init normal 0.2
`;

/** @type {any} */
let engine;
/** @type {string} */
let folder;

/** An IDX file of bytes. @param {string} name @param {number[]} sizes @param {Uint8Array} bytes */
function writeIdx(name, sizes, bytes) {
  const head = Buffer.alloc(4 + 4 * sizes.length);
  head.set([0, 0, 8, sizes.length]);
  sizes.forEach((size, axis) => head.writeInt32BE(size, 4 + 4 * axis));
  const file = Buffer.concat([head, bytes]);
  writeFileSync(join(folder, name), file);
  writeFileSync(join(folder, 'data/mnist', `${name}.gz`), gzipSync(file));
}

const [train, held] = [shardOf('train'), shardOf('test')];
const PIXELS = 28 * 28;

before(async () => {
  engine = await loadEngine();
  folder = mkdtempSync(join(tmpdir(), 'notebook-'));
  execFileSync('mkdir', ['-p', join(folder, 'data/mnist')]);
  // As the notebook's data: those to validate with come first.
  const images = train.images.subarray(-train.count * PIXELS);
  for (const [part, count, [pixels, labels]] of /** @type {[string, number, Uint8Array[]][]} */ ([
    ['train', VALIDATION + TRAIN, [images, train.labels]],
    ['t10k', TEST, [held.images.subarray(-held.count * PIXELS), held.labels]],
  ])) {
    writeIdx(`${part}-images-idx3-ubyte`, [count, 28, 28], pixels.subarray(0, count * PIXELS));
    writeIdx(`${part}-labels-idx1-ubyte`, [count], labels.subarray(-(part === 'train' ? train : held).count).subarray(0, count));
  }
});

after(() => rmSync(folder, { recursive: true, force: true }));

/**
 * @param {import('../../www/src/cells/take/keys.js').Framework} framework
 * @param {any} config @param {string} file name of the weights' file
 */
async function notebookOf(framework, config, file) {
  const texts = JSON.parse(readFileSync(join(ROOT, 'www/snippets/notebook-ko.json'), 'utf8'));
  const summary = engine.summarize(config.spec);
  const classes = Array.from({ length: summary.classes }, (_, label) => String(label));
  const names = { name: 'small', file };
  return fillNotebook({ framework, template: await template(`notebook-${framework}`), texts, summary, names, config, epochs: EPOCHS, classes, link: 'https://example.org' });
}

/** What Python says of a notebook. @param {string} python @param {string[]} args */
const run = (python, args) => execFileSync(python, [RUNNER, ...args], { cwd: folder, env: { ...process.env, VALIDATION: String(VALIDATION) }, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });

/** @param {string} name */
const floats = (name) => new Float32Array(Uint8Array.from(readFileSync(join(folder, name))).buffer);

/** The engine on the same images. */
function dataset() {
  const { name, height, width, channels, classes } = manifest();
  const mnist = new engine.Dataset({ name, height, width, channels, classes, counts: { train: TRAIN, validation: 0, test: 0 }, block: TRAIN });
  const bytes = Buffer.concat([idxHead([TRAIN, 28, 28]), readFileSync(join(folder, 'train-images-idx3-ubyte')).subarray(16 + VALIDATION * PIXELS)]);
  const labels = Buffer.concat([idxHead([TRAIN]), readFileSync(join(folder, 'train-labels-idx1-ubyte')).subarray(8 + VALIDATION)]);
  mnist.append('train', bytes, labels);
  return mnist;
}

/** @param {number[]} sizes */
function idxHead(sizes) {
  const head = Buffer.alloc(4 + 4 * sizes.length);
  head.set([0, 0, 8, sizes.length]);
  sizes.forEach((size, axis) => head.writeInt32BE(size, 4 + 4 * axis));
  return head;
}

/** @type {[string, any][]} */
const RUNS = [
  ['adam, warm-up', { optimizer: { kind: 'adam', learning_rate: 0.005, beta2: 0.95 }, schedule: { kind: 'warmup', warmup_epochs: 2 } }],
  ['adamw, cosine', { optimizer: { kind: 'adamw', learning_rate: 0.005, weight_decay: 0.1 }, schedule: { kind: 'cosine', epochs: 3 }, label_smoothing: 0.1 }],
  ['sgd, step', { optimizer: { kind: 'sgd', learning_rate: 0.2 }, schedule: { kind: 'step', every_epochs: 2, factor: 0.5 } }],
  // With another rate in each step Keras's momentum would differ: it keeps the steps, not the gradients.
  ['momentum, constant', { optimizer: { kind: 'momentum', learning_rate: 0.1 }, schedule: { kind: 'constant' } }],
  ['rmsprop, one cycle', { optimizer: { kind: 'rmsprop', learning_rate: 0.005 }, schedule: { kind: 'one_cycle', epochs: 4 } }],
  ['sgd, warm-up and cosine', { optimizer: { kind: 'sgd', learning_rate: 0.2 }, schedule: { kind: 'warmup_cosine', warmup_epochs: 1, epochs: 4 } }],
];

for (const [what, settings] of RUNS) {
  test(`a notebook gives the engine's scores, and trains as the engine does (${what})`, async (t) => {
    const config = { spec: SMALL, seed: 3, batch_size: TRAIN, ...settings };
    const session = new engine.Session(config);
    writeFileSync(join(folder, 'first.safetensors'), session.save_weights());
    const mnist = dataset();
    const costs = Array.from({ length: EPOCHS }, () => session.step(mnist).loss);
    writeFileSync(join(folder, 'small.safetensors'), session.save_weights());
    const expected = testScores(session);
    for (const framework of FRAMEWORKS) {
      writeFileSync(join(folder, 'small.ipynb'), await notebookOf(framework, config, 'small.safetensors'));
      const python = PYTHON[framework];
      if (!python) {
        run(/** @type {string} */ (PYTHON.numpy), ['compile', 'small.ipynb', '.']);
        continue;
      }
      if (what === RUNS[0][0]) run(/** @type {string} */ (PYTHON.numpy), ['compile', 'small.ipynb', '.']);
      // Without training a notebook's scores are the same for every run.
      if (framework === 'numpy' && what !== RUNS[0][0]) continue;
      run(python, [framework, 'small.ipynb', '.', ...(framework === 'numpy' ? [] : ['first.safetensors'])]);
      const worst = largest(floats('scores'), expected);
      assert.ok(worst < TOLERANCE, `${framework}: scores differ by ${worst}`);
      t.diagnostic(`${framework}: scores ${worst.toExponential(1)}`);
      if (framework === 'numpy') continue;
      // Keras has ε under RMSProp's root.
      const apart = largest(floats('costs'), costs);
      assert.ok(apart < (framework === 'keras' && config.optimizer.kind === 'rmsprop' ? 5e-3 : 1e-4), `${framework}: losses ${floats('costs')}, the engine's ${costs}`);
      t.diagnostic(`${framework}: losses ${apart.toExponential(1)}`);
    }
    session.free();
    mnist.free();
  });
}

/** @param {any} session */
function testScores(session) {
  const pixels = readFileSync(join(folder, 't10k-images-idx3-ubyte')).subarray(16);
  return Array.from({ length: TEST }, (_, i) => [...session.predict(Float32Array.from(pixels.subarray(i * PIXELS, (i + 1) * PIXELS), (grey) => grey / 255)).logits]).flat();
}

/** @param {ArrayLike<number>} got @param {ArrayLike<number>} expected */
function largest(got, expected) {
  assert.equal(got.length, expected.length);
  return Math.max(...Array.from(got, (value, i) => Math.abs(value - expected[i])));
}

test('the notebook of every network compiles, on every data set, and says what is missing', async () => {
  for (const framework of FRAMEWORKS) {
    for (const spec of [NORMED, ...engine.presets().map((/** @type {any} */ preset) => preset.spec)]) {
      for (const data of ['mnist', 'fashion-mnist', 'own']) {
        const config = { data, spec, seed: 1, batch_size: 10, ...RUNS[1][1] };
        writeFileSync(join(folder, `${framework}.ipynb`), await notebookOf(framework, config, 'nowhere.safetensors'));
        if (data === 'own' || spec === NORMED) run(/** @type {string} */ (PYTHON.numpy), ['compile', `${framework}.ipynb`, '.']);
        if (framework === 'numpy' && data === 'mnist') assert.throws(() => run(/** @type {string} */ (PYTHON.numpy), ['numpy', 'numpy.ipynb', '.']), /nowhere\.safetensors 파일이 없습니다/);
      }
    }
  }
});

test('the command line writes the same notebooks', { skip: !process.env.SNIPPETS_CNN }, async () => {
  for (const language of ['en', 'ko']) {
    const texts = JSON.parse(readFileSync(join(ROOT, `www/snippets/notebook-${language}.json`), 'utf8'));
    const shared = JSON.parse(readFileSync(join(ROOT, `www/src/shared/${language}.json`), 'utf8'));
    for (const [index, spec] of [SMALL, NORMED, ...engine.presets().map((/** @type {any} */ preset) => preset.spec)].entries()) {
      for (const [at, framework] of FRAMEWORKS.entries()) {
        const data = /** @type {const} */ (['own', 'fashion-mnist', 'mnist'])[(index + at) % 3];
        const run = { spec, seed: 12, batch_size: 20, ...RUNS[(index + at) % RUNS.length][1] };
        const config = { data, ...run };
        const session = new engine.Session(run);
        const file = join(folder, 'same.safetensors');
        writeFileSync(file, session.save_weights());
        session.free();
        const link = `https://example.org/#train&${new URLSearchParams(/** @type {any} */ (keysOf(engine, config)))}&train.seed=12`;
        const summary = engine.summarize(spec);
        const classes = Array.from({ length: summary.classes }, (_, label) => (data === 'own' ? `"${label}" é` : data === 'mnist' ? String(label) : shared.data[`fashion-${label}`]));
        const names = { name: 'same', file: 'same.safetensors' };
        const page = fillNotebook({ framework, template: await template(`notebook-${framework}`), texts, summary, names, config, epochs: 3, classes, link });
        const args = ['export', file, '--notebook', '--framework', framework, '--language', language, '--link', link, '--epochs', '3', ...(data === 'own' ? ['--class-names', classes.join(',')] : [])];
        assert.equal(execFileSync(/** @type {string} */ (process.env.SNIPPETS_CNN), args, { encoding: 'utf8' }), page);
      }
    }
  }
});
