/**
 * A network from left to right: the image, then a column of maps for each layer. A press opens a column; from a value curves
 * lead to the cells of the column before that it was computed from.
 */

import { className } from '../../base/class-names.js';
import { h, s, setChildren, setIfChanged } from '../../base/dom.js';
import { extent } from '../pixels.js';
import { labelOf, shapeText } from '../strip/outline.js';
import { createMapCanvas } from './map-canvas.js';
import { hasScores, sourceOf } from './source.js';

/** Maps of a closed column. */
const SHOWN = 4;
/** px of a map, the largest first: what fits without scrolling is taken, or else the last. */
const TILES = [112, 84, 56];
/** px: the least width of a column, whose heading is a little wider, the space between two, and before and after all. */
const COLUMN = 78;
const GAP = { least: 22, most: 64 };
const EDGES = 16;
/** Maps in a line of an open column. */
const LINE = 8;
/** Units that stand one below the other; more of them make a picture of about this many times its width in height. */
const LIST = 16;
const SLENDER = 3;
/** px of a unit. */
const UNIT = { least: 2, most: 20 };
/** Curves of which each is seen. */
const FEW = 8;

/** @typedef {import('../strip/outline.js').LayerSummary} LayerSummary */
/** @typedef {import('./source.js').Spot} Spot */
/** @typedef {import('./source.js').Source} Source */
/**
 * @typedef {object} Column
 * @property {number} layer −1 is the image
 * @property {number[]} shape
 * @property {number} line of a vector: units in a line of its picture; 0 for maps
 * @property {boolean} open
 * @property {number} extra a map beyond the first few that has been pointed at; −1 for none
 * @property {ReturnType<typeof createMapCanvas>} canvas
 * @property {HTMLElement} head
 * @property {HTMLElement} range
 * @property {HTMLElement | null} names of the classes, beside their units
 * @property {HTMLElement} element
 */

/**
 * @param {import('../../base/context.js').Words} ctx
 * @param {object} options
 * @param {(layer: number, spot: Spot) => void} options.onSpot layer −1 is the image
 * @param {() => string} options.say the selected value in words
 * @param {() => Parameters<typeof className>[0]} options.data that names the classes, read from a signal
 */
