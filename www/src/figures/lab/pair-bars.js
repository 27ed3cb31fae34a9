/** Two probabilities for each class, one bar above the other. */

import { className, named } from '../../base/class-names.js';
import { h, setChildren } from '../../base/dom.js';

/**
 * @param {import('../../base/context.js').Words} ctx
 * @param {{ label: string, say: string, separator: string, data: () => Parameters<typeof className>[0] }} options message keys;
 *   `say` is filled with `k`, `before` and `after`; `data` is read from a signal
 */
export function createPairBars(ctx, { label, say, separator, data }) {
  const { t, format } = ctx;
  const list = h('ol', { class: 'pair-bars', start: 0, i18nLabel: label });
  return {
    element: list,
    /** @param {ArrayLike<number>} before @param {ArrayLike<number>} after @param {number} truth the right class */
    draw(before, after, truth) {
      const known = data();
      list.classList.toggle('named', named(known));
      const bar = (/** @type {string} */ name, /** @type {number} */ share) => h('span', { class: `pair-bar ${name}`, css: { transform: `scaleX(${share})` } });
      setChildren(
        list,
        Array.from(before, (p, k) => {
          const [first, second] = [format.percent(p, 1), format.percent(after[k], 1)];
          return h(
            'li',
            { class: k === truth ? 'pair-row truth' : 'pair-row', 'aria-label': t(say, { k: className(known, k), before: first, after: second }) },
            h('span', { class: 'pair-class' }, className(known, k)),
            h('span', { class: 'pair-track' }, bar('before', p), bar('after', after[k])),
            h('span', { class: 'pair-value' }, `${first} ${separator} ${second}`),
          );
        }),
      );
    },
  };
}
