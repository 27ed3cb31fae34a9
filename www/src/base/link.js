/**
 * Links to a state of the page, and texts into the clipboard.
 *
 * @module
 */

import { writeHash } from './address.js';

/**
 * A link that opens in this state.
 * @param {import('./state.js').State} state
 * @param {string} cell where it opens
 * @param {Record<string, unknown>} [values] in place of the state's own, and written out even where they are the default
 * @returns {string}
 */
export function linkTo(state, cell, values = {}) {
  const address = new URL(location.href);
  const keys = new URLSearchParams(state.query());
  // What somebody else's link asked for is no part of what this page shows, nor is how somebody shows it.
  for (const key of ['replay', 'present', 'embed']) keys.delete(key);
  for (const [key, value] of Object.entries(values)) keys.set(key, state.field(key).format(value));
  address.search = '';
  address.hash = writeHash(cell, keys.toString());
  return address.href;
}

/** @param {string} text @returns {Promise<boolean>} false where there is no clipboard: an insecure page, or denied */
export const copyText = (text) => navigator.clipboard?.writeText(text).then(() => true, () => false) ?? Promise.resolve(false);
