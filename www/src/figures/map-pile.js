/** Maps one behind the other, seen from the side, with their real pixels; one of them is pulled out. */

import { h, widthOf } from '../base/dom.js';
import { cssColor } from '../base/theme.js';
import { drawPixels } from './pixels.js';

/** Share of a map's width that its slanted side takes, and how far that side rises. */
const LEAN = 0.5;
const RISE = 0.17;
/** px above and below the maps: a lifted one, and the sizes. */
const ROOM = 66;
const PAD = 14;

/**
 * @typedef {object} Sheet
 * @property {HTMLCanvasElement} canvas one pixel a value
 * @property {string} color CSS property of its edge, such as `--input`
 *
 * @typedef {object} Pile
 * @property {{ sheets: Sheet[], height: number, width: number, name: string }[]} groups
 * @property {number} pick the chosen sheet of the last group
 */

/**
 * @param {{ label: string, onPick: (index: number) => void }} options `onPick`: a sheet of the last group
 */
export function createMapPile({ label, onPick }) {
  const canvas = h('canvas', { class: 'map-pile', role: 'img', i18nLabel: label });
  const element = h('div', { class: 'map-pile-box' }, canvas);
  /** @type {Pile | null} */
  let data = null;
  /** Corners of the last group's sheets, front first. @type {{ x: number, y: number, wide: number, tall: number, rise: number }[]} */
  let places = [];

  const room = widthOf(element, paint);
  canvas.addEventListener('click', (event) => {
    const box = canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    // The first in front whose slanted area holds the point.
    const index = places.findIndex(({ x: left, y: top, wide, tall, rise }) => {
      const along = (x - left) / wide;
      const down = y - top + rise * along;
      return along >= 0 && along <= 1 && down >= 0 && down <= tall;
    });
    if (index >= 0) onPick(index);
  });

  function paint() {
    if (!data) return;
    const context = canvas.getContext('2d');
    if (!context) return;
    const width = Math.max(280, room());
    const scale = window.devicePixelRatio || 1;
    const tallest = Math.min(190, width * 0.3);
    const height = Math.round(tallest * (1 + RISE)) + ROOM;
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.style.height = `${height}px`;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    context.imageSmoothingEnabled = false;

    const { groups, pick } = data;
    // Asked for once: the style engine is slow to answer.
    const names = new Set(['--kernel', '--ink-soft', '--font', ...groups.flatMap(({ sheets }) => sheets.map(({ color }) => color))]);
    const css = Object.fromEntries([...names].map((name) => [name, cssColor(name)]));
    const largest = Math.max(...groups.flatMap(({ height, width }) => [height, width]));
    const gapBetween = Math.max(24, width * 0.05);
    const leans = groups.map((each) => (each.width / largest) * tallest * LEAN);
    const gaps = groups.reduce((count, { sheets }) => count + sheets.length - 1, 0);
    const spread = width - 2 * PAD - gapBetween * (groups.length - 1) - leans.reduce((sum, each) => sum + each, 0);
    const gap = Math.min(62, spread / Math.max(1, gaps));
    const used = gap * gaps + gapBetween * (groups.length - 1) + leans.reduce((sum, each) => sum + each, 0);
    let left = (width - used) / 2;
    places = [];
    groups.forEach(({ sheets, height: down, width: across, name }, group) => {
      const tall = (down / largest) * tallest;
      const wide = leans[group];
      const rise = (wide / LEAN) * RISE;
      const top = (height - 20) / 2 - tall / 2 + rise / 2 + 4;
      const last = group === groups.length - 1;
      // From the back (right) to the front (left); the chosen one is lifted.
      const corners = sheets.map((_, index) => ({ x: left + index * gap, y: top - (last && index === pick ? 14 : 0), wide, tall, rise }));
      for (let index = sheets.length - 1; index >= 0; index -= 1) {
        const { x, y } = corners[index];
        context.setTransform(scale * (wide / across), -scale * (rise / across), 0, scale * (tall / down), scale * x, scale * y);
        context.drawImage(sheets[index].canvas, 0, 0);
        context.setTransform(scale, 0, 0, scale, 0, 0);
        const chosen = last && index === pick;
        context.beginPath();
        context.moveTo(x, y);
        context.lineTo(x + wide, y - rise);
        context.lineTo(x + wide, y - rise + tall);
        context.lineTo(x, y + tall);
        context.closePath();
        context.lineWidth = chosen ? 2.5 : 1;
        context.strokeStyle = css[chosen ? '--kernel' : sheets[index].color];
        context.stroke();
      }
      if (last) places = corners;
      context.fillStyle = css['--ink-soft'];
      context.font = `14px ${css['--font']}`;
      context.textAlign = 'center';
      context.fillText(name, left + (gap * (sheets.length - 1) + wide) / 2, height - 8);
      left += gap * (sheets.length - 1) + wide + gapBetween;
    });
  }

  return {
    element,
    /** @param {Pile} next */
    draw(next) {
      data = next;
      paint();
    },
  };
}

/**
 * One channel of a map as a sheet's canvas.
 * @param {ArrayLike<number>} values
 * @param {import('./pixels.js').PixelOptions} options
 * @param {HTMLCanvasElement} [canvas] one to draw on again: a new one is dear
 */
export function sheetCanvas(values, options, canvas = document.createElement('canvas')) {
  drawPixels(canvas, values, options);
  return canvas;
}
