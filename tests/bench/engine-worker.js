/** Ours, in a worker as on the page: loads one variant, does one kind of work, sends back the times in ms. */

import { loadShards } from './data.js';

const scope = /** @type {DedicatedWorkerGlobalScope} */ (/** @type {unknown} */ (self));

scope.onmessage = async ({ data }) => {
  try {
    scope.postMessage({ result: await measure(data) });
  } catch (error) {
    scope.postMessage({ error: String(/** @type {Error} */ (error).stack ?? error) });
  }
};

/** @param {{ variant: string, threads: number, mode: 'train' | 'infer' | 'evaluate' | 'layers', spec: string, optimizer: object, batch: number, warmup: number, steps: number }} job */
async function measure({ variant, threads, mode, spec, optimizer, batch, warmup, steps }) {
  const engine = await import(new URL(`/engine/${variant}/cnn_wasm.js`, location.href).href);
  await engine.default();
  if (variant.endsWith('-threads')) await engine.startThreads(threads);
  const split = mode === 'evaluate' ? 'test' : 'train';
  const { manifest, shards } = await loadShards(split, mode === 'evaluate' ? undefined : 1);
  const { name, height, width, channels, classes, block } = manifest;
  // A data set without training images is refused; those that never come do no harm.
  const counts = { train: block, validation: 0, test: 0, [split]: shards.length * block };
  const dataset = new engine.Dataset({ name, height, width, channels, classes, counts, block });
  for (const shard of shards) dataset.append(split, shard.images, shard.labels);
  const session = new engine.Session({ spec, seed: 1, batch_size: batch, optimizer, schedule: { kind: 'constant' } });

  const available = dataset.available(split);
  let turn = 0;
  const start = () => ((turn += 1) * batch) % (available - batch + 1);
  /** @type {any[]} */
  const marks = [];
  const work = {
    train: () => session.step(dataset),
    infer: () => session.evaluate(dataset, split, start(), batch),
    evaluate: () => session.evaluate(dataset, split, 0, available),
    layers: () => marks.push(session.timed_step(dataset)),
  }[mode];
  /** @type {number[]} */
  const samples = [];
  for (let i = 0; i < warmup + steps; i += 1) {
    const began = performance.now();
    work();
    if (i >= warmup) samples.push(performance.now() - began);
  }
  return { samples, marks: marks.slice(warmup) };
}
