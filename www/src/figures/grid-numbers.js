/**
 * The numbers in a grid's cells, on a canvas: as elements each of them would be laid out and painted by itself, which a
 * frame has no time for while a size is dragged. On paper and in a file they are text.
 */

import { h, s } from '../base/dom.js';
import { draw } from '../base/scheduler.js';
import { effect, untracked } from '../base/signals.js';
import { cssColor, theme } from '../base/theme.js';
import { isText } from './as-text.js';

/** Pixels of the canvas to one of the page, at most: beyond, nobody sees more. */
const SHARPEST = 3;
/** Pixels by which the canvas grows: one that has become another size has the page laid out again. */
const GROWS_BY = 128;

/**
 * @typedef {object} Written a number and where it stands, in the drawing's units
 * @property {string} text
 * @property {number} x its middle
 * @property {number} y
 * @property {number} size
 * @property {string} fill the text's colour if empty
 */

/**
 * @param {HTMLElement} element what is as large as the drawing
 * @param {SVGGElement} group takes the numbers while they are text
 */
export function createGridNumbers(element, group) {
  const canvas = h('canvas');
  const sheet = h('div', { class: 'grid-numbers', 'aria-hidden': 'true', hidden: true }, canvas);
  /** @type {Written[]} */
  let numbers = [];
  /** Left, top and width of the drawing, in its units. */
  let view = [0, 0, 1];
  /** What the element has become, in px. */
  let [width, height] = [0, 0];
  /** Pixels of the canvas to one of the page. */
  let drawnAt = 0;
  let asText = false;

  const observer = new ResizeObserver(([{ contentRect }]) => {
    ({ width, height } = contentRect);
    paint();
  });
  draw(element, () => {
    theme();
    paint();
  });
  // Who zooms gets other pixels.
  window.addEventListener('resize', paint);
  effect(() => {
    const on = isText(element);
    if (on !== asText) untracked(() => writeText(on));
  });

  function paint() {
    if (numbers.length === 0 || width === 0) return;
    const context = canvas.getContext('2d');
    if (!context) return;
    const ratio = Math.min(SHARPEST, window.devicePixelRatio || 1);
    const room = [width, height].map((side) => Math.ceil((side * ratio) / GROWS_BY) * GROWS_BY);
    if (ratio !== drawnAt || room[0] > canvas.width || room[1] > canvas.height) {
      drawnAt = ratio;
      [canvas.width, canvas.height] = room;
      // One pixel to one of the screen, wherever that begins.
      canvas.style.width = `${room[0] / ratio}px`;
    } else {
      context.clearRect(0, 0, canvas.width, canvas.height);
    }
    const scale = (width * ratio) / view[2];
    const [ink, font] = [cssColor('--ink'), cssColor('--font')];
    context.textAlign = 'center';
    let size = 0;
    let down = 0;
    let fill = '';
    for (const number of numbers) {
      if (number.size !== size) {
        size = number.size;
        context.font = `${size * scale}px ${font}`;
        // Half of what letters may rise above their line, less what they may sink.
        const { fontBoundingBoxAscent: up, fontBoundingBoxDescent: under } = context.measureText('0');
        down = (up - under) / 2;
      }
      if (fill !== (number.fill || ink)) context.fillStyle = fill = number.fill || ink;
      context.fillText(number.text, (number.x - view[0]) * scale, (number.y - view[1]) * scale + down);
    }
  }

  /** @param {boolean} on whether the numbers are text now */
  function writeText(on) {
    asText = on;
    sheet.hidden = on || numbers.length === 0;
    const text = (/** @type {Written} */ { text, x, y, size, fill }) =>
      s('text', { class: 'grid-text', x, y, css: { 'font-size': `${size}px`, ...(fill && { fill }) } }, text);
    group.replaceChildren(...(on ? numbers.map(text) : []));
  }

  return {
    /** @param {Written[]} next @param {number[]} within left, top and width of the drawing */
    write(next, within) {
      [numbers, view] = [next, within];
      if (asText) writeText(true);
      else if (sheet.hidden !== (next.length === 0)) sheet.hidden = next.length === 0;
      observer.disconnect();
      if (next.length === 0) return;
      // Most grids never have numbers.
      if (!sheet.parentNode) element.append(sheet);
      // Told anew, it answers once this frame is laid out, when the size is known, and whether or not that is another.
      observer.observe(element);
    },
  };
}
