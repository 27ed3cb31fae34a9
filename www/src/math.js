/** Builders for MathML: formulas with the reader's numbers filled in. */

import { m } from './dom.js';

/** @typedef {import('./dom.js').Child} Child */

/** A name. @param {string} name */
export const mi = (name) => m('mi', {}, name);
/** A number; a minus sign is written as one. @param {number | string} value */
export const mn = (value) => m('mn', {}, String(value).replace('-', '−'));
/** An operator. @param {string} sign */
export const mo = (sign) => m('mo', {}, sign);
/** Words in a formula. @param {string} words */
export const mtext = (words) => m('mtext', {}, words);
/** @param {...Child} parts */
export const mrow = (...parts) => m('mrow', {}, ...parts);
/** @param {Child} above @param {Child} below */
export const mfrac = (above, below) => m('mfrac', {}, above, below);
/** @param {Child} base @param {Child} script */
export const msub = (base, script) => m('msub', {}, base, script);
/** @param {Child} base @param {Child} script */
export const msup = (base, script) => m('msup', {}, base, script);
/** A square root. @param {Child} inside */
export const msqrt = (inside) => m('msqrt', {}, inside);
/** A name with a hat. @param {string} name */
export const hat = (name) => m('mover', { accent: 'true' }, mi(name), mo('^'));
/** A mean of Adam's with its start at 0 taken out. @param {string} name @param {number} index of its β */
export const corrected = (name, index) => [hat(name), mo('='), mfrac(mi(name), mrow(mn(1), mo('−'), m('msubsup', {}, mi('β'), mn(index), mi('t'))))];
/** Room between two formulas on a line. */
export const gap = () => m('mspace', { width: '1.5em' });
/** Rounded down. @param {...Child} parts */
export const floor = (...parts) => m('mrow', { class: 'floor' }, mo('⌊'), ...parts, mo('⌋'));
/** @param {...Child} parts no higher than a line */
export const parens = (...parts) => mrow(m('mo', { stretchy: 'false' }, '('), ...parts, m('mo', { stretchy: 'false' }, ')'));

/**
 * A number that the reader has set, in the colour of what it names.
 * @param {number | string} number
 * @param {'input' | 'kernel' | 'stride' | 'padding' | 'output'} [role]
 */
export const value = (number, role) =>
  m('mn', { class: role ? `math-value role-${role}` : 'math-value' }, String(number).replace('-', '−'));

/**
 * A formula on a line of its own.
 * @param {...Child} parts
 */
export const display = (...parts) => m('math', { display: 'block' }, mrow(...parts));
