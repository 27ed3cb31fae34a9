/**
 * Class probabilities as bars, one row for each class, with the largest marked.
 *
 * @module
 */

import { className, named } from '../base/class-names.js';
import { h, setChildren } from '../base/dom.js';
import { format, t } from '../base/i18n.js';

/** Rows before anything is known: the digits'. */
const DIGITS = 10;

/**
 * @param {{ label: string }} options `label` is a message key
 */
export function createProbabilityBars({ label }) {
  const element = h('ol', { class: 'probabilities', i18nLabel: label, start: 0 });
  /** @type {{ row: HTMLElement, name: HTMLElement, bar: HTMLElement, value: HTMLElement }[]} */
  let rows = [];

  /** @param {number} count */
  function build(count) {
    rows = Array.from({ length: count }, () => {
      const [name, bar, value] = ['class', 'bar', 'value'].map((part) => h('span', { class: `probability-${part}` }));
      const row = h('li', { class: 'probability' }, name, h('span', { class: 'probability-track' }, bar), value);
      return { row, name, bar, value };
    });
    setChildren(element, rows.map(({ row }) => row));
  }

  return {
    element,
    /**
     * @param {ArrayLike<number> | null} probabilities null shows empty bars
     * @param {import('../training/common/protocol.js').DataState | null} data whose classes these are
     */
    draw(probabilities, data) {
      const count = probabilities?.length ?? (data?.classes || DIGITS);
      if (rows.length !== count) build(count);
      element.classList.toggle('empty', probabilities === null);
      element.classList.toggle('named', named(data));
      const best = probabilities ? Array.from(probabilities).reduce((top, p, c, all) => (p > all[top] ? c : top), 0) : -1;
      rows.forEach(({ row, name, bar, value }, c) => {
        const p = probabilities?.[c] ?? 0;
        name.textContent = className(data, c);
        bar.style.transform = `scaleX(${p})`;
        value.textContent = probabilities ? format.percent(p, 1) : '';
        row.classList.toggle('best', c === best);
        if (c === best) row.setAttribute('aria-label', t('train.best-class', { class: className(data, c), percent: format.percent(p, 1) }));
        else row.removeAttribute('aria-label');
      });
    },
  };
}
