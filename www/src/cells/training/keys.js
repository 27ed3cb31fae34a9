import { integer } from '../../base/state.js';

/** @type {import('../../frame/cell.js').Keys} */
export const keys = {
  id: 'training',
  closed: true,
  minutes: 8,
  needsRun: true,
  state: { 'training.at': integer({ default: 1, min: 0, max: 200 }) },
};
