/** The picture that the figures look at now. */

import { builtIn, decode } from '../figures/picture.js';

/**
 * The picture of the state: a built-in one, or the person's own if the link has it.
 * @param {import('../base/state.js').State} state
 * @returns {Float32Array} 32×32×3
 */
export function pictureOf(state) {
  const name = state.get('filter.picture');
  if (name !== 'own') return builtIn(name);
  return decode(state.get('filter.own')) ?? builtIn('cat');
}
