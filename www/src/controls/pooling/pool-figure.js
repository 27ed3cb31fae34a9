/** A map, its pooling, and the gradient's way back, as four tables of numbers that follow one selected window. */

import { h } from '../../base/dom.js';
import { diverging } from '../../figures/color.js';
import { createGrid } from '../../figures/grid.js';
import { createNumberTable } from '../../figures/number-table.js';
import { fillGrad, fillValue, fit, windowAt } from '../../figures/pooling/pool.js';

/** Colours of neighbouring windows, where they don't overlap. */
const TINTS = ['kernel', 'input', 'stride', 'output'];

/**
 * @param {import('../../base/context.js').Controls} ctx
 * @param {{ onSelect: (index: number) => void, say: (index: number) => string }} options `onSelect`: an output
 */
export function createPoolFigure(ctx, { onSelect, say }) {
  const { state, format } = ctx;
  /** @type {import('../../figures/pooling/pool.js').Pooled | null} */
  let pooled = null;
  let selected = 0;
  let overlap = false;

  /** @param {string} key @param {number} index @param {number} value @param {number} length @param {(index: number) => number} fill */
  function put(key, index, value, length, fill) {
    const list = [...fit(state.get(key), length, fill)];
    list[index] = value;
    return state.set(key, list);
  }
  const side = () => /** @type {number} */ (state.get('pooling.n'));
  const out = () => pooled?.out ?? 1;

  const input = createNumberTable(ctx, {
    label: 'pooling.input',
    get: (row, col) => pooled?.map[row * side() + col] ?? 0,
    set: (row, col, value) => put('pooling.values', row * side() + col, value, side() ** 2, fillValue),
  });
  const output = createGrid(ctx, {
    label: 'pooling.output',
    cell: 52,
    maxWidth: 364,
    onPoint: (place) => place && onSelect(place.row * out() + place.col),
    onPick: (place) => onSelect(place.row * out() + place.col),
    say: ({ row, col }) => say(row * out() + col),
  });
  const dOutput = createNumberTable(ctx, {
    label: 'pooling.d-output',
    get: (row, col) => pooled?.dOutput[row * out() + col] ?? 0,
    set: (row, col, value) => put('pooling.grad', row * out() + col, value, out() ** 2, fillGrad),
  });
  const dInput = createGrid(ctx, { label: 'pooling.d-input', cell: 52, maxWidth: 416 });

  /** @param {string} title @param {HTMLElement} drawing */
  const panel = (title, drawing) => h('div', { class: 'figure-panel' }, h('p', { class: 'figure-panel-title', i18n: title }), drawing);
  const arrow = (/** @type {string} */ sign) => h('span', { class: 'pool-arrow', 'aria-hidden': 'true' }, sign);
  const element = h(
    'div',
    { class: 'pool' },
    h('div', { class: 'pool-row' }, panel('pooling.input', input.element), arrow('→'), panel('pooling.output', output.element)),
    h('div', { class: 'pool-row' }, panel('pooling.d-input', dInput.element), arrow('←'), panel('pooling.d-output', dOutput.element)),
  );

  /** The window over a cell of the map, where only one can be. @param {number} row @param {number} col */
  function tintOf(row, col) {
    if (!pooled) return '';
    const { geometry } = pooled;
    const [y, x] = [row, col].map((at, axis) => Math.floor((at + geometry.pad_before[axis]) / geometry.stride[axis]));
    const inside = [row, col].every((at, axis) => (at + geometry.pad_before[axis]) % geometry.stride[axis] < geometry.kernel[axis]);
    return inside && y < geometry.output[0] && x < geometry.output[1] ? TINTS[(y % 2) * 2 + (x % 2)] : '';
  }

  /** @param {number} row @param {number} col */
  function inputClass(row, col) {
    if (!pooled) return '';
    const { geometry, argmax } = pooled;
    const { row: y, col: x, rows, cols } = windowAt(geometry, selected);
    const under = row >= y && row < y + rows && col >= x && col < x + cols;
    const index = row * side() + col;
    return [
      overlap ? '' : `tint-${tintOf(row, col)}`,
      under ? 'under' : '',
      argmax?.includes(index) ? 'won' : '',
      argmax?.[selected] === index ? 'won-here' : '',
    ]
      .filter(Boolean)
      .join(' ');
  }

  function drawMarks() {
    if (!pooled) return;
    const { geometry, argmax } = pooled;
    const place = (/** @type {number} */ index, /** @type {number} */ width) => ({ row: Math.floor(index / width), col: index % width });
    /** @type {import('../../figures/grid.js').Mark[]} */
    const tints = overlap
      ? []
      : Array.from({ length: out() ** 2 }, (_, index) => {
          const { row, col } = place(index, out());
          return { row, col, kind: /** @type {any} */ (TINTS[(row % 2) * 2 + (col % 2)]), fill: true };
        });
    output.mark([...tints, { ...place(selected, out()), kind: 'cursor' }]);
    const from = argmax ? [{ ...place(argmax[selected], side()), kind: /** @type {const} */ ('kernel') }] : [];
    dInput.mark([{ ...windowAt(geometry, selected), kind: 'cursor' }, ...from]);
  }

  return {
    element,
    /** @param {import('../../figures/pooling/pool.js').Pooled} next @param {number} index the selected output */
    draw(next, index) {
      pooled = next;
      selected = index;
      const { geometry, output: values, dInput: gradient } = next;
      overlap = geometry.stride[0] < geometry.kernel[0];
      const [top, left] = geometry.pad_before;
      const [bottom, right] = geometry.pad_after;
      /** @type {[number, number, number, number]} */
      const ring = [top, bottom, left, right];
      input.draw(side(), side(), { ring, ringText: '·', className: inputClass });
      output.draw({ rows: out(), cols: out(), text: (row, col) => format.number(values[row * out() + col], 2) });
      dOutput.draw(out(), out(), { className: (row, col) => (row * out() + col === selected ? 'under' : '') });
      const most = gradient.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) || 1;
      dInput.draw({
        rows: side(),
        cols: side(),
        color: (row, col) => diverging((0.7 * gradient[row * side() + col]) / most),
        text: (row, col) => format.number(gradient[row * side() + col], 2),
      });
      drawMarks();
    },
  };
}
