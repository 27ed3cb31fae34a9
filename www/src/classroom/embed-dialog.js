/** Gives the code that shows a cell in another page, as the cell is set now. */

import { h, uniqueId } from '../base/dom.js';
import { copyText, linkTo } from '../base/link.js';
import { createButton } from '../controls/choice.js';
import { embedCode } from './embed-code.js';

/** Until the cell has said its own, px. */
const FIRST_HEIGHT = 600;
/** How it looks there; without a word in the address it is as the reader's system is. */
const LOOKS = /** @type {const} */ (['auto', 'light', 'dark']);

/**
 * @param {import('../frame/cell.js').Context} ctx
 * @param {import('./page.js').Page} page
 * @param {string} now id of the cell to begin with
 */
export function openEmbedDialog({ state, t, announce }, { entries }, now) {
  const ids = entries.filter(({ keys }) => !keys.opening).map(({ keys }) => keys.id);
  const title = uniqueId('dialog');
  const cell = h('select', { class: 'input', on: { change: write } }, ids.map((id) => h('option', { value: id, selected: id === now, i18n: `${id}.title` })));
  const look = h('select', { class: 'input', on: { change: write } }, LOOKS.map((name) => h('option', { value: name, i18n: `page.theme-${name}` })));
  const code = h('textarea', { class: 'input embed-code', readonly: true, rows: 9, spellcheck: 'false', wrap: 'soft', on: { focus: () => code.select() } });
  const said = h('p', { class: 'embed-said', role: 'status' });
  const copy = createButton({ label: 'embed.copy', primary: true, onPress: () => void take() });

  function write() {
    const theme = look.value === 'auto' ? {} : { theme: look.value };
    const address = linkTo(state, '', { embed: cell.value, ...theme });
    code.value = embedCode({ cell: cell.value, address, title: `CNN Notebook: ${t(`${cell.value}.title`)}`, height: FIRST_HEIGHT });
    said.textContent = '';
  }

  async function take() {
    const there = await copyText(code.value);
    // By hand, then.
    if (!there) code.focus();
    said.textContent = t(there ? 'embed.copied' : 'embed.by-hand');
    announce(said.textContent);
  }

  /** @param {string} name @param {HTMLElement} control */
  const field = (name, control) => h('label', { class: 'embed-field' }, h('span', { i18n: `embed.${name}` }), control);
  const dialog = h(
    'dialog',
    { class: 'dialog class-menu', 'aria-labelledby': title },
    h('h3', { id: title, i18n: 'class.embed' }),
    h('p', { i18n: 'embed.about' }),
    field('cell', cell),
    field('look', look),
    field('code', code),
    said,
    h('div', { class: 'dialog-actions' }, h('button', { type: 'button', class: 'button', i18n: 'page.close', on: { click: () => dialog.close() } }), copy),
  );
  dialog.addEventListener('close', () => dialog.remove());
  write();
  document.body.append(dialog);
  dialog.showModal();
}
