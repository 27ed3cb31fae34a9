/** A small table of numbers to edit: a filter, a map to pool. */

import { h, replace } from '../dom.js';
import { css, textOn } from './color.js';

/**
 * @typedef {object} TableLook
 * @property {[number, number, number, number]} [ring] padding around the numbers: top, bottom, left, right
 * @property {string} [ringText] what stands in the padding
 * @property {(row: number, col: number) => string} [className] of the number's cell
 */

/**
 * @param {import('../cells/cell.js').Context} ctx
 * @param {object} options
 * @param {string} options.label message key of its name
 * @param {(row: number, col: number) => number} options.get
 * @param {(row: number, col: number, value: number) => boolean} options.set false if not allowed
 * @param {number} [options.step] what the arrow keys add, with Shift ten times as much
 * @param {number} [options.digits] decimals shown
 * @param {(value: number) => readonly number[] | null} [options.color] RGB behind a number
 */
export function createNumberTable(ctx, { label, get, set, step = 1, digits = 2, color }) {
  const body = h('tbody');
  const element = h('table', { class: 'number-table', i18nLabel: label }, body);
  /** @type {HTMLInputElement[][]} */
  let inputs = [];
  /** @type {HTMLTableCellElement[][]} */
  let cells = [];
  let layout = '';

  /** @param {number} row @param {number} col */
  function createInput(row, col) {
    const input = h('input', { type: 'text', inputmode: 'decimal', autocomplete: 'off', class: 'number-cell' });
    input.addEventListener('focus', () => input.select());
    input.addEventListener('change', () => {
      const written = input.value.trim().replace('−', '-');
      const value = Number(written);
      if (written === '' || !Number.isFinite(value)) ctx.notify(ctx.t('page.not-a-number', { text: input.value }), 'warn');
      else set(row, col, value);
      show(row, col);
    });
    input.addEventListener('keydown', (event) => {
      const by = event.shiftKey ? step * 10 : step;
      const from = get(row, col);
      if (event.key === 'ArrowUp') set(row, col, round(from + by));
      else if (event.key === 'ArrowDown') set(row, col, round(from - by));
      else if (event.key === 'Enter') (inputs[row + 1]?.[col] ?? inputs[0]?.[col + 1])?.focus();
      else return;
      event.preventDefault();
      show(row, col);
      if (event.key !== 'Enter') input.select();
    });
    return input;
  }

  /** Sums of decimal steps stay decimal. @param {number} value */
  const round = (value) => Number(value.toFixed(6));

  /** @param {number} row @param {number} col */
  function show(row, col) {
    const input = inputs[row][col];
    const value = get(row, col);
    input.value = String(Number(value.toFixed(digits))).replace('-', '−');
    input.setAttribute('aria-label', ctx.t('page.row-col', { row: row + 1, col: col + 1 }));
    const rgb = color?.(value) ?? null;
    input.style.backgroundColor = rgb ? css(rgb) : '';
    input.style.color = rgb ? textOn(rgb) : '';
  }

  return {
    element,
    /**
     * @param {number} rows
     * @param {number} cols
     * @param {TableLook} [look]
     */
    draw(rows, cols, { ring = [0, 0, 0, 0], ringText = '', className = () => '' } = {}) {
      const [top, bottom, left, right] = ring;
      const wanted = [rows, cols, ...ring, ringText].join();
      if (wanted !== layout) {
        layout = wanted;
        inputs = Array.from({ length: rows }, (_, row) => Array.from({ length: cols }, (__, col) => createInput(row, col)));
        const pads = (/** @type {number} */ count) => Array.from({ length: count }, () => h('td', { class: 'number-pad', 'aria-hidden': 'true' }, ringText));
        const padRows = (/** @type {number} */ count) => Array.from({ length: count }, () => h('tr', {}, pads(left + cols + right)));
        cells = inputs.map((line) => line.map((input) => h('td', {}, input)));
        replace(body, padRows(top), cells.map((line) => h('tr', {}, pads(left), line, pads(right))), padRows(bottom));
      }
      for (let row = 0; row < rows; row += 1) {
        for (let col = 0; col < cols; col += 1) {
          cells[row][col].className = className(row, col);
          // What is being typed is left alone.
          if (inputs[row][col] !== document.activeElement || inputs[row][col].value === '') show(row, col);
        }
      }
    },
  };
}
