/** Files of the reader's: asked for with a button, or dropped. */

import { h } from '../base/dom.js';
import { createButton } from './choice.js';

/**
 * @param {{ label: string, onFiles: (files: File[]) => void } & Record<string, unknown>} options with attributes of the
 *   input, such as `accept`
 * @returns {[HTMLButtonElement, HTMLInputElement]} the button, and the input that it opens
 */
export function createPicker({ label, onFiles, ...props }) {
  const input = h('input', { type: 'file', class: 'visually-hidden', tabindex: '-1', 'aria-hidden': 'true', ...props, on: { change } });
  function change() {
    const files = [...(input.files ?? [])];
    // The same file can be chosen again.
    input.value = '';
    if (files.length > 0) onFiles(files);
  }
  return [createButton({ label, onPress: () => input.click() }), input];
}

/**
 * Lets files be dropped on an element, which has the class `over` while they are above it.
 * @param {HTMLElement} target
 * @param {(dropped: DataTransfer | null) => void} onDrop
 */
export function takeDrops(target, onDrop) {
  const over = (/** @type {boolean} */ on) => target.classList.toggle('over', on);
  target.addEventListener('dragover', (event) => {
    event.preventDefault();
    over(true);
  });
  target.addEventListener('dragleave', () => over(false));
  target.addEventListener('drop', (event) => {
    event.preventDefault();
    over(false);
    onDrop(event.dataTransfer);
  });
}
