/** The update rule of each optimizer, with the core's constants filled in, and where it comes from. */

import { corrected, gap, hat, mfrac, mi, mn, mo, mrow, msqrt, msub, msup, parens, value } from '../../math.js';

/** @typedef {import('../../dom.js').Child} Child */

const beta = (/** @type {number} */ index) => msub(mi('β'), mn(index));
const squared = () => msup(mi('g'), mn(2));
/** A name gets a new value. @param {string} name @param {...Child} parts */
const set = (name, ...parts) => [mi(name), mo('←'), ...parts];
/** θ moves against something. @param {...Child} parts */
const move = (...parts) => set('θ', mi('θ'), mo('−'), mi('η'), ...parts);
/** A mean that forgets. @param {string} name @param {() => Child} keep @param {Child} news */
const mean = (name, keep, news) => set(name, keep(), mi(name), mo('+'), parens(mn(1), mo('−'), keep()), news);
/** @param {Child} name @param {number} number */
const is = (name, number) => [name, mo('='), value(number)];

/**
 * @param {import('../cell.js').Frame} frame
 * @param {() => Record<string, number>} constants
 */
export function rules(frame, constants) {
  frame.heading('rules-heading');
  frame.prose('rules-lead');
  frame.prose('rule-sgd');
  frame.formula(() => move(mi('g')));
  frame.prose('rule-momentum');
  frame.formula(() => [...set('u', mi('μ'), mi('u'), mo('+'), mi('g')), gap(), ...move(mi('u')), gap(), ...is(mi('μ'), constants().momentum)]);
  frame.prose('rule-rmsprop');
  frame.formula(() => [...mean('r', () => mi('ρ'), squared()), gap(), ...move(mfrac(mi('g'), mrow(msqrt(mi('r')), mo('+'), mi('ε')))), gap(), ...is(mi('ρ'), constants().decay)]);
  frame.prose('rule-adam');
  frame.formula(() => [...mean('m', () => beta(1), mi('g')), gap(), ...corrected('m', 1), gap(), ...is(beta(1), constants().beta1)]);
  frame.formula(() => [...mean('v', () => beta(2), squared()), gap(), ...corrected('v', 2), gap(), ...is(beta(2), constants().beta2)]);
  frame.formula(() => move(mfrac(hat('m'), mrow(msqrt(hat('v')), mo('+'), mi('ε')))));
  frame.prose('schedules');
}
