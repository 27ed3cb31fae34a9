/**
 * The quiet button below a figure that makes a file of what it shows.
 *
 * @module
 */

import { download } from '../download.js';
import { h } from '../dom.js';
import { icon } from './icons.js';

/** @typedef {'svg' | 'png' | 'csv'} Kind */

/** Fetched when it is first wanted. */
const files = () => import('./picture-file.js');

/**
 * @param {Element} target what is drawn
 * @param {{ describe?: () => string, csv?: () => string }} [options] what it shows, in words; and its numbers, if it has any
 */
export function createKeep(target, { describe = () => '', csv } = {}) {
  /** @param {Kind} kind */
  async function save(kind) {
    const cell = target.closest('section.cell');
    const name = `cnn-notebook-${cell?.id}.${kind}`;
    if (kind === 'csv') return download(csv?.() ?? '', 'text/csv', name);
    const { toPng, toSvg } = await files();
    const svg = toSvg(target, { title: cell?.querySelector('[data-i18n$=".title"]')?.textContent ?? '', text: describe() });
    if (kind === 'svg') download(svg.code, 'image/svg+xml', name);
    else download(await toPng(svg), 'image/png', name);
  }

  /** @type {Kind[]} */
  const kinds = csv ? ['svg', 'png', 'csv'] : ['svg', 'png'];
  const options = h(
    'span',
    { class: 'keep-options', role: 'group', i18nLabel: 'page.keep-as', hidden: true },
    kinds.map((kind) => h('button', { type: 'button', class: 'keep-button', on: { click: () => void save(kind) } }, kind.toUpperCase())),
  );
  const open = h(
    'button',
    {
      type: 'button',
      class: 'keep-button',
      'aria-expanded': 'false',
      on: {
        click: () => {
          options.hidden = !options.hidden;
          open.setAttribute('aria-expanded', String(!options.hidden));
        },
      },
    },
    icon('keep'),
    h('span', { i18n: 'page.keep' }),
  );
  return h('div', { class: 'keep' }, open, options);
}
