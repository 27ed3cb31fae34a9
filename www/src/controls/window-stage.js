/**
 * A window that steps over an input and fills in the output, pixel by pixel, with the engine's own
 * values: the mean of what is under the window.
 */

import { h, morphChildren } from '../base/dom.js';
import { computed } from '../base/signals.js';
import { gray } from '../figures/color.js';
import { createGrid } from '../figures/grid.js';
import { watchHold } from '../figures/hold.js';
import { brightness } from '../figures/picture.js';
import { inside } from '../figures/receptive.js';
import { createStepper } from './stepper.js';

/** px of a cell, at most. */
const CELL = 84;
/** What the styles say of the height of both maps, at most. */
const HEIGHT = '--stage-height';
/** Numbers are written into inputs up to this many cells a side. */
const MAX_WRITTEN = 12;

/**
 * @typedef {object} StageData
 * @property {Float32Array} picture 32×32×3
 * @property {any} geometry as the engine gives it; null if the window fits nowhere
 * @property {'valid' | 'same' | number[]} padding what the engine is asked for
 * @property {[number, number]} input height and width
 * @property {[number, number]} kernel
 */

/**
 * @param {import('../base/context.js').Host} frame
 * @param {import('../base/context.js').Controls} ctx
 * @param {{ key: string, data: () => StageData, room: { rows: number, cols: number } }} options `key`: state key of the window's
 *   position, counted row by row; `data`: read from signals; `room`: cells that there is room for at least, so that numbers
 *   that stay within change the size of none
 */
