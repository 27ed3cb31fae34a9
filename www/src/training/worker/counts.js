/**
 * What the run loop counts besides the session. It comes back from the browser's storage, so it is looked at first.
 *
 * @module
 */

import { codedError } from '../../common/coded-error.js';

/** @typedef {import('../common/protocol.js').Counts} Counts */

/** @type {Counts} */
const NONE = { trainedMs: 0, trainedImages: 0, epochCost: 0, epochSteps: 0, epochMs: 0, pendingValidationEpoch: 0 };
const NAMES = /** @type {(keyof Counts)[]} */ (Object.keys(NONE));

/** @param {Counts} from what has these numbers among others @returns {Counts} */
export const countsOf = (from) => /** @type {Counts} */ (Object.fromEntries(NAMES.map((name) => [name, from[name]])));

/**
 * @param {unknown} counts null: of a run that begins
 * @returns {Counts} these numbers and no others
 * @throws `checkpoint_corrupt` if one of them can't be
 */
export function checkedCounts(counts) {
  if (counts === null || counts === undefined) return NONE;
  const given = countsOf(/** @type {Counts} */ (counts));
  const bad = NAMES.find((name) => !(Number.isFinite(given[name]) && given[name] >= 0));
  if (bad) throw codedError('checkpoint_corrupt', { reason: `counts.${bad}` });
  return given;
}
