/** The losses of one tiny network that four optimizers train. */

import { tinyRun } from '../../shared/tiny-runs.js';
import { LOOKS } from './runs-form.js';

/** @type {import('../../training/common/protocol.js').Optimizer[]} */
const RULES = [{ kind: 'sgd', learning_rate: 0.1 }, { kind: 'momentum', learning_rate: 0.05 }, { kind: 'rmsprop', learning_rate: 0.005 }, { kind: 'adam', learning_rate: 0.01 }];
/** A loss at the upper edge. */
const TOP = 0.9;

/**
 * @param {import('../../figures/thumb.js').Thumb} thumb
 * @param {import('../../frame/first-sight.js').FirstSight} _sight
 * @param {import('../../frame/cell.js').Context} ctx
 */
export function paint(thumb, _sight, ctx) {
  RULES.forEach((rule, i) => thumb.curve(tinyRun(ctx.engine, rule).losses, { top: TOP, color: LOOKS[i].color }, [4, 8, 152, 84]));
}
