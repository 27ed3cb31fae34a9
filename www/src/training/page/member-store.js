/**
 * Members of ensembles in the browser's storage, trained or half-trained, found by what they are: the same settings, seed and
 * data need not be trained twice, whether after a reload or in another tab. Each is sealed: one that is no longer as it was
 * kept is thrown away with a word and trained anew. Storage that fails costs only that.
 *
 * @module
 */

import { codedError } from '../../common/coded-error.js';
import { isWhole, sealed } from '../../storage/seal.js';

/**
 * @typedef {object} StoredMember
 * @property {Uint8Array} [weights] of a trained member, as safetensors
 * @property {Uint8Array} [snapshot] of a half-trained one, to go on from
 * @property {Float32Array} losses of its steps
 */

/** Members kept, at most. */
export const KEPT = 14;

/** When it was kept, what it is. The newest of one kind counts. @param {string} key */
const split = (key) => ({ key, at: Number(key.slice(0, key.indexOf(' '))), id: key.slice(key.indexOf(' ') + 1) });

export class MemberStore {
  /**
   * @param {import('../../storage/browser-store.js').Store} store
   * @param {import('../../storage/seal.js').Digest} digest
   */
  constructor(store, digest) {
    this.store = store;
    this.digest = digest;
  }

  /** Newest first. */
  async entries() {
    const keys = await this.store.keys();
    return keys.map((key) => split(String(key))).sort((a, b) => b.at - a.at);
  }

  /**
   * @param {string} id
   * @returns {Promise<StoredMember | null>}
   * @throws `member_damaged` if it is not as it was kept; it is then removed
   */
  async load(id) {
    const found = await this.find(id);
    if (!found || (isWhole(found, this.digest) && found.id === id)) return found;
    await this.drop([id]);
    // Of an older version of the page: nobody can tell whether it is whole.
    if (!('seal' in found)) return null;
    throw codedError('member_damaged');
  }

  /** @param {string} id */
  async find(id) {
    try {
      const entry = (await this.entries()).find((each) => each.id === id);
      return (entry && (await this.store.get(entry.key))) ?? null;
    } catch {
      return null;
    }
  }

  /** @param {string} id @param {StoredMember} member @param {number} now milliseconds since 1970 */
  async save(id, member, now) {
    try {
      const entries = await this.entries();
      const stale = [...entries.filter((entry) => entry.id === id), ...entries.filter((entry) => entry.id !== id).slice(KEPT - 1)];
      const key = `${now} ${id}`;
      const clear = () => this.store.delMany(stale.flatMap((entry) => (entry.key === key ? [] : entry.key)));
      const put = () => this.store.setMany([[key, sealed({ ...member, id }, this.digest)]]);
      // What was kept goes only when it is replaced, unless there is no room for both.
      await put().catch(() => clear().then(put));
      await clear();
    } catch {
      // Full or denied: the member lives as long as the page.
    }
  }

  /** @param {string[]} ids */
  async drop(ids) {
    try {
      const entries = await this.entries();
      await this.store.delMany(entries.filter(({ id }) => ids.includes(id)).map(({ key }) => key));
    } catch {
      // What can't be deleted can't be read either.
    }
  }
}
