import { choice, integer } from '../../base/state.js';

/** Written as the crate's enum has them, since the Rust lines show them. */
export const MODES = /** @type {const} */ (['Valid', 'Same', 'Explicit']);

/** @type {import('../../frame/cell.js').Keys} */
export const keys = {
  id: 'padding',
  closed: true,
  minutes: 7,
  state: {
    'padding.mode': choice({ default: 'Same', values: MODES }),
    'padding.p': integer({ default: 1, min: 0, max: 8 }),
    'padding.at': integer({ default: 0, min: 0, max: 80 * 80 - 1 }),
    'padding.size': integer({ default: 32, min: 4, max: 64 }),
    'padding.depth': integer({ default: 10, min: 2, max: 20 }),
    'padding.layer': integer({ default: 5, min: 0, max: 20 }),
  },
};
