/**
 * Runs kept in the browser's storage, to go on with after a reload or a crash.
 *
 * Each tab writes under a name of its own, so two tabs never overwrite one another; what belongs to a living tab
 * (`tabs.js`) is not offered to another one. Of a tab's runs the last two stay, and so do the newest two of tabs that are
 * gone, since a browser that dies ends them all at once; where it can't be known that a tab is gone, its runs stay for a
 * day. A write takes what is newest when its turn comes:
 * there is never more than one on its way.
 *
 * Each record is sealed (`seal.js`): what is no longer as it was written is thrown away with a word, and never used.
 * Storage that is full or denied costs nothing but the offer: the first failure is told, and no more is tried.
 *
 * @module
 */

import { codedError } from '../../common/coded-error.js';
import { isWhole, sealed } from '../../storage/seal.js';
import { History } from './history.js';

/** @typedef {import('./run-state.js').PutAside} PutAside */
/** @typedef {import('../common/protocol.js').UserData} UserData */
/** @typedef {Omit<PutAside, 'run' | 'userData'> & { userDataId: string }} Kept
 *   `userDataId`: of the images, if they were the person's */

/** @typedef {import('../../storage/seal.js').Digest} Digest */

/**
 * What the offer says of a run without reading it.
 * @typedef {object} Label
 * @property {number} version of the format
 * @property {number} saved when, milliseconds since 1970
 * @property {string} spec the network's text
 * @property {number} step
 * @property {string} userDataId of the person's images that it was trained on; empty if it was not
 * @property {number | null} accuracy on the validation split, 0 to 1, when it was last looked at
 */

/** Images of the person's that take more bytes are not kept: they have to be chosen again. */
const USER_DATA_BYTES = 64e6;
/** The one record that all tabs share: the images that were brought last. */
const USER_DATA_KEY = 'own';
/** Records of another version are thrown away with a word: 1 had no seal, 2 other names. */
export const VERSION = 3;
/** Of a tab's own runs. */
const RUNS_OF_A_TAB = 2;
/** Of those of tabs that are gone. */
const RUNS_OF_GONE_TABS = 2;
/** A run of a tab that may only be frozen is not removed before, milliseconds. */
const UNSURE_MS = 86_400_000;

/**
 * @param {Kept} kept
 * @param {number} saved
 * @param {Digest} digest
 * @returns {[Label, Record<string, unknown>]}
 */
export function pack({ history, ...kept }, saved, digest) {
  const { config, progress, userDataId, snapshot } = kept;
  const accuracy = history.checks.at(-1)?.accuracy ?? null;
  const label = { version: VERSION, saved, spec: config.spec, step: progress.step, userDataId, accuracy };
  // The worker has the digest of the many bytes: the page need not stop for them.
  const known = new Map([[snapshot.bytes, snapshot.digest]]);
  return [sealed(label, digest), sealed({ version: VERSION, ...kept, history: history.pack() }, digest, known)];
}

/**
 * @param {any} record
 * @param {Digest} digest
 * @throws `kept_old` or `kept_damaged` if it is of another version, or not as it was written
 */
function check(record, digest) {
  if (Number.isInteger(record?.version) && record.version !== VERSION) throw codedError('kept_old');
  if (!isWhole(record, digest)) throw codedError('kept_damaged');
}

/**
 * @param {any} record
 * @param {Digest} digest
 * @returns {Kept}
 * @throws `kept_old` or `kept_damaged`
 */
export function unpack(record, digest) {
  check(record, digest);
  const { version: _version, seal: _seal, history, ...kept } = record;
  try {
    return { ...kept, history: History.unpack(history) };
  } catch {
    throw codedError('kept_damaged');
  }
}

/** @param {unknown} name @param {string} kind */
const idIn = (name, kind) => (typeof name === 'string' && name.startsWith(kind) ? name.slice(kind.length) : null);
/** @param {string} id `TAB.RUN` */
const tabOf = (id) => id.split('.')[0];

