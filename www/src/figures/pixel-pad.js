/**
 * A small picture to draw on, pixel by pixel: with a finger, a mouse, or the arrow keys and Space.
 */

import { h, s } from '../base/dom.js';
import { drawPixels } from './pixels.js';

/** Radius of the brush and width of its soft edge, in pixels of the picture. */
const BRUSH = 1.1;
const EDGE = 0.9;

/**
 * @param {import('../base/context.js').Words} ctx
 * @param {{ size: number, label: string, onChange: (pixels: Float32Array) => void, onPoint?: (place: { row: number, col: number } | null) => void }} options
 *   `size`: pixels on a side; `label`: message key of its name; `onPoint`: where the pointer or the
 *   keyboard's cursor is
 */
export function createPixelPad(ctx, { size, label, onChange, onPoint }) {
  const pixels = new Float32Array(size * size);
  const canvas = h('canvas', { class: 'pixels', width: size, height: size, 'aria-hidden': 'true' });
  const window = s('rect', { class: 'mark mark-kernel', visibility: 'hidden' });
  const cursor = s('rect', { class: 'mark mark-cursor', width: 1, height: 1, visibility: 'hidden' });
  const element = h(
    'div',
    {
      class: 'pixel-pad',
      tabindex: '0',
      role: 'application',
      i18nLabel: label,
      on: { pointerdown: onDown, pointermove: onMove, pointerup: onUp, pointercancel: onUp, pointerleave: onLeave, keydown: onKey, blur: onLeave },
    },
    canvas,
    s('svg', { viewBox: `0 0 ${size} ${size}`, 'aria-hidden': 'true' }, window, cursor),
  );

  /** @type {{ row: number, col: number } | null} */
  let at = null;
  /** @type {[number, number] | null} */
  let last = null;
  let keyed = false;

  /** @param {PointerEvent} event @returns {[number, number]} x, y in pixels of the picture */
  function where(event) {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * size, ((event.clientY - box.top) / box.height) * size];
  }

  /** Lays ink along a line; ink only ever adds. @param {[number, number]} from @param {[number, number]} to */
  function stroke([x0, y0], [x1, y1]) {
    const reach = BRUSH + EDGE;
    const squared = (x1 - x0) ** 2 + (y1 - y0) ** 2;
    const [top, bottom] = [Math.min(y0, y1) - reach, Math.max(y0, y1) + reach].map((y) => clamp(Math.floor(y)));
    const [left, right] = [Math.min(x0, x1) - reach, Math.max(x0, x1) + reach].map((x) => clamp(Math.floor(x)));
    for (let row = top; row <= bottom; row += 1) {
      for (let col = left; col <= right; col += 1) {
        const [px, py] = [col + 0.5, row + 0.5];
        const along = squared ? Math.min(1, Math.max(0, ((px - x0) * (x1 - x0) + (py - y0) * (y1 - y0)) / squared)) : 0;
        const distance = Math.hypot(px - x0 - along * (x1 - x0), py - y0 - along * (y1 - y0));
        const ink = Math.min(1, Math.max(0, (reach - distance) / EDGE));
        pixels[row * size + col] = Math.max(pixels[row * size + col], ink);
      }
    }
    changed();
  }

  /** @param {number} index */
  const clamp = (index) => Math.min(size - 1, Math.max(0, index));

  function changed() {
    draw();
    onChange(pixels);
  }

  /** @param {PointerEvent} event */
  function onDown(event) {
    if (event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    element.focus({ preventScroll: true });
    last = where(event);
    stroke(last, last);
    event.preventDefault();
  }

  /** @param {PointerEvent} event */
  function onMove(event) {
    const [x, y] = where(event);
    point({ row: clamp(Math.floor(y)), col: clamp(Math.floor(x)) }, false);
    if (!last) return;
    // All the places between two frames, so that a quick stroke stays smooth.
    for (const each of event.getCoalescedEvents?.() ?? [event]) {
      const to = where(each);
      stroke(last, to);
      last = to;
    }
  }

  function onUp() {
    last = null;
  }

  function onLeave() {
    if (!last) point(null, false);
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const { row, col } = at ?? { row: size >> 1, col: size >> 1 };
    /** @type {Record<string, [number, number]>} */
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    const move = moves[event.key];
    if (move) point(at ? { row: clamp(row + move[0]), col: clamp(col + move[1]) } : { row, col }, true);
    else if (event.key === ' ' || event.key === 'Enter') paint(row, col, pixels[row * size + col] > 0.5 ? 0 : 1);
    else if (event.key === 'Delete' || event.key === 'Backspace') paint(row, col, 0);
    else return;
    event.preventDefault();
  }

  /** @param {number} row @param {number} col @param {number} ink */
  function paint(row, col, ink) {
    point({ row, col }, true);
    pixels[row * size + col] = ink;
    changed();
    ctx.announce(ctx.t(ink ? 'page.pixel-on' : 'page.pixel-off', { row: row + 1, col: col + 1 }));
  }

  /** @param {{ row: number, col: number } | null} place @param {boolean} byKey */
  function point(place, byKey) {
    keyed = byKey;
    at = place;
    cursor.setAttribute('visibility', place && keyed ? 'visible' : 'hidden');
    if (place) {
      cursor.setAttribute('x', String(place.col));
      cursor.setAttribute('y', String(place.row));
      if (byKey) ctx.announce(ctx.t('page.row-col', { row: place.row + 1, col: place.col + 1 }));
    }
    onPoint?.(place);
  }

  function draw() {
    drawPixels(canvas, pixels, { height: size, width: size, map: 'ink', range: [0, 1] });
  }
  draw();

  return {
    element,
    pixels,
    /** Again, in the colours of the theme. */
    draw,
    clear() {
      pixels.fill(0);
      changed();
    },
    /** Draws a path of an SVG, whose box is 0 … size, in place of what is there; no `onChange`. @param {string} path */
    trace(path) {
      const sheet = document.createElement('canvas');
      sheet.width = size;
      sheet.height = size;
      const context = sheet.getContext('2d', { willReadFrequently: true });
      if (!context) return;
      context.lineWidth = 2 * BRUSH + EDGE;
      context.lineCap = 'round';
      context.lineJoin = 'round';
      context.stroke(new Path2D(path));
      const { data } = context.getImageData(0, 0, size, size);
      for (let index = 0; index < pixels.length; index += 1) pixels[index] = data[index * 4 + 3] / 255;
      draw();
    },
    /** Frames a window, or none. @param {{ row: number, col: number, rows: number, cols: number } | null} place */
    frame(place) {
      window.setAttribute('visibility', place ? 'visible' : 'hidden');
      if (!place) return;
      window.setAttribute('x', String(place.col));
      window.setAttribute('y', String(place.row));
      window.setAttribute('width', String(place.cols));
      window.setAttribute('height', String(place.rows));
    },
  };
}
