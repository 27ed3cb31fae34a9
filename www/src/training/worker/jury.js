/**
 * Trained networks that decide together, on the worker's side.
 *
 * @module
 */

import { codedError } from '../../common/coded-error.js';

export class Jury {
  /**
   * @param {any} engine exports of `crates/cnn-wasm`
   * @param {import('./feed.js').Feed} feed
   */
  constructor(engine, feed) {
    this.engine = engine;
    this.feed = feed;
    /** The engine's `Ensemble`. @type {any} */
    this.ensemble = null;
  }

  /**
   * Takes in these networks in place of those before.
   * @param {Uint8Array[]} files weights, as safetensors
   */
  gather(files) {
    const ensemble = new this.engine.Ensemble();
    try {
      for (const file of files) ensemble.push(file);
    } catch (error) {
      ensemble.free();
      throw error;
    }
    this.ensemble?.free();
    this.ensemble = ensemble;
  }

  /** The engine's `Ensemble`, for requests that need one. */
  members() {
    if (!this.ensemble) throw codedError('no_session');
    return this.ensemble;
  }

  /**
   * What all and each say of some images of a split.
   * @param {import('../common/protocol.js').Split} split
   * @param {number} start
   * @param {number} count
   * @returns {{ labels: Uint8Array, predictions: Uint8Array, votes: Uint8Array[] }}
   */
  votes(split, start, count) {
    if (!this.feed.dataset) throw codedError('no_data');
    const { labels, predictions, votes } = this.members().evaluate(this.feed.dataset, split, start, count);
    return { labels, predictions, votes };
  }

  /** What they say of one image. @param {Float32Array} pixels 0 to 1 */
  ask(pixels) {
    return this.members().predict(pixels);
  }
}
