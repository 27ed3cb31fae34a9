/**
 * Fills the engine's data set with what is wanted of it: the first training shard from the start, the others once training
 * comes near them, a split once somebody looks at it. Shards arrive in order, a few of them on the way at once.
 *
 * @module
 */

import { codedError } from '../../common/coded-error.js';
import { fetchManifest, fetchShard, loadingOrder } from './data.js';

/** @typedef {import('../common/protocol.js').DataState} DataState */
/** @typedef {import('../common/protocol.js').Split} Split */

/** Shards on their way at the same time: hides the network's delay without crowding it. */
const AT_ONCE = 3;

/** Training shards that are fetched before training comes to them. */
const AHEAD = 2;

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
    /** Training images in a shard; the first epoch takes one after the other. */
    this.block = Infinity;
    /** @type {number[]} */
    this.bytes = [];
    /** A person's own examples: pixels and labels. @type {[Uint8Array, Uint8Array] | null} */
    this.taught = null;
    /** Those that are in. @type {Set<number>} */
    this.appended = new Set();
    /** Images that are wanted of each split, from its first on. @type {Record<Split, number>} */
    this.wanted = { train: 1, validation: 0, test: 0 };
    this.announced = 0;
    this.loading = false;
    /** Counts the data sets: what was on its way for one before is let go. */
    this.serial = 0;
    /** @type {Array<() => void>} */
    this.waiting = [];
  }

  /** @returns {Promise<void>} resolves when the next shard is in, or can't be had */
  arrival() {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** Whoever waits looks again. */
  stir() {
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  /**
   * Has the first images of a split fetched, unless they are in or on their way. After a failure nothing is fetched until it
   * is tried again.
   * @param {Split} split
   * @param {number} [images] all if left out
   */
  want(split, images = Infinity) {
    if (images <= this.wanted[split]) return;
    this.wanted[split] = images;
    if (this.dataset && !this.state.error && this.next().length > 0) void this.load();
  }

  /**
   * Training comes to an image of an epoch: that one is wanted, and some shards after it.
   * @param {number} epoch counted from 0; from the second one on the order is over all images
   * @param {number} image its place in the epoch
   * @param {number} last where training is to stop, as far as that is known
   */
  reach(epoch, image, last = Infinity) {
    const block = this.block;
    this.want('train', epoch > 0 ? Infinity : Math.min(last, (Math.floor(image / block) + 1 + AHEAD) * block));
  }

  /**
   * Resolves once the first images of a split are in.
   * @param {Split} split
   * @param {number} [images] all if left out
   * @param {() => boolean} [cancelled] asked whenever something arrives
   * @throws why they can't be had
   */
  async need(split, images = Infinity, cancelled = () => false) {
    if (this.state.error) void this.load();
    for (;;) {
      const { state } = this;
      this.want(split, images);
      if (cancelled() || (this.dataset && state.available[split] >= Math.min(images, state.counts[split]))) return;
      if (state.error) throw Object.assign(codedError(state.error.code, state.error.details), { message: state.error.message });
      await this.arrival();
    }
  }

  /** Places in the order of loading of what is wanted and not in. @returns {number[]} */
  next() {
    const before = { train: 0, validation: 0, test: 0 };
    return this.order.flatMap(({ split, count }, i) => {
      const first = before[split];
      before[split] += count;
      return first < this.wanted[split] && !this.appended.has(i) ? [i] : [];
    });
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
   * Loads what is wanted and missing. A failure is announced in the state; calling again goes on from there, with what is in
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
      const [failed] = this.next();
      this.state.shards = this.state.shards.map((_shard, i) => (this.appended.has(i) ? 'ready' : i === failed ? 'failed' : 'waiting'));
    } finally {
      if (serial === this.serial) {
        this.loading = false;
        this.tell(true);
        this.stir();
        // Wanted while the last one was being appended.
        if (!this.state.error && this.next().length > 0) void this.load();
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
    this.wanted = { train: 1, validation: 0, test: 0 };
    this.take(opened);
    this.stir();
    void this.load();
  }

  /** @param {Opened} opened */
  take({ dataset, url, manifest, state }) {
    this.dataset = dataset;
    if (this.taught) dataset.teach(...this.taught);
    if (url) this.url = url;
    this.manifest = JSON.stringify(manifest);
    this.order = manifest ? loadingOrder(manifest.shards) : [];
    this.block = manifest?.block ?? Infinity;
    this.bytes = this.order.map(() => 0);
    this.appended = new Set();
    this.state = state;
    this.tell(true);
  }

  /** @param {number} serial of the data set */
  async loadShards(serial) {
    /** @type {Map<number, ReturnType<typeof fetchShard>>} */
    const onTheWay = new Map();
    for (let next = this.next(); next.length > 0; next = this.next()) {
      for (const i of next.slice(0, AT_ONCE)) {
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
      // What is wanted now may stand before what is on its way; of a split, each is appended after the one before.
      const [first] = next;
      const shard = this.order[first];
      const content = await onTheWay.get(first);
      if (!content || serial !== this.serial) return;
      try {
        this.dataset.append(shard.split, content.images, content.labels);
      } catch (error) {
        const reason = /** @type {Error} */ (error).message;
        throw codedError('data_changed', { file: shard.file, reason });
      }
      this.state.shards[first] = 'ready';
      this.appended.add(first);
      for (const split of SPLITS) this.state.available[split] = this.dataset.available(split);
      this.tell(true);
      this.stir();
    }
  }
}
