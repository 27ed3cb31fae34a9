/**
 * Maps of one layer as tiles on one canvas, with a cursor over their values.
 *
 * The canvas has one pixel for each value and is scaled up by CSS; highlights lie on a second canvas above it, so that
 * moving them draws no map again.
 */

import { h } from '../../base/dom.js';
import { cssColor } from '../../base/theme.js';
import { colorOf, drawTiles, evenly } from '../pixels.js';

/** px of a tile, in a narrow and in a wide figure. */
const TILE = { narrow: 30, wide: 56 };
const WIDE = 620;

/**
 * Whether the last pointer event is one of a pointer that has moved. When the page scrolls under a resting mouse, as for a
 * key that moves the focus, the browser tells of a move although nobody has pointed at anything.
 */
const pointer = { x: NaN, y: NaN, moved: true };
window.addEventListener(
  'pointermove',
  ({ clientX: x, clientY: y }) => Object.assign(pointer, { x, y, moved: x !== pointer.x || y !== pointer.y }),
  { capture: true, passive: true },
);

/** @typedef {{ map: number, y: number, x: number }} Spot */
/** @typedef {{ map: number, y: number, x: number, height: number, width: number, color: string }} Mark map −1: all of them */

/**
 * @param {import('../../base/context.js').Words} ctx
 * @param {object} [options] without them the maps are a picture that answers to nothing
 * @param {(spot: Spot) => void} [options.onSpot]
 * @param {() => string} [options.say] the selected value in words, for its own layer
 */
export function createMapCanvas(ctx, { onSpot, say = () => '' } = {}) {
  const pixels = h('canvas', { class: 'pixels', 'aria-hidden': 'true' });
  const overlay = h('canvas', { class: 'map-marks', 'aria-hidden': 'true' });
  const element = h('div', { class: 'map-canvas', tabindex: onSpot ? '0' : null, role: onSpot ? 'application' : 'img' }, pixels, overlay);

  let [height, width, count] = [1, 1, 1];
  let [columns, zoom] = [1, 1];
  /** The maps that are drawn; all of them if not told. @type {number[] | undefined} */
  let shown;
  /** @type {Spot} */
  let spot = { map: 0, y: 0, x: 0 };
  /** @type {Mark[]} */
  let marks = [];
  let touching = false;

  if (onSpot) {
    element.addEventListener('pointerdown', (event) => {
      touching = event.pointerType === 'touch';
      point(event);
    });
    element.addEventListener('pointermove', (event) => {
      if (!pointer.moved) return;
      if (event.pointerType !== 'touch' || touching) point(event);
    });
    for (const end of ['pointerup', 'pointercancel']) {
      element.addEventListener(end, () => {
        touching = false;
      });
    }
    element.addEventListener('keydown', onKey);
  }

  /** @param {PointerEvent} event */
  function point(event) {
    const box = pixels.getBoundingClientRect();
    const [px, py] = [(event.clientX - box.left) / zoom, (event.clientY - box.top) / zoom];
    const [col, row] = [Math.floor(px / (width + 1)), Math.floor(py / (height + 1))];
    const tile = row * columns + col;
    const next = { map: shown ? shown[tile] : tile, y: Math.floor(py) - row * (height + 1), x: Math.floor(px) - col * (width + 1) };
    if (px < 0 || py < 0 || col >= columns || tile >= (shown?.length ?? count) || next.y >= height || next.x >= width) return;
    onSpot?.(next);
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const { map, y, x } = spot;
    /** @type {Record<string, Spot>} */
    const moves = {
      ArrowLeft: { map, y, x: x - 1 },
      ArrowRight: { map, y, x: x + 1 },
      ArrowUp: { map, y: y - 1, x },
      ArrowDown: { map, y: y + 1, x },
      PageUp: { map: map - 1, y, x },
      PageDown: { map: map + 1, y, x },
      Home: { map: 0, y, x },
      End: { map: count - 1, y, x },
    };
    const to = moves[event.key];
    if (!to) return;
    event.preventDefault();
    const clamp = (/** @type {number} */ at, /** @type {number} */ size) => Math.min(size - 1, Math.max(0, at));
    onSpot?.({ map: clamp(to.map, count), y: clamp(to.y, height), x: clamp(to.x, width) });
    ctx.announce(say());
  }

  /**
   * Where cells lie, on each map that is drawn.
   * @param {Omit<Mark, 'color'>} cells
   * @returns {{ left: number, top: number, width: number, height: number }[]} px within the element
   */
  function boxesOf(cells) {
    const all = shown ?? Array.from({ length: count }, (_, map) => map);
    return all.flatMap((map, tile) =>
      cells.map >= 0 && cells.map !== map
        ? []
        : {
            left: ((tile % columns) * (width + 1) + cells.x) * zoom,
            top: (Math.floor(tile / columns) * (height + 1) + cells.y) * zoom,
            width: cells.width * zoom,
            height: cells.height * zoom,
          },
    );
  }

  function drawMarks() {
    const scale = window.devicePixelRatio || 1;
    const [w, tall] = [pixels.width * zoom, pixels.height * zoom];
    const [fine, high] = [Math.round(w * scale), Math.round(tall * scale)];
    if (overlay.width !== fine) overlay.width = fine;
    if (overlay.height !== high) overlay.height = high;
    const context = overlay.getContext('2d');
    if (!context) return;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, w, tall);
    const ground = cssColor('--ground');
    for (const mark of marks) {
      const color = cssColor(mark.color);
      for (const { left, top, width: wide, height: high } of boxesOf(mark)) {
        context.lineWidth = 3;
        context.strokeStyle = ground;
        context.strokeRect(left, top, wide, high);
        context.lineWidth = 1.75;
        context.strokeStyle = color;
        context.strokeRect(left, top, wide, high);
      }
    }
  }

  return {
    element,
    boxesOf,
    /**
     * @param {Float32Array} data height × width × maps, channels innermost
     * @param {number[]} shape
     * @param {object} look
     * @param {import('../pixels.js').ColorMap} look.map
     * @param {[number, number]} look.range
     * @param {number} look.room px for a line of tiles
     * @param {number} [look.tile] px of a tile
     * @param {number} [look.zoom] px of a value
     * @param {number[]} [look.shown] the maps to draw, if not all
     */
    draw(data, shape, look) {
      const { map, range, room, tile = room < WIDE ? TILE.narrow : TILE.wide } = look;
      [height, width, count] = shape;
      shown = look.shown;
      zoom = look.zoom ?? Math.max(1, Math.round(tile / Math.max(height, width)));
      columns = evenly(shown?.length ?? count, Math.floor(room / ((width + 1) * zoom)));
      drawTiles(pixels, data, { height, width, count, columns, shown }, (value) => colorOf(value, map, range));
      element.style.width = `${pixels.width * zoom}px`;
      element.style.height = `${pixels.height * zoom}px`;
      drawMarks();
    },
    /** @param {Mark[]} next @param {Spot | null} selected the selected value, if it is of this layer */
    mark(next, selected) {
      if (selected) spot = selected;
      if (next.length === 0 && marks.length === 0) return;
      marks = next;
      drawMarks();
    },
  };
}
