/** What can be done with the page in a class: the ways, each in a sentence. */

import { h, uniqueId } from '../base/dom.js';
import { openEmbedDialog } from './embed-dialog.js';
import { startFresh } from './fresh.js';
import { openHandIn } from './hand-in.js';
import { openLessonDialog } from './lesson-dialog.js';

/**
 * @param {import('../frame/cell.js').Context} ctx
 * @param {import('./page.js').Page} page
 * @param {string} now id of the cell being read
 * @param {() => void} present begins to present, at that cell
 */
export function openMenu(ctx, page, now, present) {
  const title = uniqueId('dialog');
  /** @param {string} name @param {() => void} choose */
  const way = (name, choose) => {
    const press = () => {
      dialog.close();
      choose();
    };
    const text = uniqueId('class');
    return h(
      'li',
      {},
      h('button', { type: 'button', class: 'button class-way', i18n: `class.${name}`, 'aria-describedby': text, on: { click: press } }),
      h('p', { id: text, i18n: `class.${name}-text` }),
    );
  };
  const dialog = h(
    'dialog',
    { class: 'dialog class-menu', 'aria-labelledby': title },
    h('h3', { id: title, i18n: 'page.class-button' }),
    h(
      'ul',
      { role: 'list' },
      way('present', present),
      way('lesson', () => openLessonDialog(ctx, page)),
      way('embed', () => openEmbedDialog(ctx, page, now)),
      way('hand-in', () => openHandIn(ctx, page)),
      way('fresh', () => void startFresh(ctx).catch(ctx.fail)),
    ),
    h('div', { class: 'dialog-actions' }, h('button', { type: 'button', class: 'button', i18n: 'page.close', on: { click: () => dialog.close() } })),
  );
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
