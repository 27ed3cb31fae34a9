/** What this cell asks; the build computes the answers too, for the teacher. */

/** Weights of a filter and of a dense layer that give a map of 28×28. @param {any} engine */
export function weightsOf(engine) {
  const count = (/** @type {string} */ spec) => {
    const { weight_shape: shape } = engine.outline(spec).summary.layers.at(-1);
    return shape.reduce((/** @type {number} */ all, /** @type {number} */ size) => all * size, 1);
  };
  return { shared: count('input 28x28x1\nconv 3x3 1 padding same'), dense: count('input 28x28x1\nflatten\ndense 784') };
}

/** @type {import('../../frame/cell.js').Asking[]} */
export const questions = [
  { question: 'question', kind: 'number', answer: ({ engine }) => weightsOf(engine).dense, explain: 'explain', args: ({ engine }) => weightsOf(engine) },
  {
    question: 'question-three',
    kind: 'number',
    // What three of them see of the image, as the engine says it.
    answer: ({ engine }) => engine.outline('input 28x28x1\nconv 3x3 1\nconv 3x3 1\nconv 3x3 1').summary.layers[2].receptive_field[0],
    explain: 'explain-three',
  },
];
