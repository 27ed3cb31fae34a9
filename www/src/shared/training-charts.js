/**
 * The two curves of a run: loss and accuracy, of the batches and of the validation split.
 *
 * @module
 */

import { format, t } from '../base/i18n.js';
import { historyCsv } from '../training/page/csv.js';
import { decimate, placeOn, sampleAt } from '../charts/decimate.js';
import { createLineChart } from '../charts/line-chart.js';
import { accuracyRange, lossRange, percentTick } from '../charts/ranges.js';

/** @typedef {import('../training/page/history.js').History} History */

/**
 * @param {HTMLElement} host
 */
export function createTrainingCharts(host) {
  /** What is drawn. @type {History | null} */
  let drawn = null;
  // Long runs are drawn thinned out, and kept whole.
  const csv = () => (drawn ? historyCsv(drawn) : '');
  const loss = createLineChart(host, {
    csv,
    label: 'train.chart-loss',
    lines: [
      { label: 'train.chart-batch', color: '--accent', width: 1, opacity: 0.35 },
      { label: '', color: '--accent', width: 1, opacity: 0.35, quiet: true },
      { label: 'train.chart-smooth', color: '--accent', width: 2 },
      { label: 'train.chart-validation', color: '--kernel', width: 1.5, dash: [5, 3], points: true },
    ],
    band: [1, 0],
    write: (value) => format.fixed(value, value < 0.1 ? 3 : 2),
    tick: (value) => format.number(value, 3),
    range: lossRange,
  });
  const accuracy = createLineChart(host, {
    csv,
    label: 'train.chart-accuracy',
    lines: [
      { label: 'train.chart-smooth', color: '--accent', width: 2 },
      { label: 'train.chart-validation', color: '--kernel', width: 1.5, dash: [5, 3], points: true },
      { label: 'train.chart-test', color: '--output', width: 0, points: true },
    ],
    write: (value) => format.percent(value, 1),
    tick: percentTick,
    range: accuracyRange,
  });

  return {
    /** @param {History} history */
    draw(history) {
      drawn = history;
      const { checks, tests } = history;
      const buckets = decimate(history.loss.values, loss.capacity);
      const x = buckets.x;
      loss.setData(x, [
        buckets.max,
        buckets.min,
        sampleAt(history.smooth.values, buckets),
        placeOn(checks, (check) => check.loss, buckets),
      ]);
      accuracy.setData(x, [
        sampleAt(history.smoothAccuracy.values, buckets),
        placeOn(checks, (check) => check.accuracy, buckets),
        placeOn(tests, (test) => test.accuracy, buckets),
      ]);
      this.describe(history);
    },

    /** @param {History} history */
    describe(history) {
      const step = history.steps;
      if (step === 0) {
        loss.describe(t('train.chart-loss-empty'));
        accuracy.describe(t('train.chart-accuracy-empty'));
        return;
      }
      const now = format.fixed(history.lastSmooth, 3);
      const first = format.fixed(history.loss.store[0], 3);
      loss.describe(t('train.chart-loss-text', { step, first, now }));
      const check = history.checks.at(-1);
      const train = format.percent(history.smoothAccuracy.store[step - 1], 1);
      accuracy.describe(
        check
          ? t('train.chart-accuracy-text', { step, train, validation: format.percent(check.accuracy, 1) })
          : t('train.chart-accuracy-first', { step, train }),
      );
    },

  };
}
