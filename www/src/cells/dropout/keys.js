import { choice, decimal, integer } from '../../base/state.js';

/** @type {import('../../frame/cell.js').Keys} */
export const keys = {
  id: 'dropout',
  closed: true,
  pictured: true,
  minutes: 6,
  needsRun: true,
  state: {
    'dropout.rate': decimal({ default: 0.3, min: 0, max: 0.9, step: 0.1 }),
    'dropout.mode': choice({ default: 'training', values: /** @type {const} */ (['training', 'inference']) }),
    'dropout.image': integer({ default: 0, min: 0, max: 99 }),
  },
};
