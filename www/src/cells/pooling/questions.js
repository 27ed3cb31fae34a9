/** What this cell asks; the build computes the answers too, for the teacher. */

/** @type {import('../../frame/cell.js').Asking[]} */
export const questions = [
  {
    question: 'question',
    kind: 'number',
    answer: ({ engine }) => engine.geometry([7, 7], { kernel: [2, 2], stride: [2, 2], padding: 'same' }).output[0],
    explain: 'explain',
    args: ({ engine }) => {
      const { pad_before: before, pad_after: after } = engine.geometry([7, 7], { kernel: [2, 2], stride: [2, 2], padding: 'same' });
      return { before: before[0], after: after[0] };
    },
  },
  {
    question: 'question-depth',
    kind: 'choice',
    options: ['depth-one', 'depth-half', 'depth-all', 'depth-more'],
    answer: ({ engine }) => {
      const channels = engine.outline('input 14x14x64\nmaxpool 2x2 stride 2').summary.layers[0].output[2];
      return [1, 32, 64, 256].indexOf(channels);
    },
    explain: 'explain-depth',
    args: ({ engine }) => engine.outline('input 14x14x64\nmaxpool 2x2 stride 2').summary.layers[0],
  },
];
