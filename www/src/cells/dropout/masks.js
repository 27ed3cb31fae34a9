/** One image at the dropout layer: what comes in, the mask, what goes out, and the answers with and without. */

import { h } from '../../base/dom.js';
import { createPairBars } from '../../figures/lab/pair-bars.js';
import { createMapCanvas } from '../../figures/network/map-canvas.js';
import { extent } from '../../figures/pixels.js';

/** @typedef {import('../../training/common/requests.js').Inspection} Inspection */

/** @param {import('../../frame/cell.js').Context} ctx */
export function createMasks(ctx) {
  const { t, format } = ctx;
  const row = (/** @type {string} */ name) => {
    const canvas = createMapCanvas(ctx);
    const title = h('p', { class: 'map-head' });
    return { canvas, title, name, element: h('div', { class: 'map-row', data: { part: name } }, title, canvas.element) };
  };
  const [input, mask, output] = ['input', 'mask', 'output'].map(row);
  const numbers = h('p', { class: 'microscope-note', role: 'status' });
  const bars = createPairBars(ctx, { data: () => ctx.trainer.data, label: 'dropout.pair-label', say: 'dropout.pair', separator: '/' });
  const element = h('div', { class: 'dropout-masks' }, input.element, mask.element, output.element, numbers, h('p', { class: 'figure-panel-title', i18n: 'dropout.pair-note' }), bars.element);

  /** @param {ArrayLike<number>} values */
  const mean = (values) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

  return {
    element,
    text: () => numbers.textContent ?? '',
    /** @param {Inspection} seen @param {number} rate @param {boolean} training */
    draw(seen, rate, training) {
      const at = seen.trace.findIndex(({ kind }) => kind === 'dropout');
      const [entry] = seen.masks;
      // Without a rate nothing is dropped, and the layer keeps no mask.
      const { data, shape } = seen.trace[at];
      const keep = training && entry ? entry.mask : new Uint8Array(data.length).fill(1);
      const scale = training ? 1 / (1 - rate) : 1;
      const out = data.map((value, i) => (keep[i] ? value * scale : 0));
      const top = extent(data)[1] / (1 - rate);
      const room = element.clientWidth || 320;
      const alive = keep.reduce((sum, bit) => sum + bit, 0);
      const args = { n: shape[2], kept: alive, all: data.length, scale: format.number(scale, 3), before: format.fixed(mean(data), 3), after: format.fixed(mean(out), 3) };
      for (const { canvas, title, name } of [input, mask, output]) {
        title.textContent = t(`dropout.row-${name}`, args);
        canvas.element.setAttribute('aria-label', title.textContent);
      }
      input.canvas.draw(data, shape, { map: 'sequential', range: [0, top], room });
      mask.canvas.draw(Float32Array.from(keep), shape, { map: 'gray', range: [0, 1.2], room });
      output.canvas.draw(out, shape, { map: 'sequential', range: [0, top], room });
      numbers.textContent = t(training ? 'dropout.numbers-training' : 'dropout.numbers-inference', args);
      bars.draw(seen.training, seen.inference, seen.label);
    },
  };
}
