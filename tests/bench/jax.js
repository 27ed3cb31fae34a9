/** Lab11-2 in jax-js on its wasm backend. Its training step is plain gradient descent, less work than our Adam. */

import { loadBatch } from './data.js';

/** @param {{ mode: 'train' | 'infer', batch: number, warmup: number, steps: number }} job */
export async function run({ mode, batch, warmup, steps }) {
  const jax = await import(new URL('/peers/@jax-js/jax/dist/index.js', location.href).href);
  const { init, defaultDevice, numpy: np, nn, lax, random, jit, valueAndGrad, tree, blockUntilReady } = jax;
  await init();
  defaultDevice('wasm');

  const keys = random.split(random.key(0), 3);
  const uniform = (/** @type {any} */ key, /** @type {number[]} */ shape, /** @type {number} */ limit) =>
    random.uniform(key, shape, { minval: -limit, maxval: limit });
  let params = {
    conv1: uniform(keys.ref.slice(0), [32, 1, 3, 3], 0.1),
    conv2: uniform(keys.ref.slice(1), [64, 32, 3, 3], 0.1),
    dense: uniform(keys.slice(2), [3136, 10], 0.04),
    bias: np.zeros([10]),
  };
  await blockUntilReady(params);

  const block = (/** @type {any} */ x, /** @type {any} */ weight) => {
    const maps = nn.relu(lax.convGeneralDilated(x, weight, [1, 1], 'SAME'));
    return lax.reduceWindow(maps, np.max, [2, 2], [2, 2]);
  };
  const logProbabilities = jit((/** @type {any} */ p, /** @type {any} */ x) => {
    const maps = block(block(x, p.conv1), p.conv2);
    return nn.logSoftmax(np.dot(maps.reshape([-1, 3136]), p.dense).add(p.bias));
  });
  const loss = (/** @type {any} */ p, /** @type {any} */ x, /** @type {any} */ y) =>
    logProbabilities(p, x).mul(nn.oneHot(y, 10)).sum().mul(-1 / batch);
  const descend = jit((/** @type {any} */ p, /** @type {any} */ g) =>
    tree.map((/** @type {any} */ value, /** @type {any} */ grad) => value.sub(grad.mul(0.001)), p, g));

  const data = await loadBatch(batch);
  const x = np.array(data.pixels).reshape([batch, 1, 28, 28]);
  const y = np.array(data.classes);
  const work =
    mode === 'infer'
      ? async () => (await logProbabilities(tree.ref(params), x.ref)).jsAsync()
      : async () => {
          const [value, grads] = valueAndGrad(loss)(tree.ref(params), x.ref, y.ref);
          params = descend(params, grads);
          await blockUntilReady(params);
          await value.jsAsync();
        };
  const samples = [];
  for (let i = 0; i < warmup + steps; i += 1) {
    const began = performance.now();
    await work();
    if (i >= warmup) samples.push(performance.now() - began);
  }
  return { samples };
}
