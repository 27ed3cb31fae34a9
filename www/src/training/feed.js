/**
 * Fills the engine's data set while training goes on: shards arrive in order, a few of them on the way at once.
 *
 * @module
 */

import { DataError, fetchManifest, fetchShard, loadingOrder } from '../data.js';

/** @typedef {import('./protocol.js').DataState} DataState */
/** @typedef {import('./protocol.js').Split} Split */

/** Shards on their way at the same time: hides the network's delay without crowding it. */
const AHEAD = 3;

/** An announcement of bytes at most this often, milliseconds. */
const ANNOUNCE_MS = 100;

/** @type {Split[]} */
const SPLITS = ['train', 'validation', 'test'];

export class Feed {
  /**
   * @param {any} engine exports of `crates/cnn-wasm`
   * @param {URL} url of the manifest
   * @param {(data: DataState) => void} announce
   */
  constructor(engine, url, announce) {
    this.engine = engine;
    this.url = url;
    this.announce = announce;
    /** The engine's `Dataset`, once the manifest is in. @type {any} */
    this.dataset = null;
    /** @type {DataState} */
    this.state = {
      name: '',
      shape: [0, 0, 0],
      classes: 0,
      loaded: 0,
      total: 0,
      available: { train: 0, validation: 0, test: 0 },
      counts: { train: 0, validation: 0, test: 0 },
      shards: [],
      error: null,
    };
    /** @type {import('../data.js').Shard[]} */
    this.order = [];
    /** @type {number[]} */
    this.bytes = [];
    this.appended = 0;
    this.announced = 0;
    this.loading = false;
    /** @type {Array<() => void>} */
    this.waiting = [];
  }

  /** @returns {Promise<void>} resolves when the next shard is in */
  arrival() {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** Whether all training images are in. */
  get complete() {
    return this.dataset !== null && this.state.available.train === this.state.counts.train;
  }

  /** @param {boolean} now announce even if the last time was a moment ago */
  tell(now) {
    this.state.loaded = this.bytes.reduce((sum, bytes) => sum + bytes, 0);
    const time = performance.now();
    if (!now && time - this.announced < ANNOUNCE_MS) return;
    this.announced = time;
    this.announce(structuredClone(this.state));
  }

  /** Loads what is still missing. A failure is announced in the state; calling again goes on from there. */
  async load() {
    if (this.loading) return;
    this.loading = true;
    this.state.error = null;
    try {
      if (!this.dataset) await this.open();
      await this.loadShards();
    } catch (error) {
      const { code = 'data_changed', message, details = {} } = /** @type {any} */ (error);
      this.state.error = { code, message, details };
      this.state.shards = this.state.shards.map((_shard, i) =>
        i < this.appended ? 'ready' : i === this.appended ? 'failed' : 'waiting',
      );
    } finally {
      this.loading = false;
      this.tell(true);
    }
  }

  /** Reads the manifest and declares the data set to the engine. */
  async open() {
    const manifest = await fetchManifest(this.url);
    const { name, height, width, channels, classes, counts, block } = manifest;
    this.dataset = new this.engine.Dataset({ name, height, width, channels, classes, counts, block });
    this.manifest = manifest;
    this.order = loadingOrder(manifest.shards);
    this.bytes = this.order.map(() => 0);
    this.state.name = name;
    this.state.shape = [height, width, channels];
    this.state.classes = classes;
    this.state.counts = counts;
    this.state.total = this.order.reduce((sum, shard) => sum + shard.bytes, 0);
    this.state.shards = this.order.map(() => 'waiting');
    this.tell(true);
  }

  async loadShards() {
    /** @type {Map<number, ReturnType<typeof fetchShard>>} */
    const onTheWay = new Map();
    while (this.appended < this.order.length) {
      for (let i = this.appended; i < Math.min(this.appended + AHEAD, this.order.length); i += 1) {
        if (onTheWay.has(i)) continue;
        const task = fetchShard(this.url, this.order[i], (bytes) => {
          this.bytes[i] = bytes;
          this.tell(false);
        });
        // Its failure is met when its turn comes; until then nobody awaits it.
        task.catch(() => {});
        onTheWay.set(i, task);
        this.state.shards[i] = 'loading';
      }
      const shard = this.order[this.appended];
      const content = await onTheWay.get(this.appended);
      if (!content) return;
      try {
        this.dataset.append(shard.split, content.images, content.labels);
      } catch (error) {
        const reason = /** @type {Error} */ (error).message;
        throw new DataError('data_changed', { file: shard.file, reason });
      }
      this.state.shards[this.appended] = 'ready';
      this.appended += 1;
      for (const split of SPLITS) this.state.available[split] = this.dataset.available(split);
      this.tell(true);
      for (const resolve of this.waiting.splice(0)) resolve();
    }
  }
}
