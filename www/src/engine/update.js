/**
 * A version of the page that was published while this tab was open. The tab goes on with what it has; once it needs a
 * file of its version that is gone, whoever needed it says so, and the page offers to load the new one.
 *
 * @module
 */

import { codedError } from '../common/coded-error.js';
import { ofSite } from '../common/places.js';
import { BUILD } from '../common/version.js';

/** @type {Set<() => void>} */
const listeners = new Set();

/** @param {() => void} listener called when it turns out that there is a newer version */
export function onUpdate(listener) {
  listeners.add(listener);
}

/** Whether the site has another version than this. Without an answer it has not. */
async function isReplaced() {
  try {
    const response = await fetch(ofSite('build.json'), { cache: 'no-store' });
    const { page } = await response.json();
    return typeof page === 'string' && page !== BUILD;
  } catch {
    return false;
  }
}

/** Asks the host whether there is a newer version, and tells if there is. */
export async function lookForUpdate() {
  if (!(await isReplaced())) return;
  for (const listener of listeners) listener();
}

/**
 * Why a file of the page did not load: `page_updated` where there is a newer version of the page, else the error given.
 * @param {any} error
 * @returns {Promise<any>}
 */
export async function orUpdated(error) {
  const known = error?.code === 'page_updated';
  if (!known && !(await isReplaced())) return error;
  for (const listener of listeners) listener();
  return known ? error : codedError('page_updated');
}
