/** The members in training: what it takes, how far each is, begin, pause and begin anew. */

import { h, morphChildren } from '../../base/dom.js';
import { computed, watch } from '../../base/signals.js';
import { createButton, createChoice, enable } from '../../controls/choice.js';
import { createMeter } from '../../figures/meter.js';
import { createNumber } from '../../controls/number.js';
import { NETWORKS } from './keys.js';
import { createMembers } from './members.js';

/** More memory than this a tab had better not take at once, bytes: the engine's own limit is 1 GiB. */
const ROOM = 700e6;

/** @typedef {import('../../training/page/ensemble.js').Member} Member */
/** @typedef {ReturnType<typeof import('../../training/page/ensemble.js').createEnsemble>} Ensemble */

/** Whether too many members failed for a vote. @param {Member[]} all */
const few = (all) => all.filter(({ error }) => !error).length < 2;

/**
 * @param {import('../../frame/cell.js').Frame} frame
 * @param {import('../../frame/cell.js').Context} ctx
 * @param {Ensemble} ensemble
 */
export function mountTraining(frame, ctx, ensemble) {
  const { state, t, format, trainer } = ctx;
  const number = (/** @type {string} */ key) => createNumber(ctx, { key: `ensemble.${key}` }).element;
  const radios = (/** @type {string} */ key, /** @type {readonly string[]} */ values) => createChoice(ctx, { key: `ensemble.${key}`, values }).element;

  frame.heading('train-heading');
  frame.prose('train-lead');
  const figure = frame.figure({ wide: true, minHeight: 320 });
  figure.controls.append(number('count'), radios('network', NETWORKS), number('amount'), radios('unit', ['epochs', 'batches']), radios('mode', ['turn', 'side']));
  const costs = h('p', { class: 'microscope-note' });
  const go = createButton({ primary: true, onPress: press });
  const again = createButton({ label: 'ensemble.again', onPress: () => void ensemble.reset().catch(ctx.fail) });
  const line = h('p', { class: 'run-line' });
  const meter = createMeter('ensemble.progress');
  const rival = h('div', { class: 'pending', hidden: true }, h('p', { i18n: 'ensemble.rival' }), createButton({ label: 'ensemble.rival-pause', onPress: () => void trainer.pause().catch(ctx.fail) }));
  const members = createMembers(ctx);
  figure.body.append(line, meter.element, rival, members.element);
  figure.controls.append(h('div', { class: 'run-buttons', role: 'group', i18nLabel: 'ensemble.group' }, go, again), costs);

  const ready = () => trainer.alive && (trainer.data?.counts.train ?? 0) > 0;

  function press() {
    if (ensemble.phase() !== 'idle') ensemble.pause();
    else void ensemble.train(state.get('ensemble.mode') === 'side');
  }

  /** Of the network last looked at. @type {{ of: string, parameters: number, memory_bytes: number } | null} */
  let summary = null;
  /** What training takes. @param {Member[]} all */
  function memory(all) {
    const { spec, batch_size: batch } = all[0].config;
    const of = `${batch}/${spec}`;
    if (summary?.of !== of) summary = { of, ...ctx.engine.summarize(spec, batch) };
    const { parameters, memory_bytes: training } = /** @type {NonNullable<typeof summary>} */ (summary);
    const atOnce = state.get('ensemble.mode') === 'side' ? all.length : 1;
    return { parameters, bytes: training * atOnce + 4 * parameters * all.length };
  }

  /**
   * Says what training takes.
   * @param {Member[]} all
   * @returns {boolean} whether there can be so much of it
   */
  function drawCosts(all) {
    const idle = ensemble.phase() === 'idle';
    let trouble = null;
    let cost = null;
    try {
      cost = memory(all);
      if (cost.bytes > ROOM && idle) trouble = t('ensemble.too-much', { memory: format.bytes(cost.bytes), room: format.bytes(ROOM) });
    } catch (error) {
      trouble = ctx.errorText(error);
    }
    figure.error(trouble);
    costs.textContent = cost ? t(idle ? 'ensemble.costs' : 'ensemble.costs-fixed', { parameters: cost.parameters, memory: format.bytes(cost.bytes), steps: all[0].goal }) : '';
    return trouble === null;
  }

  /** @param {number} ms */
  function duration(ms) {
    const seconds = Math.max(1, Math.round(ms / 1000));
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
    return hours > 0 ? t('ensemble.hours', { h: hours, m: minutes }) : minutes > 0 ? t('ensemble.minutes', { m: minutes, s: seconds % 60 }) : t('ensemble.seconds', { s: seconds });
  }

  /** Where it all is, in a sentence, and as a share. @param {Member[]} all @returns {[string, number]} */
  function status(all) {
    const phase = ensemble.phase();
    const ballot = ensemble.ballot();
    const sorted = ensemble.sorted();
    const done = all.filter(({ weights }) => weights).length;
    const steps = all.reduce((sum, { weights, history, goal }) => sum + (weights ? 1 : history.steps / goal), 0) / all.length;
    if (!ready()) return [t('network.waiting-engine'), 0];
    if (few(all)) return [t('ensemble.few'), steps];
    if (ensemble.waiting()) return [t('train.status-waiting'), steps];
    if (sorted) return [t('ensemble.done', { accuracy: format.percent(sorted.correct / sorted.count, 2), best: format.percent(sorted.members[sorted.best] / sorted.count, 2) }), 1];
    if (phase === 'testing' || (ballot && ballot.done > 0)) return [t('ensemble.testing', { done: ballot?.done ?? 0, count: ballot?.count ?? 0 }), ballot ? ballot.done / ballot.count : 0];
    const left = ensemble.left();
    if (phase === 'training') return [left === null ? t('ensemble.begins') : t('ensemble.training', { done, all: all.length, left: duration(left) }), steps];
    if (steps === 0) return [t('ensemble.empty'), 0];
    return [t('ensemble.paused', { done, all: all.length }), steps];
  }

  /** @param {Member[]} all @param {boolean} begun @param {boolean} possible to train them */
  function drawButtons(all, begun, possible) {
    const idle = ensemble.phase() === 'idle';
    const complete = (ensemble.tested() || few(all)) && all.every(({ weights, error }) => weights || error);
    morphChildren(go, t(!idle ? 'ensemble.pause' : begun && !complete ? 'ensemble.go-on' : 'ensemble.start'));
    enable(go, !idle || (ready() && possible && !complete));
    enable(again, begun);
    rival.hidden = idle || trainer.phase !== 'running';
  }

  const begun = computed(() => ensemble.members().some(({ history, weights }) => history.steps > 0 || weights));
  const now = computed(() => (ensemble.members().length > 0 ? status(ensemble.members()) : /** @type {[string, number]} */ (['', 0])));
  frame.draw(() => {
    const all = ensemble.members();
    if (all.length === 0) return;
    drawButtons(all, begun.value, drawCosts(all));
    members.draw(all);
    const [said, share] = now.value;
    line.textContent = said;
    meter.show(share);
    figure.describe(said);
  });
  // While it goes on, the sentence changes too often to be spoken.
  watch(
    () => (ensemble.phase() === 'idle' && begun.value ? now.value[0] : ''),
    (said) => said && ctx.announce(said),
  );

  return {
    /** Where it all is, in words, read from a signal. */
    said: () => now.value[0],
  };
}
