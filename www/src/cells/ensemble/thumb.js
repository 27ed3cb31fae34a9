/** How sure three tiny networks are of a picture that is half faded, and all of them together. */

import { tinyRun } from '../../shared/tiny-runs.js';

/** Seeds of the three. */
const SEEDS = [1, 2, 3];
/** Learned from little, so that they differ. */
const RULE = /** @type {const} */ ({ kind: 'sgd', learning_rate: 0.02 });

/**
 * @param {import('../../figures/thumb.js').Thumb} thumb
 * @param {import('../../frame/first-sight.js').FirstSight} _sight
 * @param {import('../../frame/cell.js').Context} ctx
 */
export function paint(thumb, _sight, ctx) {
  const each = SEEDS.map((seed) => tinyRun(ctx.engine, RULE, seed).probabilities);
  const together = each[0].map((_, k) => each.reduce((sum, probabilities) => sum + probabilities[k], 0) / each.length);
  each.forEach((probabilities, i) => thumb.bars(probabilities, { top: 1, color: '--ink-faint' }, [6 + 36 * i, 10, 28, 80]));
  thumb.bars(together, { top: 1, color: '--accent' }, [122, 10, 32, 80]);
}
