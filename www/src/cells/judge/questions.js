/** What this cell asks; the build computes the answers too, for the teacher. */

/** @type {import('../../frame/cell.js').Asking[]} */
export const questions = [
  {
    question: 'question',
    kind: 'choice',
    options: ['option-rows', 'option-columns', 'option-diagonal'],
    answer: () => 0,
    explain: 'explain',
  },
];
