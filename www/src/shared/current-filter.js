/** The filter that the reader has chosen or made; the cells after it use it too. */

import { filterWeights, resize } from '../figures/filter-bank.js';
import { KINDS } from '../keys/filter.js';
import { CHANNELS } from '../keys/picture.js';
import { learnedFilters } from './learned-filters.js';



/**
 * Side of a filter of so many weights; null if they are not F×F×3.
 * @param {number} length
 */
function sideOf(length) {
  const side = Math.sqrt(length / CHANNELS);
  return Number.isInteger(side) && side >= 2 ? side : null;
}

/**
 * @param {import('../base/state.js').State} state
 * @returns {Float32Array} F×F×3
 */
export function currentFilter(state) {
  const kind = state.get('filter.kind');
  const size = state.get('filter.f');
  if (kind === 'learned') {
    const learned = learnedFilters();
    const filter = learned?.filters[Math.min(state.get('filter.learned'), learned.filters.length - 1)];
    return filter && learned ? resize(filter, learned.size, size) : new Float32Array(size * size * CHANNELS);
  }
  if (kind === 'own') {
    const weights = state.get('filter.weights');
    const side = sideOf(weights.length);
    return side ? resize(weights, side, size) : filterWeights('edge-v', size);
  }
  return filterWeights(kind, size);
}

/**
 * The current filter and as many others as are wanted, all different.
 * @param {import('../base/state.js').State} state
 * @param {number} count
 * @returns {{ name: string, weights: Float32Array }[]}
 */
export function filterBank(state, count) {
  const kind = state.get('filter.kind');
  const size = state.get('filter.f');
  const others = KINDS.filter((each) => each !== kind).map((name) => ({ name, weights: filterWeights(name, size) }));
  return [{ name: kind, weights: currentFilter(state) }, ...others].slice(0, count);
}
