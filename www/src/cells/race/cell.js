/** Other optimizers: two to four runs from one seed, side by side. */

import { h, morphChildren } from '../../base/dom.js';
import { computed, signal, watch } from '../../base/signals.js';
import { createButton, createChoice, enable } from '../../controls/choice.js';
import { createNumber } from '../../controls/number.js';
import { OPTIMIZERS, optimizerOf } from '../../training/page/settings.js';
import { createPresets } from '../../controls/presets.js';
import { fixedPart, raceConfigs, raceOf } from '../../training/page/race.js';
import { createRuns } from '../../training/page/side-runs.js';
import { createRaceCharts } from './charts.js';
import { pythonOf } from './code.js';
import { rules } from './rules.js';
import { createRunsForm } from './runs-form.js';
import { rust, showCode } from '../../frame/code.js';
import { paint } from './thumb.js';

/** @typedef {import('../../training/common/protocol.js').RunConfig} RunConfig */

/** Steps between two looks at the validation split, and images of it. */
const CHECK = { every: 25, images: 1000 };
/** Curves are drawn at most so often while the runs go on, milliseconds. */
const CHART_MS = 150;
/** Rust's names of the optimizers and schedules. @type {Record<string, string>} */
const RUST = { sgd: 'Sgd', momentum: 'Momentum', rmsprop: 'RmsProp', adam: 'Adam', adamw: 'AdamW' };

