/** What the colours of the figures mean, told once: frames and numbers are of a quantity, fills of a value's sign. */

import { h } from '../base/dom.js';

/** The quantities, by the names of their colours. */
const QUANTITIES = ['input', 'kernel', 'stride', 'padding', 'output'];

/** @param {string} name @param {string} key */
const entry = (name, key) => h('li', { class: `color-key-${name}` }, h('span', { class: 'color-key-swatch', 'aria-hidden': 'true' }), h('span', { i18n: `colors.${key}` }));

/** A line for below a figure. */
export const createColorKey = () =>
  h(
    'div',
    { class: 'color-key' },
    h('p', { class: 'color-key-title', i18n: 'colors.title' }),
    h('ul', {}, QUANTITIES.map((name) => entry(name, name))),
    h('ul', {}, entry('sign', 'sign'), entry('amount', 'amount'), entry('wrong', 'wrong')),
  );
