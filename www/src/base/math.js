/** Formulas in MathML, with the reader's numbers filled in. */

import { m } from './dom.js';
import { parse, tokensOf } from './tex.js';

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
const mrow = (...parts) => m('mrow', {}, ...parts);

/**
 * A number that the reader has set, in the colour of what it names.
 * @param {number | string} number
 * @param {'input' | 'kernel' | 'stride' | 'padding' | 'output'} [role]
 */
export const value = (number, role) =>
  m('mn', { class: role ? `math-value role-${role}` : 'math-value' }, String(number).replace('-', '−'));

/**
 * A formula as `tex.js` reads it, with parts of it put in: tex`\frac{${value(7, 'input')} - F}{S}`.
 * @param {TemplateStringsArray} strings
 * @param {...(Child | Child[])} parts numbers and texts are written as numbers; nothing where there is nothing
 * @returns {Node[]} side by side
 */
export function tex({ raw }, ...parts) {
  const nodes = parts.map((part) => [part].flat().flatMap((each) => (each instanceof Node ? each : each || each === 0 ? mn(each) : [])));
  return parse(raw.flatMap((text, i) => [...tokensOf(text), ...(i < nodes.length ? [nodes[i]] : [])]));
}

/**
 * A formula on a line of its own.
 * @param {...Child} parts
 */
export const display = (...parts) => m('math', { display: 'block' }, mrow(...parts));
