/**
 * What can be asked of the live model without changing it.
 *
 * @module
 */

import { RunState } from './run-state.js';

export class ModelQueries extends RunState {
  /** @param {import('../../engine/engine-client.js').EngineClient} client */
  constructor(client) {
    super();
    this.client = client;
  }

  /**
   * @param {string} asker whose question this is: of one asker only the newest matters
   * @param {Float32Array} pixels 0 to 1
   */
  predict(asker, pixels) {
    return this.client.callLatest(`predict/${asker}`, 'predict', [pixels]);
  }

  /**
   * One image's way through the network, and the parameters of some layers as they were then.
   * @param {string} asker whose question this is: of one asker only the newest matters
   * @param {Float32Array} pixels
   * @param {number[]} layers whose weights and biases are wanted
   */
  look(asker, pixels, layers) {
    return this.client.callLatest(`look/${asker}`, 'look', [pixels, layers]);
  }

  parameters() {
    return this.client.callLatest('parameters', 'parameters', []);
  }

  /**
   * @param {import('../common/protocol.js').Split} split
   * @param {number[]} indices
   */
  images(split, indices) {
    return this.client.call('images', [split, indices]);
  }

  /** Of the weights, and the step that they are from. */
  fingerprint() {
    return this.client.call('fingerprint');
  }

  /** As a safetensors file. */
  saveWeights() {
    return this.client.call('saveWeights');
  }

  /**
   * Resolves once the first images of a split are in: the worker fetches what nobody has asked for only now.
   * @param {import('../common/protocol.js').Split} split
   * @param {number} [images] all if left out
   */
  need(split, images) {
    return this.client.call('need', [split, images]);
  }

  /** Goes on loading data after a failure. */
  retryData() {
    return this.client.call('retryData');
  }
}
