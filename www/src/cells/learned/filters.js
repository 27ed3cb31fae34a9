/** The first layer's filters while they train, as they are or as they changed since an earlier step. */

import { h } from '../../base/dom.js';
import { computed, signal, watch } from '../../base/signals.js';
import { createToggle } from '../../controls/choice.js';
import { createFilterTiles } from '../../figures/lab/filter-tiles.js';
import { createNumber } from '../../controls/number.js';
import { evenly } from '../../figures/pixels.js';

/** Earlier filters that are remembered; of more, every other one is dropped. */
const REMEMBERED = 64;

/**
 * @param {import('../../frame/cell.js').Frame} frame
 * @param {import('../../frame/cell.js').Context} ctx
 * @param {{ look: () => import('../../shared/follow-network.js').Look | null }} options read from a signal
 */
export function createLearnedFilters(frame, ctx, { look }) {
  const { t, state, trainer } = ctx;
  const toggle = createToggle(ctx, { key: 'learned.change' });
  const since = createNumber(ctx, { key: 'learned.since' });
  const tiles = createFilterTiles();
  const note = h('p', { class: 'figure-panel-title', role: 'status' });
  const element = h('div', { class: 'learned-part' }, h('div', { class: 'control-row' }, toggle.element, since.element), tiles.element, note);
  /** Filters of earlier steps, oldest first. @type {{ step: number, value: Float32Array }[]} */
  let past = [];
  const said = signal('');

  /** @param {number} step @param {Float32Array} value */
  function remember(step, value) {
    // A step back makes what came after it another future.
    past = past.filter((each) => each.step < step);
    past.push({ step, value });
    if (past.length > REMEMBERED) past = past.filter((_, i) => i === 0 || i === past.length - 1 || i % 2 === 0);
  }

  watch(
    () => trainer.origin,
    () => {
      past = [];
      if (!trainer.config) return;
      // The filters that a run begins with are worth keeping, whether or not anybody looks.
      const { step } = trainer.progress;
      const { layers } = ctx.engine?.summarize(trainer.config.spec) ?? { layers: [] };
      const first = layers.find((/** @type {any} */ { kind }) => kind === 'conv');
      if (!first) return;
      trainer.client
        .call('parameter', [`layer${first.index}.weight`])
        .then((parameter) => past.length === 0 && parameter && remember(step, parameter.value))
        // Then those that are looked at first are the first.
        .catch(() => {});
    },
  );

  /** The weight of the first convolution. */
  const now = computed(() => {
    const seen = look();
    const parameter = seen?.parameters.find(({ shape }) => shape.length === 4);
    return seen && parameter ? { ...parameter, step: seen.step } : null;
  });
  frame.draw(() => {
    element.hidden = look() !== null && now.value === null;
    since.element.hidden = !state.get('learned.change');
  });
  frame.draw(() => {
    if (!now.value) return;
    const { shape: [rows, cols, inputs, count], value, step } = now.value;
    remember(step, value);
    const change = state.get('learned.change');
    const from = past.findLast((each) => each.step <= state.get('learned.since')) ?? past[0];
    const shown = change ? value.map((weight, i) => weight - from.value[i]) : value;
    // Of several input maps, the first.
    const values = inputs === 1 ? shown : shown.filter((_, i) => Math.floor(i / count) % inputs === 0);
    const room = element.clientWidth || 320;
    const line = evenly(count, Math.floor(room / ((cols + 1) * 9)));
    const peak = values.reduce((top, weight) => Math.max(top, Math.abs(weight)), 0);
    said.value = t(change ? 'learned.filters-change' : 'learned.filters-now', { n: count, step, from: from.step, peak: Number(peak.toPrecision(2)) });
    tiles.draw(values, { rows, cols, count, line, text: said.peek() });
    note.textContent = said.peek();
  });

  return {
    element,
    /** What they show, in words, read from a signal. */
    text: () => said.value,
  };
}
