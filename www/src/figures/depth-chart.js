/** Size of a map over depth: one line for each way of padding, and the layer that is looked at. */

import { h, s, setChildren, widthOf } from '../base/dom.js';

const HEIGHT = 240;
const EDGE = { top: 16, right: 16, bottom: 40, left: 44 };

/**
 * @typedef {object} Series
 * @property {string} name
 * @property {'kernel' | 'padding'} kind its colour
 * @property {number[]} sizes size at each depth, from 0; shorter than the others where nothing fits any more
 */

/**
 * @param {import('../base/context.js').Words} ctx
 * @param {{ label: string, onPick: (layer: number) => void, say: () => string }} options
 */
export function createDepthChart(ctx, { label, onPick, say }) {
  const svg = s('svg', { class: 'depth-chart', tabindex: '0', role: 'slider', i18nLabel: label, 'aria-valuemin': '0' });
  const legend = h('ul', { class: 'legend', role: 'list' });
  const element = h('div', { class: 'depth-chart-box' }, legend, svg);
  /** @type {{ series: Series[], depth: number, layer: number } | null} */
  let data = null;

  const room = widthOf(element, paint);

  /** @param {PointerEvent} event */
  function pick(event) {
    if (!data || (event.type === 'pointermove' && event.buttons === 0)) return;
    const box = svg.getBoundingClientRect();
    const inner = box.width - EDGE.left - EDGE.right;
    const at = Math.round(((event.clientX - box.left - EDGE.left) / inner) * data.depth);
    onPick(Math.min(data.depth, Math.max(0, at)));
  }
  svg.addEventListener('pointerdown', pick);
  svg.addEventListener('pointermove', pick);
  svg.addEventListener('keydown', (event) => {
    if (!data || event.altKey || event.ctrlKey || event.metaKey) return;
    /** @type {Record<string, number>} */
    const moves = { ArrowRight: data.layer + 1, ArrowUp: data.layer + 1, ArrowLeft: data.layer - 1, ArrowDown: data.layer - 1, Home: 0, End: data.depth };
    const to = moves[event.key];
    if (to === undefined) return;
    onPick(Math.min(data.depth, Math.max(0, to)));
    event.preventDefault();
  });

  function paint() {
    if (!data) return;
    const { series, depth, layer } = data;
    const width = Math.max(260, room() || 640);
    const largest = Math.max(...series.flatMap(({ sizes }) => sizes));
    const x = (/** @type {number} */ at) => EDGE.left + (at / depth) * (width - EDGE.left - EDGE.right);
    const y = (/** @type {number} */ size) => HEIGHT - EDGE.bottom - (size / largest) * (HEIGHT - EDGE.top - EDGE.bottom);
    svg.setAttribute('viewBox', `0 0 ${width} ${HEIGHT}`);
    svg.setAttribute('height', String(HEIGHT));
    svg.setAttribute('width', String(width));

    const step = [1, 2, 4, 8, 16, 32].find((each) => largest / each <= 4.5) ?? 16;
    const ticks = Array.from({ length: Math.floor(largest / step) + 1 }, (_, index) => index * step);
    const every = Math.ceil(depth / Math.max(2, Math.floor((width - 80) / 48)));
    const layers = Array.from({ length: depth + 1 }, (_, index) => index);
    setChildren(
      svg,
      ticks.map((tick) => s('line', { class: 'chart-rule', x1: EDGE.left, x2: width - EDGE.right, y1: y(tick), y2: y(tick) })),
      ticks.map((tick) => s('text', { class: 'chart-tick', x: EDGE.left - 8, y: y(tick), 'text-anchor': 'end', 'dominant-baseline': 'central' }, tick)),
      layers.filter((at) => at % every === 0).map((at) => s('text', { class: 'chart-tick', x: x(at), y: HEIGHT - EDGE.bottom + 16, 'text-anchor': 'middle' }, at)),
      s('text', { class: 'chart-axis', x: (EDGE.left + width - EDGE.right) / 2, y: HEIGHT - 4, 'text-anchor': 'middle' }, ctx.t('padding.axis-depth')),
      s('line', { class: 'chart-cursor', x1: x(layer), x2: x(layer), y1: EDGE.top, y2: HEIGHT - EDGE.bottom }),
      series.map(({ kind, sizes }) =>
        s(
          'g',
          { class: `chart-series role-${kind}` },
          s('polyline', { points: sizes.map((size, at) => `${x(at)},${y(size)}`).join(' ') }),
          sizes.map((size, at) => s('circle', { cx: x(at), cy: y(size), r: at === layer ? 6 : 3.5 })),
          // Where the next window no longer fits.
          sizes.length <= depth && s('text', { class: 'chart-end', x: x(sizes.length), y: y(0) - 6, 'text-anchor': 'middle' }, '✕'),
        ),
      ),
    );
    setChildren(
      legend,
      series.map(({ name, kind, sizes }) =>
        h(
          'li',
          { class: `role-${kind}` },
          h('span', { class: 'legend-mark', 'aria-hidden': 'true' }),
          `${name}: `,
          h('strong', {}, sizes[layer] === undefined ? ctx.t('padding.gone') : `${sizes[layer]}×${sizes[layer]}`),
        ),
      ),
    );
    svg.setAttribute('aria-valuemax', String(depth));
    svg.setAttribute('aria-valuenow', String(layer));
    svg.setAttribute('aria-valuetext', say());
  }

  return {
    element,
    /** @param {{ series: Series[], depth: number, layer: number }} next */
    draw(next) {
      data = next;
      paint();
    },
  };
}
