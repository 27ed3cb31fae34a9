/**
 * Class probabilities as bars, one row for each class, with the largest marked.
 *
 * @module
 */

import { h } from '../dom.js';
import { format, t } from '../i18n.js';

/**
 * @param {{ label: string, classes?: number }} options `label` is a message key
 */
export function createProbabilityBars({ label, classes = 10 }) {
  const rows = Array.from({ length: classes }, (_, c) => {
    const bar = h('span', { class: 'probability-bar' });
    const value = h('span', { class: 'probability-value' });
    const row = h('li', { class: 'probability' }, h('span', { class: 'probability-class' }, String(c)), h('span', { class: 'probability-track' }, bar), value);
    return { row, bar, value };
  });
  const element = h('ol', { class: 'probabilities', i18nLabel: label, start: 0 }, rows.map(({ row }) => row));

  return {
    element,
    /** @param {ArrayLike<number> | null} probabilities null shows empty bars */
    draw(probabilities) {
      element.classList.toggle('empty', probabilities === null);
      const best = probabilities ? Array.from(probabilities).reduce((top, p, c, all) => (p > all[top] ? c : top), 0) : -1;
      rows.forEach(({ row, bar, value }, c) => {
        const p = probabilities?.[c] ?? 0;
        bar.style.transform = `scaleX(${p})`;
        value.textContent = probabilities ? format.percent(p, 1) : '';
        row.classList.toggle('best', c === best);
        if (c === best) row.setAttribute('aria-label', t('train.best-class', { class: c, percent: format.percent(p, 1) }));
        else row.removeAttribute('aria-label');
      });
    },
  };
}
