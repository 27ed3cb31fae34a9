/** The shared window's numbers together, and sets of them. */

import { PAIRS } from '../keys/window.js';

/**
 * @param {import('../base/state.js').State} state
 * @returns {{ input: [number, number], kernel: [number, number], stride: [number, number] }} [height, width] each
 */
export function sharedWindow(state) {
  const [input, kernel, stride] = PAIRS.map(([tall, wide]) => /** @type {[number, number]} */ ([state.get(tall), state.get(wide)]));
  return { input, kernel, stride };
}

/**
 * Values for a preset in which height and width are equal.
 * @param {number} n
 * @param {number} f
 * @param {number} s
 */
export const square = (n, f, s) => ({
  'stride.n': n,
  'stride.w': n,
  'stride.f': f,
  'stride.fw': f,
  'stride.s': s,
  'stride.sw': s,
  'stride.rect': false,
});
