/** What this cell asks; the build computes the answers too, for the teacher. */

/** @type {import('../../frame/cell.js').Asking[]} */
export const questions = [
  {
    question: 'check-question',
    kind: 'choice',
    options: ['check-same', 'check-double', 'check-four'],
    answer: ({ engine }) => {
      const [small, large] = [32, 64].map((side) => engine.summarize(`input ${side}x${side}x3\nconv 5 6\nflatten\ndense 10`).layers[0].parameters);
      return large === small ? 0 : large === 2 * small ? 1 : 2;
    },
    explain: 'check-explain',
  },
];
