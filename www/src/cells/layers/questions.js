/** What this cell asks; the build computes the answers too, for the teacher. */

import { readOutline } from '../../figures/strip/outline.js';
import { LECTURE } from './keys.js';

/** Three convolutions of 3×3. */
export const THREES = 'input 32x32x3\nconv 3x3 16\nrelu\nconv 3x3 16\nrelu\nconv 3x3 16\nrelu';

/** @type {import('../../frame/cell.js').Asking[]} */
export const questions = [
  {
    question: 'question',
    kind: 'number',
    answer: ({ engine }) => readOutline(engine, LECTURE).summary.layers[2].weight_shape?.[2] ?? 0,
    explain: 'explain',
    args: ({ engine }) => {
      const { weight_shape: weights } = readOutline(engine, LECTURE).summary.layers[2];
      return { shape: (weights ?? []).slice(0, 3), count: (weights ?? []).slice(0, 3).reduce((a, b) => a * b, 1) };
    },
  },
  {
    question: 'question-field',
    kind: 'number',
    answer: ({ engine }) => readOutline(engine, THREES).summary.layers[2].receptive_field[0],
    explain: 'explain-field',
    args: ({ engine }) => {
      const { layers } = readOutline(engine, THREES).summary;
      return { third: layers[4].receptive_field[0] };
    },
  },
];
