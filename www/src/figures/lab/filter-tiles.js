/** The filters of a convolution as tiles on one canvas, a pixel for each weight; CSS scales it up. */

import { h } from '../../dom.js';
import { diverging } from '../color.js';

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
      const lines = Math.ceil(count / line);
      canvas.width = line * (cols + 1) - 1;
      canvas.height = lines * (rows + 1) - 1;
      canvas.style.width = `${canvas.width * ZOOM}px`;
      canvas.setAttribute('aria-label', text);
      let peak = 0;
      for (let i = 0; i < values.length; i += 1) peak = Math.max(peak, Math.abs(values[i]));
      const pen = canvas.getContext('2d');
      if (!pen) return;
      const image = pen.createImageData(canvas.width, canvas.height);
      for (let n = 0; n < count; n += 1) {
        const [left, top] = [(n % line) * (cols + 1), Math.floor(n / line) * (rows + 1)];
        for (let y = 0; y < rows; y += 1) {
          for (let x = 0; x < cols; x += 1) {
            const [r, g, b] = diverging(values[(y * cols + x) * count + n] / (peak || 1));
            image.data.set([r, g, b, 255], 4 * ((top + y) * canvas.width + left + x));
          }
        }
      }
      pen.putImageData(image, 0, 0);
    },
  };
}
