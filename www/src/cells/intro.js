/** What the page is, and where to begin. */

import { h } from '../dom.js';

/** @type {import('./cell.js').Cell} */
export const cell = {
  id: 'intro',
  unnumbered: true,
  needsEngine: false,
  mount(frame) {
    frame.prose('lead');
    frame.append(h('ul', { class: 'intro-list' }, ['read', 'train', 'draw'].map((key) => h('li', { i18n: `intro.${key}` }))));
  },
};
