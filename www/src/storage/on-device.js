/**
 * What the page keeps on this device: how much there is, and how all of it goes. Others may publish pages under the same
 * origin, so only what bears this page's name is touched.
 *
 * @module
 */

import { readSheet, SHEET } from './answers.js';
import { browserStore, closeStores, MEMBERS, removeDatabase, RUNS } from './browser-store.js';

/** What the names of stored things begin with. */
const NAME = 'cnn-notebook';
/** A service worker that has not answered by then is removed all the same, milliseconds. */
const BLOCKED_MS = 3000;
/** Kept by `isolation.js` for as long as the tab is open. */
const TRIED = 'isolation-tried';

/**
 * @typedef {object} Stored
 * @property {number} runs
 * @property {number} steps of all runs
 * @property {number} runBytes
 * @property {number} taught examples, of all runs
 * @property {number} members of ensembles
 * @property {number} memberBytes
 * @property {number} images of the person's
 * @property {number} imageBytes
 * @property {number} answers to the page's questions, of all sheets
 * @property {number} settings
 * @property {number} caches
 */

/** @param {unknown} value @returns {number} bytes of the arrays of numbers in it */
function bytesIn(value) {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  return typeof value === 'object' && value !== null ? Object.values(value).reduce((sum, each) => sum + bytesIn(each), 0) : 0;
}

/** Names of this page's own in local or session storage. @param {Storage} storage */
const namesIn = (storage) => Object.keys(storage).filter((name) => name.startsWith(NAME) || name === TRIED);

/** Plain http has no caches. @returns {Promise<string[]>} */
const cachesOfPage = async () => (globalThis.caches ? (await caches.keys()).filter((name) => name.startsWith(NAME)) : []);

/**
 * Counts what is there; what can't be read counts as nothing.
 * @param {{ runs?: import('./browser-store.js').Store, members?: import('./browser-store.js').Store }} [stores]
 * @returns {Promise<Stored>}
 */
export async function inventory({ runs = browserStore(RUNS), members = browserStore(MEMBERS) } = {}) {
  /** @type {Stored} */
  const stored = { runs: 0, steps: 0, runBytes: 0, taught: 0, members: 0, memberBytes: 0, images: 0, imageBytes: 0, answers: 0, settings: 0, caches: 0 };
  const parts = [
    async () => {
      for (const key of await runs.keys()) {
        const value = await runs.get(String(key));
        if (key === 'own') {
          stored.images += Object.values(value?.userData?.splits ?? {}).reduce((sum, { labels }) => sum + labels.length, 0);
          stored.imageBytes += bytesIn(value);
        } else if (String(key).startsWith('run/')) {
          stored.runs += 1;
          stored.steps += Number(value?.progress?.step) || 0;
          stored.taught += value?.taught?.length ?? 0;
          stored.runBytes += bytesIn(value);
        }
      }
    },
    async () => {
      for (const key of await members.keys()) {
        stored.members += 1;
        stored.memberBytes += bytesIn(await members.get(String(key)));
      }
    },
    async () => {
      const names = namesIn(localStorage);
      const sheets = names.filter((name) => name.startsWith(SHEET));
      stored.answers = sheets.reduce((sum, name) => sum + (readSheet(localStorage.getItem(name))?.given.size ?? 0), 0);
      stored.settings = names.length - sheets.length;
    },
    async () => {
      stored.caches = (await cachesOfPage()).length;
    },
  ];
  for (const part of parts) await part().catch(() => {});
  return stored;
}

/**
 * What a tab has kept of its own run: for one that is told that everything is erased while it writes.
 * @param {string} tab
 */
export async function forgetTab(tab) {
  const store = browserStore(RUNS);
  await store.delMany((await store.keys()).map(String).filter((key) => /^(label|run)\//.test(key) && key.split('/')[1].startsWith(`${tab}.`)));
}

/** What somebody has trained and brought goes, for the next to begin; the page itself, the data and its settings stay. */
export async function forgetWork() {
  for (const place of [RUNS, MEMBERS]) {
    const store = browserStore(place);
    await store.delMany((await store.keys()).map(String));
  }
}

/** What keeps the page itself keeps nothing any more, and goes. A page that needs it to be isolated brings it back. */
async function stopServiceWorker() {
  const registration = await navigator.serviceWorker?.getRegistration(document.baseURI);
  if (!registration) return;
  const { active } = registration;
  if (active) {
    const { port1, port2 } = new MessageChannel();
    const forgotten = new Promise((resolve) => (port1.onmessage = resolve));
    active.postMessage({ forget: true }, [port2]);
    await Promise.race([forgotten, new Promise((resolve) => setTimeout(resolve, BLOCKED_MS))]);
  }
  await registration.unregister();
}

/**
 * Removes everything; after that nothing can be kept until the page is loaded again.
 * @returns {Promise<('blocked' | 'denied')[]>} what went wrong: another tab holds a database, which is empty now; or the
 *   browser did not allow something
 */
export async function wipe() {
  /** @type {Set<'blocked' | 'denied'>} */
  const failed = new Set();
  await closeStores();
  const parts = [
    stopServiceWorker,
    ...[RUNS, MEMBERS].map((place) => async () => {
      if (!(await removeDatabase(place))) failed.add('blocked');
    }),
    async () => {
      for (const storage of [localStorage, sessionStorage]) for (const name of namesIn(storage)) storage.removeItem(name);
    },
    async () => {
      for (const name of await cachesOfPage()) await caches.delete(name);
    },
  ];
  for (const part of parts) await part().catch(() => failed.add('denied'));
  return [...failed];
}
