/**
 * Keeps a version of the page: its HTML, scripts, styles, texts and engine, each checked against the sum that the version's
 * list has of it. A version counts as whole once that list is in its cache. Versions that no tab uses are removed.
 *
 * @module
 */

import { cacheOf, folderOf, listOf } from '../common/names.js';

/** @typedef {import('../common/messages.js').Keep} Keep */
/** @typedef {import('../common/messages.js').Kept} Kept */
/** @typedef {{ url: URL, cache: string, integrity: string, optional: boolean }} Part */

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const site = () => worker.registration.scope;

/** Files on their way at the same time. */
const AT_ONCE = 3;
/** A tab that has not said by then what it uses is left in peace, milliseconds. */
const ANSWER_MS = 1000;

/** Everything is being erased: nothing is kept from here on. */
let stopped = false;
/** @type {Map<string, Promise<Kept>>} */
const running = new Map();

/** A file that belongs to the version did not arrive, or is another one. */
class Missing extends Error {}

/** @param {Keep} wanted @returns {Promise<Kept>} once for all tabs that ask for the same */
export function keep(wanted) {
  const key = JSON.stringify([wanted.page, wanted.engine, wanted.all]);
  const known = running.get(key);
  if (known) return known;
  const work = attempt(wanted).finally(() => running.delete(key));
  running.set(key, work);
  return work;
}

/** @param {Keep} wanted @returns {Promise<Kept>} */
async function attempt(wanted) {
  try {
    await keepParts(wanted);
    await removeOthers(wanted);
    return wanted.all ? 'all' : 'seen';
  } catch (error) {
    if (/** @type {any} */ (error)?.name === 'QuotaExceededError') {
      // What a person has trained needs the room more.
      if (!(await isWhole(wanted.page))) await caches.delete(cacheOf(site(), wanted.page)).catch(() => false);
      return 'full';
    }
    if (error === REPLACED) return 'replaced';
    return error instanceof Missing ? 'missing' : 'denied';
  }
}

const REPLACED = new Error('the host has another version');

/** Whether everything of a version is kept. @param {string} page its folder */
export const isWhole = async (page) =>
  Boolean(await caches.match(new URL(listOf(page), site()), { cacheName: cacheOf(site(), page) }));

/** @param {Keep} wanted */
async function keepParts({ page, engine, all, seen }) {
  const list = new URL(listOf(page), site());
  const answer = await ask(new Request(list));
  /** @type {import('../common/messages.js').Files} */
  const files = await answer.clone().json();
  const loaded = new Set(seen);
  const [folder, build] = engine.split('/');
  /** @type {Part[]} */
  const parts = [];
  for (const [path, integrity] of Object.entries(files.page)) {
    parts.push({ url: new URL(`${page}/${path}`, site()), cache: cacheOf(site(), page), integrity, optional: false });
  }
  for (const [path, integrity] of engine ? Object.entries(files.engine) : []) {
    if (path.startsWith(`${build}/`)) parts.push({ url: new URL(`${folder}/${path}`, site()), cache: cacheOf(site(), folder), integrity, optional: false });
  }
  // What has been loaded first: should the tab be closed soon, that is there.
  const first = parts.filter(({ url }) => loaded.has(url.href));
  const rest = all ? parts.filter(({ url }) => !loaded.has(url.href)) : [];
  const lasting = files.site.map((path) => ({ url: new URL(path, site()), cache: cacheOf(site(), page), integrity: '', optional: true }));
  await keepPage(page);
  await inPieces([...first, ...rest, ...(all ? lasting : [])]);
  if (all) await put(cacheOf(site(), page), list, answer);
}

/** The HTML, if it is still of this version. @param {string} page */
async function keepPage(page) {
  const name = cacheOf(site(), page);
  if (await caches.match(site(), { cacheName: name })) return;
  const response = await ask(new Request(site(), { cache: 'no-cache' }));
  if (!(await response.clone().text()).includes(`${page}/src/main.js`)) throw REPLACED;
  await put(name, site(), response);
}

/** @param {Part[]} parts */
async function inPieces(parts) {
  const left = [...parts];
  const one = async () => {
    try {
      for (let part = left.shift(); part; part = left.shift()) await keepPart(part);
    } catch (error) {
      left.length = 0;
      throw error;
    }
  };
  // All have ended before it is decided what stays.
  const ended = await Promise.allSettled(Array.from({ length: AT_ONCE }, one));
  for (const each of ended) if (each.status === 'rejected') throw each.reason;
}

/** @param {Part} part */
async function keepPart({ url, cache, integrity, optional }) {
  if (await caches.match(url, { cacheName: cache })) return;
  try {
    // What the tab has loaded a moment ago is in the browser's own cache; a copy there that is damaged is asked for anew.
    const response = await ask(new Request(url, { integrity, cache: 'force-cache' })).catch(() => ask(new Request(url, { integrity, cache: 'reload' })));
    await put(cache, url, response);
  } catch (error) {
    if (!(optional && error instanceof Missing)) throw error;
  }
}

/** @param {Request} request @returns {Promise<Response>} of status 200 */
async function ask(request) {
  const response = await fetch(request).catch(() => null);
  if (response?.status !== 200) throw new Missing(request.url);
  return response;
}

/** @param {string} name @param {string | URL} url @param {Response} response */
async function put(name, url, response) {
  if (stopped) throw new Error('everything is being erased');
  const cache = await caches.open(name);
  try {
    await cache.put(url, response);
  } catch (error) {
    // A body that breaks off is one that did not arrive.
    throw error instanceof TypeError ? new Missing(String(url)) : error;
  }
}

/** Removes the versions that no tab uses. @param {Keep} own */
async function removeOthers({ page, engine }) {
  if (!(await isWhole(page))) return;
  const tabs = (await worker.clients.matchAll({ includeUncontrolled: true, type: 'window' })).filter(({ url }) => url.startsWith(site()));
  const used = await Promise.all(tabs.map(which));
  // One that does not answer may be of any version.
  if (used.some((each) => each === null)) return;
  const inUse = new Set([page, engine.split('/')[0], ...used.flatMap((each) => (each ? [each.page, each.engine] : []))]);
  for (const name of await caches.keys()) {
    const folder = folderOf(site(), name);
    if (folder && !inUse.has(folder)) await caches.delete(name);
  }
}

/** @param {Client} tab @returns {Promise<import('../common/messages.js').Which | null>} */
function which(tab) {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    tab.postMessage({ which: true }, [port2]);
    setTimeout(() => resolve(null), ANSWER_MS);
  });
}

/** Keeps nothing any more, as everything is being erased. */
export async function forget() {
  stopped = true;
  await Promise.allSettled(running.values());
  for (const name of await caches.keys()) if (folderOf(site(), name)) await caches.delete(name);
}
