// The presets as the engine knows them, with their nominal work: floating-point operations of the plain algorithm,
// without any shortcut, so that a shortcut shows as speed.

import { readFileSync } from "node:fs";

const FOLDER = new URL("../../dist/engine/simd/", import.meta.url);

/**
 * @typedef {{ spec: string, optimizer: object, layers: { kind: string, text: string, multiply_adds: number }[], inferFlops: number, trainFlops: number }} Network
 *   the last two for one image
 */

/** Networks that a reader might type, and that no kernel was made for: 5×5 windows, a stride of 2, 7 channels. */
export const CHOSEN = {
  "chosen": `input 28x28x1
conv 5x5 7 padding same
relu
conv 5x5 7 stride 2 padding same
relu
flatten
dense 10`,
  "chosen, with pooling": `input 28x28x1
conv 5x5 7 padding same
relu
maxpool 2x2 stride 2
conv 5x5 7 stride 2 padding same
relu
maxpool 2x2 stride 2 padding same
flatten
dense 10`,
  "chosen, wider": `input 28x28x1
conv 5x5 7 padding same
relu
conv 5x5 28 stride 2 padding same
relu
maxpool 2x2 stride 2
flatten
dense 10`,
};

/** @returns {Promise<Record<string, Network>>} */
export async function networks() {
  const engine = await import(new URL("cnn_wasm.js", FOLDER).href);
  engine.initSync({ module: readFileSync(new URL("cnn_wasm_bg.wasm", FOLDER)) });
  /** @type {Record<string, Network>} */
  const out = {};
  const presets = engine.presets();
  const [{ optimizer: adam }] = presets;
  const chosen = Object.entries(CHOSEN).map(([name, spec]) => ({ name, spec, optimizer: adam }));
  for (const { name, spec, optimizer } of [...presets, ...chosen]) {
    const { layers } = engine.summarize(spec, 1);
    const work = layers.map((/** @type {{ multiply_adds: number }} */ layer) => layer.multiply_adds);
    const sum = work.reduce((/** @type {number} */ a, /** @type {number} */ b) => a + b, 0);
    const first = work.find((/** @type {number} */ n) => n > 0) ?? 0;
    // Forward, then gradients of weights and of inputs; the first layer's input needs none.
    out[name] = { spec, optimizer, layers, inferFlops: 2 * sum, trainFlops: 2 * (3 * sum - first) };
  }
  return out;
}
