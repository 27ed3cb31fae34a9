/** The formula of the output size, once in letters and once with the numbers filled in. */

import { m } from '../dom.js';
import { floor, mfrac, mi, mn, mo, mrow, msub, mtext, value } from '../math.js';
import { stepsOf } from './window-math.js';

/** @typedef {import('../dom.js').Child} Child */

/**
 * Lines of a derivation, aligned at their equals signs.
 * @param {Child[][]} rows left side, right side
 */
export const aligned = (rows) =>
  m(
    'mtable',
    { displaystyle: 'true', columnalign: 'right left', rowspacing: '0.7em', class: 'aligned' },
    rows.map(([left, right]) =>
      m('mtr', {}, m('mtd', { class: 'aligned-left' }, left), m('mtd', { class: 'aligned-right' }, right)),
    ),
  );

/** A name with a word below, such as N_out. @param {string} name @param {string} word */
export const sub = (name, word) => msub(mi(name), m('mtext', {}, word));

/**
 * @param {object} options
 * @param {import('./window-math.js').Axis | null} options.axis null: only the letters
 * @param {boolean} [options.padding] write the padding, even where it is 0
 * @param {(value: number) => string} options.number how a fraction is written
 * @param {string} [options.name] what the axis is called, where there are two
 * @returns {Child[][]} rows for `aligned`
 */
export function sizeRows({ axis, padding = false, number, name }) {
  const pads = () => [mo('+'), sub('P', '1'), mo('+'), sub('P', '2')];
  /** @type {Child[][]} */
  const rows = [
    [sub('N', 'out'), mrow(mo('='), floor(mfrac(mrow(mi('N'), ...(padding ? pads() : []), mo('−'), mi('F')), mi('S'))), mo('+'), mn(1))],
  ];
  return axis ? [...rows, ...numberRows(axis, { padding, number, name })] : rows;
}

/**
 * @param {import('./window-math.js').Axis} axis
 * @param {{ padding?: boolean, number: (value: number) => string, name?: string }} options
 * @returns {Child[][]}
 */
export function numberRows(axis, { padding = false, number, name }) {
  const { steps, whole, output } = stepsOf(axis);
  const fraction = mfrac(
    mrow(
      value(axis.input, 'input'),
      ...(padding ? [mo('+'), value(axis.before, 'padding'), mo('+'), value(axis.after, 'padding')] : []),
      mo('−'),
      value(axis.kernel, 'kernel'),
    ),
    value(axis.stride, 'stride'),
  );
  const fits = Number.isInteger(steps);
  return [
    [
      name ? mtext(name) : '',
      mrow(mo('='), floor(fraction), mo('+'), mn(1), ...(fits ? [] : [mo('='), floor(mn(number(steps))), mo('+'), mn(1)])),
    ],
    ['', mrow(mo('='), mn(whole), mo('+'), mn(1), mo('='), value(output, 'output'))],
  ];
}
