/**
 * What can be asked of the live model without changing it.
 *
 * @module
 */

import { Store } from './store.js';

export class Questions extends Store {
  /** @param {import('../engine-client.js').EngineClient} client */
  constructor(client) {
    super();
    this.client = client;
  }

  /**
   * @param {string} asker whose question this is: of one asker only the newest matters
   * @param {Float32Array} pixels 0 to 1
   * @returns {Promise<{ logits: Float32Array, probabilities: Float32Array, class: number }>}
   */
  predict(asker, pixels) {
    return this.client.callLatest(`predict/${asker}`, 'predict', [pixels]);
  }

  /**
   * One image's way through the network, and the parameters of some layers as they were then.
   * @param {string} asker whose question this is: of one asker only the newest matters
   * @param {Float32Array} pixels
   * @param {number[]} layers whose weights and biases are wanted
   * @returns {Promise<import('./protocol.js').Look>}
   */
  look(asker, pixels, layers) {
    return this.client.callLatest(`look/${asker}`, 'look', [pixels, layers]);
  }

  /** @returns {Promise<Array<{ name: string, shape: number[], value: Float32Array }>>} */
  parameters() {
    return this.client.callLatest('parameters', 'parameters', []);
  }

  /**
   * @param {import('./protocol.js').Split} split
   * @param {number[]} indices
   * @returns {Promise<{ images: Uint8Array, labels: Uint8Array }>}
   */
  images(split, indices) {
    return this.client.call('images', [split, indices]);
  }

  /** @returns {Promise<{ step: number, fingerprint: string }>} of the weights, and the steps they are from */
  fingerprint() {
    return this.client.call('fingerprint');
  }

  /** @returns {Promise<Uint8Array>} a safetensors file */
  saveWeights() {
    return this.client.call('saveWeights');
  }

  /** Goes on loading data after a failure. */
  retryData() {
    return this.client.call('retryData');
  }
}
