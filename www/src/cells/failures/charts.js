/** The curves of a run that goes wrong, and of the cured one beside it: loss, accuracies, dead units. */

import { createLineChart } from '../../charts/line-chart.js';
import { percentTick } from '../../charts/ranges.js';
import { short, times } from '../../figures/powers.js';
import { STEPS } from './cases.js';

/** @typedef {import('./runs.js').Trace} Trace */

const BROKEN = { color: '--kernel', width: 2 };
const CURED = { color: '--output', width: 2, dash: [9, 4] };

/** The logarithm of a loss; nothing where it has none. @param {number | undefined} loss */
const logOf = (loss) => (loss !== undefined && loss > 0 && Number.isFinite(loss) ? Math.log10(loss) : null);
/** Two powers of ten at least. @param {number} min @param {number} max @returns {[number, number]} */
const logRange = (min, max) => [Math.min(-1, Number.isFinite(min) ? Math.floor(min) : 0), Math.max(1, Number.isFinite(max) ? Math.ceil(max) : 0)];
/** The share of the units that are dead; nothing in a network without ReLUs. @param {import('./runs.js').Check | undefined} check */
export const deadShare = (check) => (check && check.units > 0 ? check.dead / check.units : null);

/**
 * @param {import('../../frame/cell.js').Context} ctx
 * @param {HTMLElement} host
 */
export function createCharts(ctx, host) {
  const { t, format } = ctx;
  /** @param {number} power */
  const tick = (power) => (!Number.isInteger(power) ? '' : Math.abs(power) < 3 ? format.number(10 ** power, 2) : times(power).slice(1));
  const loss = createLineChart(host, {
    label: 'failures.chart-loss',
    lines: [{ ...BROKEN, label: '' }, { ...CURED, label: '' }],
    write: (power) => short(format, 10 ** power),
    tick,
    range: logRange,
  });
  const percent = { write: (/** @type {number} */ share) => format.percent(share, 0), tick: percentTick, range: () => /** @type {[number, number]} */ ([0, 1]) };
  const accuracy = createLineChart(host, {
    label: 'failures.chart-accuracy',
    lines: [BROKEN, { ...BROKEN, width: 1.5, dash: [2, 3], points: true, size: 5 }, CURED, { ...CURED, width: 1.5, dash: [2, 3], points: true, size: 5 }].map((line) => ({ ...line, label: '' })),
    ...percent,
  });
  const dead = createLineChart(host, { label: 'failures.chart-dead', lines: [{ ...BROKEN, label: '' }, { ...CURED, label: '' }], ...percent, height: 150 });

  const lowest = /** @type {HTMLElement} */ (host.lastElementChild);

  return {
    /** @param {Trace | null} broken @param {Trace | null} cured */
    draw(broken, cured) {
      const names = [t('failures.this'), cured ? t('failures.cured') : null];
      const most = Math.max(broken?.losses.length ?? 0, cured?.losses.length ?? 0);
      const steps = Array.from({ length: most }, (_, i) => i + 1);
      loss.name(names);
      loss.setData(steps, [broken, cured].map((trace) => steps.map((step) => logOf(trace?.losses[step - 1]))));

      const places = [...new Set([broken, cured].flatMap((trace) => trace?.checks.map(({ step }) => step) ?? []))].sort((a, b) => a - b);
      const row = (/** @type {Trace | null} */ trace, /** @type {(check: import('./runs.js').Check) => number | null} */ read) =>
        places.map((place) => {
          const check = trace?.checks.find(({ step }) => step === place);
          return check ? read(check) : null;
        });
      accuracy.name([broken, cured].flatMap((trace, i) => (['batches', 'validation'].map((what) => (i === 0 || trace ? `${names[i]}, ${t(`failures.of-${what}`)}` : null)))));
      accuracy.setData(places, [broken, cured].flatMap((trace) => [row(trace, ({ batches }) => batches), row(trace, ({ accuracy: share }) => share)]));
      // A network without ReLUs has no units to die.
      lowest.hidden = broken?.checks[0]?.units === 0;
      dead.name(names);
      dead.setData(places, [row(broken, deadShare), row(cured, deadShare)]);

      const list = (/** @type {(trace: Trace) => string} */ say) => [broken, cured].flatMap((trace, i) => (trace && trace.losses.length > 0 ? [`${names[i]} ${say(trace)}`] : [])).join(' · ');
      const last = (/** @type {Trace} */ { checks }) => checks[checks.length - 1];
      const share = (/** @type {number | null} */ value) => (value === null ? '–' : format.percent(value, 0));
      if (most === 0) {
        for (const [chart, name] of /** @type {const} */ ([[loss, 'loss'], [accuracy, 'accuracy'], [dead, 'dead']])) chart.describe(`${t(`failures.chart-${name}`)}. ${t('failures.chart-empty')}`);
        return;
      }
      const args = { step: most, steps: STEPS };
      loss.describe(t('failures.chart-text', { ...args, chart: t('failures.chart-loss'), list: list((trace) => short(format, trace.losses[trace.losses.length - 1])) }));
      accuracy.describe(t('failures.chart-text', { ...args, chart: t('failures.chart-accuracy'), list: list((trace) => `${share(last(trace).batches)} / ${share(last(trace).accuracy)}`) }));
      dead.describe(t('failures.chart-text', { ...args, chart: t('failures.chart-dead'), list: list((trace) => share(deadShare(last(trace)))) }));
    },
  };
}
