// What the tests of kept runs share: a network whose run is told bit by bit, the offer, and what is in the storage.

import { readFileSync } from 'node:fs';
import { expect, text } from './lab.js';

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {import('./lab.js').Lang} Lang */

// Dropout, so that the random numbers count too; all epochs are short.
export const SPEC = 'input 28x28x1\nmaxpool 2x2\nconv 3x3 4\nrelu\nmaxpool 2x2\ndropout 0.4\nflatten\ndense 10\n';
export const QUERY = `&train.batch=200&train.check=2&train.seed=9&spec=${encodeURIComponent(SPEC)}`;

/** @param {Page} page @param {Lang} lang */
export const offer = (page, lang) => page.getByRole('group', { name: text(lang, 'kept.offer') });
/** @param {Page} page @param {Lang} lang @param {string} key */
export const answer = (page, lang, key) => offer(page, lang).getByRole('button', { name: text(lang, `kept.${key}`), exact: true });

/** The weights as a file, which is the same only if every bit is. @param {Page} page @param {Awaited<ReturnType<typeof import('./lab.js').openLab>>} parts */
export async function weights(page, parts) {
  const downloading = page.waitForEvent('download');
  await parts.press('save');
  return readFileSync(await (await downloading).path());
}

/** Waits until the page has looked for a run to offer, and has found none. @param {Page} page */
export const nothingOffered = (page) => expect(page.locator('html')).toHaveAttribute('data-kept', 'none', { timeout: 30_000 });

/**
 * What is in the browser's storage, by database and key; databases that are not there are not made.
 * @param {Page} page
 * @returns {Promise<Record<string, Record<string, any>>>} arrays of numbers by their length only
 */
export const stock = (page) =>
  page.evaluate(async () => {
    /** @type {Record<string, Record<string, any>>} */
    const all = {};
    const done = (/** @type {IDBRequest} */ request) => new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
    for (const { name = '' } of await indexedDB.databases()) {
      /** @type {IDBDatabase} */
      const db = await done(indexedDB.open(name));
      all[name] = {};
      for (const table of db.objectStoreNames) {
        const store = db.transaction(table).objectStore(table);
        const [keys, values] = await Promise.all([done(store.getAllKeys()), done(store.getAll())]);
        keys.forEach((/** @type {string} */ key, /** @type {number} */ i) => {
          all[name][key] = JSON.parse(JSON.stringify(values[i], (_, value) => (ArrayBuffer.isView(value) ? `${value.byteLength} bytes` : value)));
        });
      }
      db.close();
    }
    return all;
  });

/** The runs in the browser's storage, the newest first. @param {Page} page @returns {Promise<{ step: number, saved: number }[]>} */
export async function runs(page) {
  const { 'cnn-notebook': all = {} } = await stock(page);
  return Object.entries(all).filter(([key]) => key.startsWith('label/')).map(([, label]) => label).sort((a, b) => b.saved - a.saved);
}

/** Waits until the run up to here is in the browser's storage. @param {Page} page @param {number} step */
export const stored = (page, step) => expect.poll(async () => (await runs(page))[0]?.step).toBe(step);
