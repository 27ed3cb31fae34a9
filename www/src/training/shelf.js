/**
 * Runs kept in the browser's storage, to go on with after a reload or a crash.
 *
 * Each tab writes under a name of its own, so two tabs never overwrite one another; while it lives it holds a lock of
 * that name, and what belongs to a living tab is not offered to another one. Of a tab's runs the last two stay, of those
 * of tabs that are gone the newest. A write takes what is newest when its turn comes: there is never more than one on
 * its way.
 *
 * Storage that is full or denied costs nothing but the offer: the first failure is told, and no more is tried.
 *
 * @module
 */

import { createStore, delMany, get, keys, setMany } from 'idb-keyval';
import { coded } from '../coded.js';
import { History } from './history.js';

/** @typedef {import('./protocol.js').PutAside} PutAside */
/** @typedef {import('./protocol.js').OwnData} OwnData */
/** @typedef {Omit<PutAside, 'run' | 'own'> & { loaded: boolean, ownId: string, taught: import('./taught.js').Example[] }} Kept
 *   `ownId`: of the images, if they were the person's */

/**
 * What the offer says of a run without reading it.
 * @typedef {object} Label
 * @property {number} version of the format
 * @property {number} saved when, milliseconds since 1970
 * @property {string} spec the network's text
 * @property {number} step
 * @property {number | null} accuracy on the validation split, 0 to 1, when it was last looked at
 */

/**
 * The four things that a store does; those of idb-keyval, but for tests.
 * @typedef {object} Store
 * @property {() => Promise<IDBValidKey[]>} keys
 * @property {(key: string) => Promise<any>} get
 * @property {(entries: [string, any][]) => Promise<void>} setMany all or none
 * @property {(keys: string[]) => Promise<void>} delMany
 */

/** Images of the person's that take more bytes are not kept: they have to be chosen again. */
const OWN_BYTES = 64e6;
/** The one record that all tabs share: the images that were brought last. */
const OWN_KEY = 'own';
/** Records of another version are thrown away. */
export const VERSION = 1;
/** Of a tab's own runs. */
const OWN = 2;
const LOCK = 'cnn-notebook/';

/** The browser's. @param {string} database @param {string} table @returns {Store} */
export function browserStore(database = 'cnn-notebook', table = 'runs') {
  /** @type {ReturnType<typeof createStore> | undefined} */
  let store;
  // Opened at the first use, where a denial is met.
  const open = () => (store ??= createStore(database, table));
  return {
    keys: async () => keys(open()),
    get: async (key) => get(key, open()),
    setMany: async (entries) => setMany(entries, open()),
    delMany: async (names) => delMany(names, open()),
  };
}

/** @param {Kept} kept @param {number} saved @returns {[Label, Record<string, unknown>]} */
export function pack({ history, ...kept }, saved) {
  const { config, progress } = kept;
  const accuracy = history.checks.at(-1)?.accuracy ?? null;
  const label = { version: VERSION, saved, spec: config.spec, step: progress.step, accuracy };
  return [label, { version: VERSION, ...kept, history: history.pack() }];
}

/**
 * @param {any} record
 * @returns {Kept | null} null if it is none, or of another version
 */
export function unpack(record) {
  try {
    const { version, config, history, progress, snapshot, loaded, ownId, taught } = record;
    const whole =
      version === VERSION &&
      snapshot.bytes instanceof Uint8Array &&
      typeof config.spec === 'string' &&
      history.loss.length === history.accuracy.length &&
      Array.isArray(history.checks) && Array.isArray(history.epochs) && Array.isArray(history.tests) && Array.isArray(taught) &&
      Number.isInteger(progress.step);
    return whole ? { config, history: History.unpack(history), progress, snapshot, loaded: loaded === true, ownId: String(ownId), taught } : null;
  } catch {
    return null;
  }
}

/** @param {unknown} name @param {string} kind */
const idIn = (name, kind) => (typeof name === 'string' && name.startsWith(kind) ? name.slice(kind.length) : null);
/** @param {string} id `TAB.RUN` */
const tabOf = (id) => id.split('.')[0];

export class Shelf {
  /**
   * @param {object} options
   * @param {Store} options.store
   * @param {Pick<LockManager, 'request' | 'query'> | undefined} options.locks where the browser has none, every run is offered
   * @param {() => void} options.onTrouble told once
   * @param {() => number} [options.now]
   */
  constructor({ store, locks, onTrouble, now = Date.now }) {
    this.store = store;
    this.locks = locks;
    this.onTrouble = onTrouble;
    this.now = now;
    this.tab = crypto.getRandomValues(new Uint32Array(2)).join('-');
    this.works = true;
    this.held = false;
    /** What waits to be written, by its id. @type {Map<string, [Label, Record<string, unknown>]>} */
    this.waiting = new Map();
    /** @type {Promise<void> | null} */
    this.writing = null;
  }

