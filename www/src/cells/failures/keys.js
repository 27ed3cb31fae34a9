import { choice } from '../../base/state.js';

/** The runs by their number, which gives nothing away. */
export const RUNS = /** @type {const} */ (['1', '2', '3', '4', '5', '6']);

/** @type {import('../../frame/cell.js').Keys} */
export const keys = {
  id: 'failures',
  closed: true,
  pictured: true,
  minutes: 10,
  state: { 'failures.run': choice({ default: '1', values: RUNS }) },
};
