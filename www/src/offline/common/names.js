/**
 * What is kept for a visit without a network, by the names of the browser's caches. All of them begin with the page's name,
 * by which `storage/on-device.js` finds what is to be erased.
 *
 * @module
 */

/** What the names of all of them begin with. */
export const CACHES = 'cnn-notebook ';

/** The data that have been trained on or looked at, by their address. */
export const DATA_CACHE = `${CACHES}data`;

/**
 * The cache of a folder that is named after its content, `page-HASH` or `engine-HASH`.
 * @param {string | URL} site address of the page's folder: one host may have several of them
 * @param {string} folder
 */
export const cacheOf = (site, folder) => `${CACHES}${new URL(site).pathname}${folder}`;

/**
 * The folder that a cache is of.
 * @param {string | URL} site
 * @param {string} cache
 * @returns {string | null} null if it is of another page
 */
export function folderOf(site, cache) {
  const before = cacheOf(site, '');
  const folder = cache.startsWith(before) ? cache.slice(before.length) : '';
  return /^(page|engine)-[0-9a-f]{10}$/.test(folder) ? folder : null;
}

/** What says of a version's cache that it has everything: the list of its files, which is put there last. @param {string} page its folder */
export const listOf = (page) => `${page}/files.json`;
