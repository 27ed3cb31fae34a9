/** The lecture's two networks in TensorFlow.js. */

import { loadBatch } from './data.js';

/** @param {string} path */
function script(path) {
  return new Promise((done, fail) => {
    const element = document.createElement('script');
    element.onload = done;
    element.onerror = () => fail(new Error(`${path} did not load`));
    element.src = path;
    document.head.append(element);
  });
}

/** @param {any} tf @param {string} network */
function build(tf, network) {
  const { layers } = tf;
  const deep = network === 'lab11-3';
  const model = tf.sequential();
  (deep ? [32, 64, 128] : [32, 64]).forEach((filters, i) => {
    const inputShape = i === 0 ? { inputShape: [28, 28, 1] } : {};
    model.add(layers.conv2d({ ...inputShape, filters, kernelSize: 3, padding: 'same', activation: 'relu', useBias: deep }));
    model.add(layers.maxPooling2d({ poolSize: 2, strides: 2, padding: 'same' }));
    if (deep) model.add(layers.dropout({ rate: 0.3 }));
  });
  model.add(layers.flatten());
  if (deep) {
    model.add(layers.dense({ units: 625, activation: 'relu' }));
    model.add(layers.dropout({ rate: 0.5 }));
  }
  model.add(layers.dense({ units: 10, activation: 'softmax' }));
  model.compile({ optimizer: tf.train.adam(0.001), loss: 'categoricalCrossentropy' });
  return model;
}

/** @param {{ backend: string, threads: number, network: string, mode: 'train' | 'infer', batch: number, warmup: number, steps: number }} job */
export async function run({ backend, threads, network, mode, batch, warmup, steps }) {
  await script('/peers/@tensorflow/tfjs/dist/tf.min.js');
  const { tf } = /** @type {any} */ (globalThis);
  if (backend === 'wasm') {
    await script('/peers/@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.min.js');
    tf.wasm.setWasmPaths('/peers/@tensorflow/tfjs-backend-wasm/dist/');
    tf.wasm.setThreadsCount(threads);
  }
  await tf.setBackend(backend);
  await tf.ready();
  const model = build(tf, network);
  const { pixels, classes } = await loadBatch(batch);
  const x = tf.tensor4d(pixels, [batch, 28, 28, 1]);
  const y = tf.oneHot(tf.tensor1d(classes, 'int32'), 10);
  const work =
    mode === 'train'
      ? () => model.trainOnBatch(x, y)
      : async () => {
          const out = model.predict(x);
          await out.data();
          out.dispose();
        };
  const samples = [];
  for (let i = 0; i < warmup + steps; i += 1) {
    const began = performance.now();
    await work();
    if (i >= warmup) samples.push(performance.now() - began);
  }
  return { samples, threads: backend === 'wasm' ? tf.wasm.getThreadsCount() : 1 };
}
