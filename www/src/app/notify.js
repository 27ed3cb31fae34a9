/** Short messages: on the screen for a while, or for screen readers only. */

import { h } from '../base/dom.js';
import { plainRich } from '../base/rich.js';

const SHOWN_MS = 8000;
const QUIET_MS = 1200;

/**
 * @param {HTMLElement} toasts a live region
 * @param {HTMLElement} spoken a live region that is not seen
 */
export function createNotifier(toasts, spoken) {
  let last = 0;
  /** @type {number | undefined} */
  let waiting;
  return {
    /** @param {string} text @param {'info' | 'warn' | 'error'} [kind] */
    notify(text, kind = 'info') {
      const close = h('button', { type: 'button', class: 'toast-close', i18nLabel: 'page.close', on: { click: () => toast.remove() } }, '×');
      const toast = h('div', { class: `toast ${kind}` }, h('p', {}, plainRich(text)), close);
      // The same message twice is one message.
      for (const other of toasts.children) if (other.firstChild?.textContent === toast.firstChild?.textContent) other.remove();
      toasts.append(toast);
      // Errors stay until they are closed.
      if (kind !== 'error') setTimeout(() => toast.remove(), SHOWN_MS);
    },
    /** The latest text wins where several come at once. @param {string} text */
    announce(text) {
      clearTimeout(waiting);
      const wait = Math.max(0, last + QUIET_MS - performance.now());
      waiting = window.setTimeout(() => {
        last = performance.now();
        spoken.textContent = text;
      }, wait);
    },
  };
}
