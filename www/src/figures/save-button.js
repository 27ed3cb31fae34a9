/**
 * The quiet button below a figure that makes a file of what it shows. It is there once something is drawn.
 *
 * @module
 */

import { codedError } from '../common/coded-error.js';
import { download } from '../base/download.js';
import { h } from '../base/dom.js';
import { errorText } from '../base/errors.js';
import { t } from '../base/i18n.js';
import { sayIn } from '../base/rich.js';
import { orUpdated } from '../engine/update.js';
import { writeAsText } from './as-text.js';
import { icon } from './icons.js';

/** @typedef {'svg' | 'png' | 'csv'} Kind */

/** Fetched when it is first wanted. */
const files = () =>
  import('./picture-file.js').catch(async () => {
    throw await orUpdated(codedError('part_missing'));
  });

/**
 * Whether there is more than words and what can be pressed.
 * @param {Element} part
 * @returns {boolean}
 */
function isDrawn(part) {
  if (part.matches('p, h4, button, label, input, .blank, .keep') || part.getClientRects().length === 0) return false;
  const whole = part.matches('svg, canvas, table, ul, ol') || part.childElementCount === 0;
  return whole ? part.getBoundingClientRect().height > 0 : [...part.children].some(isDrawn);
}

/**
 * @param {Element} target what is drawn; while it is `.blank` it is nothing
 * @param {{ describe?: () => string, csv?: () => string }} [options] what it shows, in words; and its numbers, if it has any
 */
export function createSaveButton(target, { describe = () => '', csv } = {}) {
  const problem = h('span', { class: 'keep-problem', role: 'status' });

  /** @param {Kind} kind */
  async function save(kind) {
    const cell = target.closest('section.cell');
    const name = `cnn-notebook-${cell?.id}.${kind}`;
    if (kind === 'csv') return download(csv?.() ?? '', 'text/csv', name);
    const { toPng, toSvg } = await files();
    const svg = toSvg(target, { title: cell?.querySelector('[data-i18n$=".title"]')?.textContent ?? '', text: describe() }, writeAsText);
    if (kind === 'svg') download(svg.code, 'image/svg+xml', name);
    else download(await toPng(svg), 'image/png', name);
  }

  /** @param {Kind} kind */
  async function press(kind) {
    try {
      await save(kind);
      sayIn(problem, '');
    } catch (error) {
      sayIn(problem, t('page.keep-failed', { reason: errorText(error) }));
    }
  }

  /** @type {Kind[]} */
  const kinds = csv ? ['svg', 'png', 'csv'] : ['svg', 'png'];
  const options = h(
    'span',
    { class: 'keep-options', role: 'group', i18nLabel: 'page.keep-as', hidden: true },
    kinds.map((kind) => h('button', { type: 'button', class: 'keep-button', on: { click: () => void press(kind) } }, kind.toUpperCase())),
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
  const element = h('div', { class: 'keep', hidden: true }, open, options, problem);
  // What is drawn first takes room.
  new ResizeObserver(() => element.toggleAttribute('hidden', !isDrawn(target))).observe(target);
  return element;
}
