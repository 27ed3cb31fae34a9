/** The experiment run: a press trains all networks side by side. */

import { h, morphChildren } from '../../base/dom.js';
import { computed, watch } from '../../base/signals.js';
import { createButton, enable } from '../../controls/choice.js';
import { createNumber } from '../../controls/number.js';
import { createRuns } from '../../training/page/side-runs.js';
import { CHECK, GOAL, LEARNED, RATES, runAt, runsOf } from './experiment.js';
import { createRates } from './rates.js';

/**
 * @param {import('../../frame/cell.js').Frame} frame
 * @param {import('../../frame/cell.js').Context} ctx
 * @returns the runs of the experiment
 */
export function mountExperiment(frame, ctx) {
  const { state, t, format, trainer } = ctx;
  frame.heading('rates-heading');
  frame.prose('rates-lead');
  const figure = frame.figure({ wide: true, caption: 'rates-caption', minHeight: 620 });
  const go = createButton({ primary: true, onPress: () => (runs.running() ? runs.pause() : void train()) });
  const again = createButton({ label: 'norm.again', onPress: restart });
  figure.controls.append(go, again, createNumber(ctx, { key: 'norm.seed' }).element);
  const line = h('p', { class: 'run-line norm-line' });
  const rates = createRates(ctx);
  figure.body.append(line, rates.element);
  frame.prose('rates-why');

  const runs = createRuns(trainer, { key: 'norm', checkEvery: CHECK.every, checkImages: CHECK.images, onTrouble: ctx.fail });
  const ready = () => trainer.alive && (trainer.data?.available.train ?? 0) > 0;
  const started = () => runs.alive() && runs.step() > 0;
  const over = () => runs.alive() && runs.step() >= GOAL;

  async function train() {
    try {
      await runs.begin(runsOf(state.get('norm.seed')));
      runs.start(GOAL);
    } catch (error) {
      ctx.fail(error);
    }
  }

  function restart() {
    const goesOn = runs.running();
    runs.pause();
    runs.reset();
    if (goesOn) void train();
  }

  /** @param {number} run @returns {import('./rates.js').Outcome} */
  const outcome = (run) => ({ check: runs.checks().at(-1)?.checks[run] ?? null, stopped: runs.stops()[run]?.step ?? null });
  const rows = computed(() => RATES.map((rate, i) => ({ rate, plain: outcome(runAt(i, false)), normalized: outcome(runAt(i, true)) })));

  /** The largest rate with which a network has learned, as it is written. @param {'plain' | 'normalized'} name */
  function largest(name) {
    const learned = rows.value.filter((row) => (row[name].check?.accuracy ?? 0) >= LEARNED).map(({ rate }) => rate);
    return learned.length > 0 ? format.number(Math.max(...learned), 4) : '–';
  }

  function said() {
    if (!started()) return t(ready() ? 'norm.empty' : 'network.waiting-engine', { n: 2 * RATES.length, goal: GOAL });
    if (!over() || runs.checks().at(-1)?.step !== GOAL) return t('norm.progress', { step: runs.step(), goal: GOAL });
    return t('norm.result', { goal: GOAL, share: format.percent(LEARNED, 0), plain: largest('plain'), normalized: largest('normalized') });
  }

  frame.draw(() => {
    morphChildren(go, t(runs.running() ? 'norm.pause' : started() && !over() ? 'norm.go-on' : 'norm.run'));
    enable(go, ready() && (runs.running() || !over()));
    enable(again, started());
    line.textContent = said();
    figure.describe(line.textContent);
  });
  frame.draw(() => rates.draw(rows.value));
  // Another seed is another experiment.
  watch(() => state.get('norm.seed'), restart);
  watch(
    () => (!runs.running() && over() ? said() : ''),
    (now) => now && ctx.announce(now),
  );
  watch(() => frame.visible.value, (on) => !on && runs.pause());
  return runs;
}
