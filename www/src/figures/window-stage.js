/**
 * A window that steps over an input and fills in the output, pixel by pixel, with the engine's own
 * values: the mean of what is under the window.
 */

import { h, morphChildren } from '../base/dom.js';
import { gray } from './color.js';
import { createGrid } from './grid.js';
import { watchHold } from './hold.js';
import { brightness } from './picture.js';
import { inside } from './receptive.js';
import { createStepper } from './stepper.js';

/** px of a cell, and px of the whole input, at most. */
const CELL = 48;
const WIDTH = 480;
/** Numbers are written into inputs up to this many cells a side. */
const MAX_WRITTEN = 12;

/**
 * @typedef {object} StageData
 * @property {Float32Array} picture 32×32×3
 * @property {any} geometry as the engine gives it
 * @property {'valid' | 'same' | number[]} padding what the engine is asked for
 */

/**
 * @param {import('../frame/cell.js').Frame} frame
 * @param {import('../frame/cell.js').Context} ctx
 * @param {{ key: string }} options `key`: state key of the window's position, counted row by row
 */
export function createWindowStage(frame, ctx, { key }) {
  const { state, t, format } = ctx;
  const input = createGrid(ctx, { label: 'window.input', cell: CELL, maxWidth: WIDTH, ringToo: true, onPoint: drag, onPick: pickInput });
  const output = createGrid(ctx, {
    label: 'window.output',
    cell: CELL,
    maxWidth: WIDTH,
    onPoint: (place) => place && (hold.byKey || hold.pressed) && pickOutput(place),
    onPick: pickOutput,
    say: () => sentence(),
  });
  const inputTitle = h('p', { class: 'figure-panel-title' });
  const outputTitle = h('p', { class: 'figure-panel-title' });
  const outputPanel = h('div', { class: 'figure-panel' }, outputTitle, output.element);
  const now = h('p', { class: 'stage-now' });
  const stepper = createStepper(frame, ctx, { key, count, label: 'window.position', valueText: () => sentence() });
  const element = h(
    'div',
    { class: 'stage' },
    h(
      'div',
      { class: 'figure-row' },
      h('div', { class: 'figure-panel' }, inputTitle, input.element),
      outputPanel,
    ),
    stepper.element,
    now,
  );

  /** @type {any} */
  let geometry = null;
  /** @type {Float32Array} */
  let pixels = new Float32Array(1);
  /** @type {Float32Array} */
  let means = new Float32Array(1);
  let written = false;

  const hold = watchHold([input, output], (grid) => {
    if (!geometry) return null;
    const [row, col] = place();
    return grid === output ? { row, col } : corner(row, col);
  });

  function count() {
    return geometry ? geometry.output[0] * geometry.output[1] : 1;
  }

  /** @returns {[number, number]} row and column of the output that is being filled in */
  function place() {
    const at = Math.min(state.get(key), count() - 1);
    const width = geometry?.output[1] ?? 1;
    return [Math.floor(at / width), at % width];
  }

  /** The window's first cell in the input; negative in the padding. @param {number} row @param {number} col */
  const corner = (row, col) => ({
    row: row * geometry.stride[0] - geometry.pad_before[0],
    col: col * geometry.stride[1] - geometry.pad_before[1],
  });

  /** @param {import('./grid.js').Place | null} cell */
  function drag(cell) {
    if (cell && (hold.pressed || hold.byKey)) pickInput(cell);
  }

  /** Moves the window so that a cell of the input is in its middle, as far as the stride lets it. @param {import('./grid.js').Place} cell */
  function pickInput(cell) {
    if (!geometry) return;
    const [row, col] = [cell.row, cell.col].map((at, axis) => {
      const middle = at + geometry.pad_before[axis] - (geometry.kernel[axis] - 1) / 2;
      return Math.min(geometry.output[axis] - 1, Math.max(0, Math.round(middle / geometry.stride[axis])));
    });
    pickOutput({ row, col });
  }

  /** @param {import('./grid.js').Place} cell */
  function pickOutput({ row, col }) {
    if (!geometry) return;
    stepper.stop();
    state.set(key, row * geometry.output[1] + col);
  }

  /** @param {number} value */
  const two = (value) => format.fixed(value, 2);

  /** What the figure shows now. */
  function sentence() {
    if (!geometry) return '';
    const [row, col] = place();
    const from = corner(row, col);
    // What of the window lies on the input itself; the rest is padding.
    const real = inside({ ...from, rows: geometry.kernel[0], cols: geometry.kernel[1] }, geometry.input[0], geometry.input[1]);
    const pixelsUnder = Math.max(0, real.rows) * Math.max(0, real.cols);
    const zeros = geometry.kernel[0] * geometry.kernel[1] - pixelsUnder;
    return t(pixelsUnder === 0 ? 'window.now-zeros' : zeros > 0 ? 'window.now-padded' : 'window.now', {
      row: row + 1,
      col: col + 1,
      top: real.row + 1,
      bottom: real.row + real.rows,
      left: real.col + 1,
      right: real.col + real.cols,
      value: two(means[row * geometry.output[1] + col]),
      count: geometry.kernel[0] * geometry.kernel[1],
      zeros,
    });
  }

  /** Windows and the output's cells up to now: all that changes while the window moves. */
  function move() {
    if (!geometry) return;
    const [rows, cols] = geometry.output;
    const [row, col] = place();
    const at = row * cols + col;
    const { pad_before: before, pad_after: after, lost, input: size } = geometry;
    /** @type {import('./grid.js').Mark[]} */
    const marks = [];
    const whole = [0, 1].map((axis) => size[axis] + before[axis] + after[axis]);
    if (lost[1]) marks.push({ row: -before[0], col: size[1] + after[1] - lost[1], rows: whole[0], cols: lost[1], kind: 'lost', fill: true });
    if (lost[0]) marks.push({ row: size[0] + after[0] - lost[0], col: -before[1], rows: lost[0], cols: whole[1], kind: 'lost', fill: true });
    marks.push({ ...corner(row, col), rows: geometry.kernel[0], cols: geometry.kernel[1], kind: 'kernel', fill: true });
    input.mark(marks);
    output.draw({
      rows,
      cols,
      color: (y, x) => (y * cols + x <= at ? gray(means[y * cols + x]) : null),
      text: written ? (y, x) => (y * cols + x <= at ? two(means[y * cols + x]) : '') : undefined,
      marks: [{ row, col, kind: 'output' }],
    });
    morphChildren(now, sentence());
    scale();
  }

  /** One size of cell for both maps, so that it shows which is larger. */
  function scale() {
    const whole = [0, 1].map((axis) => geometry.input[axis] + geometry.pad_before[axis] + geometry.pad_after[axis]);
    const cell = `min(${Math.min(CELL, WIDTH / Math.max(...whole))}px, 100cqi / ${whole[1]})`;
    input.element.style.setProperty('--grid-width', `calc(${cell} * ${whole[1]})`);
    output.element.style.setProperty('--grid-width', `calc(${cell} * ${geometry.output[1]})`);
  }

  /**
   * An input that is smaller than the window: both, to one scale, and no output.
   * @param {{ picture: Float32Array, input: [number, number], kernel: [number, number] }} sizes
   */
  function misfit({ picture, input: [height, width], kernel: [tall, wide] }) {
    geometry = null;
    element.classList.add('misfit');
    outputPanel.hidden = true;
    now.textContent = '';
    stepper.stop();
    pixels = brightness(picture, height, width);
    // Room for the part of the window that sticks out.
    const out = [Math.max(0, tall - height), Math.max(0, wide - width)];
    input.draw({
      rows: height,
      cols: width,
      color: (row, col) => gray(pixels[row * width + col]),
      ring: [0, out[0], 0, out[1]],
      marks: [{ row: 0, col: 0, rows: tall, cols: wide, kind: 'lost' }],
    });
    inputTitle.textContent = t('window.input-size', { size: [height, width] });
    const whole = [height + out[0], width + out[1]];
    const cell = `min(${Math.min(CELL, WIDTH / Math.max(...whole))}px, 100cqi / ${whole[1]})`;
    input.element.style.setProperty('--grid-width', `calc(${cell} * ${whole[1]})`);
  }

  return {
    element,
    sentence,
    move,
    misfit,
    /** Everything, when more than the position has changed. @param {StageData} data */
    draw(data) {
      element.classList.remove('misfit');
      outputPanel.hidden = false;
      geometry = data.geometry;
      const [height, width] = geometry.input;
      const [tall, wide] = geometry.kernel;
      pixels = brightness(data.picture, height, width);
      const mean = new Float32Array(tall * wide).fill(1 / (tall * wide));
      means = ctx.engine.conv2d(pixels, [height, width, 1], mean, null, 1, { kernel: geometry.kernel, stride: geometry.stride, padding: data.padding }).data;
      written = Math.max(height, width) <= MAX_WRITTEN;
      const { pad_before: before, pad_after: after } = geometry;
      const padded = before[0] + before[1] + after[0] + after[1] > 0;
      input.draw({
        rows: height,
        cols: width,
        color: (row, col) => gray(pixels[row * width + col]),
        text: written ? (row, col) => two(pixels[row * width + col]) : undefined,
        ring: [before[0], after[0], before[1], after[1]],
        ringText: written && padded ? '0' : undefined,
      });
      const sizes = { size: [height, width], padded: [height + before[0] + after[0], width + before[1] + after[1]] };
      morphChildren(inputTitle, t(padded ? 'window.input-padded' : 'window.input-size', sizes));
      morphChildren(outputTitle, t('window.output-size', { size: geometry.output }));
      stepper.update();
      move();
    },
  };
}
