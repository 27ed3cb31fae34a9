/** The scores at the end of the network: one row a class, which can be asked where it came from. */

import { className, named } from '../../base/class-names.js';
import { h, morphChildren, setChildren } from '../../base/dom.js';

/**
 * @param {import('../../base/context.js').Words} ctx
 * @param {{ onPick: (unit: number) => void, data: () => Parameters<typeof className>[0] }} options `data`: read from a signal
 */
export function createScores(ctx, { onPick, data }) {
  const { t, format } = ctx;
  const element = h('div', { class: 'scores', role: 'group', i18nLabel: 'network.scores' });
  /** @type {{ row: HTMLButtonElement, name: HTMLElement, bar: HTMLElement, score: HTMLElement, share: HTMLElement }[]} */
  let rows = [];

  return {
    element,
    /**
     * @param {Float32Array} scores
     * @param {Float32Array} probabilities
     * @param {number | null} truth the right class, if it is known
     * @param {number} picked −1 for none
     */
    draw(scores, probabilities, truth, picked) {
      if (rows.length !== scores.length) {
        rows = Array.from(scores, (_, unit) => {
          const [name, bar, score, share] = ['score-class', 'score-bar', 'score-value', 'score-share'].map((name) => h('span', { class: name }));
          const row = h('button', { type: 'button', class: 'score', on: { click: () => onPick(unit) } }, name, score, h('span', { class: 'score-track' }, bar), share);
          return { row, name, bar, score, share };
        });
        setChildren(element, h('p', { class: 'score-head', 'aria-hidden': 'true' }, ['class', 'score', 'probability'].map((name) => h('span', { i18n: `network.column-${name}` }))), rows.map(({ row }) => row));
      }
      const best = probabilities.indexOf(Math.max(...probabilities));
      const known = data();
      element.classList.toggle('named', named(known));
      rows.forEach(({ row, name, bar, score, share }, unit) => {
        morphChildren(name, className(known, unit));
        bar.style.transform = `scaleX(${probabilities[unit]})`;
        morphChildren(score, format.fixed(scores[unit], 2));
        morphChildren(share, format.percent(probabilities[unit], 1));
        row.classList.toggle('best', unit === best);
        row.classList.toggle('truth', unit === truth);
        row.setAttribute('aria-pressed', String(unit === picked));
        row.setAttribute(
          'aria-label',
          t(unit === truth ? 'network.score-truth' : 'network.score', { unit: className(known, unit), score: format.fixed(scores[unit], 2), share: format.percent(probabilities[unit], 1) }),
        );
      });
    },
  };
}
