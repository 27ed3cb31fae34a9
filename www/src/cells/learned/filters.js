/** The first layer's filters while they train, as they are or as they changed since an earlier step. */

import { h } from '../../base/dom.js';
import { createToggle } from '../../figures/choice.js';
import { createFilterTiles } from '../../figures/lab/filter-tiles.js';
import { createNumber } from '../../figures/number.js';
import { evenly } from '../../figures/pixels.js';

/** Earlier filters that are remembered; of more, every other one is dropped. */
const REMEMBERED = 64;

/** @typedef {{ name: string, shape: number[], value: Float32Array }} Parameter */

/** @param {import('../../frame/cell.js').Context} ctx */
export function createLearnedFilters(ctx) {
  const { t, state, trainer } = ctx;
  const toggle = createToggle(ctx, { key: 'learned.change' });
  const since = createNumber(ctx, { key: 'learned.since' });
  const tiles = createFilterTiles();
  const note = h('p', { class: 'figure-panel-title', role: 'status' });
  const element = h('div', { class: 'learned-part' }, h('div', { class: 'control-row' }, toggle.element, since.element), tiles.element, note);
  /** Filters of earlier steps, oldest first. @type {{ step: number, value: Float32Array }[]} */
  let past = [];
  let rate = NaN;

  /** @param {number} step @param {Float32Array} value */
  function remember(step, value) {
    // A step back makes what came after it another future.
    past = past.filter((each) => each.step < step);
    past.push({ step, value });
    if (past.length > REMEMBERED) past = past.filter((_, i) => i === 0 || i === past.length - 1 || i % 2 === 0);
  }

  trainer.subscribe((topics) => {
    if (!topics.has('config') || !trainer.config) return;
    const now = trainer.config.optimizer.learning_rate;
    const same = now === rate;
    rate = now;
    if (!same && past.length > 0) return;
    past = [];
    // The filters that a run begins with are worth keeping, whether or not anybody looks.
    const { step } = trainer.progress;
    const { layers } = ctx.engine?.summarize(trainer.config.spec, 1) ?? { layers: [] };
    const first = layers.find((/** @type {any} */ { kind }) => kind === 'conv');
    if (!first) return;
    trainer.client
      .call('parameter', [`layer${first.index}.weight`])
      .then((parameter) => past.length === 0 && parameter && remember(step, parameter.value))
      // Then those that are looked at first are the first.
      .catch(() => {});
  });

  return {
    element,
    /** @param {Parameter | undefined} parameter weight of the first convolution @param {number} step */
    draw(parameter, step) {
      element.hidden = !parameter;
      if (!parameter) return;
      remember(step, parameter.value);
      const change = state.get('learned.change');
      since.element.hidden = !change;
      const [rows, cols, inputs, count] = parameter.shape;
      const from = past.findLast((each) => each.step <= state.get('learned.since')) ?? past[0];
      const shown = change ? parameter.value.map((value, i) => value - from.value[i]) : parameter.value;
      // Of several input maps, the first.
      const values = inputs === 1 ? shown : shown.filter((_, i) => Math.floor(i / count) % inputs === 0);
      const room = element.clientWidth || 320;
      const line = evenly(count, Math.floor(room / ((cols + 1) * 9)));
      const peak = values.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
      const said = t(change ? 'learned.filters-change' : 'learned.filters-now', { n: count, step, from: from.step, peak: Number(peak.toPrecision(2)) });
      tiles.draw(values, { rows, cols, count, line, text: said });
      note.textContent = said;
    },
  };
}
