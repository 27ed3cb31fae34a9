/** Mean and standard deviation of each channel: those of a batch above, the running ones below. */

import { h, s, setChildren } from '../../base/dom.js';

/** @typedef {import('../../training/common/requests.js').Norm} Norm */

/** Of a channel's bars, in units of the drawing. */
const [WIDTH, HEIGHT] = [200, 24];
/** Decimals. */
const DIGITS = 2;

/** How far the batch's means lie from the running ones, in running deviations, on average. @param {Norm} norm */
export function apart({ batch, running }) {
  const all = Array.from(batch.mean, (mean, k) => Math.abs(mean - running.mean[k]) / Math.sqrt(running.variance[k] || 1));
  return all.reduce((sum, each) => sum + each, 0) / all.length;
}

/** @param {import('../../frame/cell.js').Context} ctx */
export function createMoments(ctx) {
  const { format } = ctx;
  const body = h('tbody');
  const head = (/** @type {string} */ key, /** @type {string} */ of) => h('th', { scope: 'col', class: of, i18n: `norm.head-${key}` });
  const table = h(
    'table',
    { class: 'norm-table norm-moments' },
    h('thead', {}, h('tr', {}, head('channel', ''), head('bars', ''), head('mean-batch', 'norm-batch'), head('mean-running', 'norm-running'), head('deviation-batch', 'norm-batch'), head('deviation-running', 'norm-running'))),
    body,
  );
  const deviation = (/** @type {number} */ variance) => Math.sqrt(Math.max(0, variance));

  return {
    element: h('div', { class: 'table-scroll', role: 'group', tabindex: '0', i18nLabel: 'norm.moments' }, table),
    /** @param {Norm} norm */
    draw({ batch, running }) {
      const sides = [batch, running];
      const ends = sides.flatMap(({ mean, variance }) => Array.from(mean, (each, k) => [each - deviation(variance[k]), each + deviation(variance[k])]));
      const low = Math.min(0, ...ends.map(([from]) => from));
      const high = Math.max(0, ...ends.map(([, to]) => to));
      const x = (/** @type {number} */ value) => ((value - low) / (high - low || 1)) * WIDTH;
      const bar = (/** @type {string} */ name, /** @type {import('../../training/common/requests.js').Moments} */ { mean, variance }, /** @type {number} */ k, /** @type {number} */ top) => {
        const [from, to] = [x(mean[k] - deviation(variance[k])), x(mean[k] + deviation(variance[k]))];
        return [
          s('rect', { class: `norm-bar norm-${name}`, x: from, y: top, width: Math.max(1, to - from), height: 8 }),
          s('line', { class: `norm-mean norm-${name}`, x1: x(mean[k]), x2: x(mean[k]), y1: top - 1, y2: top + 9 }),
        ];
      };
      setChildren(
        body,
        Array.from(batch.mean, (_, k) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, format.integer(k + 1)),
            h(
              'td',
              {},
              s('svg', { class: 'norm-bars', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' }, s('line', { class: 'norm-zero', x1: x(0), x2: x(0), y1: 0, y2: HEIGHT }), bar('batch', batch, k, 2), bar('running', running, k, 14)),
            ),
            sides.map(({ mean }, i) => h('td', { class: i === 0 ? 'norm-batch' : 'norm-running' }, format.fixed(mean[k], DIGITS))),
            sides.map(({ variance }, i) => h('td', { class: i === 0 ? 'norm-batch' : 'norm-running' }, format.fixed(deviation(variance[k]), DIGITS))),
          ),
        ),
      );
    },
  };
}
