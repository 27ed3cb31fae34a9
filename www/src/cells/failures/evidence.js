/** How each fault is seen: what a closer look at a run shows. */

import { h } from '../../base/dom.js';
import { createFilterTiles } from '../../figures/lab/filter-tiles.js';
import { drawPixels } from '../../figures/pixels.js';
import { short } from '../../figures/powers.js';
import { BATCH } from './cases.js';

/** @typedef {import('./runs.js').Trace} Trace */

/** Losses that are listed. */
const FIRST = 8;
/** Units in a line of the picture, and CSS px of one. */
const LINE = 32;
const ZOOM = 8;

/** @param {import('../../frame/cell.js').Context} ctx */
export function createEvidence({ t, format }) {
  const text = (/** @type {string} */ key, /** @type {Record<string, unknown>} */ args) => h('p', { class: 'failures-fact' }, t(`failures.${key}`, args));
  const number = (/** @type {number} */ value) => short(format, value);

  /** @type {Record<import('./cases.js').Fault, (trace: Trace) => (Node | null)[]>} */
  const looks = {
    rate: ({ losses, blown }) => [text(blown ? 'fact-losses-blown' : 'fact-losses', { list: losses.slice(0, FIRST).map(number).join(' → '), count: losses.length })],
    few({ losses, checks }) {
      const least = checks.reduce((best, check) => (check.loss < best.loss ? check : best));
      const passes = losses.slice(-4);
      return [text('fact-few', { loss: number(passes.reduce((sum, loss) => sum + loss, 0) / passes.length), least: number(least.loss), step: least.step, last: number(checks[checks.length - 1].loss) })];
    },
    zeros({ sight }) {
      if (!sight) return [];
      const { shape: [rows, cols, , count], values } = sight.filters;
      const most = values.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
      const tiles = createFilterTiles();
      tiles.draw(values, { rows, cols, count, line: count / 2, text: t('failures.fact-filters', { count, most: number(most) }) });
      return [tiles.element, text('fact-filters', { count, most: number(most) })];
    },
    sorted({ sight }) {
      if (!sight) return [];
      return Array.from({ length: sight.labels.length / BATCH }, (_, i) => h('p', { class: 'failures-fact' }, t('failures.fact-batch', { n: i + 1 }), ' ', h('code', { class: 'failures-labels' }, Array.from(sight.labels.subarray(i * BATCH, (i + 1) * BATCH)).join(''))));
    },
    dead({ sight }) {
      return (sight?.responses ?? []).flatMap((shares, layer) => {
        const width = Math.min(LINE, shares.length);
        const height = Math.ceil(shares.length / width);
        const padded = new Float32Array(width * height);
        padded.set(shares);
        const said = t('failures.fact-units', { layer: layer + 1, units: shares.length, dead: shares.filter((share) => share === 0).length });
        const canvas = h('canvas', { class: 'pixels failures-units', role: 'img', 'aria-label': said });
        drawPixels(canvas, padded, { height, width, map: 'sequential', range: [0, 1] });
        canvas.style.width = `${width * ZOOM}px`;
        return [canvas, h('p', { class: 'failures-fact' }, said)];
      });
    },
    scale: ({ sight, losses }) => (sight ? [text('fact-scale', { least: format.number(sight.range[0], 2), most: format.number(sight.range[1], 2), loss: number(losses[0]) })] : []),
  };

  return {
    /**
     * A panel of what a run shows of a fault.
     * @param {import('./cases.js').Fault} fault
     * @param {'this' | 'cured'} side
     * @param {Trace} trace
     */
    panel: (fault, side, trace) => h('div', { class: 'figure-panel' }, h('p', { class: 'figure-panel-title' }, t(`failures.${side}`)), looks[fault](trace)),
  };
}
