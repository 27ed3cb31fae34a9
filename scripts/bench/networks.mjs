// The presets as the engine knows them, with their nominal work: floating-point operations of the plain algorithm,
// without any shortcut, so that a shortcut shows as speed.

import { readFileSync } from "node:fs";

const FOLDER = new URL("../../dist/engine/simd/", import.meta.url);

/**
 * @typedef {{ spec: string, optimizer: object, layers: { kind: string, text: string, multiply_adds: number }[], inferFlops: number, trainFlops: number }} Network
 *   the last two for one image
 */

/** @returns {Promise<Record<string, Network>>} */
export async function networks() {
  const engine = await import(new URL("cnn_wasm.js", FOLDER).href);
  engine.initSync({ module: readFileSync(new URL("cnn_wasm_bg.wasm", FOLDER)) });
  /** @type {Record<string, Network>} */
  const out = {};
  for (const { name, spec, optimizer } of engine.presets()) {
    const { layers } = engine.summarize(spec, 1);
    const work = layers.map((/** @type {{ multiply_adds: number }} */ layer) => layer.multiply_adds);
    const sum = work.reduce((/** @type {number} */ a, /** @type {number} */ b) => a + b, 0);
    const first = work.find((/** @type {number} */ n) => n > 0) ?? 0;
    // Forward, then gradients of weights and of inputs; the first layer's input needs none.
    out[name] = { spec, optimizer, layers, inferFlops: 2 * sum, trainFlops: 2 * (3 * sum - first) };
  }
  return out;
}
