import { choice, integer } from '../../base/state.js';

/** @type {import('../../frame/cell.js').Keys} */
export const keys = {
  id: 'norm',
  closed: true,
  pictured: true,
  minutes: 8,
  needsRun: true,
  state: {
    // The watched network: images of a batch, the batch normalization and the image of the batch that are looked at.
    'norm.batch': integer({ default: 50, min: 1, max: 200 }),
    'norm.layer': choice({ default: '1', values: /** @type {const} */ (['1', '2']) }),
    'norm.image': integer({ default: 0, min: 0, max: 199 }),
    // The experiment: its seed, and the layer and the rate whose values are looked at.
    'norm.seed': integer({ default: 1, min: 0, max: 9999 }),
    // The rate by its place among those of the experiment, the smallest first.
    'norm.rate': integer({ default: 3, min: 1, max: 5 }),
    'norm.values': choice({ default: '3', values: /** @type {const} */ (['1', '2', '3']) }),
  },
};
