/** How the sums of the opening’s filters are spread over its drawing, and how they are once each filter’s have mean 0 and variance 1. */

import { FIRST } from '../../frame/first-sight.js';

/** Bins, and deviations on each side that they reach to. */
const [BINS, REACH] = [24, 3];

/** @param {number[]} values @param {number} end of the bins, on both sides of 0 */
function counted(values, end) {
  const counts = Array(BINS).fill(0);
  for (const value of values) counts[Math.max(0, Math.min(BINS - 1, Math.floor((BINS * (value + end)) / (2 * end))))] += 1;
  return counts;
}

/**
 * @param {import('../../figures/thumb.js').Thumb} thumb
 * @param {import('../../frame/first-sight.js').FirstSight} sight
 */
export function paint(thumb, sight) {
  if (!sight.digit) return;
  const { sums } = sight.look(sight.digit);
  const maps = Array.from({ length: FIRST.filters }, (_, n) => Array.from(sums).filter((__, i) => i % FIRST.filters === n));
  const normal = maps.flatMap((values) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) || 1;
    return values.map((value) => (value - mean) / deviation);
  });
  const before = counted(Array.from(sums), Math.max(...sums.map(Math.abs)) || 1);
  const after = counted(normal, REACH);
  thumb.bars(before, { top: Math.max(...before), color: '--ink-faint' }, [4, 10, 72, 80]);
  thumb.bars(after, { top: Math.max(...after), color: '--kernel' }, [84, 10, 72, 80]);
}
