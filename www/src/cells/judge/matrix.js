/** A grid of numbers with names at its rows and columns, and what it says of the cell that is pointed at. */

import { h } from '../../base/dom.js';
import { createGrid } from '../../figures/grid.js';

/** @typedef {{ row: number, col: number }} Place */

/**
 * @param {import('../../frame/cell.js').Context} ctx
 * @param {object} options
 * @param {string} options.label message key
 * @param {number} options.cell px
 * @param {string} options.columns what the columns are, `judge.axis-COLUMNS`
 * @param {string} options.rows
 * @param {(place: Place) => void} options.onPick
 * @param {(place: Place) => string} options.say
 */
export function createMatrix(ctx, { label, cell, columns, rows, onPick, say }) {
  const said = h('p', { class: 'confusion-said' });
  const [across, down] = ['confusion-across', 'confusion-down'].map((name) => h('div', { class: name, 'aria-hidden': 'true' }));
  const grid = createGrid(ctx, { label, cell, onPoint: (place) => (said.textContent = place ? say(place) : ''), onPick, say });
  const axis = (/** @type {string} */ name) => h('span', { class: `confusion-axis ${name}`, i18n: `judge.axis-${name}`, 'aria-hidden': 'true' });
  return {
    element: h('div', { class: 'confusion' }, axis(columns), across, axis(rows), down, grid.element),
    said,
    /** Where the names are. */
    across,
    down,
    draw: grid.draw,
  };
}
