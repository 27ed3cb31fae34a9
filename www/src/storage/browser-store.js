/**
 * The browser's storage as the four things that a store does, and how all of the page's stores are closed and removed.
 *
 * @module
 */

import { clear, createStore, delMany, get, keys, setMany } from 'idb-keyval';
import { CACHES } from '../offline/common/names.js';

/**
 * Those of idb-keyval, but for tests.
 * @typedef {object} Store
 * @property {() => Promise<IDBValidKey[]>} keys
 * @property {(key: string) => Promise<any>} get
 * @property {(entries: [string, any][]) => Promise<void>} setMany all or none
 * @property {(keys: string[]) => Promise<void>} delMany
 */

/** Databases and their one table: kept runs with a person's images, and members of ensembles. */
export const RUNS = { database: 'cnn-notebook', table: 'runs' };
export const MEMBERS = { database: 'cnn-notebook-ensemble', table: 'members' };

/** A database that another tab does not let go of by then is reported, milliseconds. */
const BLOCKED_MS = 3000;

/** @typedef {ReturnType<typeof createStore>} Table */
/** Connections that are open, by database. @type {Map<string, Table>} */
const open = new Map();
/** What was kept is being erased: nothing is written any more. */
let closed = false;

/** @param {typeof RUNS} place @returns {Table} opened at the first use, where a denial is met */
function tableOf({ database, table }) {
  if (closed) throw new Error('the storage is closed');
  const known = open.get(database);
  if (known) return known;
  const made = createStore(database, table);
  open.set(database, made);
  void letGo(database, made);
  return made;
}

/** Whoever wants to remove the database, in this tab or another, need not wait for this one. @param {string} database @param {Table} table */
async function letGo(database, table) {
  try {
    await table('readonly', ({ transaction: { db } }) => {
      db.onversionchange = () => {
        db.close();
        open.delete(database);
      };
    });
  } catch {
    // Denied: whoever asked hears of it.
    open.delete(database);
  }
}

/** By then the browser has counted anew what is kept, milliseconds. */
const COUNTED_MS = 500;

/** What can be fetched again gives way to what can't: the page itself and the data. @returns {Promise<boolean>} whether something went */
async function makeRoom() {
  let gone = false;
  for (const name of await globalThis.caches?.keys().catch(() => []) ?? []) {
    if (name.startsWith(CACHES)) gone = (await empty(name).catch(() => false)) || gone;
  }
  return gone;
}

/**
 * Removes a cache, one entry after the other: the room of a cache that is removed as a whole is not free before nothing refers
 * to it any more. The newest first: that is the list by which a version counts as whole.
 * @param {string} name
 */
async function empty(name) {
  const cache = await caches.open(name);
  for (const request of [...(await cache.keys())].reverse()) await cache.delete(request);
  return caches.delete(name);
}

/** @param {typeof RUNS} place @returns {Store} */
export function browserStore(place) {
  return {
    keys: async () => keys(tableOf(place)),
    get: async (key) => get(key, tableOf(place)),
    async setMany(entries) {
      try {
        await setMany(entries, tableOf(place));
      } catch (error) {
        if (/** @type {any} */ (error)?.name !== 'QuotaExceededError' || !(await makeRoom())) throw error;
        await new Promise((resolve) => setTimeout(resolve, COUNTED_MS));
        await setMany(entries, tableOf(place));
      }
    },
    delMany: async (names) => delMany(names, tableOf(place)),
  };
}

/** Ends all connections; what is asked or written after that fails. */
export async function closeStores() {
  closed = true;
  const tables = [...open.values()];
  open.clear();
  for (const table of tables) await end(table);
}

/** @param {Table} table */
async function end(table) {
  try {
    await table('readonly', ({ transaction: { db } }) => db.close());
  } catch {
    // It is closed, or never was open.
  }
}

/**
 * Empties a database, then removes it. No other store of this page may be open: see `closeStores`.
 * @param {typeof RUNS} place
 * @returns {Promise<boolean>} false if another tab holds it: then it is empty, and goes when that tab does
 */
export async function removeDatabase({ database, table }) {
  const own = createStore(database, table);
  await clear(own);
  await end(own);
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(database);
    request.onsuccess = () => resolve(true);
    request.onerror = () => reject(request.error);
    request.onblocked = () => setTimeout(() => resolve(false), BLOCKED_MS);
  });
}
