/**
 * A grid of pixels or numbers with highlighted windows, a ring of padding, and a cursor that follows
 * the pointer or the arrow keys.
 *
 * Colours are a canvas of one pixel a cell; lines and highlights are SVG above it, numbers a canvas above that.
 */

import { h, s } from '../base/dom.js';
import { textOn } from './color.js';
import { createGridNumbers } from './grid-numbers.js';

/** Drawing units a cell is wide and high. */
const CELL = 32;
/** Units that a number is high, of one to three letters, of four, of more. */
const FONTS = [12, 10, 8.5];
/** Above this many cells numbers can't be read and are left out. */
const MAX_NUMBERS = 600;

/**
 * @typedef {{ row: number, col: number }} Place negative, or beyond the size, in the ring of padding
 *
 * @typedef {object} Mark a highlighted window, in cells; may reach into the ring
 * @property {number} row
 * @property {number} col
 * @property {number} [rows]
 * @property {number} [cols]
 * @property {'input' | 'kernel' | 'stride' | 'padding' | 'output' | 'lost' | 'cursor'} kind its colour
 * @property {boolean} [fill] a tint over the cells too
 *
 * @typedef {object} GridData
 * @property {number} rows
 * @property {number} cols
 * @property {(row: number, col: number) => readonly number[] | null} [color] 0 … 255 RGB; null for none
 * @property {(row: number, col: number) => string} [text] the number in a cell, if it fits
 * @property {[number, number, number, number]} [ring] padding: top, bottom, left, right
 * @property {string} [ringText] what stands in the ring's cells
 * @property {Mark[]} [marks]
 *
 * @typedef {object} GridOptions
 * @property {string} label message key of its name
 * @property {number} [cell] px of a cell where there is room
 * @property {number} [maxWidth] px
 * @property {(place: Place | null) => void} [onPoint] the cell under the pointer or the cursor
 * @property {boolean} [hover] whether the pointer points without a press, as it does if nothing else is said
 * @property {(place: Place) => void} [onPick] a cell was pressed, or Enter
 * @property {boolean} [ringToo] the cursor reaches into the ring
 * @property {(place: Place) => string} [say] what a screen reader says of a cell
 */

/**
 * @param {import('../base/context.js').Words} ctx
 * @param {GridOptions} options
 */
