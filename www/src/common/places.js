/**
 * Where the page's own files lie. What belongs to this version is found from the scripts themselves, so that an open tab
 * goes on with its own when another version is published; what stays through versions is found from the page's address.
 *
 * @module
 */

import { ENGINES } from './version.js';

/** This version's folder, which holds `src/`, wherever in that this script lies; the sources' own where they are not bundled. */
const VERSION = new URL('.', import.meta.url.slice(0, import.meta.url.lastIndexOf('/src/') + 1));

/** @param {string} path of a file of this version, such as `i18n/ko.json` */
export const ofVersion = (path) => new URL(path, VERSION);

/** A build of the engine. @typedef {'simd' | 'relaxed' | 'simd-threads' | 'relaxed-threads'} Variant */

/** @param {Variant | string} variant @returns {URL} the folder of this build of the engine */
export const engineFolder = (variant) => new URL(`${ENGINES}${variant}/`, VERSION);

/** @param {string} path of a file that has the same address in every version, such as `data/index.json` */
export const ofSite = (path) => new URL(path, document.baseURI);
