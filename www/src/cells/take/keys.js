import { choice } from '../../base/state.js';

/** @typedef {'numpy' | 'torch' | 'keras'} Framework */

/** @type {Framework[]} */
export const FRAMEWORKS = ['numpy', 'torch', 'keras'];

/** @type {import('../../frame/cell.js').Keys} */
export const keys = {
  id: 'take',
  closed: true,
  pictured: true,
  minutes: 5,
  needsRun: true,
  needsEngine: false,
  state: { 'take.framework': choice({ default: 'numpy', values: FRAMEWORKS }) },
};
