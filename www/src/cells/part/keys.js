import { integer } from '../../base/state.js';
import { SIDE } from '../../keys/picture.js';

/** Layers at most. */
export const MAX_DEPTH = 5;

/** @type {import('../../frame/cell.js').Keys} */
export const keys = {
  id: 'part',
  fold: '.figure ~ *',
  state: {
    'part.f': integer({ default: 3, min: 1, max: 9 }),
    'part.depth': integer({ default: 3, min: 1, max: MAX_DEPTH }),
    // What is looked at: 0 is a pixel of the picture, from 1 on a neuron of that layer.
    'part.layer': integer({ default: 3, min: 0, max: MAX_DEPTH }),
    'part.row': integer({ default: 15, min: 0, max: SIDE - 1 }),
    'part.col': integer({ default: 11, min: 0, max: SIDE - 1 }),
  },
};
