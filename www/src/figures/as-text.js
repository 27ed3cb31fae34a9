/** Where the numbers of grids are text at the moment, and not on canvases: on paper, and while a file is made of a figure. */

import { signal } from '../base/signals.js';

/** @type {import('@preact/signals-core').Signal<Element | null>} */
const within = signal(null);

/** Whether an element's numbers are text now, read from a signal. @param {Element} element */
export const isText = (element) => Boolean(within.value?.contains(element));

/** Has all numbers in an element be text, at once; null: none any more. @param {Element | null} element */
export function writeAsText(element) {
  within.value = element;
}

// Scripts that read a figure, as the end-to-end tests do, ask for it by an event on the figure that bubbles.
globalThis.document?.addEventListener('as-text', (event) => {
  const { target, detail } = /** @type {CustomEvent<boolean>} */ (event);
  writeAsText(detail ? /** @type {Element} */ (target) : null);
});
