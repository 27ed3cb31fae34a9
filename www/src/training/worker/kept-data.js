/**
 * The data that have been here before, kept for the next visit: it fetches nothing twice, and needs no network. Every shard is
 * checked against its sum wherever it came from, so what is kept can be old or damaged and does no harm.
 *
 * @module
 */

import { DATA_CACHE } from '../../offline/common/names.js';

/** The browser has no room, or does not allow it, or the reader wants nothing left: it is not tried again. */
let refused = false;

/** Keeps nothing from here on. */
export function keepNoData() {
  refused = true;
}

/** @param {URL} url @returns {Promise<Response | undefined>} */
export async function keptData(url) {
  try {
    // Plain http has no caches.
    return await globalThis.caches?.match(url, { cacheName: DATA_CACHE });
  } catch {
    return undefined;
  }
}

/** @param {URL} url @param {Blob | string} content */
export async function keepData(url, content) {
  if (refused || !globalThis.caches) return;
  try {
    const cache = await caches.open(DATA_CACHE);
    await cache.put(url, new Response(content));
  } catch {
    refused = true;
  }
}
