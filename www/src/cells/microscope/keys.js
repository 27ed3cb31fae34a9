import { choice, integer } from '../../base/state.js';

/** @type {import('../../frame/cell.js').Keys} */
export const keys = {
  id: 'microscope',
  closed: true,
  pictured: true,
  minutes: 6,
  needsRun: true,
  state: {
    // Places in the batch, parameters and input maps are counted from 0.
    'microscope.image': integer({ default: 0, min: 0, max: 109 }),
    'microscope.maps': choice({ default: 'after', values: /** @type {const} */ (['before', 'after', 'change']) }),
    'microscope.parameter': integer({ default: 0, min: 0, max: 199 }),
    'microscope.channel': integer({ default: 0, min: 0, max: 2047 }),
  },
};
