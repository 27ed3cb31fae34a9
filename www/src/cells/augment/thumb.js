/** The opening’s drawing as six batches could have it, distorted by the engine. */

import { augmentOf } from '../../training/page/settings.js';
import { FIRST } from '../../frame/first-sight.js';

/** Variants, in rows of so many. */
const [VARIANTS, COLUMNS] = [6, 3];

/**
 * @param {import('../../figures/thumb.js').Thumb} thumb
 * @param {import('../../frame/first-sight.js').FirstSight} sight
 * @param {import('../../frame/cell.js').Context} ctx
 */
export function paint(thumb, sight, ctx) {
  if (!sight.digit) return;
  const { side } = FIRST;
  const many = new Float32Array(VARIANTS * side * side);
  for (let n = 0; n < VARIANTS; n += 1) many.set(sight.digit, n * side * side);
  const { augment = {} } = augmentOf((name) => ctx.state.get(`augment.${name}`));
  const made = ctx.engine.augmented(many, [side, side, 1], augment, ctx.state.get('augment.seed'), 0);
  for (let n = 0; n < VARIANTS; n += 1) {
    thumb.pixels(made.subarray(n * side * side), { height: side, width: side, range: [0, 1] }, [7 + (n % COLUMNS) * 50, 2 + Math.floor(n / COLUMNS) * 50, 46, 46]);
  }
}
