import { decimal, integer } from '../../base/state.js';

/** @type {import('../../frame/cell.js').Keys} */
export const keys = {
  id: 'backprop',
  closed: true,
  pictured: true,
  minutes: 9,
  needsRun: true,
  state: {
    // How far back the gradient has come: 0 at the loss, then a layer further with each. All else counts from 0 too.
    'backprop.at': integer({ default: 0, min: 0, max: 200 }),
    // A value at the input of the layer that it has come through.
    'backprop.map': integer({ default: 0, min: 0, max: 16383 }),
    'backprop.y': integer({ default: 9, min: 0, max: 255 }),
    'backprop.x': integer({ default: 14, min: 0, max: 255 }),
    // A convolution, counted among them; a weight of its kernel; a place where that acted, −1 for the one that adds most.
    'backprop.conv': integer({ default: 0, min: 0, max: 199 }),
    'backprop.filter': integer({ default: 0, min: 0, max: 16383 }),
    'backprop.channel': integer({ default: 0, min: 0, max: 16383 }),
    'backprop.ky': integer({ default: 0, min: 0, max: 255 }),
    'backprop.kx': integer({ default: 0, min: 0, max: 255 }),
    'backprop.place': integer({ default: -1, min: -1, max: 1_048_575 }),
    'backprop.epsilon': decimal({ default: 1e-5, min: 1e-12, max: 1, step: 1e-12, ladder: true }),
    // A value at the input of that convolution.
    'backprop.row': integer({ default: 9, min: 0, max: 255 }),
    'backprop.col': integer({ default: 14, min: 0, max: 255 }),
  },
};
