/**
 * Trained members of ensembles in the browser's storage, found by what they are: the same settings, seed and data need not
 * be trained twice, whether after a reload or in another tab. Storage that fails costs only that.
 *
 * @module
 */

/** @typedef {{ weights: Uint8Array, losses: Float32Array }} Trained a member's weights as safetensors, and its losses */

/** Members kept, at most. */
export const KEPT = 14;

/** When it was kept, what it is. The newest of one kind counts. @param {string} key */
const split = (key) => ({ key, at: Number(key.slice(0, key.indexOf(' '))), id: key.slice(key.indexOf(' ') + 1) });

export class Stock {
  /** @param {Pick<import('./shelf.js').Store, 'keys' | 'get' | 'setMany' | 'delMany'>} store */
  constructor(store) {
    this.store = store;
  }

  /** Newest first. */
  async entries() {
    const keys = await this.store.keys();
    return keys.map((key) => split(String(key))).sort((a, b) => b.at - a.at);
  }

  /** @param {string} id @returns {Promise<Trained | null>} */
  async load(id) {
    try {
      const found = (await this.entries()).find((entry) => entry.id === id);
      const value = found && (await this.store.get(found.key));
      return value?.weights instanceof Uint8Array && value.losses instanceof Float32Array ? value : null;
    } catch {
      return null;
    }
  }

  /** @param {string} id @param {Trained} member @param {number} now milliseconds since 1970 */
  async save(id, member, now) {
    try {
      const entries = await this.entries();
      const stale = [...entries.filter((entry) => entry.id === id), ...entries.filter((entry) => entry.id !== id).slice(KEPT - 1)];
      await this.store.delMany(stale.map(({ key }) => key));
      await this.store.setMany([[`${now} ${id}`, member]]);
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
