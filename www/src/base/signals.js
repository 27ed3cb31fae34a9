/**
 * Values that know who has read them: when one is written, whoever read it hears of it. What follows a change without
 * drawing anything uses `watch`; what draws goes through `scheduler.js`.
 *
 * @module
 */

import { computed, effect, untracked } from '@preact/signals-core';

export { batch, computed, effect, signal, untracked } from '@preact/signals-core';

/**
 * Calls back whenever `read` gives another value: at once, and once for all that was written together; not at the start.
 * @template T
 * @param {() => T} read what it reads is followed
 * @param {(now: T, before: T) => void} act what it reads is not
 * @returns {() => void} ends it
 */
export function watch(read, act) {
  const source = computed(read);
  let last = source.peek();
  return effect(() => {
    const now = source.value;
    const before = last;
    if (Object.is(now, before)) return;
    last = now;
    untracked(() => {
      try {
        act(now, before);
      } catch (error) {
        // Whoever wrote the value has nothing to do with it.
        console.error(error);
      }
    });
  });
}
