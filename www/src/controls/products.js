/** The pixels under a window, the filter's weights and their products, channel by channel. */

import { h } from '../base/dom.js';
import { draw } from '../base/scheduler.js';
import { computed } from '../base/signals.js';
import { CHANNELS } from '../keys/picture.js';
import { createChoice } from './choice.js';
import { diverging } from '../figures/color.js';
import { createNumberSheet } from '../figures/number-sheet.js';
import { createNumberTable } from '../figures/number-table.js';

const NAMES = /** @type {const} */ (['R', 'G', 'B']);

/** A pixel's share of one colour, as that colour. @param {number} value 0 … 1 @param {number} channel */
const shade = (value, channel) => [0, 1, 2].map((each) => Math.round(255 * value * (each === channel ? 1 : 0.22)));

/**
 * @typedef {object} Window what is under the window, of HWI order
 * @property {Float32Array} patch
 * @property {Float32Array} product
 * @property {number[]} parts sums of the products, channel by channel
 */

/**
 * @param {import('../base/context.js').Host} frame
 * @param {import('../base/context.js').Controls} ctx
 * @param {object} options
 * @param {() => Float32Array} options.weights the filter's, of HWI order, read from a signal
 * @param {() => Window | null} options.window read from a signal
 * @param {(at: number, to: number) => boolean} options.set changes the weight at a place
 */
export function createProducts(frame, ctx, { weights, window, set }) {
  const { state, format } = ctx;
  const size = () => /** @type {number} */ (state.get('filter.f'));
  const most = computed(() => weights().reduce((largest, weight) => Math.max(largest, Math.abs(weight)), 0) || 1);
  const tabs = createChoice(ctx, { key: 'filter.channel', values: NAMES });
  const rows = NAMES.map((name, channel) => {
    const at = (/** @type {number} */ row, /** @type {number} */ col) => (row * size() + col) * CHANNELS + channel;
    const patch = createNumberSheet({ label: `filter.patch-${name}` });
    const table = createNumberTable(ctx, {
      label: `filter.weights-${name}`,
      get: (row, col) => weights()[at(row, col)],
      set: (row, col, value) => set(at(row, col), Math.min(100, Math.max(-100, value))),
      step: 0.1,
      digits: 3,
      color: (value) => diverging(value / most.value),
    });
    const product = createNumberSheet({ label: `filter.products-${name}` });
    const sum = h('output', { class: 'products-sum' });
    const part = (/** @type {string} */ title, /** @type {Node} */ node) => h('div', { class: 'products-part' }, h('span', { class: 'products-title', i18n: title }), node);
    const sign = (/** @type {string} */ written) => h('span', { class: 'products-sign', 'aria-hidden': 'true' }, written);
    const element = h(
      'div',
      { class: 'products-row', data: { channel: name }, role: 'group', i18nLabel: `filter.channel-${name}` },
      h('span', { class: 'products-name', 'aria-hidden': 'true', i18n: `filter.channel-${name}` }),
      part('filter.part-patch', patch.element),
      sign('×'),
      part('filter.part-weights', table.element),
      sign('='),
      part('filter.part-products', product.element),
      h('div', { class: 'products-total' }, h('span', { class: 'products-title', i18n: 'filter.part-sum' }), sum),
    );
    return { at, channel, element, patch, table, product, sum };
  });
  const element = h('div', { class: 'products' }, h('div', { class: 'products-tabs' }, tabs.element), rows.map((row) => row.element));
  // Where there is room for one channel only, it is the chosen one.
  draw(element, () => {
    element.dataset.channel = state.get('filter.channel');
  });

  /** Two decimals, and a third for what would look like 0. @param {number} value */
  const short = (value) => (value === 0 ? '0' : format.fixed(value, Math.abs(value) < 0.095 ? 3 : 2));

  frame.draw(() => {
    element.style.setProperty('--filter-size', String(size()));
    for (const { table } of rows) table.draw(size(), size());
  });
  frame.draw(() => {
    const now = window();
    if (!now) return;
    for (const { at, channel, patch, product, sum } of rows) {
      patch.draw(size(), size(), (row, col) => {
        const value = now.patch[at(row, col)];
        return { text: format.fixed(value, 2), color: shade(value, channel) };
      });
      product.draw(size(), size(), (row, col) => {
        const value = now.product[at(row, col)];
        return { text: short(value), color: diverging(value / most.value) };
      });
      sum.textContent = format.fixed(now.parts[channel] ?? 0, 2);
    }
  });

  return { element };
}
