import { choice, flag, integer } from '../../base/state.js';

/** @type {import('../../training/common/protocol.js').Split[]} */
export const SPLITS = ['train', 'validation', 'test'];

/** @type {import('../../frame/cell.js').Keys} */
export const keys = {
  id: 'judge',
  fold: '.code-block',
  needsRun: true,
  needsEngine: false,
  state: {
    'judge.split': choice({ default: 'test', values: SPLITS }),
    // Training images that are measured, at most.
    'judge.train': integer({ default: 10_000, min: 1000, max: 1_000_000, step: 1000 }),
    'judge.normalized': flag({ default: false }),
    // The opened cell of the matrix: true and predicted class; −1 for all mistakes.
    'judge.true': integer({ default: -1, min: -1, max: 255 }),
    'judge.predicted': integer({ default: -1, min: -1, max: 255 }),
    'judge.page': integer({ default: 0, min: 0, max: 100_000 }),
    // The image looked at, by its number in the split; −1 for none.
    'judge.image': integer({ default: -1, min: -1, max: 1_000_000 }),
    // The snapshot, counted from the oldest; beyond the last it is the last.
    'judge.at': integer({ default: 99, min: 0, max: 99 }),
  },
};
