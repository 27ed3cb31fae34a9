/** The headings of the page's acts: to see, to train, to go deeper. */

import { assign, h } from '../base/dom.js';

/** @param {string} act @returns {HTMLElement} the heading, which the HTML may have already */
export function createActHeading(act) {
  const id = `act-${act}`;
  const element = document.getElementById(id) ?? h('header', { id });
  assign(element, { class: 'act' });
  element.replaceChildren(h('h2', { class: 'act-title', tabindex: '-1', i18n: `acts.${act}` }), h('p', { class: 'act-lead', i18n: `acts.${act}-lead` }));
  return element;
}