export function createAcross(ctx, { onSpot, say, data: named }) {
  const { t, format } = ctx;
  const curves = s('svg', { class: 'across-curves', 'aria-hidden': 'true' });
  const flow = h('div', { class: 'across-flow' });
  const element = h('div', { class: 'across' }, flow);
  /** @type {Column[]} */
  let columns = [];
  let built = '';
  let tile = TILES[0];
  /** What is drawn. @type {{ layers: LayerSummary[], input: number[], pixels: Float32Array, look: import('../../training/common/protocol.js').Look } | null} */
  let now = null;
  /** What is marked. @type {{ layer: number, spot: Spot, won: { y: number, x: number } | null } | null} */
  let marked = null;
  // Where a name takes another line everything below it moves.
  new ResizeObserver(() => drawCurves()).observe(flow);

  /** @param {LayerSummary[]} layers @param {number[]} input */
  function build(layers, input) {
    columns = [{ index: -1, output: input }, ...layers].map(({ index: layer, output: shape }) => {
      const line = shape.length === 3 ? 0 : shape[0] <= LIST ? 1 : Math.ceil(Math.sqrt(shape[0] / SLENDER));
      const toSpot = (/** @type {Spot} */ { map, y, x }) => (line ? { map: Math.min(shape[0] - 1, y * line + x), y: 0, x: 0 } : { map, y, x });
      const canvas = createMapCanvas(ctx, { onSpot: (spot) => onSpot(layer, toSpot(spot)), say });
      const maps = shape[2] ?? 0;
      const text = [h('span', { class: 'map-title' }), h('span', { class: 'map-shape' }, shapeText(shape))];
      const head =
        maps > SHOWN
          ? h('button', { type: 'button', class: 'across-head', 'aria-expanded': 'false', on: { click: () => toggle(column) } }, text, h('span', { class: 'across-more', i18n: 'network.maps-all', i18nArgs: { n: maps } }))
          : h('p', { class: 'across-head' }, text);
      const range = h('p', { class: 'map-range' });
      const classes = line === 1 && hasScores(layers, layer);
      const names = classes ? h('div', { class: 'across-names', 'aria-hidden': 'true' }) : null;
      const body = h('div', { class: 'across-body' }, names, canvas.element);
      /** @type {Column} */
      const column = { layer, shape, line, open: false, extra: -1, canvas, head, range, names, element: h('div', { class: 'map-column', data: { layer } }, head, range, body) };
      return column;
    });
    setChildren(flow, columns.map(({ element }) => element), curves);
  }

  /** @param {Column} column */
  function toggle(column) {
    column.open = !column.open;
    column.head.setAttribute('aria-expanded', String(column.open));
    paint(column);
    mark();
    // With the column before it, which the curves come from.
    const [left, right] = [column.element.offsetLeft, column.element.offsetLeft + column.element.offsetWidth];
    if (column.open && right > element.scrollLeft + element.clientWidth) element.scrollLeft = left - tile - GAP.most;
  }

  /** The maps that a column draws; all of them where it is open or has few. @param {Column} column */
  const shownOf = ({ open, shape, extra }) =>
    open || shape.length === 1 || shape[2] <= SHOWN ? undefined : Array.from({ length: SHOWN }, (_, i) => (i === SHOWN - 1 && extra >= SHOWN ? extra : i));

  /** @param {Column} column */
  function paint(column) {
    if (!now) return;
    const { layer, shape, line, canvas, head, range, names, open } = column;
    const { layers, pixels, look } = now;
    const name = layer < 0 ? t('network.input') : labelOf(layers[layer].text);
    const [title] = head.children;
    if (title.textContent !== name) title.textContent = name;
    setIfChanged(canvas.element, 'aria-label', t(line ? 'network.units-label' : 'network.maps-label', { name: layer < 0 ? name : t('network.row', { place: layer + 1, name }), n: shape.at(-1) }));
    const data = layer < 0 ? pixels : look.trace[layer].data;
    const [low, high] = extent(data);
    const ends = layer < 0 ? '' : t('network.range', { low: format.number(low, 2), high: format.number(high, 2) });
    if (range.textContent !== ends) range.textContent = ends;
    const map = layer < 0 ? 'gray' : low < 0 ? 'diverging' : 'sequential';
    /** @type {[number, number]} */
    const scale = layer < 0 ? [0, 1] : [low, high];
    if (line) {
      const lines = Math.ceil(shape[0] / line);
      const zoom = Math.min(UNIT.most, Math.max(UNIT.least, Math.floor(Math.min((SHOWN * tile) / lines, Math.max(COLUMN, tile) / line))));
      const padded = Float32Array.from({ length: lines * line }, (_, i) => data[i] ?? NaN);
      canvas.draw(padded, [lines, line, 1], { map, range: scale, room: 0, zoom });
      if (names) {
        names.style.setProperty('--unit', `${zoom}px`);
        const known = named();
        const wanted = Array.from({ length: shape[0] }, (_, unit) => className(known, unit));
        if (names.textContent !== wanted.join('')) setChildren(names, wanted.map((each) => h('span', {}, each)));
      }
      return;
    }
    const wide = (shape[1] + 1) * Math.max(1, Math.round(tile / Math.max(shape[0], shape[1])));
    const room = open ? Math.max(wide, Math.min(LINE * wide, 0.9 * element.clientWidth)) : wide;
    canvas.draw(data, shape, { map, range: scale, room, tile, shown: shownOf(column) });
  }

  /** Cells of a layer as cells of its picture. @param {Column} column @param {Source} cells */
  function inPicture({ shape, line }, cells) {
    if (!line) return cells;
    if (cells.map < 0) return { map: 0, y: 0, x: 0, height: Math.ceil(shape[0] / line), width: line };
    return { map: 0, y: Math.floor(cells.map / line), x: cells.map % line, height: 1, width: 1 };
  }

  /** The marked value and the cells that it came from, each with its column. */
  function ends() {
    const place = marked ? columns.findIndex(({ layer }) => layer === marked?.layer) : -1;
    if (!now || !marked || place < 0) return null;
    const [column, before] = [columns[place], columns[place - 1]];
    const cells = before ? sourceOf(now.layers[marked.layer], marked.spot) : null;
    return { column, before, value: { ...marked.spot, height: 1, width: 1 }, cells: cells && cells.height > 0 && cells.width > 0 ? cells : null };
  }

  function mark() {
    const all = ends();
    if (!all) return;
    const { column: chosen, before, value, cells } = all;
    for (const column of columns) {
      const its = column === chosen ? value : column === before ? cells : null;
      if (its && !column.line && its.map >= SHOWN && column.extra !== its.map) {
        column.extra = its.map;
        if (!column.open) paint(column);
      }
      /** @type {import('./map-canvas.js').Mark[]} */
      const marks = its ? [{ ...inPicture(column, its), color: column === chosen ? '--output' : '--kernel' }] : [];
      if (its && column === before && marked?.won) marks.push({ map: its.map, ...marked.won, height: 1, width: 1, color: '--output' });
      column.canvas.mark(marks, column === chosen ? inPicture(column, value) : null);
    }
    drawCurves();
  }

  /** Where cells lie, on each map that is drawn, in px of the flow. @param {Column} column @param {Source} cells */
  function boxes(column, cells) {
    const { offsetLeft, offsetTop } = column.canvas.element;
    return column.canvas.boxesOf(inPicture(column, cells)).map(({ left, top, ...size }) => ({ left: left + offsetLeft, top: top + offsetTop, ...size }));
  }

  function drawCurves() {
    const all = ends();
    const [to] = all ? boxes(all.column, all.value) : [];
    const from = to && all?.cells ? boxes(all.before, all.cells) : [];
    curves.classList.toggle('many', from.length > FEW);
    setChildren(
      curves,
      from.map(({ left, top, width, height }) => {
        const [x, end, y] = [left + width, to.left, to.top + to.height / 2];
        const middle = (x + end) / 2;
        return s('path', { d: `M${x} ${top}C${middle} ${top} ${middle} ${y} ${end} ${y}C${middle} ${y} ${middle} ${top + height} ${x} ${top + height}` });
      }),
    );
  }

  return {
    element,
    /** To be marked after that. @param {NonNullable<typeof now>} next `input`: shape of the image */
    draw(next) {
      now = next;
      const { layers, input } = next;
      const wanted = layers.map(({ text }) => text).join('\n') + input.join();
      if (wanted !== built) {
        built = wanted;
        marked = null;
        build(layers, input);
      }
      const room = element.clientWidth - EDGES;
      const spare = (/** @type {number} */ each) => (room - columns.length * Math.max(COLUMN, each)) / (columns.length - 1);
      tile = TILES.find((each) => spare(each) >= GAP.least) ?? TILES[TILES.length - 1];
      flow.style.setProperty('--column', `${Math.max(COLUMN, tile)}px`);
      flow.style.columnGap = `${Math.min(GAP.most, Math.max(GAP.least, Math.floor(spare(tile))))}px`;
      for (const column of columns) paint(column);
    },
    /**
     * Marks a value and the cells that it came from.
     * @param {number} layer
     * @param {Spot} spot
     * @param {{ y: number, x: number } | null} [won] of a maximum, its place
     */
    mark(layer, spot, won = null) {
      marked = { layer, spot, won };
      mark();
    },
  };
}
