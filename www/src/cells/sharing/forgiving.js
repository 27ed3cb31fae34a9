/** How much of a pooled map changes, and what two detectors answer, as the digit moves to the right: numbers on colours. */

import { h, morphChildren } from '../../base/dom.js';
import { css, sequential, textOn } from '../../figures/color.js';

/** Pixels that the digit is moved by. */
export const SHIFTS = [0, 1, 2, 3, 4, 5, 6];

/**
 * @param {import('../../frame/cell.js').Context} ctx
 * @param {{ label: string, onPick: (shift: number) => void }} options `label`: message key of the table's name
 */
export function createShiftTable(ctx, { label, onPick }) {
  const { t, format } = ctx;
  const head = h('tr', {}, h('th', { scope: 'col', i18n: 'sharing.shift' }), SHIFTS.map((shift) => h('th', { scope: 'col' }, h('button', { type: 'button', class: 'link-button', on: { click: () => onPick(shift) } }, format.integer(shift)))));
  const body = h('tbody');
  const element = h('div', { class: 'table-scroll', tabindex: '0', role: 'group', i18nLabel: label }, h('table', { class: 'sharing-table' }, h('thead', {}, head), body));
  return {
    element,
    /**
     * @param {{ name: string, values: number[] }[]} rows shares, 0 to 1
     * @param {number} now the shift that is shown, if it is one of them
     */
    draw(rows, now) {
      [...head.children].forEach((cell, i) => {
        const button = cell.querySelector('button');
        button?.setAttribute('aria-label', t('sharing.move-to', { n: SHIFTS[i - 1] }));
        button?.setAttribute('aria-pressed', String(SHIFTS[i - 1] === now));
      });
      while (body.childElementCount > rows.length) body.lastElementChild?.remove();
      rows.forEach(({ name, values }, index) => {
        const line = body.children[index] ?? body.appendChild(h('tr', {}, h('th', { scope: 'row' }), SHIFTS.map(() => h('td'))));
        const [title, ...cells] = /** @type {HTMLElement[]} */ ([...line.children]);
        morphChildren(title, name);
        cells.forEach((cell, i) => {
          const rgb = sequential(0.15 + 0.8 * values[i]);
          cell.style.backgroundColor = css(rgb);
          cell.style.color = textOn(rgb);
          cell.classList.toggle('now', SHIFTS[i] === now);
          morphChildren(cell, format.percent(values[i], 0));
        });
      });
    },
  };
}
