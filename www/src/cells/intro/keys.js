import { choice } from '../../base/state.js';

/** Pictures to begin with, by name. */
export const SAMPLES = /** @type {const} */ (['3', '5', 'house']);

/** @type {import('../../frame/cell.js').Keys} */
export const keys = {
  id: 'intro',
  unnumbered: true,
  opening: true,
  needsEngine: false,
  state: { 'intro.sample': choice({ default: '5', values: [...SAMPLES, 'own'] }) },
};
