/** The opening's network as the page has it: the weights that the worker sent last, and what they make of a drawing. */

import { CONFIG } from './run.js';

/** Filters of its convolution, their side, and that of the maps they make. */
export const FILTERS = 8;
export const KERNEL = 9;
export const MAP = 20;

/**
 * @typedef {object} Sight of a drawing
 * @property {Float32Array} sums 20×20×8, as the convolution gives them
 * @property {Float32Array} maps the same after the ReLU
 * @property {Float32Array} probabilities of the ten digits
 */

/** @param {import('../../common/figures-engine.js').Engine} engine */
export function createNetwork(engine) {
  /** @type {any} */
  let session = null;

  return {
    /** Random numbers, as the worker will begin with. @param {number} seed */
    begin(seed) {
      session?.free();
      const { data: _data, ...config } = CONFIG;
      session = new engine.Session({ ...config, seed });
    },
    /** @param {Uint8Array} file weights, as safetensors */
    take(file) {
      session.load_weights(file);
    },
    /** @returns {Uint8Array} its weights, as safetensors */
    save: () => session.save_weights(),
    /** @returns {Float32Array} 9×9×1×8 */
    filters: () => session.parameter('layer0.weight').value,
    /**
     * The drawing as MNIST's digits were made: cut out, scaled, centred.
     * @param {Float32Array} pixels 28×28, 0 paper to 1 ink
     * @returns {Float32Array | null} null if there is too little to see
     */
    prepare(pixels) {
      const rgba = new Uint8Array(4 * pixels.length);
      pixels.forEach((ink, i) => rgba.set([255 * (1 - ink), 255 * (1 - ink), 255 * (1 - ink), 255], 4 * i));
      try {
        return engine.prepare_digit(rgba, 28, 28).pixels;
      } catch (error) {
        if (/^digit_/.test(/** @type {any} */ (error).code)) return null;
        throw error;
      }
    },
    /** @param {Float32Array} digit 28×28 @returns {Sight} */
    look(digit) {
      const [{ data: sums }, { data: maps }] = session.trace(digit);
      return { sums, maps, probabilities: session.predict(digit).probabilities };
    },
    /** Of a class's score with respect to each pixel. @param {Float32Array} digit 28×28 @param {number} label @returns {Float32Array} */
    gradient: (digit, label) => session.image_gradient(digit, label),
  };
}
