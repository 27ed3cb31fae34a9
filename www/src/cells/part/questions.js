/** What this cell asks; the build computes the answers too, for the teacher. */

/** @type {import('../../frame/cell.js').Asking[]} */
export const questions = [
  {
    question: 'check-question',
    kind: 'number',
    answer: ({ engine }) => engine.summarize('input 32x32x1\nconv 5 1\nconv 5 1\nflatten\ndense 10').layers[1].receptive_field[0],
    explain: 'check-explain',
  },
];
