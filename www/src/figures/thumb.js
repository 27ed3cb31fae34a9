/** A small picture for a cell that is closed, of pixels, curves and bars. It is decoration: the sentence beside it says more. */

import { h } from '../base/dom.js';
import { cssColor } from '../base/theme.js';
import { drawPixels } from './pixels.js';

/** Its size in CSS pixels. */
export const [WIDTH, HEIGHT] = [160, 100];
/** Canvas pixels to one of them: sharp on most screens. */
const DENSITY = 2;

/** @typedef {[x: number, y: number, width: number, height: number]} Box in CSS pixels */

export function createThumb() {
  const element = h('canvas', { class: 'thumb', width: WIDTH * DENSITY, height: HEIGHT * DENSITY });
  const context = /** @type {CanvasRenderingContext2D} */ (element.getContext('2d'));
  context.scale(DENSITY, DENSITY);
  /** One value a pixel, before it is scaled up. */
  const small = h('canvas');

  return {
    element,
    clear: () => context.clearRect(0, 0, WIDTH, HEIGHT),
    /**
     * Values as pixels with sharp edges.
     * @param {ArrayLike<number>} data height × width × channels values
     * @param {import('./pixels.js').PixelOptions} options
     * @param {Box} box
     */
    pixels(data, options, box) {
      drawPixels(small, data, options);
      context.imageSmoothingEnabled = false;
      context.drawImage(small, ...box);
    },
    /**
     * A curve from left to right, 0 at the bottom; what is not finite, or above the top, ends it.
     * @param {ArrayLike<number>} values
     * @param {{ top: number, color: string, length?: number }} options `top`: the value at the upper edge; `color`: a property of the
     *   theme; `length`: values that the whole width stands for
     * @param {Box} box
     */
    curve(values, { top, color, length = values.length }, [x, y, width, height]) {
      context.beginPath();
      for (let i = 0; i < values.length && Number.isFinite(values[i]); i += 1) {
        context.lineTo(x + (width * i) / Math.max(1, length - 1), y + height * (1 - Math.min(1, values[i] / top)));
      }
      context.strokeStyle = cssColor(color);
      context.lineWidth = 2;
      context.stroke();
    },
    /**
     * Bars side by side, from the bottom.
     * @param {ArrayLike<number>} values
     * @param {{ top: number, color: string }} options
     * @param {Box} box
     */
    bars(values, { top, color }, [x, y, width, height]) {
      context.fillStyle = cssColor(color);
      const step = width / values.length;
      for (let i = 0; i < values.length; i += 1) {
        const tall = (height * values[i]) / (top || 1);
        context.fillRect(x + i * step, y + height - tall, Math.max(1, step - 1), tall);
      }
    },
    /** Lines of letters of one width. @param {string[]} lines @param {Box} box */
    text(lines, [x, y, width, height]) {
      const tall = height / lines.length;
      context.fillStyle = cssColor('--ink-soft');
      context.font = `${tall * 0.8}px ui-monospace, monospace`;
      context.textBaseline = 'middle';
      context.save();
      context.beginPath();
      context.rect(x, y, width, height);
      context.clip();
      lines.forEach((line, i) => context.fillText(line, x, y + (i + 0.5) * tall));
      context.restore();
    },
  };
}

/** @typedef {ReturnType<typeof createThumb>} Thumb */
