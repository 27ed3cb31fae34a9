/** How often two networks are right on test images that are shifted, and that are turned, further and further. */

import { h } from '../../base/dom.js';
import { createLineChart } from '../../charts/line-chart.js';
import { percentTick } from '../../charts/ranges.js';

/** How far the test images are moved: pixels, and degrees. */
export const MOVES = {
  shift: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  rotation: [0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60],
};

/** All of them as the worker is asked for them. */
export const ASKED = [...MOVES.shift.map((right) => ({ right, rotation: 0 })), ...MOVES.rotation.map((rotation) => ({ right: 0, rotation }))];

/** @typedef {{ step: number, accuracies: (number | null)[][] }} Measured of each move the share that each network has right */

/**
 * The two curves of each chart: with augmentation and without.
 * @param {Measured} measured
 */
export function curvesOf({ accuracies }) {
  const network = (/** @type {number} */ which) => accuracies.map((each) => each[which]);
  const cut = (/** @type {(number | null)[]} */ all) => ({ shift: all.slice(0, MOVES.shift.length), rotation: all.slice(MOVES.shift.length) });
  return { with: cut(network(0)), without: cut(network(1)) };
}

/**
 * @param {import('../../frame/cell.js').Context} ctx
 */
export function createCurves(ctx) {
  const { t, format } = ctx;
  const element = h('div', { class: 'augment-charts' });
  const write = (/** @type {number | null} */ share) => (share === null ? '–' : format.percent(share, 1));
  const chartOf = (/** @type {'shift' | 'rotation'} */ name) =>
    createLineChart(element.appendChild(h('div')), {
      label: `augment.chart-${name}`,
      lines: [
        { label: 'augment.with', color: '--kernel', width: 2, points: true },
        { label: 'augment.without', color: '--accent', width: 2, dash: [5, 3], points: true },
      ],
      write,
      tick: percentTick,
      range: () => [0, 1],
      place: (x) => t(`augment.at-${name}`, { n: x }),
      axis: name,
    });
  const charts = { shift: chartOf('shift'), rotation: chartOf('rotation') };

  return {
    element,
    /** @param {Measured | null} measured */
    draw(measured) {
      const curves = measured && curvesOf(measured);
      for (const name of /** @type {const} */ (['shift', 'rotation'])) {
        const chart = charts[name];
        if (!curves) {
          chart.setData([], [[], []]);
          chart.describe(t('augment.chart-empty'));
          continue;
        }
        const { [name]: on } = curves.with;
        const { [name]: off } = curves.without;
        chart.setData(MOVES[name], [on, off]);
        const list = MOVES[name].map((x, i) => `${t(`augment.at-${name}`, { n: x })} ${write(on[i])}, ${write(off[i])}`).join('; ');
        chart.describe(t(`augment.chart-${name}-text`, { list }));
      }
    },
  };
}
