/** What the network takes the drawing for: ten bars, and the largest one's digit. */

import { h, setIfChanged } from '../../base/dom.js';

const DIGITS = 10;

/** @param {import('../../frame/cell.js').Context} ctx */
export function createGuess({ t, format }) {
  const digit = h('span', { class: 'intro-digit' });
  const share = h('span', { class: 'intro-share' });
  const rows = Array.from({ length: DIGITS }, (_, name) => {
    const bar = h('span', { class: 'intro-bar' });
    return { bar, row: h('li', { class: 'intro-row' }, h('span', {}, String(name)), h('span', { class: 'intro-track' }, bar)) };
  });

  return {
    element: h('div', { class: 'intro-guess' }, h('p', { class: 'intro-said' }, digit, share), h('ol', { class: 'intro-rows', role: 'list', start: 0, 'aria-hidden': 'true' }, rows.map(({ row }) => row))),
    /** @param {Float32Array | null} probabilities null: there is nothing to guess @returns {{ digit: number, share: string } | null} */
    draw(probabilities) {
      const best = probabilities ? probabilities.indexOf(Math.max(...probabilities)) : -1;
      rows.forEach(({ bar, row }, name) => {
        bar.style.transform = `scaleX(${(probabilities?.[name] ?? 0).toFixed(3)})`;
        setIfChanged(row, 'class', name === best ? 'intro-row best' : 'intro-row');
      });
      digit.textContent = probabilities ? String(best) : '?';
      share.textContent = probabilities ? t('intro.share', { share: format.percent(probabilities[best], 0) }) : t('intro.nothing');
      return probabilities ? { digit: best, share: format.percent(probabilities[best], 0) } : null;
    },
  };
}
