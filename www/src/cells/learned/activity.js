/** How much of each ReLU is in use: dead units counted, and every unit's share of answers. */

import { h, setChildren } from '../../base/dom.js';
import { signal } from '../../base/signals.js';
import { drawPixels } from '../../figures/pixels.js';

/** Validation images that are looked at. */
const IMAGES = 100;
/** Units in a line of the picture. */
const LINE = 64;
/** ms between two counts while training runs. */
const PACE = 4000;

/**
 * @param {import('../../frame/cell.js').Frame} frame
 * @param {import('../../frame/cell.js').Context} ctx
 * @param {{ look: () => object | null, nameOf: (layer: number) => string }} options read from signals; another `look` is
 *   one at other weights or another image
 */
export function createActivity(frame, ctx, { look, nameOf }) {
  const { t, format, trainer } = ctx;
  const lead = h('p', { class: 'figure-panel-title', role: 'status' });
  const rows = h('div', { class: 'activity-rows' });
  const element = h('div', { class: 'learned-part' }, lead, rows);
  const newest = signal(/** @type {{ count: number, step: number, layers: { layer: number, active: number[], values: number, dead: number }[] } | null} */ (null));
  const said = signal('');

  async function ask() {
    try {
      newest.value = await trainer.client.callLatest('activity', 'activity', [IMAGES]);
    } catch {
      // The images are not in yet; there will be more of them.
    }
  }
  frame.draw(
    () => {
      // More images may be in.
      trainer.data;
      if (look()) void ask();
    },
    frame.element,
    { pace: () => (trainer.phase === 'running' ? PACE : 0) },
  );

  frame.draw(() => {
    const seen = newest.value;
    if (!seen) return;
    const dead = seen.layers.reduce((sum, each) => sum + each.dead, 0);
    said.value = seen.layers.length === 0 ? t('learned.no-relu') : t('learned.dead-all', { dead, count: seen.count, step: seen.step });
    lead.textContent = said.peek();
    setChildren(
      rows,
      seen.layers.map(({ layer, active, values, dead: none }) => {
        const shares = Float32Array.from(active, (each) => each / values);
        const width = Math.min(LINE, shares.length);
        const height = Math.ceil(shares.length / width);
        const padded = new Float32Array(width * height);
        padded.set(shares);
        const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
        const text = t('learned.dead', { name: nameOf(layer), units: shares.length, dead: none, mean: format.percent(mean, 0) });
        const canvas = h('canvas', { class: 'pixels activity-strip', role: 'img', 'aria-label': text });
        drawPixels(canvas, padded, { height, width, map: 'sequential', range: [0, 1] });
        canvas.style.width = `${width * 8}px`;
        return h('div', { class: 'figure-panel' }, h('p', { class: 'figure-panel-title' }, text), canvas);
      }),
    );
  });

  return {
    element,
    /** Of the newest count, for the figure's text, read from a signal. */
    text: () => said.value,
  };
}
