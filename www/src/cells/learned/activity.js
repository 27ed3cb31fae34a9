/** How much of each ReLU is in use: dead units counted, and every unit's share of answers. */

import { h, setChildren } from '../../base/dom.js';
import { drawPixels } from '../../figures/pixels.js';

/** Validation images that are looked at. */
const IMAGES = 100;
/** Units in a line of the picture. */
const LINE = 64;
/** ms between two counts while training runs. */
const PACE = 4000;

/** @param {import('../../frame/cell.js').Context} ctx */
export function createActivity(ctx) {
  const { t, format, trainer } = ctx;
  const lead = h('p', { class: 'figure-panel-title', role: 'status' });
  const rows = h('div', { class: 'activity-rows' });
  const element = h('div', { class: 'learned-part' }, lead, rows);
  /** @type {{ count: number, step: number, layers: { layer: number, active: number[], values: number, dead: number }[] } | null} */
  let seen = null;
  let of = '';
  let askedAt = -Infinity;
  let drawn = '';

  /** @param {string} key the weights that are asked about */
  async function ask(key) {
    if (of === key || (trainer.phase === 'running' && performance.now() - askedAt < PACE)) return;
    of = key;
    askedAt = performance.now();
    try {
      seen = await trainer.client.callLatest('activity', 'activity', [IMAGES]);
    } catch {
      // The images are not in yet.
      of = '';
      return;
    }
    ctx.invalidate();
  }

  return {
    element,
    /** Of the newest count, for the figure's text. */
    text: () => lead.textContent ?? '',
    /** @param {string} key the weights @param {(layer: number) => string} nameOf */
    draw(key, nameOf) {
      void ask(key);
      const look = `${seen?.step}/${of}/${ctx.style()}`;
      if (!seen || look === drawn) return;
      drawn = look;
      const dead = seen.layers.reduce((sum, each) => sum + each.dead, 0);
      lead.textContent = seen.layers.length === 0 ? t('learned.no-relu') : t('learned.dead-all', { dead, count: seen.count, step: seen.step });
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
    },
  };
}
