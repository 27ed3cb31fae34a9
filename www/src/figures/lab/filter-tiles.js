/** The filters of a convolution as tiles on one canvas, a pixel for each weight; CSS scales it up. */

import { h } from '../../base/dom.js';
import { diverging } from '../color.js';
import { drawTiles } from '../pixels.js';

/** CSS px of one weight, at most. */
const ZOOM = 9;

export function createFilterTiles() {
  const canvas = h('canvas', { class: 'pixels filter-tiles', role: 'img' });
  return {
    element: canvas,
    /**
     * @param {ArrayLike<number>} values `[rows, cols, count]`, one of which is drawn beside the other
     * @param {object} look
     * @param {number} look.rows of a filter
     * @param {number} look.cols of a filter
     * @param {number} look.count filters
     * @param {number} look.line filters in a line
     * @param {string} look.text alternative
     */
    draw(values, { rows, cols, count, line, text }) {
      let peak = 0;
      for (let i = 0; i < values.length; i += 1) peak = Math.max(peak, Math.abs(values[i]));
      drawTiles(canvas, values, { height: rows, width: cols, count, columns: line }, (value) => diverging(value / (peak || 1)));
      canvas.style.width = `${canvas.width * ZOOM}px`;
      canvas.setAttribute('aria-label', text);
    },
  };
}
