import { choice, integer, numbers } from '../../base/state.js';

/** The 4×4 map that everyone draws. */
export const LECTURE = [1, 1, 2, 4, 5, 6, 7, 8, 3, 2, 1, 0, 1, 2, 3, 4];
/** Maps of the second figure. */
export const MAPS = 6;

/** @type {import('../../frame/cell.js').Keys} */
export const keys = {
  id: 'pooling',
  fold: '.figure ~ *',
  state: {
    'pooling.n': integer({ default: 4, min: 2, max: 8 }),
    'pooling.size': integer({ default: 2, min: 1, max: 4 }),
    'pooling.stride': integer({ default: 2, min: 1, max: 4 }),
    'pooling.padding': choice({ default: 'Valid', values: /** @type {const} */ (['Valid', 'Same']) }),
    'pooling.mode': choice({ default: 'max', values: /** @type {const} */ (['max', 'avg']) }),
    'pooling.values': numbers({ default: LECTURE, min: -1e4, max: 1e4 }),
    'pooling.grad': numbers({ default: [1, 2, 3, 4], min: -1e4, max: 1e4 }),
    'pooling.at': integer({ default: 0, min: 0, max: 63 }),
    'pooling.pick': integer({ default: 0, min: 0, max: MAPS - 1 }),
  },
};
