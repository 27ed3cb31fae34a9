import { decimal, integer } from '../../base/state.js';

/** @type {import('../../frame/cell.js').Keys} */
export const keys = {
  id: 'augment',
  closed: true,
  pictured: true,
  minutes: 6,
  needsRun: true,
  state: {
    // The most that an image is distorted by: pixels, degrees, parts of the size and of the way, pixels.
    'augment.shift': decimal({ default: 3, min: 0, max: 10, step: 0.5 }),
    'augment.rotation': decimal({ default: 25, min: 0, max: 90, step: 1 }),
    'augment.scaling': decimal({ default: 0.1, min: 0, max: 0.5, step: 0.01 }),
    'augment.thickness': decimal({ default: 0.3, min: 0, max: 1, step: 0.1 }),
    'augment.elastic': decimal({ default: 1, min: 0, max: 5, step: 0.1 }),
    'augment.seed': integer({ default: 777, min: 0, max: 2 ** 32 - 1 }),
    // The batch whose variants are shown, counted from 0.
    'augment.batch': integer({ default: 0, min: 0, max: 999_999 }),
  },
};
