/** Validation accuracy after the experiment for each learning rate, with batch normalization and without. */

import { h, morphChildren, s, setChildren, widthSignal } from '../../base/dom.js';
import { sample } from '../../charts/line-chart.js';

/**
 * @typedef {object} Outcome of one run
 * @property {{ loss: number, accuracy: number } | null} check on the validation split; null before there is one
 * @property {number | null} stopped the batch at which its numbers were no longer finite
 *
 * @typedef {{ rate: number, plain: Outcome, normalized: Outcome }} Row
 */

/** Around the curves, and their height, CSS pixels. */
const EDGE = { top: 12, right: 16, bottom: 30, left: 48 };
const HEIGHT = 240;
/** Where there are rules. */
const LEVELS = [0, 0.25, 0.5, 0.75, 1];
/** How the two are drawn. */
/** @type {Record<'plain' | 'normalized', { color: string, width: number, dash?: number[], points: boolean }>} */
export const LOOKS = { plain: { color: '--accent', width: 2, dash: [6, 4], points: true }, normalized: { color: '--kernel', width: 2.5, points: true } };
const NAMES = /** @type {const} */ (['plain', 'normalized']);

/** Whether anything has come of a run: an answer, or a stop. @param {Row[]} rows */
export const anyOutcome = (rows) => rows.some(({ plain, normalized }) => [plain, normalized].some(({ check, stopped }) => check !== null || stopped !== null));

/** @param {import('../../frame/cell.js').Context} ctx */
export function createRates(ctx) {
  const { t, format } = ctx;
  const svg = s('svg', { class: 'chart-lines', height: HEIGHT });
  const plot = h('div', { class: 'norm-plot', role: 'img', css: { 'min-height': `${HEIGHT}px` } }, svg);
  const legend = h('ul', { class: 'chart-legend' }, NAMES.map((name) => h('li', {}, sample(LOOKS[name]), h('span', { i18n: `norm.${name}` }))));
  const body = h('tbody');
  const table = h('table', { class: 'norm-table norm-outcomes' }, h('thead', {}, h('tr', {}, h('th', { scope: 'col', i18n: 'norm.head-rate' }), NAMES.map((name) => h('th', { scope: 'col', i18n: `norm.${name}` })))), body);
  const width = widthSignal(plot);

  /** @param {Outcome} outcome */
  function written({ check, stopped }) {
    if (stopped !== null) return t('norm.stopped', { step: stopped });
    return check ? t('norm.outcome', { accuracy: format.percent(check.accuracy, 1), loss: format.fixed(check.loss, 2) }) : '–';
  }

  /** @param {Row[]} rows */
  function drawChart(rows) {
    const span = width.value || 480;
    const [wide, tall] = [span - EDGE.left - EDGE.right, HEIGHT - EDGE.top - EDGE.bottom];
    const x = (/** @type {number} */ i) => EDGE.left + ((i + 0.5) / rows.length) * wide;
    const y = (/** @type {number} */ share) => EDGE.top + (1 - share) * tall;
    svg.setAttribute('width', String(span));
    setChildren(
      svg,
      LEVELS.map((level) => [
        s('line', { class: 'chart-rule', x1: EDGE.left, x2: span - EDGE.right, y1: y(level), y2: y(level) }),
        s('text', { class: 'chart-tick', x: EDGE.left - 6, y: y(level), 'text-anchor': 'end', 'dominant-baseline': 'central' }, format.percent(level, 0)),
      ]).flat(),
      rows.map(({ rate }, i) => s('text', { class: 'chart-tick', x: x(i), y: HEIGHT - 8, 'text-anchor': 'middle' }, format.number(rate, 4))),
      NAMES.flatMap((name) => {
        const { color, width: thick, dash } = LOOKS[name];
        const points = rows.flatMap((row, i) => (row[name].check && row[name].stopped === null ? [[x(i), y(row[name].check.accuracy)]] : []));
        const stopped = rows.flatMap((row, i) => (row[name].stopped === null ? [] : [[x(i), y(0)]]));
        return [
          s('path', { d: points.length > 0 ? `M${points.join('L')}` : '', css: { stroke: `var(${color})`, 'stroke-width': thick }, 'stroke-dasharray': dash?.join(' ') }),
          s('path', { class: 'chart-dots', d: points.map(([left, top]) => `M${left} ${top}h0`).join(''), css: { stroke: `var(${color})`, 'stroke-width': 9 } }),
          s('path', { d: stopped.map(([left, top]) => `M${left - 5} ${top - 5}l10 10m0 -10l-10 10`).join(''), css: { stroke: `var(${color})`, 'stroke-width': 2.5 } }),
        ];
      }),
    );
  }

  return {
    element: h('div', { class: 'norm-rates' }, h('h4', { class: 'chart-title', i18n: 'norm.chart' }), plot, legend, h('div', { class: 'table-scroll', role: 'group', tabindex: '0', i18nLabel: 'norm.outcomes' }, table)),
    /** @param {Row[]} rows */
    draw(rows) {
      drawChart(rows);
      morphChildren(body, rows.map((row) => h('tr', {}, h('th', { scope: 'row' }, format.number(row.rate, 4)), NAMES.map((name) => h('td', {}, written(row[name]))))));
      plot.setAttribute('aria-label', anyOutcome(rows) ? t('norm.chart-text', { list: rows.map((row) => t('norm.chart-row', { rate: format.number(row.rate, 4), plain: written(row.plain), normalized: written(row.normalized) })).join(' · ') }) : t('norm.chart-empty'));
    },
  };
}
