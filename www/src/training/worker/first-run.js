/**
 * The small run of the page's opening: a session of its own on a small part of MNIST of its own, so that a visitor sees a
 * network learn before anything large has been fetched. The page asks for each stretch: where nobody looks, nothing trains.
 *
 * @module
 */

import { codedError } from '../../common/coded-error.js';
import { fetchManifest, fetchShard } from './data.js';
import { newSession } from './engine-host.js';

export class FirstRun {
  /**
   * @param {any} engine exports of `crates/cnn-wasm`
   * @param {URL} url of the manifest of its data: training and validation images
   */
  constructor(engine, url) {
    this.engine = engine;
    this.url = url;
    /** The engine's `Dataset`, once it is in. @type {any} */
    this.dataset = null;
    /** It on its way. @type {Promise<any> | null} */
    this.loading = null;
    /** @type {any} */
    this.session = null;
  }

  /**
   * Begins anew, and fetches the data the first time.
   * @param {import('../common/protocol.js').RunConfig} config
   * @returns {Promise<{ train: number, validation: number }>} images of each split
   * @throws what keeps the data from coming (`data.js`), or the engine from making the network
   */
  async begin(config) {
    this.dataset = await this.data();
    const session = newSession(this.engine, config);
    this.session?.free();
    this.session = session;
    return { train: this.dataset.available('train'), validation: this.dataset.available('validation') };
  }

  /** Its data, fetched once. @returns {Promise<any>} the engine's `Dataset` */
  data() {
    this.loading ??= this.load().catch((error) => {
      this.loading = null;
      throw error;
    });
    return this.loading;
  }

  async load() {
    const { name, height, width, channels, classes, counts, block, shards } = await fetchManifest(this.url);
    const parts = await Promise.all(shards.map((shard) => fetchShard(this.url, shard, () => {})));
    const dataset = new this.engine.Dataset({ name, height, width, channels, classes, counts, block });
    try {
      shards.forEach(({ split }, i) => dataset.append(split, parts[i].images, parts[i].labels));
    } catch (error) {
      dataset.free();
      throw error;
    }
    return dataset;
  }

  /**
   * Trains some batches and tells what came of it.
   * @param {number} steps 1 or more
   * @param {boolean} check whether the validation images are to be looked at
   * @returns {import('../common/requests.js').FirstStretch}
   */
  advance(steps, check) {
    const { session, dataset } = this;
    if (!session) throw codedError('no_session');
    const losses = Float32Array.from({ length: steps }, () => session.step(dataset).loss);
    return { step: session.info().step, losses, accuracy: check ? this.accuracy() : null, weights: session.save_weights() };
  }

  /** The share of the validation images that it gets right, 0 to 1. */
  accuracy() {
    const count = this.dataset.available('validation');
    return this.session.evaluate(this.dataset, 'validation', 0, count).correct / count;
  }
}
