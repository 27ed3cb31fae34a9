/**
 * The window that the cells on stride, padding and number of filters share: a number changed in one
 * shows in all.
 *
 * Heights are `stride.n`, `stride.f`, `stride.s`; widths are `stride.w`, `stride.fw`, `stride.sw` and
 * follow the heights until the reader lets them differ (`stride.rect`).
 */

import { batch, computed, watch } from '../base/signals.js';

/** Pairs of height and width. */
export const PAIRS = /** @type {const} */ ([
  ['stride.n', 'stride.w'],
  ['stride.f', 'stride.fw'],
  ['stride.s', 'stride.sw'],
]);

/** Every key of the shared window. */
const WINDOW_KEYS = [...PAIRS.flat(), 'stride.rect'];

/**
 * Keeps widths equal to heights until they are meant to differ. A width set on its own (in the Rust
 * lines) means just that.
 * @param {import('../base/state.js').State} state
 */
export function linkSides(state) {
  for (const [tall, wide] of PAIRS) {
    if (!state.get('stride.rect') && state.get(wide) !== state.get(tall)) {
      // A link with a width of its own was made with the sides apart.
      if (state.get(wide) !== state.field(wide).default) state.set('stride.rect', true);
      else state.set(wide, state.get(tall));
    }
  }
  const values = computed(() => Object.fromEntries(WINDOW_KEYS.map((key) => [key, state.get(key)])));
  watch(
    () => values.value,
    (now, before) =>
      batch(() => {
        const changed = (/** @type {string} */ key) => now[key] !== before[key];
        const apart = now['stride.rect'];
        for (const [tall, wide] of PAIRS) {
          if (apart || now[wide] === now[tall]) continue;
          if (changed(wide) && !changed(tall) && !changed('stride.rect')) state.set('stride.rect', true);
          else state.set(wide, now[tall]);
        }
      }),
  );
}