export function createGrid(ctx, { label, cell = 32, maxWidth = 640, onPoint, hover = true, onPick, ringToo = false, say }) {
  const interactive = Boolean(onPoint || onPick);
  const canvas = h('canvas', { class: 'pixels', 'aria-hidden': 'true' });
  const ringPath = s('path', { class: 'grid-ring', 'fill-rule': 'evenodd' });
  const lines = s('path', { class: 'grid-lines' });
  const texts = s('g', { class: 'grid-texts' });
  const marks = s('g', { class: 'grid-marks' });
  const svg = s('svg', { 'aria-hidden': 'true' }, ringPath, lines, texts, marks);
  const element = h(
    'div',
    interactive
      ? { class: 'grid interactive', tabindex: '0', role: 'application', i18nLabel: label }
      : { class: 'grid', role: 'img', i18nLabel: label },
    canvas,
    svg,
  );
  const numbers = createGridNumbers(element, texts);

  /** @type {GridData} */
  let data = { rows: 1, cols: 1 };
  /** @type {[number, number, number, number]} */
  let ring = [0, 0, 0, 0];
  let layout = '';
  /** What the highlights have been given: to compare is cheaper than to ask the document. @type {string[]} */
  const marked = [];
  /** @type {Place | null} */
  let cursor = null;

  if (interactive) {
    element.addEventListener('pointermove', (event) => point(placeOf(event), hover));
    element.addEventListener('pointerdown', (event) => point(placeOf(event)));
    element.addEventListener('pointerleave', () => point(null));
    element.addEventListener('click', (event) => {
      const place = placeOf(event);
      if (place) onPick?.(place);
    });
    element.addEventListener('keydown', onKey);
    element.addEventListener('blur', () => point(null));
  }

  /** Everything that can be pointed at: first and last row and column. */
  function bounds() {
    const [top, bottom, left, right] = ringToo ? ring : [0, 0, 0, 0];
    return { top: -top, bottom: data.rows - 1 + bottom, left: -left, right: data.cols - 1 + right };
  }

  /** @param {MouseEvent} event @returns {Place | null} */
  function placeOf(event) {
    const box = svg.getBoundingClientRect();
    if (box.width === 0) return null;
    const size = box.width / (data.cols + ring[2] + ring[3]);
    const row = Math.floor((event.clientY - box.top) / size) - ring[0];
    const col = Math.floor((event.clientX - box.left) / size) - ring[2];
    const edge = bounds();
    return row >= edge.top && row <= edge.bottom && col >= edge.left && col <= edge.right ? { row, col } : null;
  }

  /** @param {Place | null} place @param {boolean} [tell] */
  function point(place, tell = true) {
    if (place?.row === cursor?.row && place?.col === cursor?.col) return;
    cursor = place;
    if (tell) onPoint?.(place);
    drawMarks();
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const edge = bounds();
    const { row, col } = cursor ?? { row: edge.top, col: edge.left };
    /** @type {Record<string, Place>} */
    const moves = {
      ArrowUp: { row: row - 1, col },
      ArrowDown: { row: row + 1, col },
      ArrowLeft: { row, col: col - 1 },
      ArrowRight: { row, col: col + 1 },
      Home: { row, col: edge.left },
      End: { row, col: edge.right },
      PageUp: { row: edge.top, col },
      PageDown: { row: edge.bottom, col },
    };
    const move = moves[event.key];
    if (move) {
      // The first press only brings the cursor in.
      const wanted = cursor ? move : { row, col };
      const place = {
        row: Math.min(edge.bottom, Math.max(edge.top, wanted.row)),
        col: Math.min(edge.right, Math.max(edge.left, wanted.col)),
      };
      point(place);
      if (say) ctx.announce(say(place));
    } else if ((event.key === 'Enter' || event.key === ' ') && cursor) {
      onPick?.(cursor);
    } else if (event.key === 'Escape' && cursor) {
      point(null);
    } else {
      return;
    }
    event.preventDefault();
  }

  /** The parts that depend on sizes alone. */
  function layOut() {
    const [top, bottom, left, right] = ring;
    const { rows, cols } = data;
    const [width, height] = [cols + left + right, rows + top + bottom];
    svg.setAttribute('viewBox', `${-left * CELL - 1} ${-top * CELL - 1} ${width * CELL + 2} ${height * CELL + 2}`);
    element.style.setProperty('--grid-width', `${Math.min(maxWidth, width * cell)}px`);
    element.style.setProperty('--grid-ratio', `${width} / ${height}`);
    canvas.style.left = `${(100 * left) / width}%`;
    canvas.style.top = `${(100 * top) / height}%`;
    canvas.style.width = `${(100 * cols) / width}%`;
    canvas.style.height = `${(100 * rows) / height}%`;
    canvas.width = cols;
    canvas.height = rows;

    const box = (/** @type {number[]} */ [x, y, w, tall]) => `M${x * CELL} ${y * CELL}h${w * CELL}v${tall * CELL}h${-w * CELL}z`;
    ringPath.setAttribute('d', box([-left, -top, width, height]) + box([0, 0, cols, rows]));
    let path = '';
    for (let row = -top; row <= rows + bottom; row += 1) path += `M${-left * CELL} ${row * CELL}h${width * CELL}`;
    for (let col = -left; col <= cols + right; col += 1) path += `M${col * CELL} ${-top * CELL}v${height * CELL}`;
    lines.setAttribute('d', path);
  }

  function drawCells() {
    const context = canvas.getContext('2d');
    const { rows, cols, color, text, ringText } = data;
    const [top, bottom, left, right] = ring;
    const fits = (rows + top + bottom) * (cols + left + right) <= MAX_NUMBERS;
    const image = color && context ? context.createImageData(cols, rows) : null;
    /** @type {import('./grid-numbers.js').Written[]} */
    const written = [];
    const write = (/** @type {number} */ row, /** @type {number} */ col, /** @type {string} */ text, fill = '') => {
      const size = FONTS[Math.max(0, Math.min(2, text.length - 3))];
      if (text) written.push({ text, x: (col + 0.5) * CELL, y: (row + 0.5) * CELL, size, fill });
    };
    for (let row = 0; row < rows; row += 1) {
      for (let col = 0; col < cols; col += 1) {
        const rgb = color?.(row, col) ?? null;
        if (rgb && image) {
          const at = (row * cols + col) * 4;
          [image.data[at], image.data[at + 1], image.data[at + 2]] = rgb;
          image.data[at + 3] = 255;
        }
        if (text && fits) write(row, col, text(row, col), rgb ? textOn(rgb) : '');
      }
    }
    if (image && context) context.putImageData(image, 0, 0);
    else context?.clearRect(0, 0, cols, rows);
    if (ringText && fits) {
      for (let row = -top; row < rows + bottom; row += 1) {
        const inside = row >= 0 && row < rows;
        for (let col = -left; col < cols + right; col += 1) if (!inside || col < 0 || col >= cols) write(row, col, ringText);
      }
    }
    numbers.write(written, [-left * CELL - 1, -top * CELL - 1, (cols + left + right) * CELL + 2]);
  }

  function drawMarks() {
    const shown = [...(data.marks ?? [])];
    if (cursor) shown.push({ ...cursor, kind: 'cursor' });
    while (marks.childElementCount > shown.length) marks.lastElementChild?.remove();
    shown.forEach(({ row, col, rows = 1, cols = 1, kind, fill = false }, index) => {
      const look = [row, col, rows, cols, kind, fill].join();
      if (marked[index] === look && marks.children[index]) return;
      marked[index] = look;
      const rect = marks.children[index] ?? marks.appendChild(s('rect'));
      rect.setAttribute('class', `mark mark-${kind}${fill ? ' fill' : ''}`);
      rect.setAttribute('x', String(col * CELL));
      rect.setAttribute('y', String(row * CELL));
      rect.setAttribute('width', String(cols * CELL));
      rect.setAttribute('height', String(rows * CELL));
    });
  }

  return {
    element,
    /** @param {GridData} next */
    draw(next) {
      data = { ...next, marks: next.marks ?? data.marks };
      ring = next.ring ?? [0, 0, 0, 0];
      const wanted = [next.rows, next.cols, ...ring].join();
      if (wanted !== layout) {
        layout = wanted;
        layOut();
      }
      drawCells();
      drawMarks();
    },
    /** Only the highlights: cheaper than `draw`. @param {Mark[]} next */
    mark(next) {
      data = { ...data, marks: next };
      drawMarks();
    },
    /** Puts the cursor somewhere, as the arrow keys do. @param {Place | null} place */
    point,
  };
}
