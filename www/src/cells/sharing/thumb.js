/** The opening’s drawing and a map of it; moved to the side, the map moves along. */

import { FIRST } from '../../frame/first-sight.js';

/** Pixels that the drawing is moved to the right. */
const MOVED = 5;

/**
 * @param {import('../../figures/thumb.js').Thumb} thumb
 * @param {import('../../frame/first-sight.js').FirstSight} sight
 */
export function paint(thumb, sight) {
  if (!sight.digit) return;
  const { side, map, filters } = FIRST;
  const { digit } = sight;
  const moved = digit.map((_, i) => (i % side >= MOVED ? digit[i - MOVED] : 0));
  // The filter that answers most.
  const sums = Array.from({ length: filters }, (_, n) => sight.look(digit).maps.reduce((sum, value, i) => sum + (i % filters === n ? value : 0), 0));
  const channel = sums.indexOf(Math.max(...sums));
  [digit, moved].forEach((each, i) => {
    thumb.pixels(each, { height: side, width: side, range: [0, 1] }, [32 + 50 * i, 2, 46, 46]);
    thumb.pixels(sight.look(each).maps, { height: map, width: map, channels: filters, channel, map: 'sequential' }, [32 + 50 * i, 52, 46, 46]);
  });
}
