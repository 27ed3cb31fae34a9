/** A curve without axes, as small as a word: how a run's loss went. */

import { h, s, setIfChanged } from '../base/dom.js';

/** Points that a curve has at most: more would not be told apart. */
const MOST = 150;

/** @param {ArrayLike<number>} values @returns {number[]} means of neighbours, as many as fit; what is not finite is left out */
function thinned(values) {
  const each = Math.max(1, Math.ceil(values.length / MOST));
  /** @type {number[]} */
  const means = [];
  for (let start = 0; start < values.length; start += each) {
    const part = Array.prototype.slice.call(values, start, start + each).filter(Number.isFinite);
    if (part.length > 0) means.push(part.reduce((sum, value) => sum + value, 0) / part.length);
  }
  return means;
}

/** The curve is decoration: whoever shows it says its numbers beside it. */
export function createSparkline() {
  const curve = s('path', { 'vector-effect': 'non-scaling-stroke' });
  const end = h('span', { class: 'sparkline-end', hidden: true });
  const element = h('span', { class: 'sparkline', 'aria-hidden': 'true' }, s('svg', { viewBox: '0 0 100 100', preserveAspectRatio: 'none' }, curve), end);
  return {
    element,
    /**
     * @param {ArrayLike<number>} values from 0 up, oldest first
     * @param {number} [length] values that the whole width stands for; those there are, if left out
     */
    draw(values, length = values.length) {
      const means = thinned(values);
      const top = means.reduce((most, value) => Math.max(most, value), 0) || 1;
      const step = means.length > 1 ? (100 * values.length) / Math.max(1, length) / (means.length - 1) : 0;
      const points = means.map((value, i) => [i * step, 96 - (92 * value) / top].map((each) => each.toFixed(1)).join(' '));
      setIfChanged(curve, 'd', points.length > 1 ? `M${points.join('L')}` : '');
      const last = means.at(-1);
      end.hidden = points.length < 2;
      if (last === undefined) return;
      end.style.left = `${(means.length - 1) * step}%`;
      end.style.top = `${96 - (92 * last) / top}%`;
    },
  };
}
