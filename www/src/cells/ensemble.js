/** Several networks that decide together: trained from different seeds, their logits summed. */

import { h } from '../dom.js';
import { createButton, createChoice, enable } from '../figures/choice.js';
import { createMeter } from '../figures/meter.js';
import { createNumber } from '../figures/number.js';
import { tex, value } from '../math.js';
import { createEnsemble } from '../training/ensemble.js';
import { ensembleSchema, membersOf, NETWORKS } from '../training/members.js';
import { outlineOf } from '../training/settings.js';
import { browserStore } from '../training/shelf.js';
import { Stock } from '../training/stock.js';
import { createImages } from './ensemble/images.js';
import { createAccuracies, createMembers } from './ensemble/members.js';
import { rust } from './rust.js';

/** More memory than this a tab had better not take at once, bytes: the engine's own limit is 1 GiB. */
const ROOM = 700e6;

/** Scores of three members for the digits 3 and 5, for the question. */
const SCORES = [[2, 1], [2, 1], [0, 4]];

/** @type {import('./cell.js').Cell} */
export const cell = {
  id: 'ensemble',
  state: ensembleSchema,
  watches: ['spec', 'train.seed', 'train.batch', 'train.optimizer', 'train.rate', 'train.schedule', 'train.epochs'],
  mount(frame, ctx) {
    const { state, t, format } = ctx;
    /** @type {import('../training/trainer.js').Trainer} */
    const trainer = ctx.trainer;
    const radios = (/** @type {string} */ key, /** @type {readonly string[]} */ values) => createChoice(ctx, { key: `ensemble.${key}`, values }).element;
    const number = (/** @type {string} */ key) => createNumber(ctx, { key: `ensemble.${key}` }).element;

    frame.prose('lead');
    frame.formula(() => tex`z = ∑_{i=1}^${value(state.get('ensemble.count'))} z^{(i)} \quad \hat{y} = {argmax}_k z_k`);

    frame.heading('train-heading');
    frame.prose('train-lead');
    const figure = frame.figure({ wide: true, minHeight: 320 });
    figure.controls.append(number('count'), radios('network', NETWORKS), number('amount'), radios('unit', ['epochs', 'batches']), radios('mode', ['turn', 'side']));
    const costs = h('p', { class: 'microscope-note' });
    const go = createButton({ primary: true, onPress: press });
    const again = createButton({ label: 'ensemble.again', onPress: () => void ensemble.reset().then(ctx.invalidate, fail) });
    const line = h('p', { class: 'run-line' });
    const meter = createMeter('ensemble.progress');
    const rival = h('div', { class: 'pending', hidden: true }, h('p', { i18n: 'ensemble.rival' }), createButton({ label: 'ensemble.rival-pause', onPress: () => void trainer.pause().catch(fail) }));
    const members = createMembers(ctx);
    figure.body.append(costs, h('div', { class: 'run-buttons', role: 'group', i18nLabel: 'ensemble.group' }, go, again), line, meter.element, rival, members.element);

    frame.heading('vote-heading');
    frame.prose('vote-lead');
    const results = frame.figure({ wide: true, minHeight: 200 });
    const empty = h('p', { class: 'network-state', i18n: 'ensemble.vote-empty' });
    const accuracies = createAccuracies(ctx);
    const sums = h('p', { class: 'ensemble-sum' });
    const images = createImages(ctx, { ask: (pixels) => ensemble.ask(pixels) });
    const source = frame.prose('reference');
    const whole = h('div', { class: 'ensemble-results', hidden: true }, accuracies.element, source, sums, images.element);
    results.body.append(empty, whole);

    frame.rust(rust`
      let mut ensemble = Ensemble::new();
      for seed in ${'train.seed'}..${'train.seed'} + ${'ensemble.count'} {
          let mut session = Session::new(SessionConfig { seed, ..config.clone() })?;
          for _ in 0..${() => goalNow()} {
              session.step(&data)?;
          }
          ensemble.push(session.model().clone())?;
      }
      let votes = ensemble.evaluate(&data, Split::Test, 0..${() => String(trainer?.data?.counts.test || 10_000).replace(/(?<=\d)(?=(\d{3})+$)/g, '_')})?;
      votes.members_correct()   // ${() => (ensemble.sorted() ? `[${ensemble.sorted()?.members.join(', ')}]` : '—')}
      votes.correct()           // ${() => ensemble.sorted()?.correct ?? '—'}
    `);
    frame.check({
      question: 'question',
      kind: 'choice',
      options: ['answer-three', 'answer-five', 'answer-equal'],
      answer: () => {
        const [three, five] = [0, 1].map((k) => SCORES.reduce((sum, scores) => sum + scores[k], 0));
        return three > five ? 0 : three < five ? 1 : 2;
      },
      explain: 'explain',
    });

    const ensemble = createEnsemble(trainer, { stock: new Stock(browserStore('cnn-notebook-ensemble', 'members')), onChange: () => ctx.invalidate(), onTrouble: fail });
    document.addEventListener('visibilitychange', () => document.hidden && ensemble.keepSoon());
    trainer?.on(['data', 'phase'], ctx.invalidate);

    /** @param {unknown} error */
    function fail(error) {
      ctx.fail(error);
      ctx.invalidate();
    }

    const imagesToLearn = () => trainer?.data?.counts.train ?? 0;
    const outline = () => outlineOf(trainer?.config?.data ?? '', trainer?.own ?? null);
    const goalNow = () => (ctx.engine ? membersOf(ctx.engine, state, imagesToLearn() || 55_000, outline()).goal : 0);
    const ready = () => trainer.alive && imagesToLearn() > 0;

    function press() {
      if (ensemble.phase() !== 'idle') ensemble.pause();
      else void ensemble.train(state.get('ensemble.mode') === 'side');
      ctx.invalidate();
    }

    /** @param {number} ms */
    function duration(ms) {
      const seconds = Math.max(1, Math.round(ms / 1000));
      const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
      return hours > 0 ? t('ensemble.hours', { h: hours, m: minutes }) : minutes > 0 ? t('ensemble.minutes', { m: minutes, s: seconds % 60 }) : t('ensemble.seconds', { s: seconds });
    }

    /** Of the network last looked at. @type {{ of: string, parameters: number, memory_bytes: number } | null} */
    let summary = null;
    /** What training takes. @param {import('../training/ensemble.js').Member[]} all */
    function memory(all) {
      const { spec, batch_size: batch } = all[0].config;
      const of = `${batch}/${spec}`;
      if (summary?.of !== of) summary = { of, ...ctx.engine.summarize(spec, batch) };
      const { parameters, memory_bytes: training } = /** @type {NonNullable<typeof summary>} */ (summary);
      const atOnce = state.get('ensemble.mode') === 'side' ? all.length : 1;
      return { parameters, bytes: training * atOnce + 4 * parameters * all.length };
    }

    /** Whether too many members failed for a vote. @param {import('../training/ensemble.js').Member[]} all */
    const few = (all) => all.filter(({ error }) => !error).length < 2;

    /** Where it all is, in a sentence, and as a share. @param {import('../training/ensemble.js').Member[]} all @returns {[string, number]} */
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

    let spoken = '';
    /** What the list of results was drawn from. */
    let drawn = '';
    return {
      update(changed) {
        let trouble = null;
        let cost = null;
        const { configs, goal } = membersOf(ctx.engine, state, imagesToLearn(), outline());
        ensemble.plan(configs, goal);
        const all = ensemble.members();
        const phase = ensemble.phase();
        try {
          cost = memory(all);
          if (cost.bytes > ROOM && phase === 'idle') trouble = t('ensemble.too-much', { memory: format.bytes(cost.bytes), room: format.bytes(ROOM) });
        } catch (error) {
          trouble = ctx.errorText(error);
        }
        figure.error(trouble);
        costs.textContent = cost ? t(phase === 'idle' ? 'ensemble.costs' : 'ensemble.costs-fixed', { parameters: cost.parameters, memory: format.bytes(cost.bytes), steps: all[0].goal }) : '';
        members.draw(all);
        const [said, share] = status(all);
        line.textContent = said;
        meter.show(share);
        figure.describe(said);
        const begun = all.some(({ history, weights }) => history.steps > 0 || weights);
        const complete = (ensemble.tested() || few(all)) && all.every(({ weights, error }) => weights || error);
        go.textContent = t(phase !== 'idle' ? 'ensemble.pause' : begun && !complete ? 'ensemble.go-on' : 'ensemble.start');
        enable(go, phase !== 'idle' || (ready() && trouble === null && !complete));
        enable(again, begun);
        rival.hidden = phase === 'idle' || trainer.phase !== 'running';
        const now = phase === 'idle' && begun ? said : '';
        if (now && now !== spoken) ctx.announce(now);
        spoken = now;

        const sorted = ensemble.sorted();
        const ballot = ensemble.ballot();
        empty.hidden = sorted !== null;
        whole.hidden = sorted === null;
        if (!sorted || !ballot) return;
        const look = `${ballot.of}/${ctx.lang()}`;
        if (look !== drawn || changed.has('lang')) {
          drawn = look;
          // Its record is of the same digits.
          const compare = trainer.data?.name === 'mnist';
          accuracies.draw(sorted, ballot.seeds, compare);
          source.hidden = !compare;
          const best = sorted.members[sorted.best];
          sums.textContent = t('ensemble.balance', { best, saved: sorted.lists.saved.length, spoiled: sorted.spoiled, correct: sorted.correct, unanimous: sorted.unanimous, count: sorted.count });
          results.describe(`${line.textContent} ${sums.textContent}`);
        }
        images.draw(sorted, ballot);
      },
    };
  },
};
