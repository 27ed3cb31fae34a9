/** Two networks of the experiment, of one learning rate: how the values of a convolution are spread, and the loss. */

import { decimate, sampleAt } from '../../charts/decimate.js';
import { createLineChart } from '../../charts/line-chart.js';
import { lossRange } from '../../charts/ranges.js';
import { h } from '../../base/dom.js';
import { computed, signal } from '../../base/signals.js';
import { createChoice } from '../../controls/choice.js';
import { createNumber } from '../../controls/number.js';
import { CHECK, LAYERS, placesOf, RATES, runAt } from './experiment.js';
import { LOOKS } from './rates.js';
import { createValues } from './values.js';

/** Images whose values are counted. */
const COUNTED = 100;
/** A loss above that of guessing by so much is off the chart. */
const TOP_LOSS = 2 * Math.log(10);

/**
 * @param {import('../../frame/cell.js').Frame} frame
 * @param {import('../../frame/cell.js').Context} ctx
 * @param {ReturnType<typeof import('../../training/page/side-runs.js').createRuns>} runs of the experiment
 */
export function mountValues(frame, ctx, runs) {
  const { state, t, format } = ctx;
  frame.heading('values-heading');
  frame.prose('values-lead');
  const figure = frame.figure({ wide: true, caption: 'values-caption', minHeight: 420 });
  figure.controls.append(
    createNumber(ctx, { key: 'norm.rate', show: (place) => format.number(RATES[place - 1], 4) }).element,
    createChoice(ctx, { key: 'norm.values', values: LAYERS }).element,
  );
  const status = h('p', { class: 'network-state', role: 'status' });
  const values = createValues(ctx);
  const host = h('div');
  figure.body.append(status, values.element, host);
  const losses = createLineChart(host, {
    label: 'norm.losses',
    lines: [{ ...LOOKS.plain, points: false, label: 'norm.plain' }, { ...LOOKS.normalized, points: false, label: 'norm.normalized' }],
    write: (loss) => format.fixed(loss, 3),
    tick: (loss) => format.number(loss, 3),
    range: (min, max) => lossRange(min, Math.min(max, TOP_LOSS)),
    height: 180,
  });
  frame.prose('values-why');

  const rate = () => state.get('norm.rate') - 1;
  const spreads = signal(/** @type {{ step: number, all: (import('../../training/common/requests.js').Spread | null)[] } | null} */ (null));
  /** The step at which values are counted: while the runs go on, not each. */
  let countedAt = 0;
  const stepCounted = computed(() => {
    if (!runs.running() || runs.step() % CHECK.every === 0) countedAt = runs.step();
    return countedAt;
  });

  let asked = '';
  async function count() {
    const step = stepCounted.value;
    const layer = LAYERS.indexOf(state.get('norm.values'));
    if (!runs.alive() || step === 0) {
      asked = '';
      spreads.value = null;
      return;
    }
    const key = [step, rate(), layer].join('/');
    if (asked === key) return;
    asked = key;
    const { plain, before, after } = placesOf(layer);
    const [without, with_] = [runAt(rate(), false), runAt(rate(), true)];
    try {
      const all = await runs.spread([{ run: without, layer: plain }, { run: with_, layer: before }, { run: with_, layer: after }], COUNTED);
      if (asked === key) spreads.value = { step, all };
    } catch (error) {
      if (asked === key) asked = '';
      // Begun anew meanwhile: what was asked about is gone.
      if (/** @type {any} */ (error).code !== 'no_session') ctx.fail(error);
    }
  }

  const fixed = (/** @type {number} */ loss) => (Number.isFinite(loss) ? format.fixed(loss, 3) : '–');

  frame.draw(() => void count());
  frame.draw(() => {
    const now = spreads.value;
    values.element.hidden = !now;
    status.textContent = now ? t('norm.values-now', { rate: format.number(RATES[rate()], 4), step: now.step, n: COUNTED }) : t('norm.values-empty');
    if (now) values.draw(now.all);
    figure.describe(now ? `${status.textContent} ${values.text()}` : status.textContent);
  });
  frame.draw(() => {
    const [plain, normalized] = [false, true].map((each) => runs.histories()[runAt(rate(), each)]);
    if (!plain || plain.steps === 0) {
      losses.setData([], [[], []]);
      losses.describe(t('norm.losses-empty'));
      return;
    }
    const buckets = decimate(plain.loss.values, losses.capacity);
    losses.setData(buckets.x, [plain, normalized].map((each) => sampleAt(each.smooth.values, buckets)));
    losses.describe(t('norm.losses-text', { step: runs.step(), plain: fixed(plain.lastSmooth), normalized: fixed(normalized.lastSmooth) }));
  });
}
