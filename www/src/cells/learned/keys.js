import { flag, integer } from '../../base/state.js';

/** @type {import('../../frame/cell.js').Keys} */
export const keys = {
  id: 'learned',
  closed: true,
  pictured: true,
  minutes: 7,
  needsRun: true,
  state: {
    'learned.change': flag({ default: false }),
    'learned.since': integer({ default: 0, min: 0, max: 1_000_000 }),
    // −1: the last ReLU with maps, and the class that the network would choose; −2: the image's pixels.
    'learned.layer': integer({ default: -1, min: -2, max: 199 }),
    'learned.class': integer({ default: -1, min: -1, max: 255 }),
  },
};
