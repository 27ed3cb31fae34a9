/** What this cell asks; the build computes the answers too, for the teacher. */

import { filterWeights } from '../../figures/filter-bank.js';
import { CHANNELS } from '../../keys/picture.js';

/** @type {import('../../frame/cell.js').Asking[]} */
export const questions = [
  {
    question: 'check-question',
    kind: 'choice',
    options: ['check-plus', 'check-zero', 'check-minus'],
    answer({ engine }) {
      const flat = new Float32Array(5 * 5 * CHANNELS).fill(0.7);
      const [sum] = engine.conv2d(flat, [5, 5, CHANNELS], filterWeights('edge-v', 5), null, 1, { kernel: [5, 5], stride: [1, 1], padding: 'valid' }).data;
      return Math.abs(sum) < 1e-4 ? 1 : sum > 0 ? 0 : 2;
    },
    explain: 'check-explain',
  },
];
