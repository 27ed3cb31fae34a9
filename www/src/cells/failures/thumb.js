/** The losses of two tiny networks: one learns, the other’s learning rate is far too high. */

import { tinyRun } from '../../shared/tiny-runs.js';

/** Learning rates of the two. */
const RATES = /** @type {const} */ ([['--good', 0.2], ['--bad', 4]]);
/** A loss at the upper edge. */
const TOP = 2;

/**
 * @param {import('../../figures/thumb.js').Thumb} thumb
 * @param {import('../../frame/first-sight.js').FirstSight} _sight
 * @param {import('../../frame/cell.js').Context} ctx
 */
export function paint(thumb, _sight, ctx) {
  for (const [color, rate] of RATES) thumb.curve(tinyRun(ctx.engine, { kind: 'sgd', learning_rate: rate }).losses, { top: TOP, color, length: 120 }, [4, 8, 152, 84]);
}
