/** The opening’s drawing as a data set has it: a number from 0 to 255 for each pixel. */

import { FIRST } from '../../frame/first-sight.js';

/** Rows and columns of numbers, from the middle of the drawing. */
const [ROWS, COLUMNS] = [8, 9];

/**
 * @param {import('../../figures/thumb.js').Thumb} thumb
 * @param {import('../../frame/first-sight.js').FirstSight} sight
 */
export function paint(thumb, sight) {
  if (!sight.digit) return;
  const { side } = FIRST;
  const { digit } = sight;
  const first = { row: Math.floor((side - ROWS) / 2), col: Math.floor((side - COLUMNS) / 2) };
  const rows = Array.from({ length: ROWS }, (_, r) => Array.from({ length: COLUMNS }, (__, c) => String(Math.round(255 * digit[(first.row + r) * side + first.col + c])).padStart(3)).join(' '));
  thumb.text(rows, [4, 4, 152, 92]);
}
