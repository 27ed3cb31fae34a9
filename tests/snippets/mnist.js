// The engine and some of the real MNIST, for the tests that run Python beside it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { assemble } from '../../www/src/cells/take/snippets.js';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Largest difference between two frameworks' scores: sums are taken in other orders. */
export const TOLERANCE = 1e-4;

/** Where a Python is that has each framework. @type {Record<import('../../www/src/cells/take/keys.js').Framework, string | undefined>} */
export const PYTHON = {
  numpy: process.env.SNIPPETS_PYTHON ?? 'python3',
  torch: process.env.SNIPPETS_TORCH,
  keras: process.env.SNIPPETS_KERAS,
};

/** A template with its parts. @param {string} name */
export const template = (name) => assemble(name, (each) => readFileSync(join(ROOT, `www/snippets/${each}.py`), 'utf8'));

/** @returns {Promise<any>} */
export async function loadEngine() {
  const engine = await import(join(ROOT, 'target/engine/pkg/simd/cnn_wasm.js'));
  engine.initSync({ module: readFileSync(join(ROOT, 'target/engine/pkg/simd/cnn_wasm_bg.wasm')) });
  return engine;
}

export const manifest = () => JSON.parse(readFileSync(join(ROOT, 'dist/data/mnist/manifest.json'), 'utf8'));

/** The first shard of a split. @param {string} split */
export function shardOf(split) {
  const shard = manifest().shards.find((/** @type {any} */ each) => each.split === split);
  const bytes = gunzipSync(readFileSync(join(ROOT, 'dist/data/mnist', shard.file)));
  return { count: shard.count, images: bytes.subarray(0, shard.images_bytes), labels: bytes.subarray(shard.images_bytes) };
}

/** Networks with batch normalization of maps and of vectors, of the image too. */
export const NORMED = `input 28x28x1
batchnorm momentum 0.5
conv 3x3 6 stride 2 bias none init he
batchnorm
relu
flatten
dense 20 bias none init he
batchnorm momentum 0.2 eps 0.01
relu
dense 10
`;
