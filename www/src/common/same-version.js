/**
 * Page and worker speak only to their own version: of another one, the messages may mean something else.
 *
 * @module
 */

import { codedError } from './coded-error.js';
import { BUILD } from './version.js';

/**
 * Called by a worker with the first thing that it is sent.
 * @param {string} version of the page that asks
 * @throws an error with code `page_updated` if the page was published anew between the two
 */
export function requireSameVersion(version) {
  if (version !== BUILD) throw codedError('page_updated');
}
