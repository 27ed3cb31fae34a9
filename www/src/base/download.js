/**
 * Files for the reader to keep.
 *
 * @module
 */

import { h } from './dom.js';

/**
 * @param {BlobPart} content
 * @param {string} type
 * @param {string} name of the file
 */
export function download(content, type, name) {
  const url = URL.createObjectURL(new Blob([content], { type }));
  h('a', { href: url, download: name }).click();
  // The browser has taken the address over by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
