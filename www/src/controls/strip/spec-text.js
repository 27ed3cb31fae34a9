/** The strip's text, to read, copy and edit: the same network in the language of links and of the command line. */

import { h } from '../../base/dom.js';

/**
 * @param {import('../../base/context.js').Host} frame
 * @param {{ read: () => string, write: (text: string) => void, bad: () => boolean }} options `bad`: whether the engine refuses it
 */
export function createSpecText(frame, { read, write, bad }) {
  const area = h('textarea', {
    class: 'strip-text',
    spellcheck: 'false',
    autocapitalize: 'off',
    autocomplete: 'off',
    i18nLabel: 'strip.text-label',
    on: { input: () => write(area.value) },
  });
  const element = h('details', { class: 'strip-source' }, h('summary', { i18n: 'strip.text' }), area);
  frame.draw(() => {
    const text = read();
    if (area.value !== text) area.value = text;
    area.rows = Math.max(4, text.split('\n').length + 1);
    if (bad()) area.setAttribute('aria-invalid', 'true');
    else area.removeAttribute('aria-invalid');
  });
  return { element };
}
