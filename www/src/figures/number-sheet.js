/** A small table of numbers to read: a patch of pixels, the products of a filter. */

import { h, setChildren } from '../base/dom.js';
import { css, textOn } from './color.js';

/**
 * @param {{ label: string }} options `label`: message key of its name
 */
export function createNumberSheet({ label }) {
  const body = h('tbody');
  const element = h('table', { class: 'number-sheet', i18nLabel: label }, body);
  /** @type {HTMLElement[][]} */
  let cells = [];
  return {
    element,
    /**
     * @param {number} rows
     * @param {number} cols
     * @param {(row: number, col: number) => { text: string, color: readonly number[] | null }} cell
     */
    draw(rows, cols, cell) {
      if (cells.length !== rows || cells[0]?.length !== cols) {
        cells = Array.from({ length: rows }, () => Array.from({ length: cols }, () => h('td')));
        setChildren(body, cells.map((line) => h('tr', {}, line)));
      }
      cells.forEach((line, row) =>
        line.forEach((td, col) => {
          const { text, color } = cell(row, col);
          if (td.textContent !== text) td.textContent = text;
          const ground = color ? css(color) : '';
          if (td.dataset.ground === ground) return;
          td.dataset.ground = ground;
          td.style.backgroundColor = ground;
          td.style.color = color ? textOn(color) : '';
        }),
      );
    },
  };
}
