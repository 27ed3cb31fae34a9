import { choice, decimal, integer } from '../../base/state.js';
import { OPTIMIZERS, SCHEDULES, USUAL_RATE } from '../../training/page/settings.js';

/** Runs at most. */
export const MOST = 4;
/** The rules that a race begins with, the plainest first. @type {import('../../training/page/settings.js').OptimizerKind[]} */
const FIRST = ['sgd', 'momentum', 'rmsprop', 'adam'];

/** @type {import('../../frame/cell.js').Keys} */
export const keys = {
  id: 'race',
  closed: true,
  pictured: true,
  minutes: 8,
  needsRun: true,
  state: {
    'race.count': integer({ default: MOST, min: 2, max: MOST }),
    'race.network': choice({ default: 'small', values: /** @type {const} */ (['small', 'train']) }),
    // Epochs of the race, and of a cosine or a cycle; the step schedule has a step after each.
    'race.epochs': integer({ default: 2, min: 1, max: 20 }),
    ...Object.fromEntries(
      FIRST.flatMap((kind, i) => [
        [`race.optimizer${i + 1}`, choice({ default: kind, values: OPTIMIZERS })],
        [`race.rate${i + 1}`, decimal({ default: USUAL_RATE[kind], min: 1e-6, max: 10, ladder: true })],
        [`race.schedule${i + 1}`, choice({ default: SCHEDULES[0], values: SCHEDULES })],
      ]),
    ),
  },
};