/** @type {import('../../frame/cell.js').Cell} */
export const cell = {
  preview: paint,
  mount(frame, ctx) {
    const { state, t, format, trainer } = ctx;
    /** The runs of the race that is on, with the rates they have now. */
    const racing = signal(/** @type {RunConfig[]} */ ([]));
    /** The rates they began with. @type {number[]} */
    let first = [];
    const changes = signal(/** @type {import('./charts.js').Change[]} */ ([]));
    let goal = Infinity;
    /** Whether the race goes on when the cell is looked at again. */
    let interrupted = false;

    frame.prose('lead');
    frame.heading('race-heading');
    const figure = frame.figure({ wide: true, caption: 'caption', minHeight: 700 });
    const form = createRunsForm(ctx);
    const presets = [
      createPresets(ctx, {
        label: 'race.presets',
        presets: [
          { label: 'race.preset-rules', values: raceOf(['sgd', 0.1, 'constant'], ['momentum', 0.01, 'constant'], ['rmsprop', 0.001, 'constant'], ['adam', 0.001, 'constant']) },
          { label: 'race.preset-rates', values: raceOf(['adam', 0.01, 'constant'], ['adam', 0.001, 'constant'], ['adam', 0.0001, 'constant']) },
          { label: 'race.preset-schedules', values: raceOf(['momentum', 0.05, 'constant'], ['momentum', 0.05, 'step'], ['momentum', 0.05, 'cosine'], ['momentum', 0.05, 'one_cycle']) },
          { label: 'race.preset-decay', values: raceOf(['adam', 0.003, 'constant'], ['adamw', 0.003, 'constant'], ['adamw', 0.003, 'warmup_cosine']) },
        ],
      }).element,
      createChoice(ctx, { key: 'race.network', values: ['small', 'train'] }).element,
      createNumber(ctx, { key: 'race.epochs' }).element,
    ];
    const go = createButton({ primary: true, onPress: () => (runs.running() ? runs.pause() : void start(steps())) });
    const one = createButton({ label: 'race.one', onPress: () => void start(runs.step() + 1) });
    const again = createButton({ label: 'race.again', onPress: restart });
    const line = h('p', { class: 'run-line' });
    const pending = h('div', { class: 'pending', role: 'status', hidden: true }, h('p', { i18n: 'race.pending' }), createButton({ label: 'race.apply', primary: true, onPress: restart }));
    const host = h('div', { class: 'chart-grid last-below' });
    const marks = h('ul', { class: 'race-marks', i18nLabel: 'race.changes' });
    figure.body.append(line, pending, host, marks);
    figure.controls.append(h('div', { class: 'run-buttons', role: 'group', i18nLabel: 'race.group' }, go, one, again), form.element, ...presets);
    const charts = createRaceCharts(ctx, host);

    rules(frame, constants);

    showCode(frame, ctx, { ...pythonOf(ctx, { constants, cosine: () => format.number(factor(1), 4) }), rust: rust`
      let optimizer = OptimizerConfig::${() => RUST[state.get('race.optimizer1')]} { learning_rate: ${'race.rate1'}${() => fields()} };
      let schedule = Schedule::Cosine { epochs: ${'race.epochs'} };
      let config = SessionConfig { batch_size: ${'train.batch'}, optimizer, schedule, ..SessionConfig::new(spec, ${'train.seed'}) };
      let mut run = Session::new(config)?;
      run.step(&data)?;
      run.set_learning_rate(${'race.rate2'})?;   // ${() => t('race.rust-rate')}
      schedule.factor(1.0)                 // ${() => format.number(factor(1), 4)}
    ` });
    frame.check({ question: 'question', kind: 'number', answer: () => times(), explain: 'explain', args: () => ({ mu: constants().momentum }) });

    const runs = createRuns(trainer, {
      key: 'race',
      checkEvery: CHECK.every,
      checkImages: CHECK.images,
      onTrouble: ctx.fail,
    });

    /** The constants that the core gives each rule, as it says them. @type {Record<string, number> | null} */
    let known = null;
    function constants() {
      if (!ctx.engine) return {};
      known ??= Object.assign({}, ...OPTIMIZERS.map((kind) => {
        const session = new ctx.engine.Session({ spec: 'input 1x1x1\nflatten\ndense 2', seed: 0, batch_size: 1, optimizer: optimizerOf(kind, 1) });
        const { optimizer } = session.info();
        session.free();
        // Single precision: 0.9 comes back as 0.8999999761581421.
        return Object.fromEntries(Object.entries(optimizer).map(([name, number]) => [name, typeof number === 'number' ? Number(number.toPrecision(6)) : number]));
      }));
      return /** @type {Record<string, number>} */ (known);
    }

    /** The other fields of the first run's optimizer, in Rust. */
    function fields() {
      const { momentum, decay, epsilon, beta1, beta2, weight_decay } = constants();
      /** @type {Record<string, Record<string, number>>} */
      const of = { sgd: {}, momentum: { momentum }, rmsprop: { decay, epsilon }, adam: { beta1, beta2, epsilon }, adamw: { beta1, beta2, epsilon, weight_decay } };
      return Object.entries(of[state.get('race.optimizer1')]).map(([name, number]) => `, ${name}: ${number}`).join('');
    }

    /** How many times as long as SGD's a step of momentum gets where the gradient stays the same. */
    const times = () => Number((1 / (1 - constants().momentum)).toPrecision(5));

    /** @param {number} epochs */
    const factor = (epochs) => ctx.engine.schedule_factors({ kind: 'cosine', epochs: state.get('race.epochs') }, Float64Array.of(epochs))[0];

    const ready = () => trainer.alive && (trainer.data?.available.train ?? 0) > 0;
    const epochSteps = () => Math.ceil((trainer.data?.counts.train || 1) / (racing.value[0]?.batch_size ?? state.get('train.batch')));
    const steps = () => epochSteps() * state.get('race.epochs');
    const started = () => runs.alive() && runs.step() > 0;

    /** @param {number} to */
    async function start(to) {
      if (!started()) {
        racing.value = raceConfigs(ctx.engine, state);
        first = racing.value.map(({ optimizer }) => optimizer.learning_rate);
        changes.value = [];
        try {
          await runs.begin(racing.value);
        } catch (error) {
          return ctx.fail(error);
        }
      }
      goal = to;
      runs.start(to);
    }

    async function restart() {
      const goesOn = runs.running();
      runs.pause();
      runs.reset();
      if (goesOn) await start(steps());
    }

    /** Learning rates that were changed while the race is on go to the runs. @param {RunConfig[]} wanted */
    function followRates(wanted) {
      wanted.forEach(({ optimizer: { learning_rate: to } }, run) => {
        const from = racing.value[run].optimizer.learning_rate;
        if (from === to) return;
        racing.value = racing.value.map((config, i) => (i === run ? wanted[run] : config));
        runs.setRate(run, to).catch(ctx.fail);
        const step = runs.step();
        const last = changes.value.findLast((change) => change.run === run);
        // Several presses between two steps are one change.
        if (last?.step === step) changes.value = changes.value.map((change) => (change === last ? { ...last, to } : change));
        else changes.value = [...changes.value, { run, step, from, to }];
      });
    }

    /** @param {RunConfig} config */
    const name = ({ optimizer: { kind, learning_rate: rate }, schedule }) =>
      `${t(`train.optimizer-${kind}`)} ${format.number(rate, 6)}${schedule.kind === 'constant' ? '' : ` (${t(`race.short-${schedule.kind}`)})`}`;

    /** How a run does, in a few words. @param {number} run */
    function score(run) {
      const last = runs.checks().at(-1)?.checks[run];
      const stopped = runs.stops()[run];
      if (!started() || run >= racing.value.length) return '';
      if (stopped) return t('race.diverged', { step: stopped.step });
      return last ? t('race.score', { accuracy: format.percent(last.accuracy, 1), loss: format.fixed(last.loss, 3) }) : '';
    }

    /** The whole race in a sentence. */
    function said() {
      const last = runs.checks().at(-1);
      if (!started()) return t(ready() ? 'race.empty' : 'network.waiting-engine');
      if (!last) return t('race.step', { step: runs.step(), steps: steps() });
      const list = racing.value.map((config, i) => ({ text: name(config), accuracy: last.checks[i]?.accuracy ?? -1 })).sort((a, b) => b.accuracy - a.accuracy);
      return t('race.now', { step: runs.step(), steps: steps(), list: list.map(({ text, accuracy }) => `${text} ${accuracy < 0 ? '–' : format.percent(accuracy, 1)}`).join(' · ') });
    }

    const wanted = computed(() => (ctx.engine ? raceConfigs(ctx.engine, state) : []));
    /** Whether something else than a rate is set than what the race that is on has. */
    const other = computed(() => started() && fixedPart(wanted.value) !== fixedPart(racing.value));
    const shown = computed(() => (started() ? racing.value : wanted.value));
    const over = computed(() => started() && runs.step() >= steps());

    watch(
      () => wanted.value,
      (now) => {
        if (started() && !other.value) followRates(now);
      },
    );
    frame.draw(() => form.update(score));
    frame.draw(() => {
      pending.hidden = !other.value;
      const stuck = over.value || (started() && runs.stops().every(Boolean));
      morphChildren(go, t(runs.running() ? 'race.pause' : started() ? 'race.go-on' : 'race.start'));
      enable(go, ready() && (runs.running() || !stuck));
      enable(one, ready() && !runs.running() && !stuck);
      enable(again, started());
      line.textContent = over.value ? `${said()} ${t('race.over')}` : said();
      figure.describe(line.textContent);
    });
    frame.draw(
      () => {
        const configs = shown.value;
        const begun = started() ? first : configs.map(({ optimizer }) => optimizer.learning_rate);
        charts.draw(runs, { configs, first: begun, names: configs.map((config, i) => `${i + 1}. ${name(config)}`), steps: steps(), epochSteps: epochSteps(), changes: started() ? changes.value : [] });
      },
      frame.element,
      { pace: () => (runs.running() ? CHART_MS : 0) },
    );
    frame.draw(() => {
      const list = started() ? changes.value : [];
      morphChildren(marks, list.map(({ run, step, from, to }) => h('li', {}, t('race.changed', { n: run + 1, step, from: format.number(from, 6), to: format.number(to, 6) }))));
    });
    watch(
      () => (!runs.running() && started() ? said() : ''),
      (stopped) => {
        if (stopped && !interrupted) ctx.announce(stopped);
      },
    );
    watch(
      () => frame.visible.value,
      (on) => {
        if (!on) {
          interrupted = runs.running();
          runs.pause();
        } else if (interrupted) {
          interrupted = false;
          runs.start(goal);
        }
      },
    );
  },
};
