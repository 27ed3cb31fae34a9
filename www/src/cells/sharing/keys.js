import { choice, flag, integer } from '../../base/state.js';

/** @type {import('../../frame/cell.js').Keys} */
export const keys = {
  id: 'sharing',
  closed: true,
  pictured: true,
  minutes: 7,
  needsRun: true,
  state: {
    // How far the digit has been moved, in pixels, to the right and down.
    'sharing.dx': integer({ default: 3, min: -8, max: 8 }),
    'sharing.dy': integer({ default: 1, min: -8, max: 8 }),
    'sharing.kernel': choice({ default: 'vertical', values: /** @type {const} */ (['vertical', 'horizontal', 'diagonal']) }),
    'sharing.pool': choice({ default: '2', values: /** @type {const} */ (['2', '4', '7', '14']) }),
    // The two convolutions: whether a ReLU stands between them, maps in the middle, where their weights come from.
    'sharing.relu': flag({ default: false }),
    'sharing.middle': integer({ default: 4, min: 1, max: 16 }),
    'sharing.seed': integer({ default: 1, min: 0, max: 9999 }),
  },
};
