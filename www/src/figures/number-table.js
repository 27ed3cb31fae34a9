/** A small table of numbers to edit: a filter, a map to pool. */

import { h } from '../base/dom.js';
import { css, textOn } from './color.js';

/**
 * @typedef {object} TableLook
 * @property {[number, number, number, number]} [ring] padding around the numbers: top, bottom, left, right
 * @property {string} [ringText] what stands in the padding
 * @property {(row: number, col: number) => string} [className] of the number's cell
 */

/**
 * @param {import('../base/context.js').Words} ctx
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
  // Everything made so far: what is too much for now is hidden. Browsers look through all fields of a page whenever one
  // comes or goes, to see what they could fill in.
  /** @type {HTMLTableRowElement[]} */
  const lines = [];
  /** @type {HTMLInputElement[][]} */
  const inputs = [];
  /** @type {HTMLTableCellElement[][]} */
  const cells = [];
  let layout = '';
  let labelled = '';

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
      else if (event.key === 'Enter') below(row, col)?.focus();
      else return;
      event.preventDefault();
      show(row, col);
      if (event.key !== 'Enter') input.select();
    });
    return input;
  }

  /** Where Enter leads. @param {number} row @param {number} col */
  function below(row, col) {
    const shown = (/** @type {number} */ y, /** @type {number} */ x) => (lines[y]?.hidden || cells[y]?.[x]?.hidden ? undefined : inputs[y]?.[x]);
    return shown(row + 1, col) ?? shown(0, col + 1);
  }

  /** Sums of decimal steps stay decimal. @param {number} value */
  const round = (value) => Number(value.toFixed(6));

  /** @param {number} row @param {number} col */
  function show(row, col) {
    const input = inputs[row][col];
    const value = get(row, col);
    const written = String(Number(value.toFixed(digits))).replace('-', '−');
    if (input.value !== written) input.value = written;
    if (!color) return;
    const rgb = color(value);
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
        labelled = '';
        for (const pad of body.querySelectorAll('.number-pads, .number-pad')) pad.remove();
        const pads = (/** @type {number} */ count) => Array.from({ length: count }, () => h('td', { class: 'number-pad', 'aria-hidden': 'true' }, ringText));
        const padRows = (/** @type {number} */ count) => Array.from({ length: count }, () => h('tr', { class: 'number-pads' }, pads(left + cols + right)));
        for (let row = 0; row < Math.max(rows, lines.length); row += 1) {
          const line = (lines[row] ??= body.appendChild(h('tr')));
          line.hidden = row >= rows;
          if (line.hidden) continue;
          const made = (cells[row] ??= []);
          for (let col = made.length; col < cols; col += 1) {
            (inputs[row] ??= [])[col] = createInput(row, col);
            made[col] = line.appendChild(h('td', {}, inputs[row][col]));
          }
          made.forEach((cell, col) => {
            cell.hidden = col >= cols;
          });
          line.prepend(...pads(left));
          line.append(...pads(right));
        }
        body.prepend(...padRows(top));
        body.append(...padRows(bottom));
      }
      const lang = ctx.lang();
      for (let row = 0; row < rows; row += 1) {
        for (let col = 0; col < cols; col += 1) {
          const name = className(row, col);
          if (cells[row][col].className !== name) cells[row][col].className = name;
          if (labelled !== lang) inputs[row][col].setAttribute('aria-label', ctx.t('page.row-col', { row: row + 1, col: col + 1 }));
          // What is being typed is left alone.
          if (inputs[row][col] !== document.activeElement || inputs[row][col].value === '') show(row, col);
        }
      }
      labelled = lang;
    },
  };
}
