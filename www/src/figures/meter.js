/** How far something is: a bar, and the number for screen readers. */

import { assign, h } from '../base/dom.js';

/**
 * @param {string} [label] message key; without one the meter is named by whoever draws it
 */
export function createMeter(label) {
  const fill = h('span', { class: 'meter-fill' });
  const element = h('div', { class: 'meter', role: 'progressbar', i18nLabel: label, 'aria-valuemin': 0, 'aria-valuemax': 100 }, fill);
  return {
    element,
    /** @param {number} share 0 to 1 */
    show(share) {
      fill.style.transform = `scaleX(${share})`;
      assign(element, { 'aria-valuenow': Math.round(share * 100) });
    },
  };
}
