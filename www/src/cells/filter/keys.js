import { choice, decimal, integer, numbers, text } from '../../base/state.js';
import { CHOICES } from '../../keys/filter.js';
import { isPicture, PICTURES, SIDE, OWN_LENGTH } from '../../keys/picture.js';

/** @type {import('../../frame/cell.js').Keys} */
export const keys = {
  id: 'filter',
  fold: '.figure ~ *',
  state: {
    'filter.picture': choice({ default: 'cat', values: PICTURES }),
    'filter.own': text({ default: '', maxLength: OWN_LENGTH, test: (written) => written === '' || isPicture(written) }),
    'filter.kind': choice({ default: 'edge-v', values: CHOICES }),
    'filter.f': integer({ default: 5, min: 3, max: 7 }),
    'filter.weights': numbers({ default: [], min: -100, max: 100 }),
    'filter.learned': integer({ default: 0, min: 0, max: 255 }),
    'filter.bias': decimal({ default: 0, min: -10, max: 10, step: 0.1 }),
    'filter.at': integer({ default: 400, min: 0, max: SIDE * SIDE - 1 }),
    'filter.channel': choice({ default: 'R', values: /** @type {const} */ (['R', 'G', 'B']) }),
  },
};
