/** A picture whose content is dragged, or moved with the arrow keys. */

import { h } from '../../base/dom.js';
import { drawPixels } from '../../figures/pixels.js';

/** @typedef {import('./moving.js').Maps} Maps */

/**
 * @param {import('../../frame/cell.js').Context} ctx
 * @param {{ label: string, at: () => { dx: number, dy: number }, onMove: (dx: number, dy: number) => void, say: () => string }} options
 */
export function createPad(ctx, { label, at, onMove, say }) {
  const canvas = h('canvas', { class: 'pixels', 'aria-hidden': 'true' });
  const element = h('div', { class: 'sharing-map sharing-pad', tabindex: '0', role: 'application', i18nLabel: label }, canvas);
  let width = 1;
  /** @type {{ x: number, y: number, dx: number, dy: number } | null} */
  let drag = null;

  element.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    drag = { x: event.clientX, y: event.clientY, ...at() };
    element.setPointerCapture(event.pointerId);
    element.focus({ preventScroll: true });
    event.preventDefault();
  });
  element.addEventListener('pointermove', (event) => {
    if (!drag) return;
    const zoom = canvas.getBoundingClientRect().width / width || 1;
    onMove(drag.dx + Math.round((event.clientX - drag.x) / zoom), drag.dy + Math.round((event.clientY - drag.y) / zoom));
  });
  for (const end of ['pointerup', 'pointercancel']) element.addEventListener(end, () => { drag = null; });
  element.addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const { dx, dy } = at();
    /** @type {Record<string, [number, number]>} */
    const moves = { ArrowLeft: [dx - 1, dy], ArrowRight: [dx + 1, dy], ArrowUp: [dx, dy - 1], ArrowDown: [dx, dy + 1], Home: [0, 0] };
    const to = moves[event.key];
    if (!to) return;
    event.preventDefault();
    onMove(...to);
    ctx.announce(say());
  });

  return {
    element,
    /** @param {Maps} image */
    draw({ shape, data }) {
      width = shape[1];
      drawPixels(canvas, data, { height: shape[0], width, map: 'gray', range: [0, 1] });
    },
  };
}
