import { choice, integer, text } from '../../base/state.js';

/** Pixels of an own digit in a link: one hexadecimal digit each. */
const OWN = /^([0-9a-f]{784})?$/;

/** @type {import('../../frame/cell.js').Keys} */
export const keys = {
  id: 'network',
  closed: true,
  minutes: 8,
  needsRun: true,
  state: {
    'network.source': choice({ default: 'test', values: /** @type {const} */ (['test', 'train', 'validation', 'own']) }),
    'network.digit': integer({ default: 0, min: 0, max: 999_999 }),
    'network.own': text({ default: '', maxLength: 784, test: (digits) => OWN.test(digits) }),
    // The selected value: 0 is the image, then the layers; map, row and column count from 0.
    'network.layer': integer({ default: 1, min: 0, max: 200 }),
    'network.map': integer({ default: 0, min: 0, max: 16383 }),
    'network.y': integer({ default: 9, min: 0, max: 255 }),
    'network.x': integer({ default: 14, min: 0, max: 255 }),
  },
};
