/**
 * Fills the engine's data set while training goes on: shards arrive in order, a few of them on the way at once.
 *
 * @module
 */

import { codedError } from '../../common/coded-error.js';
import { fetchManifest, fetchShard, loadingOrder } from './data.js';

/** @typedef {import('../common/protocol.js').DataState} DataState */
/** @typedef {import('../common/protocol.js').Split} Split */

/** Shards on their way at the same time: hides the network's delay without crowding it. */
const AHEAD = 3;

/** An announcement of bytes at most this often, milliseconds. */
const ANNOUNCE_MS = 100;

/**
 * A data set that can take the place of the one there is.
 * @typedef {object} Opened
 * @property {any} dataset the engine's
 * @property {URL | null} url of its manifest; null if all images are there
 * @property {import('./data.js').Manifest | null} manifest
 * @property {DataState} state
 */

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
    /** That it was made by, to tell whether another one differs. */
    this.manifest = '';
    /** @type {DataState} */
    this.state = {
      name: '',
      shape: [0, 0, 0],
      classes: 0,
      names: null,
      id: '',
      loaded: 0,
      total: 0,
      available: { train: 0, validation: 0, test: 0 },
      counts: { train: 0, validation: 0, test: 0 },
      shards: [],
      error: null,
    };
    /** @type {import('./data.js').Shard[]} */
    this.order = [];
    /** @type {number[]} */
    this.bytes = [];
    /** A person's own examples: pixels and labels. @type {[Uint8Array, Uint8Array] | null} */
    this.taught = null;
    this.appended = 0;
    this.announced = 0;
    this.loading = false;
    /** Counts the data sets: what was on its way for one before is let go. */
    this.serial = 0;
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

  /**
   * Loads what is still missing. A failure is announced in the state; calling again goes on from there, with what is in
   * unless the manifest was wrong about it.
   */
  async load() {
    if (this.loading) return;
    this.loading = true;
    const again = this.state.error !== null;
    this.state.error = null;
    const { serial } = this;
    try {
      if (!this.dataset || again) {
        const opened = await this.prepare(this.url, again);
        const known = this.dataset && JSON.stringify(opened.manifest) === this.manifest;
        if (known || serial !== this.serial) opened.dataset.free();
        if (serial !== this.serial) return;
        if (!known) {
          this.dataset?.free();
          this.take(opened);
        }
      }
      await this.loadShards(serial);
    } catch (error) {
      if (serial !== this.serial) return;
      const { code = 'data_changed', message, details = {} } = /** @type {any} */ (error);
      this.state.error = { code, message, details };
      this.state.shards = this.state.shards.map((_shard, i) =>
        i < this.appended ? 'ready' : i === this.appended ? 'failed' : 'waiting',
      );
    } finally {
      if (serial === this.serial) {
        this.loading = false;
        this.tell(true);
      }
    }
  }

  /**
   * Replaces the taught examples, also before there is a data set.
   * @param {Uint8Array} pixels bytes, one image after the other
   * @param {Uint8Array} labels
   */
  teach(pixels, labels) {
    this.dataset?.teach(pixels, labels);
    this.taught = [pixels, labels];
  }

  /**
   * Declares a data set to the engine; nothing of the one there is changes.
   * @param {URL | import('../common/protocol.js').UserData} source its manifest's address, or images that a person brought
   * @param {boolean} [again] something was wrong the last time
   * @returns {Promise<Opened>}
   */
  async prepare(source, again = false) {
    const none = { loaded: 0, available: { train: 0, validation: 0, test: 0 }, error: null };
    if (source instanceof URL) {
      const manifest = await fetchManifest(source, again);
      const { name, height, width, channels, classes, counts, block, shards } = manifest;
      const dataset = new this.engine.Dataset({ name, height, width, channels, classes, counts, block });
      const total = shards.reduce((sum, shard) => sum + shard.bytes, 0);
      const waiting = shards.map(() => /** @type {const} */ ('waiting'));
      const state = { ...none, name, shape: /** @type {[number, number, number]} */ ([height, width, channels]), classes, names: null, id: '', total, counts, shards: waiting };
      return { dataset, url: source, manifest, state };
    }
    const { id, height, width, channels, names, splits } = source;
    const sizes = SPLITS.map((split) => [split, splits[split].labels.length]);
    /** @type {Record<Split, number>} */
    const counts = Object.fromEntries(sizes);
    const name = 'own';
    const classes = names.length;
    const dataset = new this.engine.Dataset({ name, height, width, channels, classes, counts, block: Math.max(1, counts.train) });
    try {
      for (const split of SPLITS) dataset.append_pixels(split, splits[split].pixels, splits[split].labels);
    } catch (error) {
      dataset.free();
      throw error;
    }
    return { dataset, url: null, manifest: null, state: { ...none, name, shape: [height, width, channels], classes, names, id, total: 0, counts, available: counts, shards: [] } };
  }

  /** Puts another data set in the place of the one there is, and loads it. @param {Opened} opened */
  use(opened) {
    this.serial += 1;
    this.loading = false;
    this.dataset?.free();
    // They were examples of the other data's classes.
    this.taught = null;
    this.take(opened);
    for (const resolve of this.waiting.splice(0)) resolve();
    void this.load();
  }

  /** @param {Opened} opened */
  take({ dataset, url, manifest, state }) {
    this.dataset = dataset;
    if (this.taught) dataset.teach(...this.taught);
    if (url) this.url = url;
    this.manifest = JSON.stringify(manifest);
    this.order = manifest ? loadingOrder(manifest.shards) : [];
    this.bytes = this.order.map(() => 0);
    this.appended = 0;
    this.state = state;
    this.tell(true);
  }

  /** @param {number} serial of the data set */
  async loadShards(serial) {
    /** @type {Map<number, ReturnType<typeof fetchShard>>} */
    const onTheWay = new Map();
    while (this.appended < this.order.length) {
      for (let i = this.appended; i < Math.min(this.appended + AHEAD, this.order.length); i += 1) {
        if (onTheWay.has(i)) continue;
        const task = fetchShard(this.url, this.order[i], (bytes) => {
          if (serial !== this.serial) return;
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
      if (!content || serial !== this.serial) return;
      try {
        this.dataset.append(shard.split, content.images, content.labels);
      } catch (error) {
        const reason = /** @type {Error} */ (error).message;
        throw codedError('data_changed', { file: shard.file, reason });
      }
      this.state.shards[this.appended] = 'ready';
      this.appended += 1;
      for (const split of SPLITS) this.state.available[split] = this.dataset.available(split);
      this.tell(true);
      for (const resolve of this.waiting.splice(0)) resolve();
    }
  }
}
