/**
 * What the page and the service worker say to each other. As pages of several versions may speak to one service worker, a
 * message never changes its meaning; a new one gets a new name. This module holds types only.
 *
 * @module
 */

/**
 * The page asks for its version to be kept.
 * @typedef {object} Keep
 * @property {string} page folder of the version, `page-HASH`
 * @property {string} engine folder of its engine's build, such as `engine-HASH/relaxed`; empty if none runs here
 * @property {boolean} all everything, not only what has been loaded already
 * @property {string[]} seen addresses that have been loaded
 */

/**
 * How that went: everything is there; what was loaded is; there is no room; the host has another version; some of it could not
 * be had; the browser does not allow it.
 * @typedef {'all' | 'seen' | 'full' | 'replaced' | 'missing' | 'denied'} Kept
 */

/** @typedef {{ keep: Keep } | { forget: true }} ToServiceWorker each with a port for the answer, `Kept` or `true` */
/** @typedef {{ which: true }} FromServiceWorker with a port for the answer */
/** @typedef {{ page: string, engine: string }} Which the folders that a page takes its files from */

/**
 * The list of a version's files, `page-HASH/files.json`; written by the build.
 * @typedef {object} Files
 * @property {Record<string, string>} page Subresource Integrity sums, by path in the version's folder
 * @property {Record<string, string>} engine the same for all builds of the engine, by path in its folder
 * @property {string[]} site paths that stay through versions; they may be missing
 */

export {};
