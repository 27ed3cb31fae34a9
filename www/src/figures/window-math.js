/**
 * The numbers that a formula on the page shows. Padding comes from the engine, which alone knows what
 * `same` means; from there on the page computes what it writes, so that a test can hold it against the
 * engine's own output size and against the length of a map really computed.
 */

/**
 * One axis of a window on an input, in pixels.
 * @typedef {{ input: number, kernel: number, stride: number, before: number, after: number }} Axis
 *
 * @typedef {object} Steps
 * @property {number} room padded input minus window: how far the window can go
 * @property {number} steps room ÷ stride, with its fraction
 * @property {number} whole the steps that fit
 * @property {number} left pixels at the end that no window covers
 * @property {number} output number of positions
 */

/**
 * @param {Axis} axis
 * @returns {Steps}
 */
export function stepsOf({ input, kernel, stride, before, after }) {
  const room = input + before + after - kernel;
  const steps = room / stride;
  const whole = Math.floor(steps);
  return { room, steps, whole, left: room - whole * stride, output: whole + 1 };
}

/**
 * @param {{ input: number[], kernel: number[], stride: number[], pad_before: number[], pad_after: number[] }} geometry as the engine gives it
 * @param {0 | 1} axis 0 rows, 1 columns
 * @returns {Axis}
 */
export function axisOf(geometry, axis) {
  return {
    input: geometry.input[axis],
    kernel: geometry.kernel[axis],
    stride: geometry.stride[axis],
    before: geometry.pad_before[axis],
    after: geometry.pad_after[axis],
  };
}
