/** The eight filters as they are now, and under each what it makes of the drawing. */

import { h } from '../../base/dom.js';
import { drawPixels } from '../../figures/pixels.js';
import { FILTERS, KERNEL, MAP } from './network.js';

export function createFilters() {
  const units = Array.from({ length: FILTERS }, () => {
    const [kernel, map] = [KERNEL, MAP].map((side) => h('canvas', { class: 'pixels', width: side, height: side }));
    return { kernel, map, element: h('div', { class: 'intro-unit' }, h('div', { class: 'intro-kernel' }, kernel), h('div', { class: 'intro-sheet' }, map)) };
  });

  return {
    element: h('div', { class: 'intro-filters', 'aria-hidden': 'true' }, units.map(({ element }) => element)),
    /** Each filter in colours as strong as its own largest weight allows. @param {Float32Array} weights 9×9×1×8 */
    drawFilters(weights) {
      units.forEach(({ kernel }, channel) => drawPixels(kernel, weights, { height: KERNEL, width: KERNEL, channels: FILTERS, channel, map: 'diverging' }));
    },
    /** All maps on one scale. @param {Float32Array | null} maps 20×20×8, 0 or more; null: nothing is drawn */
    drawMaps(maps) {
      const values = maps ?? new Float32Array(MAP * MAP * FILTERS);
      const most = values.reduce((top, value) => Math.max(top, value), 0) || 1;
      units.forEach(({ map }, channel) => drawPixels(map, values, { height: MAP, width: MAP, channels: FILTERS, channel, map: 'sequential', range: [0, most] }));
    },
  };
}
