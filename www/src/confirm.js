/**
 * Asks before something is lost.
 *
 * @module
 */

import { h, uniqueId } from './dom.js';

/**
 * A modal question with two answers. Escape and the way back mean no; the focus returns to where it was.
 *
 * @param {{ title: string, text: string, yes: string, no: string }} keys message keys
 * @param {Record<string, unknown>} [args] for the text
 * @returns {Promise<boolean>}
 */
export function confirmDialog({ title, text, yes, no }, args) {
  return new Promise((resolve) => {
    const titleId = uniqueId('dialog');
    const textId = uniqueId('dialog');
    const dialog = h(
      'dialog',
      { class: 'dialog', 'aria-labelledby': titleId, 'aria-describedby': textId },
      h('h3', { id: titleId, i18n: title }),
      h('p', { id: textId, i18n: text, i18nArgs: args }),
      h(
        'div',
        { class: 'dialog-actions' },
        h('button', { type: 'button', class: 'button', i18n: no, autofocus: true, on: { click: () => dialog.close('no') } }),
        h('button', { type: 'button', class: 'button primary', i18n: yes, on: { click: () => dialog.close('yes') } }),
      ),
    );
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