  /**
   * Writes a run, soon.
   * @param {number} run its number on this page
   * @param {Kept} kept
   * @returns {Promise<void>} when it and all that came meanwhile is written
   */
  keep(run, kept) {
    if (!this.works) return Promise.resolve();
    this.waiting.set(`${this.tab}.${run}`, pack(kept, this.now()));
    return (this.writing ??= this.write().finally(() => (this.writing = null)));
  }

  async write() {
    if (!this.held) {
      this.held = true;
      // For as long as the page lives.
      this.locks?.request(LOCK + this.tab, () => new Promise(() => {})).catch(() => {});
    }
    for (const [id, [label, run]] of this.waiting) {
      this.waiting.delete(id);
      /** @type {[string, any][]} */
      const entries = [[`label/${id}`, label], [`run/${id}`, run]];
      try {
        await this.store.setMany(entries).catch(async (error) => {
          // Full, perhaps: without the older ones there may be room.
          if (!(await this.prune(0, id))) throw error;
          await this.store.setMany(entries);
        });
        await this.prune(OWN, id);
      } catch {
        this.works = false;
        this.waiting.clear();
        this.onTrouble();
      }
    }
  }

  /**
   * Removes what is not kept any longer.
   * @param {number} own how many runs of this tab stay, besides `id`'s one of those of tabs that are gone
   * @param {string} id of the run that is written
   * @returns {Promise<number>} how many went
   */
  async prune(own, id) {
    const all = await this.labels();
    const mine = all.filter((each) => tabOf(each.id) === this.tab && each.id !== id).slice(Math.max(0, own - 1));
    const gone = all.filter(({ alive, ...each }) => !alive && tabOf(each.id) !== this.tab).slice(own ? 1 : 0);
    const out = [...mine, ...gone];
    await this.store.delMany(out.flatMap((each) => [`label/${each.id}`, `run/${each.id}`]));
    return out.length;
  }

  /** Every run there is, the newest first, and whether its tab is still open. */
  async labels() {
    const ids = (await this.store.keys()).flatMap((name) => idIn(name, 'label/') ?? []);
    const { held = [] } = (await this.locks?.query()) ?? {};
    const open = new Set(held.map(({ name = '' }) => idIn(name, LOCK)));
    const all = await Promise.all(
      ids.map(async (id) => {
        /** @type {Label | undefined} */
        const label = await this.store.get(`label/${id}`);
        return { id, label, alive: open.has(tabOf(id)) };
      }),
    );
    return all.sort((a, b) => (b.label?.saved ?? 0) - (a.label?.saved ?? 0));
  }

  /**
   * The newest run of a tab that is gone.
   * @returns {Promise<{ id: string, label: Label } | null>}
   */
  async offer() {
    const left = (await this.labels()).filter(({ id, alive }) => !alive && tabOf(id) !== this.tab);
    const [first] = left;
    if (!first) return null;
    const { id, label } = first;
    if (label?.version === VERSION && Number.isInteger(label.step)) return { id, label };
    await this.discard(id);
    throw coded('kept_damaged', {}, 'an old format');
  }

  /**
   * Reads a run that was offered.
   * @param {string} id
   * @throws an error `kept_damaged`; the run is then removed
   */
  async take(id) {
    const kept = unpack(await this.store.get(`run/${id}`));
    if (kept) return kept;
    await this.discard(id);
    throw coded('kept_damaged');
  }

  /**
   * Keeps the images that the person brought, in place of any that were kept before.
   * @param {OwnData} own
   */
  async keepOwn(own) {
    const bytes = Object.values(own.splits).reduce((sum, { pixels }) => sum + pixels.length, 0);
    if (!this.works || bytes > OWN_BYTES) return;
    // Without room for them the runs may still have some.
    await this.store.setMany([[OWN_KEY, { version: VERSION, own }]]).catch(() => {});
  }

  /**
   * The images that were kept, if they are these.
   * @param {string} [id] any, if left out
   * @returns {Promise<OwnData | null>}
   */
  async own(id) {
    const kept = await this.store.get(OWN_KEY).catch(() => null);
    return kept?.version === VERSION && (!id || kept.own.id === id) ? kept.own : null;
  }

  /** @param {string} id */
  discard(id) {
    return this.store.delMany([`label/${id}`, `run/${id}`]);
  }
}
