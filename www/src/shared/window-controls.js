/** The numbers of the shared window, wherever a cell offers them. */

import { h } from '../base/dom.js';
import { draw } from '../base/scheduler.js';
import { createToggle } from '../controls/choice.js';
import { createNumber } from '../controls/number.js';
import { PAIRS } from '../keys/window.js';

/** Sizes as Rust writes an array. @param {readonly number[]} values */
export const list = (values) => `[${values.join(', ')}]`;

/**
 * N, F and stride, and their widths where these may differ.
 * @param {import('../frame/cell.js').Context} ctx
 */
export function windowControls(ctx) {
  const roles = ['input', 'kernel', 'stride'];
  const numbers = (/** @type {0 | 1} */ side) => PAIRS.map((pair, index) => createNumber(ctx, { key: pair[side], role: roles[index] }).element);
  const widths = h('div', { class: 'control-row' }, numbers(1));
  const toggle = createToggle(ctx, { key: 'stride.rect' });
  draw(toggle.element, () => {
    widths.hidden = !ctx.state.get('stride.rect');
  });
  return [h('div', { class: 'control-row' }, numbers(0)), widths, toggle.element];
}
