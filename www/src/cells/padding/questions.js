/** What this cell asks; the build computes the answers too, for the teacher. */

/** @type {import('../../frame/cell.js').Asking[]} */
export const questions = [
  {
    question: 'check-question',
    kind: 'number',
    answer: ({ engine }) => engine.geometry([28, 28], { kernel: [7, 7], stride: [1, 1], padding: 'same' }).pad_before[0],
    explain: 'check-explain',
  },
];
