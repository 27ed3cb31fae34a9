/** Accuracy and loss on the three splits: a table, what it was measured with, and how to measure again. */

import { h, morphChildren } from '../../base/dom.js';
import { computed } from '../../base/signals.js';
import { createButton, enable } from '../../controls/choice.js';
import { createMeter } from '../../figures/meter.js';
import { createNumber } from '../../controls/number.js';
import { callOff, evaluate } from '../../training/page/judging.js';
import { SPLITS } from './keys.js';

/** @typedef {import('../../training/common/protocol.js').Split} Split */


/**
 * @param {import('../../frame/cell.js').Frame} frame
 * @param {import('../../frame/cell.js').Context} ctx
 */
export function createScores(frame, ctx) {
  const { t, format, state, trainer } = ctx;
  const all = createButton({ label: 'judge.measure', primary: true, onPress: () => void measure(SPLITS) });
  const stop = createButton({ label: 'judge.stop', onPress: () => void cancel() });
  const limit = createNumber(ctx, { key: 'judge.train' });
  const meter = createMeter('judge.progress');
  meter.element.hidden = true;
  const counting = h('p', { class: 'judge-note' });
  const note = h('p', { class: 'judge-note', role: 'status' });
  const rows = h('tbody');
  const heads = ['split', 'count', 'accuracy', 'loss', 'wrong'].map((name) => h('th', { scope: 'col', i18n: `judge.column-${name}` }));
  const table = h('div', { class: 'table-scroll', tabindex: '0', role: 'group', i18nLabel: 'judge.table', hidden: true }, h('table', { class: 'change-table' }, h('thead', {}, h('tr', {}, heads)), rows));
  let stopped = false;

  /** Measures splits one after the other. @param {Split[]} splits */
  async function measure(splits) {
    stopped = false;
    try {
      for (const split of splits) {
        if (stopped || !available(split)) continue;
        stopped = (await evaluate(trainer, split, split === 'train' ? state.get('judge.train') : undefined)) === null;
      }
    } catch (error) {
      ctx.fail(error);
    }
  }

  async function cancel() {
    stopped = true;
    // With the worker the evaluation is over too.
    await callOff(trainer).catch(() => {});
  }

  /** Images that can be looked at: training images that are in; the others are fetched for it. @param {Split} split */
  const available = (split) => trainer.data?.[split === 'train' ? 'available' : 'counts'][split] ?? 0;

  frame.draw(() => {
    const { alive, evaluation } = trainer;
    enable(all, alive && evaluation === null && SPLITS.some(available));
    stop.hidden = evaluation === null;
    meter.element.hidden = evaluation === null;
    const { done = 0, count = 1, correct = 0, split = 'test' } = evaluation ?? {};
    meter.show(done / Math.max(1, count));
    counting.textContent = evaluation ? t('judge.running', { split: t(`judge.split-${split}`), done, count, accuracy: format.percent(correct / Math.max(1, done), 2) }) : '';
  });

  const known = computed(() => SPLITS.flatMap((each) => trainer.judgements[each] ?? []));
  frame.draw(() => {
    table.hidden = known.value.length === 0;
    const parts = known.value.map((result) => [
      result.count < available(result.split) ? t('judge.first', { n: result.count }) : format.integer(result.count),
      format.percent(result.correct / result.count, 2),
      format.fixed(result.loss, 4),
      format.integer(result.count - result.correct),
    ]);
    morphChildren(rows, known.value.map((result, i) => h('tr', {}, h('th', { scope: 'row' }, t(`judge.split-${result.split}`)), parts[i].map((part) => h('td', {}, part)))));
  });

  const text = computed(() => {
    const { alive, evaluation, progress, loaded } = trainer;
    if (evaluation) return '';
    if (known.value.length === 0) return t(!alive ? 'network.waiting-engine' : progress.step === 0 && !loaded ? 'judge.untrained' : 'judge.empty');
    const old = known.value.find(({ step }) => step !== progress.step);
    if (old) return t('judge.old', { step: old.step, now: progress.step });
    return t('judge.measured', { step: progress.step, list: known.value.map(({ split: each, correct: right, count: of }) => `${t(`judge.split-${each}`)} ${format.percent(right / of, 2)}`).join(', ') });
  });
  frame.draw(() => {
    note.textContent = text.value;
  });

  return {
    controls: [all, stop, limit.element],
    element: h('div', { class: 'judge-part' }, meter.element, counting, note, table),
    /** How it did, in words, read from a signal. */
    text: () => text.value,
  };
}
