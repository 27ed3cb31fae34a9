/** A mark around the mouse, large enough to be seen from the last row. It takes no presses, and is nothing to be read aloud. */

import { h } from '../base/dom.js';

/** @param {AbortSignal} ended it goes with what it belongs to */
export function createPointer(ended) {
  const mark = h('div', { class: 'present-pointer', 'aria-hidden': 'true', hidden: true });
  document.body.append(mark);
  let on = false;
  const listen = { signal: ended, passive: true };
  window.addEventListener(
    'pointermove',
    ({ clientX, clientY }) => {
      if (!on) return;
      mark.style.translate = `${clientX}px ${clientY}px`;
      mark.hidden = false;
    },
    listen,
  );
  // Outside the window it would stay where the mouse was last.
  document.documentElement.addEventListener('pointerleave', () => (mark.hidden = true), listen);
  ended.addEventListener('abort', () => mark.remove());
  return {
    /** @returns {boolean} whether it is there from now on */
    toggle() {
      on = !on;
      if (!on) mark.hidden = true;
      return on;
    },
  };
}
