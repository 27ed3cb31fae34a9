/** How the values of a convolution are spread: without batch normalization, and with it before and after it. */

import { h } from '../../base/dom.js';
import { createHistogram } from '../../figures/lab/histogram.js';
import { short } from '../../figures/powers.js';

/** @typedef {import('../../training/common/requests.js').Spread} Spread */

/** The layers that are compared, with their colours. */
export const PARTS = /** @type {const} */ ({ plain: '--accent', before: '--ink-faint', after: '--kernel' });

/** @param {import('../../frame/cell.js').Context} ctx */
export function createValues(ctx) {
  const { t, format } = ctx;
  const panels = Object.entries(PARTS).map(([name, color]) => {
    const chart = createHistogram({ color });
    const ends = [h('span'), h('span')];
    const note = h('p', { class: 'norm-note' });
    const element = h('div', { class: 'norm-spread', role: 'img' }, h('p', { class: 'figure-panel-title', i18n: `norm.values-${name}` }), chart.element, h('p', { class: 'norm-ends', 'aria-hidden': 'true' }, ends), note);
    return { name, chart, ends, note, element };
  });

  /** @param {Spread} spread @param {boolean} toRelu whether a ReLU comes next */
  function written({ mean, deviation, positive, silent, channels }, toRelu) {
    const size = t('norm.spread', { mean: format.fixed(mean, 2), deviation: format.fixed(deviation, 2), positive: format.percent(positive, 0) });
    if (!toRelu) return size;
    return `${size} ${silent === channels ? t('norm.dead-all', { channels }) : t('norm.dead', { silent, channels })}`;
  }

  return {
    element: h('div', { class: 'norm-spreads' }, panels.map(({ element }) => element)),
    /** @param {(Spread | null)[]} spreads in the order of the parts; null where the run has stopped */
    draw(spreads) {
      panels.forEach(({ name, chart, ends, note, element }, i) => {
        const spread = spreads[i];
        chart.draw(spread ? { min: spread.range[0], max: spread.range[1], counts: spread.counts } : { min: 0, max: 1, counts: [] });
        ends.forEach((end, side) => {
          end.textContent = spread ? short(format, spread.range[side]) : '';
        });
        note.textContent = spread ? written(spread, name !== 'before') : t('norm.spread-stopped');
        element.setAttribute('aria-label', `${t(`norm.values-${name}`)}: ${note.textContent}`);
      });
    },
    text: () => panels.map(({ element }) => element.getAttribute('aria-label')).join(' '),
  };
}
