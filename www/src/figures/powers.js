/** Gradients span many powers of ten: how they are written so that those of one sum can be compared digit by digit. */

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** The power of ten that numbers of this size are written in; 0 where they can be read as they are. @param {number} most */
export function powerOf(most) {
  if (!(most > 0) || !Number.isFinite(most) || (most >= 0.1 && most < 1000)) return 0;
  return Math.floor(Math.log10(most));
}

/** What stands behind a number in that power; nothing for 0. @param {number} power */
export const times = (power) =>
  power === 0 ? '' : `×10${power < 0 ? '⁻' : ''}${[...String(Math.abs(power))].map((digit) => SUPERSCRIPTS[Number(digit)]).join('')}`;

/**
 * A sum's digits that an `f32` kernel can stand for: it adds the same terms in another order, each rounded to a part in 2²⁴
 * of what has been added up so far, so that the last digit shown is worth a part in 2¹⁶ of the terms' sizes or more. Where
 * the kernel's sum is the same but for that rounding, and yet lies beyond the edge of a digit, there is a digit less.
 * @param {number} sum
 * @param {number} size of the terms, added up
 * @param {number} [kernel] what the kernel says
 * @returns {{ power: number, digits: number }} the power of ten, and decimals in it: four figures at most
 */
export function precision(sum, size, kernel = sum) {
  if (!(size > 0)) return { power: 0, digits: 0 };
  const unit = Math.ceil(Math.log10(size * 2 ** -16));
  const most = Math.max(Math.abs(sum), 10 ** unit);
  const power = powerOf(most);
  const figures = 3 - Math.floor(Math.log10(most)) + power;
  let digits = Math.max(0, Math.min(figures, power - unit));
  const written = (/** @type {number} */ x) => (x / 10 ** power).toFixed(digits);
  const same = Math.abs(sum - kernel) <= size * 2 ** -18;
  while (same && digits > 0 && written(sum) !== written(kernel)) digits -= 1;
  return { power, digits };
}

/**
 * A number in a power of ten, as the reader's language has it.
 * @param {import('../base/context.js').Words['format']} format
 * @param {number} value
 * @param {{ power: number, digits: number }} precision
 */
export const write = (format, value, { power, digits }) => `${mantissa(format, value, { power, digits })}${times(power)}`;

/**
 * The same without its power of ten, which stands somewhere else.
 * @param {import('../base/context.js').Words['format']} format
 * @param {number} value
 * @param {{ power: number, digits: number }} precision
 */
export function mantissa(format, value, { power, digits }) {
  const written = format.fixed(value / 10 ** power, digits);
  // No sign before a nought.
  return /[1-9]/.test(written) ? written : written.replace('−', '');
}

/** A number by itself, in so many figures. @param {import('../base/context.js').Words['format']} format @param {number} value @param {number} [figures] */
export function short(format, value, figures = 3) {
  if (value === 0) return '0';
  const power = powerOf(Math.abs(value));
  const digits = Math.max(0, figures - 1 - Math.floor(Math.log10(Math.abs(value))) + power);
  return write(format, value, { power, digits });
}
