/** Every layer's maps, one row a layer, from the image to the vector before the scores. */

import { h, setChildren } from '../../base/dom.js';
import { extent } from '../pixels.js';
import { labelOf, shapeText } from '../strip/outline.js';
import { createMapCanvas } from './map-canvas.js';

/** Values of a vector in one line of its picture. */
const LINE = 32;

/** @typedef {import('../strip/outline.js').LayerSummary} LayerSummary */
/** @typedef {{ map: number, y: number, x: number }} Spot */

/**
 * @param {import('../../base/context.js').Words} ctx
 * @param {object} [options] without them the maps are pictures that answer to nothing
 * @param {(layer: number, spot: Spot) => void} [options.onSpot] layer −1 is the image
 * @param {() => string} [options.say] the selected value in words
 */
export function createMapRows(ctx, { onSpot, say } = {}) {
  const { t, format } = ctx;
  const element = h('div', { class: 'map-rows' });
  /** @type {{ layer: number, shape: number[], canvas: ReturnType<typeof createMapCanvas> | null, title: HTMLElement, range: HTMLElement, row: HTMLElement }[]} */
  let rows = [];
  let built = '';

  /** A vector as a picture of lines. @param {number[]} shape */
  const pictureShape = (shape) => (shape.length === 3 ? shape : [Math.ceil(shape[0] / LINE), Math.min(LINE, shape[0]), 1]);

  /** @param {LayerSummary[]} layers @param {number[]} input */
  function build(layers, input) {
    const all = [{ layer: -1, kind: 'input', shape: input }, ...layers.map(({ index, kind, output }) => ({ layer: index, kind, shape: output }))];
    rows = all.map(({ layer, kind, shape }) => {
      const last = layer === layers.length - 1;
      const plain = kind === 'flatten' || kind === 'dropout' || last;
      const canvas = plain
        ? null
        : createMapCanvas(ctx, {
            onSpot: onSpot && ((spot) => onSpot(layer, shape.length === 1 ? { map: Math.min(shape[0] - 1, spot.y * LINE + spot.x), y: 0, x: 0 } : spot)),
            say,
          });
      const title = h('span', { class: 'map-title' });
      const range = h('span', { class: 'map-range' });
      const row = h('div', { class: `map-row${plain ? ' plain' : ''}`, data: { layer } }, h('p', { class: 'map-head' }, title, range), canvas?.element ?? null);
      return { layer, shape, canvas, title, range, row };
    });
    // The scores have a figure of their own.
    setChildren(element, rows.slice(0, -1).map(({ row }) => row));
  }

  return {
    element,
    /**
     * @param {object} now
     * @param {LayerSummary[]} now.layers
     * @param {number[]} now.input shape
     * @param {Float32Array} now.pixels the image
     * @param {import('../../training/common/protocol.js').Look} now.look
     */
    draw({ layers, input, pixels, look }) {
      const wanted = layers.map(({ text }) => text).join('\n') + input.join();
      if (wanted !== built) {
        built = wanted;
        build(layers, input);
      }
      const room = element.clientWidth;
      for (const { layer, shape, canvas, title, range } of rows) {
        const name = layer < 0 ? t('network.input') : t('network.row', { place: layer + 1, name: labelOf(layers[layer].text) });
        title.textContent = `${name} · ${shapeText(shape)}`;
        if (!canvas) {
          const kind = layers[layer]?.kind;
          range.textContent = kind === 'flatten' || kind === 'dropout' ? t(`network.plain-${kind}`) : '';
          continue;
        }
        const data = layer < 0 ? pixels : look.trace[layer].data;
        const [low, high] = extent(data);
        const [height, width, count] = pictureShape(shape);
        const padded = shape.length === 1 ? Float32Array.from({ length: height * width }, (_, i) => data[i] ?? NaN) : data;
        canvas.element.setAttribute('aria-label', t(onSpot ? 'network.maps-label' : 'network.maps-still', { name, n: shape.at(-1) }));
        canvas.draw(padded, [height, width, count], {
          map: layer < 0 ? 'gray' : low < 0 ? 'diverging' : 'sequential',
          range: layer < 0 ? [0, 1] : [low, high],
          room,
        });
        range.textContent = layer < 0 ? '' : t('network.range', { low: format.number(low, 2), high: format.number(high, 2) });
      }
    },
    /**
     * Marks the selected value and the window that it came from.
     * @param {number} selected layer
     * @param {Spot} spot
     * @param {import('./explain.js').Explanation | null} explanation
     */
    mark(selected, spot, explanation) {
      // A window lies on the maps of the layer before that has any.
      const drawn = rows.filter(({ canvas }) => canvas);
      const place = drawn.findIndex(({ layer }) => layer === selected);
      const before = explanation?.window ? drawn[(place < 0 ? drawn.length : place) - 1] : null;
      for (const row of drawn) {
        /** @type {import('./map-canvas.js').Mark[]} */
        const marks = [];
        if (row.layer === selected) {
          const [y, x] = row.shape.length === 1 ? [Math.floor(spot.map / LINE), spot.map % LINE] : [spot.y, spot.x];
          marks.push({ map: row.shape.length === 1 ? 0 : spot.map, y, x, height: 1, width: 1, color: '--output' });
        }
        if (row === before && explanation?.window) {
          marks.push({ map: explanation.from, ...explanation.window, color: '--kernel' });
          if (explanation.won) marks.push({ map: explanation.from, ...explanation.won, height: 1, width: 1, color: '--output' });
        }
        row.canvas?.mark(marks, row.layer === selected ? spotOf(row.shape, spot) : null);
      }
    },
  };

  /** The place in a row's picture. @param {number[]} shape @param {Spot} spot */
  function spotOf(shape, spot) {
    return shape.length === 1 ? { map: 0, y: Math.floor(spot.map / LINE), x: spot.map % LINE } : spot;
  }
}
