// The presets as the engine knows them and a few chosen networks, with their nominal work: floating-point operations of the
// plain algorithm, without any shortcut, so that a shortcut shows as speed.

import { readFileSync } from "node:fs";

const FOLDER = new URL("../../target/engine/pkg/simd/", import.meta.url);

/**
 * @typedef {object} Network
 * @property {boolean} preset of the engine's, which the page has a button for
 * @property {string} spec
 * @property {object} optimizer
 * @property {number} epochs that a preset is trained for, 0 for others
 * @property {{ kind: string, text: string, multiply_adds: number }[]} layers
 * @property {number} inferFlops for one image
 * @property {number} trainFlops for one image
 */

/** Networks that a reader might type, and that no kernel was made for: 5×5 windows, a stride of 2, 7 channels. */
const CHOSEN = {
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

/** @returns {Promise<Record<string, Network>>} by name */
export async function networks() {
  const engine = await import(new URL("cnn_wasm.js", FOLDER).href);
  engine.initSync({ module: readFileSync(new URL("cnn_wasm_bg.wasm", FOLDER)) });
  const presets = engine.presets();
  const [{ optimizer: adam }] = presets;
  /** @param {string} spec @param {object} optimizer @param {number} epochs 0 for what is no preset @returns {Network} */
  const network = (spec, optimizer, epochs) => {
    const { layers } = engine.summarize(spec);
    const work = layers.map((/** @type {{ multiply_adds: number }} */ layer) => layer.multiply_adds);
    const sum = work.reduce((/** @type {number} */ a, /** @type {number} */ b) => a + b, 0);
    const first = work.find((/** @type {number} */ n) => n > 0) ?? 0;
    // Forward, then gradients of weights and of inputs; the first layer's input needs none.
    return { preset: epochs > 0, spec, optimizer, epochs, layers, inferFlops: 2 * sum, trainFlops: 2 * (3 * sum - first) };
  };
  return Object.fromEntries([
    ...presets.map((/** @type {any} */ { name, spec, optimizer, epochs }) => [name, network(spec, optimizer, epochs)]),
    ...Object.entries(CHOSEN).map(([name, spec]) => [name, network(spec, adam, 0)]),
  ]);
}

/** The names of the engine's presets, or of the chosen ones. @param {Record<string, Network>} networks @param {boolean} preset */
export const namesOf = (networks, preset) => Object.keys(networks).filter((name) => networks[name].preset === preset);
