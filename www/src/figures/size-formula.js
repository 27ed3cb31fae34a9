/** The formula of the output size, once in letters and once with the numbers filled in. */

import { m } from '../base/dom.js';
import { mtext, tex, value } from '../base/math.js';
import { stepsOf } from './window-math.js';

/** @typedef {import('../base/dom.js').Children} Children */

/**
 * Lines of a derivation, aligned at their equals signs.
 * @param {Children[][]} rows left side, right side
 */
export const aligned = (rows) =>
  m(
    'mtable',
    { displaystyle: 'true', columnalign: 'right left', rowspacing: '0.7em', class: 'aligned' },
    rows.map(([left, right]) =>
      m('mtr', {}, m('mtd', { class: 'aligned-left' }, left), m('mtd', { class: 'aligned-right' }, right)),
    ),
  );

/**
 * @param {object} options
 * @param {import('./window-math.js').Axis | null} options.axis null: only the letters
 * @param {boolean} [options.padding] write the padding, even where it is 0
 * @param {(value: number) => string} options.number how a fraction is written
 * @param {string} [options.name] what the axis is called, where there are two
 * @returns {Children[][]} rows for `aligned`
 */
export function sizeRows({ axis, padding = false, number, name }) {
  /** @type {Children[][]} */
  const rows = [[tex`N_{out}`, tex`= \floor{\frac{N ${padding && tex`+ P_1 + P_2`} − F}{S}} + 1`]];
  return axis ? [...rows, ...numberRows(axis, { padding, number, name })] : rows;
}

/**
 * @param {import('./window-math.js').Axis} axis
 * @param {{ padding?: boolean, number: (value: number) => string, name?: string }} options
 * @returns {Children[][]}
 */
export function numberRows(axis, { padding = false, number, name }) {
  const { steps, whole, output } = stepsOf(axis);
  const pads = padding && tex`+ ${value(axis.before, 'padding')} + ${value(axis.after, 'padding')}`;
  const fraction = tex`\frac{${value(axis.input, 'input')} ${pads} − ${value(axis.kernel, 'kernel')}}{${value(axis.stride, 'stride')}}`;
  return [
    [name ? mtext(name) : '', tex`= \floor{${fraction}} + 1 ${Number.isInteger(steps) ? '' : tex`= \floor{${number(steps)}} + 1`}`],
    ['', tex`= ${whole} + 1 = ${value(output, 'output')}`],
  ];
}
