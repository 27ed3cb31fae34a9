import { integer, text } from '../../base/state.js';

/** The lecture's own: filters slide over maps that filters have made. */
export const LECTURE = 'input 32x32x3\nconv 5x5 6\nrelu\nconv 5x5 10\nrelu';

/** @type {import('../../frame/cell.js').Keys} */
export const keys = {
  id: 'layers',
  closed: true,
  minutes: 6,
  state: {
    'layers.spec': text({ default: LECTURE, maxLength: 4000 }),
    'layers.at': integer({ default: 3, min: 0, max: 200 }),
  },
};
