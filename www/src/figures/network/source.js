/** Where a value of a layer came from, by the network's text alone, and both in words. */

import { className } from '../../base/class-names.js';
import { fieldsOf, inside } from '../receptive.js';
import { labelOf } from '../strip/outline.js';

/** @typedef {import('../strip/outline.js').LayerSummary} LayerSummary */
/** @typedef {{ map: number, y: number, x: number }} Spot of a vector, `map` is the unit */
/**
 * @typedef {{ map: number, y: number, x: number, height: number, width: number }} Source cells of the layer before, clipped to
 *   its maps; `map` −1: of all maps, or of a vector all units
 */

/**
 * The cells of the layer before that a value was computed from.
 * @param {LayerSummary} layer
 * @param {Spot} spot
 * @returns {Source}
 */
export function sourceOf({ kind, geometry, input, weight_shape: weights }, { map, y, x }) {
  if (geometry) {
    const [field] = fieldsOf([geometry], 1, { row: y, col: x });
    const { row, col, rows, cols } = inside(field, input[0], input[1]);
    return { map: weights ? -1 : map, y: row, x: col, height: rows, width: cols };
  }
  if (kind === 'dense' || kind === 'softmax') return { map: -1, y: 0, x: 0, height: 1, width: 1 };
  if (kind !== 'flatten' || input.length === 1) return { map, y, x, height: 1, width: 1 };
  return { ...spotOf(input, map), height: 1, width: 1 };
}

/**
 * A spot that a layer has, as near to the wanted one as can be.
 * @param {number[]} shape
 * @param {Spot} spot
 * @returns {Spot}
 */
export function within(shape, { map, y, x }) {
  const [height, width, maps] = shape.length === 3 ? shape : [1, 1, shape[0]];
  return { map: Math.min(map, maps - 1), y: Math.min(y, height - 1), x: Math.min(x, width - 1) };
}

/** @param {number[]} shape @param {Spot} spot its place among the values of a layer */
export const indexOf = (shape, { map, y, x }) => (shape.length === 3 ? (y * shape[1] + x) * shape[2] + map : map);

/** The spot of a value by its place among those of a layer of maps. @param {number[]} shape @param {number} index @returns {Spot} */
export function spotOf([, width, maps], index) {
  const place = Math.floor(index / maps);
  return { map: index % maps, y: Math.floor(place / width), x: place % width };
}

/** Whether a layer has a value for each class. @param {LayerSummary[]} layers @param {number} index */
export const hasScores = (layers, index) => layers[index]?.kind === 'softmax' || (index >= 0 && layers.slice(index + 1).every(({ kind }) => kind === 'softmax'));

/**
 * A value's name.
 * @param {import('../../base/context.js').Words} ctx
 * @param {Parameters<typeof className>[0]} data that names the classes
 * @param {LayerSummary[]} layers
 * @param {number} index of the layer, −1 for the image
 * @param {Spot} spot
 */
export function nameOfSpot({ t }, data, layers, index, { map, y, x }) {
  const layer = layers[index];
  const last = hasScores(layers, index);
  const key = last ? 'network.spot-score' : layer?.output.length === 1 ? 'network.spot-vector' : 'network.spot';
  return t(layer?.kind === 'softmax' ? 'network.spot-share' : key, {
    place: index + 1,
    name: layer ? labelOf(layer.text) : t('network.input'),
    map: last ? className(data, map) : map + 1,
    y: y + 1,
    x: x + 1,
  });
}

/**
 * Which values of the layer before it was computed from, counted from 1 as everywhere on the page; nothing for a pixel.
 * @param {import('../../base/context.js').Words} ctx
 * @param {LayerSummary | undefined} layer
 * @param {Spot} spot
 */
export function sourceWords({ t }, layer, spot) {
  if (!layer) return '';
  const { y, x, height, width, ...source } = sourceOf(layer, spot);
  const count = layer.input[layer.input.length - 1];
  const map = count === 1 ? 0 : source.map;
  const span = (/** @type {number} */ first, /** @type {number} */ count) => (count > 1 ? `${first + 1}–${first + count}` : String(first + 1));
  const vector = layer.input.length === 1;
  const key = map < 0 ? (vector ? 'values' : 'maps') : vector ? 'value' : 'map';
  const words = t(`network.from-${key}`, { n: map < 0 ? count : map + 1, height, width, rows: span(y, height), cols: span(x, width) });
  return layer.kind === 'flatten' || layer.kind === 'dropout' ? `${words} (${t(`network.plain-${layer.kind}`)})` : words;
}
