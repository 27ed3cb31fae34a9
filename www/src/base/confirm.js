/**
 * Asks before something is lost, and tells what must not be missed.
 *
 * @module
 */

import { h, uniqueId } from './dom.js';

/**
 * Shows a modal dialog until it is answered. Escape and the way back are no answer; the focus returns to where it was.
 * @param {{ title: string, text: string }} keys message keys
 * @param {Record<string, unknown> | undefined} args for the text
 * @param {string[]} list lines below the text
 * @param {{ label: string, value: string, primary?: boolean }[]} answers the first one has the focus
 * @returns {Promise<string>} the value of the answer; empty if there was none
 */
function show({ title, text }, args, list, answers) {
  return new Promise((resolve) => {
    const titleId = uniqueId('dialog');
    const textId = uniqueId('dialog');
    const dialog = h(
      'dialog',
      { class: 'dialog', 'aria-labelledby': titleId, 'aria-describedby': textId },
      h('h3', { id: titleId, i18n: title }),
      h(
        'div',
        { id: textId },
        h('p', { i18n: text, i18nArgs: args }),
        list.length > 0 ? h('ul', {}, list.map((line) => h('li', {}, line))) : null,
      ),
      h(
        'div',
        { class: 'dialog-actions' },
        answers.map(({ label, value, primary = false }, i) =>
          h('button', { type: 'button', class: `button${primary ? ' primary' : ''}`, i18n: label, autofocus: i === 0, on: { click: () => dialog.close(value) } }),
        ),
      ),
    );
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/**
 * A question with two answers; no answer means no.
 * @param {{ title: string, text: string, yes: string, no: string }} keys message keys
 * @param {Record<string, unknown>} [args] for the text
 * @param {string[]} [list] lines below it
 * @returns {Promise<boolean>}
 */
export async function confirmDialog({ yes, no, ...keys }, args, list = []) {
  const answers = [{ label: no, value: 'no' }, { label: yes, value: 'yes', primary: true }];
  return (await show(keys, args, list, answers)) === 'yes';
}

/**
 * @param {{ title: string, text: string, ok: string }} keys message keys
 * @param {Record<string, unknown>} [args] for the text
 * @param {string[]} [list] lines below it
 */
export async function tellDialog({ ok, ...keys }, args, list = []) {
  await show(keys, args, list, [{ label: ok, value: 'ok', primary: true }]);
}
