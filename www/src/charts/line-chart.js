/**
 * A line chart over training steps: uPlot in the colours of the page, with a legend that tells lines apart by more than
 * colour, a cursor for mouse, touch and arrow keys, and a text for screen readers.
 *
 * @module
 */

import uPlot from 'uplot';
import { h, replace, s } from '../dom.js';
import { format, t } from '../i18n.js';
import { cssColor } from '../theme.js';

/**
 * @typedef {object} Line
 * @property {string} label message key; empty for one that `name` gives
 * @property {string} color custom property, such as `--accent`
 * @property {number} [width] CSS pixels; 0 draws points alone
 * @property {number[]} [dash] pattern in CSS pixels
 * @property {boolean} [points] marks each point
 * @property {number} [size] of the points, CSS pixels
 * @property {number} [opacity] 0 to 1
 * @property {boolean} [quiet] not in the legend
 *
 * @typedef {object} ChartOptions
 * @property {string} label message key of the chart's name
 * @property {Line[]} lines
 * @property {[number, number]} [band] two lines, by index, with the area between them filled
 * @property {(value: number) => string} write a y value
 * @property {(value: number) => string} tick a y value on the axis, as short as can be
 * @property {(min: number, max: number) => [number, number]} range of the y axis
 * @property {number} [height] CSS pixels
 *
 * @typedef {(number | null)[] | Float64Array} Row
 */

/**
 * @param {string} color as CSS gives it
 * @param {number} opacity
 */
const fade = (color, opacity) => (opacity >= 1 ? color : `color-mix(in srgb, ${color} ${opacity * 100}%, transparent)`);

/** A sample of the line for a legend. @param {Pick<Line, 'color' | 'width' | 'dash' | 'points'>} line */
export function sample({ color, width = 1.5, dash, points }) {
  return s(
    'svg',
    { class: 'chart-sample', viewBox: '0 0 24 10', width: 24, height: 10, 'aria-hidden': 'true', css: { color: `var(${color})` } },
    width > 0
      ? s('line', { x1: 0, x2: 24, y1: 5, y2: 5, stroke: 'currentColor', 'stroke-width': width, 'stroke-dasharray': dash?.join(' ') })
      : null,
    points ? s('circle', { cx: 12, cy: 5, r: 3, fill: 'currentColor' }) : null,
  );
}

/**
 * @param {HTMLElement} host
 * @param {ChartOptions} options
 */
export function createLineChart(host, { label, lines, band, write, tick, range, height = 220 }) {
  const values = lines.map(() => h('span', { class: 'chart-value' }));
  const names = lines.map((line) => h('span', { i18n: line.label }));
  const items = lines.map((line, i) => (line.quiet ? null : h('li', {}, sample(line), names[i], values[i])));
  const position = h('span', { class: 'chart-position' });
  const legend = h(
    'ul',
    { class: 'chart-legend' },
    items,
    h('li', {}, position),
  );
  const plot = h('div', { class: 'chart-plot', role: 'img', tabindex: '0', i18nLabel: label, css: { 'min-height': `${height}px` } });
  const element = h('div', { class: 'chart' }, h('h4', { class: 'chart-title', i18n: label }), plot, legend);
  host.append(element);

  /** Colours are asked for once a theme: the style engine is slow to answer. @type {Map<string, string>} */
  const colors = new Map();
  /** @param {string} name @param {number} [opacity] */
  const color = (name, opacity = 1) => {
    const found = colors.get(name) ?? cssColor(name);
    colors.set(name, found);
    return fade(found, opacity);
  };
  const axis = {
    stroke: () => color('--ink-soft'),
    grid: { stroke: () => color('--line'), width: 1 },
    ticks: { stroke: () => color('--line'), width: 1 },
    font: '12px system-ui, sans-serif',
  };

  /** @type {import('uplot').Options} */
  const options = {
    width: Math.max(200, host.clientWidth),
    height,
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { size: 7 } },
    scales: {
      x: { time: false, range: (_u, _min, max) => [0, Math.max(10, max)] },
      y: { range: (_u, min, max) => range(min, max) },
    },
    axes: [
      { ...axis, size: 34, values: (_u, ticks) => ticks.map((step) => (Number.isInteger(step) ? format.integer(step) : '')) },
      { ...axis, size: 54, values: (_u, ticks) => ticks.map(tick) },
    ],
    series: [
      {},
      ...lines.map((line) => ({
        stroke: () => color(line.color, line.opacity),
        width: line.width ?? 1.5,
        dash: line.dash,
        spanGaps: true,
        points: { show: line.points === true, size: line.size ?? 6, fill: () => color(line.color) },
      })),
    ],
    bands: band ? [{ series: [band[0] + 1, band[1] + 1], fill: () => color(lines[band[0]].color, 0.18) }] : [],
    hooks: { setCursor: [(u) => showValues(u.cursor.idx ?? null)] },
  };

  /** @type {Row[]} */
  let rows = [[], ...lines.map(() => [])];
  const chart = new uPlot(options, /** @type {any} */ (rows), plot);

  /** The values under the cursor, or the newest. @param {number | null} at */
  function showValues(at) {
    const steps = rows[0];
    position.textContent = at === null || steps.length === 0 ? '' : t('train.chart-step', { step: Number(steps[at]) });
    lines.forEach((line, i) => {
      if (line.quiet) return;
      const row = rows[i + 1];
      let index = at ?? row.length - 1;
      // Sparse lines have nothing at most places: what was known then is the last value before.
      while (index >= 0 && row[index] === null) index -= 1;
      const value = row[index];
      values[i].textContent = value === null || value === undefined ? '' : write(value);
    });
  }

  plot.addEventListener('keydown', (event) => {
    const count = rows[0].length;
    const now = chart.cursor.idx ?? count - 1;
    const jump = event.shiftKey ? 10 : 1;
    /** @type {Record<string, number>} */
    const targets = { ArrowLeft: now - jump, ArrowRight: now + jump, Home: 0, End: count - 1 };
    const target = targets[event.key];
    if (target === undefined || count === 0) return;
    event.preventDefault();
    const index = Math.min(count - 1, Math.max(0, target));
    chart.setCursor({ left: chart.valToPos(Number(rows[0][index]), 'x'), top: 10 });
  });
  plot.addEventListener('blur', () => chart.setCursor({ left: -10, top: -10 }));

  const observer = new ResizeObserver(([entry]) => {
    const width = Math.floor(entry.contentRect.width);
    if (width > 0 && width !== chart.width) chart.setSize({ width, height });
  });
  observer.observe(plot);

  return {
    element,
    /** Points that fit side by side. */
    get capacity() {
      return Math.max(100, Math.floor(chart.width));
    },
    /** @param {Row} x @param {Row[]} ys one for each line */
    setData(x, ys) {
      rows = [x, ...ys];
      chart.setData(/** @type {any} */ (rows));
      showValues(chart.cursor.idx ?? null);
    },
    /** Names lines whose names can change; null takes one out of the legend. @param {(string | null)[]} texts */
    name(texts) {
      texts.forEach((text, i) => {
        names[i].textContent = text;
        items[i]?.toggleAttribute('hidden', text === null);
      });
    },
    /** @param {string} text what the chart shows now */
    describe(text) {
      plot.setAttribute('aria-label', text);
    },
    /** After the theme or the language changed. */
    restyle() {
      colors.clear();
      chart.redraw(true, true);
      showValues(chart.cursor.idx ?? null);
    },
    destroy() {
      observer.disconnect();
      chart.destroy();
      replace(element);
    },
  };
}
