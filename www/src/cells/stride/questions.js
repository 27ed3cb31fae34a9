/** What this cell asks; the build computes the answers too, for the teacher. */

/** @type {import('../../frame/cell.js').Asking[]} */
export const questions = [
  {
    question: 'check-question',
    kind: 'number',
    answer: ({ engine }) => engine.geometry([10, 10], { kernel: [4, 4], stride: [3, 3], padding: 'valid' }).output[0],
    explain: 'check-explain',
  },
];
