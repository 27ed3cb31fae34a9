/** A picture, the map that one filter makes of it, and the same map after ReLU, side by side. */

import { h } from '../base/dom.js';
import { CHANNELS, SIDE } from '../keys/picture.js';
import { diverging, sequential } from './color.js';
import { createGrid } from './grid.js';
import { watchHold } from './hold.js';
import { extent } from './pixels.js';

const WIDTH = 300;

/**
 * @param {import('../base/context.js').Words} ctx
 * @param {{ onPick: (row: number, col: number) => void, say: () => string }} options `onPick`: position of the window
 */
export function createFilterMaps(ctx, { onPick, say }) {
  let size = 5;
  let out = SIDE - size + 1;
  const clamp = (/** @type {number} */ at) => Math.min(out - 1, Math.max(0, at));
  /** @param {import('./grid.js').Place | null} cell @param {boolean} onPicture */
  const pick = (cell, onPicture) => {
    if (!cell) return;
    // A press on the picture takes the window by its middle; a key moves its corner.
    const middle = onPicture && !hold.byKey ? Math.floor((size - 1) / 2) : 0;
    onPick(clamp(cell.row - middle), clamp(cell.col - middle));
  };
  const panels = ['picture', 'sums', 'activations'].map((name, index) => {
    const onPicture = index === 0;
    const grid = createGrid(ctx, {
      label: `filter.grid-${name}`,
      cell: WIDTH / SIDE,
      maxWidth: WIDTH,
      onPoint: (cell) => (hold.pressed || hold.byKey) && pick(cell, onPicture),
      onPick: (cell) => pick(cell, onPicture),
      say: () => say(),
    });
    const title = h('p', { class: 'figure-panel-title' });
    return { grid, title, name, element: h('div', { class: 'figure-panel' }, title, grid.element) };
  });
  /** Where the window is. */
  const at = { row: 0, col: 0 };
  const hold = watchHold(panels.map(({ grid }) => grid), () => at);

  return {
    element: h('div', { class: 'filter-maps' }, panels.map(({ element }) => element)),
    /** The map after ReLU. */
    last: panels[2].element,
    /** @param {{ picture: Float32Array, sums: Float32Array, activations: Float32Array, size: number }} data */
    draw({ picture, sums, activations, size: next }) {
      size = next;
      out = SIDE - size + 1;
      const [low, high] = extent(sums);
      const most = Math.max(Math.abs(low), Math.abs(high)) || 1;
      const [seen, before, after] = panels;
      seen.grid.draw({
        rows: SIDE,
        cols: SIDE,
        color: (row, col) => [0, 1, 2].map((channel) => picture[(row * SIDE + col) * CHANNELS + channel] * 255),
      });
      before.grid.draw({ rows: out, cols: out, color: (row, col) => diverging(sums[row * out + col] / most) });
      after.grid.draw({ rows: out, cols: out, color: (row, col) => sequential(activations[row * out + col] / most) });
      for (const { title, name } of panels) {
        const side = name === 'picture' ? SIDE : out;
        title.textContent = ctx.t(`filter.title-${name}`, { size: [side, side], f: size });
      }
    },
    /** @param {number} row @param {number} col */
    move(row, col) {
      Object.assign(at, { row, col });
      panels[0].grid.mark([{ row, col, rows: size, cols: size, kind: 'kernel' }]);
      panels[1].grid.mark([{ row, col, kind: 'output' }]);
      panels[2].grid.mark([{ row, col, kind: 'output' }]);
    },
  };
}
