/** The route that max-pooling gives the gradient: from each output to the one input that it was. */

/**
 * @param {any} engine
 * @param {import('../../figures/strip/outline.js').LayerSummary} summary of the pooling
 * @param {Float32Array} input
 */
export function poolRoute(engine, { input: shape, geometry }, input) {
  const { kernel, stride, pad_before: before, pad_after: after } = /** @type {NonNullable<typeof geometry>} */ (geometry);
  const window = { kernel, stride, padding: [before[0], after[0], before[1], after[1]] };
  /** @type {Uint32Array} */
  const argmax = engine.max_pool2d(input, shape, window).argmax;
  return {
    argmax,
    /** The outputs that one value of the input is. @param {number} index @returns {number[]} */
    wonBy: (index) => [...argmax.keys()].filter((output) => argmax[output] === index),
    /** The gradient at the input, by the engine. @param {Float32Array} dOutput @returns {Float32Array} */
    back: (dOutput) => engine.max_pool2d_backward(argmax, dOutput, shape),
  };
}