export function createWindowStage(frame, ctx, { key, data, room }) {
  const { state, t, format } = ctx;
  const input = createGrid(ctx, { label: 'window.input', cell: CELL, ringToo: true, onPoint: drag, onPick: pickInput });
  const output = createGrid(ctx, {
    label: 'window.output',
    cell: CELL,
    onPoint: (place) => place && (hold.byKey || hold.pressed) && pickOutput(place),
    onPick: pickOutput,
    say: () => sentence(),
  });
  const inputTitle = h('p', { class: 'figure-panel-title' });
  const outputTitle = h('p', { class: 'figure-panel-title' });
  const outputPanel = h('div', { class: 'figure-panel' }, outputTitle, output.element);
  const now = h('p', { class: 'stage-now' });
  const stepper = createStepper(frame, ctx, { key, count, label: 'window.position', valueText: () => sentence() });
  const row = h('div', { class: 'figure-row' }, h('div', { class: 'figure-panel' }, inputTitle, input.element), outputPanel);
  const element = h('div', { class: 'stage' }, row, stepper.element);

  const shown = computed(data);
  const geometryNow = () => shown.value.geometry;
  const pixels = computed(() => brightness(shown.value.picture, ...shown.value.input));
  const means = computed(() => {
    const { geometry, padding } = shown.value;
    const [height, width] = geometry.input;
    const [tall, wide] = geometry.kernel;
    const mean = new Float32Array(tall * wide).fill(1 / (tall * wide));
    return /** @type {Float32Array} */ (ctx.engine.conv2d(pixels.value, [height, width, 1], mean, null, 1, { kernel: geometry.kernel, stride: geometry.stride, padding }).data);
  });
  /** Whether the cells are large enough for numbers. */
  const written = () => Math.max(...shown.value.input) <= MAX_WRITTEN;

  const hold = watchHold([input, output], (grid) => {
    if (!geometryNow()) return null;
    const [row, col] = place();
    return grid === output ? { row, col } : corner(row, col);
  });

  function count() {
    const geometry = geometryNow();
    return geometry ? geometry.output[0] * geometry.output[1] : 1;
  }

  /** @returns {[number, number]} row and column of the output that is being filled in */
  function place() {
    const at = Math.min(state.get(key), count() - 1);
    const width = geometryNow()?.output[1] ?? 1;
    return [Math.floor(at / width), at % width];
  }

  /** The window's first cell in the input; negative in the padding. @param {number} row @param {number} col */
  const corner = (row, col) => {
    const { stride, pad_before: before } = geometryNow();
    return { row: row * stride[0] - before[0], col: col * stride[1] - before[1] };
  };

  /** @param {import('../figures/grid.js').Place | null} cell */
  function drag(cell) {
    if (cell && (hold.pressed || hold.byKey)) pickInput(cell);
  }

  /** Moves the window so that a cell of the input is in its middle, as far as the stride lets it. @param {import('../figures/grid.js').Place} cell */
  function pickInput(cell) {
    const geometry = geometryNow();
    if (!geometry) return;
    const [row, col] = [cell.row, cell.col].map((at, axis) => {
      const middle = at + geometry.pad_before[axis] - (geometry.kernel[axis] - 1) / 2;
      return Math.min(geometry.output[axis] - 1, Math.max(0, Math.round(middle / geometry.stride[axis])));
    });
    pickOutput({ row, col });
  }

  /** @param {import('../figures/grid.js').Place} cell */
  function pickOutput({ row, col }) {
    const geometry = geometryNow();
    if (!geometry) return;
    stepper.stop();
    state.set(key, row * geometry.output[1] + col);
  }

  /** @param {number} value */
  const two = (value) => format.fixed(value, 2);

  /** What the figure shows now. */
  function sentence() {
    const geometry = geometryNow();
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
      value: two(means.value[row * geometry.output[1] + col]),
      count: geometry.kernel[0] * geometry.kernel[1],
      zeros,
    });
  }

  /**
   * One size of cell for both maps, so that it shows which is larger, and both beside each other.
   * @param {number[]} input height and width with all that is around it
   * @param {number[]} output
   */
  const cellOf = (input, output) => {
    const rows = Math.max(room.rows, input[0], output[0]);
    const cols = Math.max(room.cols, input[1] + output[1]);
    return `min(${CELL}px, (100cqi - var(--stage-gap)) / ${cols}, var(${HEIGHT}) / ${rows})`;
  };

  /** An input that is smaller than the window: both, to one scale, and no output. @param {StageData} data */
  function drawMisfit({ input: [height, width], kernel: [tall, wide] }) {
    const values = pixels.value;
    // Room for the part of the window that sticks out.
    const out = [Math.max(0, tall - height), Math.max(0, wide - width)];
    input.draw({
      rows: height,
      cols: width,
      color: (row, col) => gray(values[row * width + col]),
      ring: [0, out[0], 0, out[1]],
      marks: [{ row: 0, col: 0, rows: tall, cols: wide, kind: 'lost' }],
    });
    morphChildren(inputTitle, t('window.input-size', { size: [height, width] }));
    const whole = [height + out[0], width + out[1]];
    input.element.style.setProperty('--grid-width', `calc(${cellOf(whole, [0, 0])} * ${whole[1]})`);
  }

  frame.draw(() => {
    const { geometry } = shown.value;
    element.classList.toggle('misfit', !geometry);
    outputPanel.hidden = !geometry;
    if (!geometry) {
      stepper.stop();
      return drawMisfit(shown.value);
    }
    const [height, width] = geometry.input;
    const { pad_before: before, pad_after: after } = geometry;
    const padded = before[0] + before[1] + after[0] + after[1] > 0;
    const values = pixels.value;
    input.draw({
      rows: height,
      cols: width,
      color: (row, col) => gray(values[row * width + col]),
      text: written() ? (row, col) => two(values[row * width + col]) : undefined,
      ring: [before[0], after[0], before[1], after[1]],
      ringText: written() && padded ? '0' : undefined,
    });
    const whole = [0, 1].map((axis) => geometry.input[axis] + before[axis] + after[axis]);
    input.element.style.setProperty('--grid-width', `calc(${cellOf(whole, geometry.output)} * ${whole[1]})`);
    morphChildren(inputTitle, t(padded ? 'window.input-padded' : 'window.input-size', { size: [height, width], padded: whole }));
    morphChildren(outputTitle, t('window.output-size', { size: geometry.output }));
  });

  // Windows and the output's cells up to now: all that changes while the window moves.
  frame.draw(() => {
    const geometry = geometryNow();
    morphChildren(now, sentence());
    if (!geometry) return;
    const [rows, cols] = geometry.output;
    const [row, col] = place();
    const at = row * cols + col;
    const { pad_before: before, pad_after: after, lost, input: size } = geometry;
    /** @type {import('../figures/grid.js').Mark[]} */
    const marks = [];
    const whole = [0, 1].map((axis) => size[axis] + before[axis] + after[axis]);
    if (lost[1]) marks.push({ row: -before[0], col: size[1] + after[1] - lost[1], rows: whole[0], cols: lost[1], kind: 'lost', fill: true });
    if (lost[0]) marks.push({ row: size[0] + after[0] - lost[0], col: -before[1], rows: lost[0], cols: whole[1], kind: 'lost', fill: true });
    marks.push({ ...corner(row, col), rows: geometry.kernel[0], cols: geometry.kernel[1], kind: 'kernel', fill: true });
    input.mark(marks);
    const values = means.value;
    output.draw({
      rows,
      cols,
      color: (y, x) => (y * cols + x <= at ? gray(values[y * cols + x]) : null),
      text: written() ? (y, x) => (y * cols + x <= at ? two(values[y * cols + x]) : '') : undefined,
      marks: [{ row, col, kind: 'output' }],
    });
    output.element.style.setProperty('--grid-width', `calc(${cellOf(whole, geometry.output)} * ${cols})`);
  });

  row.style.setProperty('--stage-room', `calc(${cellOf([0, 0], [0, 0])} * ${room.rows})`);

  return { element, /** What it shows, in words. */ now, sentence, outputPanel, play: stepper.play, stop: stepper.stop, playing: stepper.playing };
}
