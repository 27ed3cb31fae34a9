/**
 * A line chart over training steps, in SVG: D3 places the ticks. A legend tells lines apart by more than colour, a cursor
 * follows mouse, touch and arrow keys, and screen readers have a text.
 *
 * @module
 */

import { ticks } from 'd3-array';
import { assign, h, s, setChildren, widthOf } from '../base/dom.js';
import { format, t } from '../base/i18n.js';
import { createSaveButton } from '../figures/save-button.js';
import { toCsv } from '../base/csv.js';

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
 * @property {(min: number, max: number) => [number, number]} range of the y axis; of no value at all the smallest is
 *   Infinity and the largest −Infinity
 * @property {number} [height] CSS pixels
 * @property {(x: number) => string} [place] what the cursor says of a place on the horizontal axis; a batch if left out
 * @property {string} [axis] name of the horizontal axis in the table, `step` if left out
 * @property {() => string} [csv] its numbers as a table, where there are more than what is drawn
 *
 * @typedef {(number | null)[] | Float64Array} Row
 */

/** Around the curves, in CSS pixels. */
const EDGE = { top: 8, right: 8, bottom: 28, left: 48 };
/** Straight from point to point. @param {[number, number][]} points */
const path = (points) => (points.length > 0 ? `M${points.join('L')}` : '');
/** Less than a tenth of a pixel can't be seen. @param {number} pixels */
const tenth = (pixels) => Math.round(pixels * 10) / 10;

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
export function createLineChart(host, { label, lines, band, write, tick, range, height = 220, place: placeText = (step) => t('train.chart-step', { step }), axis = 'step', csv }) {
  const values = lines.map(() => h('span', { class: 'chart-value' }));
  const names = lines.map((line) => h('span', { i18n: line.label }));
  const items = lines.map((line, i) => (line.quiet ? null : h('li', {}, sample(line), names[i], values[i])));
  const position = h('span', { class: 'chart-position' });
  const stroke = (/** @type {Line} */ { color, opacity = 1 }) => ({ stroke: `var(${color})`, 'stroke-opacity': opacity });
  const curves = lines.map((line) =>
    s('path', { css: { ...stroke(line), 'stroke-width': line.width ?? 1.5 }, 'stroke-dasharray': line.dash?.join(' ') }),
  );
  // Points are strokes of no length with round ends: one path for all of a line.
  const dots = lines.map((line) => s('path', { class: 'chart-dots', css: { ...stroke(line), 'stroke-width': line.size ?? 6 } }));
  const area = s('path', { class: 'chart-band', css: { fill: `var(${lines[band?.[0] ?? 0].color})` } });
  const axes = s('g');
  const cursor = s('line', { class: 'chart-cursor', y1: 0, y2: height - EDGE.top - EDGE.bottom });
  const picked = lines.map((line) => s('circle', { r: 3.5, css: { fill: `var(${line.color})` } }));
  // The inner SVG cuts off what lies outside of the axes.
  const field = s('svg', { x: EDGE.left, y: EDGE.top, height: height - EDGE.top - EDGE.bottom }, area, curves, dots, cursor, picked);
  const svg = s('svg', { class: 'chart-lines', height }, axes, field);
  const plot = h('div', { class: 'chart-plot', role: 'img', tabindex: '0', i18nLabel: label, css: { 'min-height': `${height}px` } }, svg);
  const legend = h('ul', { class: 'chart-legend' }, items, h('li', {}, position));
  const drawn = h('div', { class: 'blank' }, h('h4', { class: 'chart-title', i18n: label }), plot, legend);
  const keep = createSaveButton(drawn, { describe: () => plot.getAttribute('aria-label') ?? '', csv: csv ?? table });
  host.append(h('div', { class: 'chart' }, drawn, keep));

  /** The numbers as they are drawn, with the names of the legend. */
  function table() {
    const shown = lines.flatMap((line, i) => (line.quiet || items[i]?.hidden ? [] : [i]));
    const header = [axis, ...shown.map((i) => names[i].textContent)];
    return toCsv([header, ...Array.from(rows[0], (step, at) => [step, ...shown.map((i) => rows[i + 1][at])])]);
  }

  /** @type {Row[]} */
  let rows = [[], ...lines.map(() => [])];
  /** What the axes show; they are drawn again only when that changes. */
  let shown = '';
  /** Place of the cursor in the rows; none: the newest values are shown. @type {number | null} */
  let at = null;

  const room = widthOf(plot, paint);
  const span = () => room() || 480;
  const wide = () => span() - EDGE.left - EDGE.right;
  const tall = height - EDGE.top - EDGE.bottom;
  let [low, high] = [0, 1];
  const last = () => Math.max(10, Number(rows[0].at(-1) ?? 0));
  const x = (/** @type {number} */ step) => (step / last()) * wide();
  const y = (/** @type {number} */ value) => tall - ((value - low) / (high - low)) * tall;
  /** A line's points on the chart; what is null or no number is left out. @param {number} i @returns {[number, number][]} */
  const pointsOf = (i) => {
    /** @type {[number, number][]} */
    const points = [];
    rows[i + 1].forEach((/** @type {number | null} */ value, /** @type {number} */ index) => {
      if (value !== null && Number.isFinite(value)) points.push([tenth(x(Number(rows[0][index]))), tenth(y(value))]);
    });
    return points;
  };

  function paint() {
    let [min, max] = [Infinity, -Infinity];
    for (const row of rows.slice(1)) {
      for (const value of row) {
        if (value === null || !Number.isFinite(value)) continue;
        min = Math.min(min, value);
        max = Math.max(max, value);
      }
    }
    [low, high] = range(min, max);
    const points = lines.map((_, i) => pointsOf(i));
    points.forEach((list, i) => {
      if (lines[i].width !== 0) curves[i].setAttribute('d', path(list));
      if (lines[i].points) dots[i].setAttribute('d', list.map(([left, top]) => `M${left} ${top}h0`).join(''));
    });
    if (band) area.setAttribute('d', path([...points[band[0]], ...points[band[1]].reverse()]));
    paintAxes();
    showValues();
  }

  function paintAxes() {
    const steps = ticks(0, last(), wide() / 70).filter(Number.isInteger).map((step) => ({ left: x(step), text: format.integer(step) }));
    const heights = ticks(low, high, tall / 40).map((value) => ({ top: y(value), text: tick(value) }));
    const now = JSON.stringify([span(), steps, heights]);
    if (now === shown) return;
    shown = now;
    svg.setAttribute('width', String(span()));
    field.setAttribute('width', String(wide()));
    setChildren(
      axes,
      heights.map(({ top }) => s('line', { class: 'chart-rule', x1: EDGE.left, x2: span() - EDGE.right, y1: EDGE.top + top, y2: EDGE.top + top })),
      heights.map(({ top, text }) => s('text', { class: 'chart-tick', x: EDGE.left - 6, y: EDGE.top + top, 'text-anchor': 'end', 'dominant-baseline': 'central' }, text)),
      // The last number would be cut off at the edge.
      steps.map(({ left, text }) => s('text', { class: 'chart-tick', x: EDGE.left + left, y: height - 8, 'text-anchor': left > wide() - 16 ? 'end' : 'middle' }, text)),
    );
  }

  /** The values under the cursor, or the newest, and the cursor itself. */
  function showValues() {
    const steps = rows[0];
    if (at !== null) at = Math.min(at, steps.length - 1);
    if (at === -1) at = null;
    const step = Number(steps[at ?? 0]);
    const place = x(step || 0);
    position.textContent = at === null ? '' : placeText(step);
    assign(cursor, { x1: place, x2: place, hidden: at === null });
    lines.forEach((line, i) => {
      const row = rows[i + 1];
      const here = at === null ? null : row[at];
      const marked = !line.quiet && here !== null && Number.isFinite(here);
      assign(picked[i], { hidden: !marked, ...(marked && { cx: place, cy: y(/** @type {number} */ (here)) }) });
      if (line.quiet) return;
      let index = at ?? row.length - 1;
      // Sparse lines have nothing at most places: what was known then is the last value before.
      while (index >= 0 && row[index] === null) index -= 1;
      const value = row[index];
      values[i].textContent = value === null || value === undefined ? '' : write(value);
    });
  }

  /** @param {number | null} to */
  function point(to) {
    at = to;
    showValues();
  }

  /** @param {PointerEvent} event */
  function follow(event) {
    const step = ((event.clientX - svg.getBoundingClientRect().left - EDGE.left) / wide()) * last();
    const distance = Array.from(rows[0], (each) => Math.abs(Number(each) - step));
    point(distance.length > 0 ? distance.indexOf(Math.min(...distance)) : null);
  }
  plot.addEventListener('pointermove', follow);
  plot.addEventListener('pointerdown', follow);
  plot.addEventListener('pointerleave', () => point(null));
  plot.addEventListener('keydown', (event) => {
    const count = rows[0].length;
    const now = at ?? count - 1;
    const jump = event.shiftKey ? 10 : 1;
    /** @type {Record<string, number>} */
    const targets = { ArrowLeft: now - jump, ArrowRight: now + jump, Home: 0, End: count - 1 };
    const target = targets[event.key];
    if (target === undefined || count === 0) return;
    event.preventDefault();
    point(Math.min(count - 1, Math.max(0, target)));
  });
  plot.addEventListener('blur', () => point(null));

  paint();

  return {
    /** Points that fit side by side. */
    get capacity() {
      return Math.max(100, span());
    },
    /** @param {Row} steps @param {Row[]} ys one for each line */
    setData(steps, ys) {
      rows = [steps, ...ys];
      drawn.classList.toggle('blank', steps.length === 0);
      keep.toggleAttribute('hidden', steps.length === 0);
      paint();
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
  };
}
