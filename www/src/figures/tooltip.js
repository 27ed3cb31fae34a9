/** A note beside the pointer. What it says must also be reachable without a pointer. */

import { h, replace } from '../dom.js';

/**
 * @param {HTMLElement} host the drawing; gets `position: relative`
 */
export function createTooltip(host) {
  const element = h('div', { class: 'tooltip', 'aria-hidden': 'true', hidden: true });
  host.classList.add('tooltip-host');
  host.append(element);
  return {
    /**
     * @param {number} x px from the left of the host
     * @param {number} y px from its top
     * @param {...import('../dom.js').Children} content
     */
    show(x, y, ...content) {
      replace(element, ...content);
      element.hidden = false;
      // Within the host, above the point where there is room.
      const left = Math.max(0, Math.min(x - element.offsetWidth / 2, host.clientWidth - element.offsetWidth));
      const above = y - element.offsetHeight - 12;
      element.style.transform = `translate(${left}px, ${above >= 0 ? above : y + 16}px)`;
    },
    hide() {
      element.hidden = true;
    },
  };
}
