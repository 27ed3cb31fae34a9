/** What the pixels of the opening’s drawing do to the score of the network’s answer. */

import { FIRST, largest } from '../../frame/first-sight.js';

/**
 * @param {import('../../figures/thumb.js').Thumb} thumb
 * @param {import('../../frame/first-sight.js').FirstSight} sight
 */
export function paint(thumb, sight) {
  if (!sight.digit) return;
  const gradient = sight.gradient(sight.digit, largest(sight.look(sight.digit).probabilities));
  const most = Math.max(...gradient.map(Math.abs)) || 1;
  const size = { height: FIRST.side, width: FIRST.side };
  thumb.pixels(sight.digit, { ...size, range: [0, 1] }, [2, 12, 76, 76]);
  thumb.pixels(gradient, { ...size, map: 'diverging', range: [-most, most] }, [82, 12, 76, 76]);
}
