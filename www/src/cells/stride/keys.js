import { flag, integer } from '../../base/state.js';
import { linkSides } from '../../keys/window.js';

const SIZE = { default: 7, min: 1, max: 64 };
const KERNEL = { default: 3, min: 1, max: 11 };
const STRIDE = { default: 1, min: 1, max: 8 };

/** @type {import('../../frame/cell.js').Keys} */
export const keys = {
  id: 'stride',
  fold: '.figure ~ *',
  state: {
    'stride.n': integer(SIZE),
    'stride.f': integer(KERNEL),
    'stride.s': integer(STRIDE),
    'stride.rect': flag({ default: false }),
    'stride.w': integer(SIZE),
    'stride.fw': integer(KERNEL),
    'stride.sw': integer(STRIDE),
    'stride.at': integer({ default: 0, min: 0, max: 64 * 64 - 1 }),
  },
  follow: linkSides,
};
