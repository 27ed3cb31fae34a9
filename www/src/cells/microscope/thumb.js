/** What the last batch changed in each filter of the opening’s network. */

import { FIRST } from '../../frame/first-sight.js';

/**
 * @param {import('../../figures/thumb.js').Thumb} thumb
 * @param {import('../../frame/first-sight.js').FirstSight} sight
 */
export function paint(thumb, sight) {
  const { filters: count, kernel: side } = FIRST;
  const change = sight.filters.map((weight, i) => weight - sight.before[i]);
  const most = Math.max(...change.map(Math.abs)) || 1;
  for (let n = 0; n < count; n += 1) {
    thumb.pixels(change, { height: side, width: side, channels: count, channel: n, map: 'diverging', range: [-most, most] }, [4 + (n % 4) * 39, 10 + Math.floor(n / 4) * 42, 36, 36]);
  }
}
