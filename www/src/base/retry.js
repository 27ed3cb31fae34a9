/**
 * A question to the worker that failed, as when it is started again, is asked once more: soon, and later each time.
 *
 * @module
 */

import { signal } from './signals.js';

/** ms until the first and, at most, until a later try. */
const FIRST_MS = 500;
const LAST_MS = 8000;

export function createRetry() {
  const round = signal(0);
  let wait = FIRST_MS;
  return {
    /** What asks reads this, and so is run again. */
    follow: () => round.value,
    failed() {
      setTimeout(() => (round.value += 1), wait);
      wait = Math.min(LAST_MS, 2 * wait);
    },
    answered() {
      wait = FIRST_MS;
    },
  };
}
