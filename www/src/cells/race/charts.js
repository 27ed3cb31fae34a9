/** The curves of a race: loss and accuracy side by side, and the learning rates, done and to come. */

import { decimate, placeOn } from '../../charts/decimate.js';
import { createLineChart } from '../../charts/line-chart.js';
import { accuracyRange, lossRange, percentTick } from '../../charts/ranges.js';
import { places } from '../../training/page/race.js';
import { MOST } from './keys.js';
import { LOOKS } from './runs-form.js';

/** @typedef {import('../../training/common/protocol.js').RunConfig} RunConfig */
/** @typedef {{ run: number, step: number, from: number, to: number }} Change of a learning rate, after so many steps */

/** A loss above that of guessing by so much is off the chart, so that one bad run does not flatten the others. */
const TOP_LOSS = 2 * Math.log(10);
/** Places at which the learning rates are drawn. */
const PLACES = 240;

/** Numbers that are none stand for nothing to draw. @param {number | undefined} value */
const point = (value) => (value !== undefined && Number.isFinite(value) ? value : null);

/**
 * @param {import('../../frame/cell.js').Context} ctx
 * @param {HTMLElement} host
 */
export function createRaceCharts(ctx, host) {
  const { t, format } = ctx;
  const lines = LOOKS.map((look) => ({ ...look, label: '' }));
  const loss = createLineChart(host, {
    label: 'race.chart-loss',
    lines: [...lines, ...LOOKS.map(({ color }) => ({ color, label: '', width: 0, points: true, size: 11, quiet: true }))],
    write: (value) => format.fixed(value, 3),
    tick: (value) => format.number(value, 3),
    range: (min, max) => lossRange(min, Math.min(max, TOP_LOSS)),
  });
  const accuracy = createLineChart(host, {
    label: 'race.chart-accuracy',
    lines: lines.map((line) => ({ ...line, points: true })),
    write: (value) => format.percent(value, 1),
    tick: percentTick,
    range: accuracyRange,
  });
  const rate = createLineChart(host, {
    label: 'race.chart-rate',
    lines: [...lines, ...lines.map((line) => ({ ...line, width: 1.5, opacity: 0.45, quiet: true }))],
    write: (value) => `× ${format.number(value, 3)}`,
    tick: (value) => format.number(value, 2),
    range: (_min, max) => [0, 1.05 * Math.max(1, max || 0)],
    height: 150,
  });
  return {
    /**
     * @param {ReturnType<typeof import('../../training/page/side-runs.js').createRuns>} runs
     * @param {object} race
     * @param {RunConfig[]} race.configs of the runs, with the rates they have now
     * @param {number[]} race.first the rates they began with
     * @param {string[]} race.names
     * @param {number} race.steps of the whole race
     * @param {number} race.epochSteps steps of an epoch
     * @param {Change[]} race.changes
     */
    draw(runs, { configs, first, names, steps, epochSteps, changes }) {
      const each = Array.from({ length: MOST }, (_, i) => i);
      const histories = runs.histories();
      const done = runs.step();
      const legend = each.map((i) => names[i] ?? null);

      const buckets = decimate(histories[0]?.loss.values ?? new Float32Array(0), loss.capacity);
      const smooth = (/** @type {number} */ i, /** @type {number} */ step) => point(histories[i]?.smooth.values[step - 1]);
      loss.name(legend);
      loss.setData(buckets.x, [
        ...each.map((i) => Array.from(buckets.x, (step) => smooth(i, step))),
        ...each.map((i) => placeOn(changes.filter(({ run }) => run === i), ({ step }) => smooth(i, step), buckets)),
      ]);

      const checks = runs.checks();
      accuracy.name(legend);
      accuracy.setData(Float64Array.from(checks, ({ step }) => step), each.map((i) => checks.map((check) => check.checks[i]?.accuracy ?? null)));

      const x = places(steps, PLACES);
      const plans = configs.map(({ schedule }) => ctx.engine.schedule_factors(schedule, x.map((step) => (step - 1) / epochSteps)));
      const rates = runs.rates();
      const scale = (/** @type {number} */ i) => configs[i].optimizer.learning_rate / first[i];
      rate.name(legend);
      rate.setData(x, [
        ...each.map((i) => Array.from(x, (step) => (step <= done && i < configs.length ? point(rates[i]?.values[step - 1] / first[i]) : null))),
        ...each.map((i) => Array.from(x, (step, at) => (step >= done && i < configs.length ? point(plans[i][at] * scale(i)) : null))),
      ]);

      if (done === 0) {
        loss.describe(t('race.chart-loss-empty'));
        accuracy.describe(t('race.chart-accuracy-empty'));
      } else {
        const list = (/** @type {(run: number) => string} */ write) => names.map((name, i) => `${name} ${write(i)}`).join(' · ');
        const value = (/** @type {number | null | undefined} */ y, /** @type {(y: number) => string} */ write) => (y === null || y === undefined ? '–' : write(y));
        loss.describe(t('race.chart-loss-text', { step: done, list: list((i) => value(smooth(i, done), (y) => format.fixed(y, 3))) }));
        const last = checks.at(-1);
        accuracy.describe(last ? t('race.chart-accuracy-text', { step: last.step, list: list((i) => value(last.checks[i]?.accuracy, (y) => format.percent(y, 1))) }) : t('race.chart-accuracy-empty'));
      }
      rate.describe(t('race.chart-rate-text', { list: names.map((name, i) => `${name} ${t(`train.schedule-${configs[i].schedule.kind}`)}`).join(' · ') }));
    },
  };
}
