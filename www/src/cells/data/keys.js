import { choice, integer } from '../../base/state.js';

/** The keys that a reading depends on. */
export const WISH_KEYS = ['data.side', 'data.channels', 'data.fit', 'data.validation', 'data.test', 'data.seed'];

/** @type {import('../../frame/cell.js').Keys} */
export const keys = {
  id: 'data',
  closed: true,
  pictured: true,
  minutes: 6,
  needsRun: true,
  needsEngine: false,
  state: {
    'data.side': integer({ default: 32, min: 8, max: 96 }),
    'data.channels': choice({ default: 'colour', values: ['grey', 'colour'] }),
    'data.fit': choice({ default: 'crop', values: ['crop', 'stretch'] }),
    'data.validation': integer({ default: 15, min: 0, max: 50 }),
    'data.test': integer({ default: 15, min: 0, max: 50 }),
    'data.seed': integer({ default: 777, min: 0, max: 2 ** 32 - 1 }),
  },
};
