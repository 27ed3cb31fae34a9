import { choice, integer } from '../../base/state.js';
import { KINDS } from '../../training/page/votes.js';

/** A preset of the engine, or the network of the training cell with its settings. */
export const NETWORKS = /** @type {const} */ (['quick', 'sprint', 'lab11-2', 'lab11-3', 'train']);

/** @type {import('../../frame/cell.js').Keys} */
export const keys = {
  id: 'ensemble',
  closed: true,
  pictured: true,
  minutes: 7,
  needsRun: true,
  state: {
    'ensemble.count': integer({ default: 3, min: 2, max: 7 }),
    'ensemble.network': choice({ default: NETWORKS[0], values: NETWORKS }),
    'ensemble.amount': integer({ default: 1, min: 1, max: 100_000 }),
    'ensemble.unit': choice({ default: 'epochs', values: /** @type {const} */ (['epochs', 'batches']) }),
    'ensemble.mode': choice({ default: 'turn', values: /** @type {const} */ (['turn', 'side']) }),
    'ensemble.list': choice({ default: KINDS[0], values: KINDS }),
    // Number of the test image that is looked at; −1 for none.
    'ensemble.image': integer({ default: -1, min: -1, max: 1_000_000 }),
  },
};
