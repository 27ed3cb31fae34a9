// The programs that the page offers beside a weights file, run by Python: for the same images they must give the engine's
// own scores. NumPy is always run; PyTorch and Keras where SNIPPETS_TORCH and SNIPPETS_KERAS name a Python that has them.
// Where SNIPPETS_CNN names the command line, it must write the same programs to the letter.

import assert from 'node:assert/strict';
import { FRAMEWORKS } from '../../www/src/cells/take/keys.js';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fillSnippet } from '../../www/src/cells/take/snippets.js';
import { loadEngine, manifest, NORMED, PYTHON, ROOT, shardOf, template, TOLERANCE } from './mnist.js';

const IMAGES = 16;

/** Every kind of layer, every kind of padding, sides and strides that differ. */
const ODD = `input 13x10x7
conv 3x2 6 stride 2x1 padding same bias normal 1 init he
relu
avgpool 3x2 stride 2 padding same
conv 3x3 9 padding 0,2,1,0 bias none init he
maxpool 2x3 stride 1x2 padding 1,0,0,2
avgpool 2x2 stride 1 padding 0,1,1,0
dropout 0.25
conv 2 5 padding valid bias normal 0.5
maxpool 2x1 stride 2 padding valid
flatten
dense 11 bias none init he
relu
dense 4 bias normal 1
`;
/** No dense layer: the scores are the maps, channels innermost. */
const MAPS_ALONE = 'input 6x6x2\nconv 3x3 3 stride 2 padding same bias normal 1\navgpool 2x2 padding valid\nconv 1x1 5\nflatten\n';

/** @type {any} */
let engine;
/** @type {any} */
let mnist;
/** @type {string} */
let folder;

before(async () => {
  engine = await loadEngine();
  const [train, held] = [shardOf('train'), shardOf('test')];
  const { name, height, width, channels, classes } = manifest();
  const counts = { train: train.count, validation: 0, test: held.count };
  mnist = new engine.Dataset({ name, height, width, channels, classes, counts, block: train.count });
  mnist.append('train', train.images, train.labels);
  mnist.append('test', held.images, held.labels);
  folder = mkdtempSync(join(tmpdir(), 'snippets-'));
});

after(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Saves a session's weights beside the programs that load them, runs these, and compares.
 * @param {any} session
 * @param {string} name
 * @param {Float32Array[]} images
 */
async function compare(session, name, images) {
  const { spec } = session.info();
  const summary = engine.summarize(spec);
  writeFileSync(join(folder, `${name}.safetensors`), session.save_weights());
  const expected = images.flatMap((image) => [...session.predict(image).logits]);
  const input = Buffer.concat(images.map((image) => Buffer.from(image.buffer, image.byteOffset, image.byteLength)));
  /** @type {string[]} */
  const ran = [];
  for (const framework of FRAMEWORKS) {
    const code = fillSnippet(await template(framework), summary, { name, file: `${name}.safetensors` });
    assert.ok(!/\{\{|undefined|NaN/.test(code), code);
    const program = join(folder, `${name}_${framework}.py`);
    writeFileSync(program, code);
    if (process.env.SNIPPETS_CNN) {
      const args = ['export', join(folder, `${name}.safetensors`), '--framework', framework];
      assert.equal(execFileSync(process.env.SNIPPETS_CNN, args, { encoding: 'utf8' }), code);
    }
    // Those that are not installed are at least programs.
    const python = PYTHON[framework];
    if (!python) {
      execFileSync(/** @type {string} */ (PYTHON.numpy), ['-m', 'py_compile', program], { cwd: folder });
      continue;
    }
    const run = [join(ROOT, 'tests/snippets/run.py'), framework, program, ...summary.input.map(String)];
    const output = execFileSync(python, run, { cwd: folder, input, stdio: ['pipe', 'pipe', 'pipe'] });
    const scores = new Float32Array(output.buffer.slice(output.byteOffset, output.byteOffset + output.byteLength));
    assert.equal(scores.length, expected.length, framework);
    const worst = Math.max(...scores.map((score, i) => Math.abs(score - expected[i])));
    assert.ok(worst < TOLERANCE, `${name} in ${framework}: scores differ by ${worst}`);
    ran.push(`${framework} ${worst.toExponential(1)}`);
  }
  return ran;
}

for (const name of ['lab11-2', 'lab11-3', 'quick', 'normed']) {
  test(`${name}, trained for some batches, gives the engine's scores for real test images`, async (t) => {
    const presets = [...engine.presets(), { name: 'normed', spec: NORMED, optimizer: { kind: 'adam', learning_rate: 0.01 } }];
    const { spec, optimizer } = presets.find((preset) => preset.name === name);
    const session = new engine.Session({ spec, seed: 777, batch_size: 50, optimizer });
    for (let step = 0; step < 5; step += 1) session.step(mnist);
    const pixels = mnist.images('test', Uint32Array.from({ length: IMAGES }, (_, i) => i));
    const length = pixels.length / IMAGES;
    const images = Array.from({ length: IMAGES }, (_, i) => Float32Array.from(pixels.subarray(i * length, (i + 1) * length), (grey) => grey / 255));
    t.diagnostic(`largest difference: ${(await compare(session, name, images)).join(', ')}`);
    session.free();
  });
}

for (const [name, spec] of [['odd', ODD], ['maps-alone', MAPS_ALONE]]) {
  test(`so does a network with unusual layers (${name})`, async (t) => {
    const session = new engine.Session({ spec, seed: 5, batch_size: 1, optimizer: { kind: 'sgd', learning_rate: 0.1 } });
    const [h, w, c] = session.info().input;
    const images = Array.from({ length: IMAGES }, (_, n) => Float32Array.from({ length: h * w * c }, (_, i) => 0.5 + 0.5 * Math.sin(1 + n + 1.7 * i * i)));
    t.diagnostic(`largest difference: ${(await compare(session, name, images)).join(', ')}`);
    session.free();
  });
}
