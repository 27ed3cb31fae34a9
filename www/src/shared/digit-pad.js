/**
 * A sheet of paper to draw one digit on, with mouse, finger, pen or arrow keys.
 *
 * @module
 */

import { h } from '../base/dom.js';

/** Side of the sheet, pixels of its own. */
const SIDE = 280;
/** Width of a stroke: about what MNIST's pens left, for a digit that fills the sheet. */
const STROKE = 20;
/** A press of an arrow key moves the pen so far. */
const KEY_STEP = 10;
const PAPER = '#ffffff';
const INK = '#15181b';

/** @typedef {Array<[number, number]>} Stroke */

/**
 * @param {import('../frame/cell.js').Context} ctx
 * @param {{ onChange: (empty: boolean) => void }} options called after each stroke, undo and clear
 */
export function createPad(ctx, { onChange }) {
  const { t } = ctx;
  const canvas = h('canvas', {
    class: 'pad',
    width: SIDE,
    height: SIDE,
    tabindex: '0',
    role: 'application',
    i18nLabel: 'digit.pad-label',
    on: { pointerdown: down, pointermove: move, pointerup: up, pointercancel: up, keydown: key, blur: leave, focus: paint },
  });
  const state = h('p', { class: 'pad-state', role: 'status' });
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { willReadFrequently: true }));

  /** @type {Stroke[]} */
  let strokes = [];
  /** What undo brings back after a clear. @type {Stroke[][]} */
  let cleared = [];
  /** @type {Stroke | null} */
  let current = null;
  /** The finger, pen or mouse that draws it: the edge of a hand that rests on the sheet does not. @type {number | null} */
  let pointer = null;
  /** The pen of the arrow keys. */
  const cursor = { x: SIDE / 2, y: SIDE / 2, down: false, shown: false };

  /** @param {PointerEvent} event @returns {[number, number]} */
  function position(event) {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * SIDE, ((event.clientY - box.top) / box.height) * SIDE];
  }

  /** @param {PointerEvent} event */
  function down(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    if (pointer !== null && pointer !== event.pointerId) return;
    canvas.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    endStroke();
    pointer = event.pointerId;
    cursor.shown = false;
    current = [position(event)];
    strokes.push(current);
    paint();
  }

  /** @param {PointerEvent} event */
  function move(event) {
    if (!current || event.pointerId !== pointer) return;
    // Every place the pointer was at since the last frame, so that a fast curve is no polygon.
    const events = event.getCoalescedEvents?.() ?? [event];
    for (const each of events.length > 0 ? events : [event]) current.push(position(each));
    paint();
  }

  /** @param {PointerEvent} event */
  function up(event) {
    if (event.pointerId === pointer) endStroke();
  }

  function endStroke() {
    cursor.down = false;
    pointer = null;
    if (!current) return;
    current = null;
    paint();
    onChange(false);
  }

  function leave() {
    cursor.shown = false;
    if (cursor.down) endStroke();
    else paint();
  }

  /** @param {KeyboardEvent} event */
  function key(event) {
    const undoing = event.key === 'Backspace' || (event.key.toLowerCase() === 'z' && (event.ctrlKey || event.metaKey));
    /** @type {Record<string, [number, number]>} */
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const step = moves[event.key];
    if (step) steer(step[0] * KEY_STEP, step[1] * KEY_STEP);
    else if (event.key === ' ') togglePen();
    else if (undoing) undo();
    else if (event.key === 'Delete') clear();
    else return;
    event.preventDefault();
  }

  /** @param {number} dx @param {number} dy */
  function steer(dx, dy) {
    cursor.shown = true;
    cursor.x = Math.min(SIDE - KEY_STEP, Math.max(KEY_STEP, cursor.x + dx));
    cursor.y = Math.min(SIDE - KEY_STEP, Math.max(KEY_STEP, cursor.y + dy));
    if (cursor.down) current?.push([cursor.x, cursor.y]);
    paint();
  }

  function togglePen() {
    cursor.shown = true;
    if (cursor.down) endStroke();
    else {
      cursor.down = true;
      current = [[cursor.x, cursor.y]];
      strokes.push(current);
    }
    state.textContent = t(cursor.down ? 'digit.pen-down' : 'digit.pen-up');
    paint();
  }

  function undo() {
    if (current) endStroke();
    if (strokes.length > 0) strokes.pop();
    else strokes = cleared.pop() ?? [];
    paint();
    onChange(strokes.length === 0);
  }

  function clear() {
    if (current) endStroke();
    if (strokes.length === 0) return;
    cleared.push(strokes);
    strokes = [];
    paint();
    onChange(true);
  }

  /** The drawing alone: what the network is given. */
  function paintInk() {
    pen.fillStyle = PAPER;
    pen.fillRect(0, 0, SIDE, SIDE);
    pen.strokeStyle = INK;
    pen.fillStyle = INK;
    pen.lineWidth = STROKE;
    pen.lineCap = 'round';
    pen.lineJoin = 'round';
    for (const stroke of strokes) {
      pen.beginPath();
      pen.moveTo(...stroke[0]);
      for (const point of stroke.slice(1)) pen.lineTo(...point);
      // A dot is a line of nearly no length: one of none at all is not drawn.
      if (stroke.length === 1) pen.lineTo(stroke[0][0] + 0.01, stroke[0][1]);
      pen.stroke();
    }
  }

  function paint() {
    paintInk();
    if (!cursor.shown) return;
    pen.strokeStyle = cursor.down ? '#b3261e' : '#1d5fb4';
    pen.lineWidth = 3;
    pen.beginPath();
    pen.arc(cursor.x, cursor.y, STROKE / 2 + 4, 0, 2 * Math.PI);
    pen.moveTo(cursor.x - 6, cursor.y);
    pen.lineTo(cursor.x + 6, cursor.y);
    pen.moveTo(cursor.x, cursor.y - 6);
    pen.lineTo(cursor.x, cursor.y + 6);
    pen.stroke();
  }
  paint();

  return {
    canvas,
    state,
    undo,
    clear,
    get empty() {
      return strokes.length === 0;
    },
    /** @returns {ImageData} the drawing, without the pen */
    pixels() {
      paintInk();
      const data = pen.getImageData(0, 0, SIDE, SIDE);
      paint();
      return data;
    },
  };
}
