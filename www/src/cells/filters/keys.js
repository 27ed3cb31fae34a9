import { choice, integer } from '../../base/state.js';
import { KINDS } from '../../keys/filter.js';

/** As many as there are by name. */
const MAX_FILTERS = KINDS.length;

/** @type {import('../../frame/cell.js').Keys} */
export const keys = {
  id: 'filters',
  closed: true,
  minutes: 6,
  state: {
    'filters.n': integer({ default: 6, min: 1, max: MAX_FILTERS }),
    'filters.padding': choice({ default: 'Valid', values: /** @type {const} */ (['Valid', 'Same']) }),
    'filters.pick': integer({ default: 0, min: 0, max: MAX_FILTERS - 1 }),
  },
};