export class RunStore {
  /**
   * @param {object} options
   * @param {import('../../storage/browser-store.js').Store} options.store
   * @param {Pick<import('../../storage/tabs.js').Tabs, 'id' | 'hold' | 'others'>} options.tabs
   * @param {Digest} options.digest
   * @param {() => void} options.onTrouble told once
   * @param {() => number} [options.now]
   */
  constructor({ store, tabs, digest, onTrouble, now = Date.now }) {
    this.store = store;
    this.tabs = tabs;
    this.digest = digest;
    this.onTrouble = onTrouble;
    this.now = now;
    this.works = true;
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
  save(run, kept) {
    if (!this.works) return Promise.resolve();
    this.waiting.set(`${this.tabs.id}.${run}`, pack(kept, this.now(), this.digest));
    return (this.writing ??= this.write());
  }

  async write() {
    try {
      this.tabs.hold();
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
          await this.prune(RUNS_OF_A_TAB, id);
        } catch {
          this.works = false;
          this.waiting.clear();
          this.onTrouble();
        }
      }
    } finally {
      // Here, not once the promise is settled: a save in between would join a write that has ended.
      this.writing = null;
    }
  }

  /**
   * Removes what is not kept any longer.
   * @param {number} count how many runs of this tab stay; with none, none of tabs that are gone stays either
   * @param {string} id of the run that is written
   * @returns {Promise<number>} how many went
   */
  async prune(count, id) {
    const all = await this.labels();
    const mine = all.filter((each) => tabOf(each.id) === this.tabs.id && each.id !== id).slice(Math.max(0, count - 1));
    const gone = all.filter(({ state }) => state === 'gone').slice(count ? RUNS_OF_GONE_TABS : 0);
    const out = [...mine, ...gone];
    await this.store.delMany(out.flatMap((each) => [`label/${each.id}`, `run/${each.id}`]));
    return out.length;
  }

  /**
   * Every run there is, the newest first, and what is known of its tab.
   * @returns {Promise<{ id: string, label: Label | undefined, state: 'mine' | 'living' | 'unsure' | 'gone' }[]>}
   */
  async labels() {
    const ids = (await this.store.keys()).flatMap((name) => idIn(name, 'label/') ?? []);
    if (ids.length === 0) return [];
    const { living, sure } = await this.tabs.others();
    const all = await Promise.all(
      ids.map(async (id) => {
        /** @type {Label | undefined} */
        const label = await this.store.get(`label/${id}`);
        const tab = tabOf(id);
        const gone = sure || !(this.now() - (label?.saved ?? 0) < UNSURE_MS);
        return { id, label, state: tab === this.tabs.id ? 'mine' : living.has(tab) ? 'living' : gone ? 'gone' : 'unsure' };
      }),
    );
    return /** @type {any} */ (all.sort((a, b) => (b.label?.saved ?? 0) - (a.label?.saved ?? 0)));
  }

  /**
   * The newest run of a tab that is gone, as far as is known.
   * @returns {Promise<{ id: string, label: Label } | 'later' | null>} `later`: only living tabs have some; one that is just
   *   being left may still seem to live
   */
  async offer() {
    const others = (await this.labels()).filter(({ state }) => state !== 'mine');
    const first = others.find(({ state }) => state !== 'living');
    if (!first) return others.length > 0 ? 'later' : null;
    const { id, label } = first;
    try {
      check(label, this.digest);
    } catch (error) {
      await this.remove(id);
      throw error;
    }
    return { id, label: /** @type {Label} */ (label) };
  }

  /**
   * Reads a run that was offered.
   * @param {string} id
   * @throws `kept_old` or `kept_damaged`; the run is then removed. `kept_taken` if another tab has taken it meanwhile
   */
  async take(id) {
    const record = await this.store.get(`run/${id}`);
    if (record === undefined && (await this.store.get(`label/${id}`)) === undefined) throw codedError('kept_taken');
    try {
      return unpack(record, this.digest);
    } catch (error) {
      if (/^kept_/.test(/** @type {any} */ (error).code)) await this.remove(id);
      throw error;
    }
  }

  /**
   * Keeps the images that the person brought, in place of any that were kept before.
   * @param {UserData} userData
   */
  async saveUserData(userData) {
    const bytes = Object.values(userData.splits).reduce((sum, { pixels }) => sum + pixels.length, 0);
    if (!this.works || bytes > USER_DATA_BYTES) return;
    this.tabs.hold();
    // Without room for them the runs may still have some.
    await this.store.setMany([[USER_DATA_KEY, sealed({ version: VERSION, tab: this.tabs.id, userData }, this.digest)]]).catch(() => {});
  }

  /**
   * The images that were kept, if they are these.
   * @param {string} [id] any, if left out
   * @returns {Promise<UserData | null>}
   * @throws `own_damaged` if they are not as they were kept; they are then removed
   */
  async userData(id) {
    const kept = await this.store.get(USER_DATA_KEY);
    if (kept?.version !== VERSION || (id && kept.userData?.id !== id)) return null;
    if (isWhole(kept, this.digest)) return kept.userData;
    await this.store.delMany([USER_DATA_KEY]);
    throw codedError('own_damaged');
  }

  /** A run that was taken over, or can't be. @param {string} id */
  remove(id) {
    return this.store.delMany([`label/${id}`, `run/${id}`]);
  }

  /** A run that is not wanted goes, and with it the images that somebody brought. @param {string} id */
  async discard(id) {
    await this.remove(id);
    await this.discardUserData();
  }

  /** Removes the images that were brought, unless a tab that lives has them. */
  async discardUserData() {
    const kept = await this.store.get(USER_DATA_KEY);
    if (!kept || kept.tab === this.tabs.id || (await this.tabs.others()).living.has(kept.tab)) return;
    await this.store.delMany([USER_DATA_KEY]);
  }
}
