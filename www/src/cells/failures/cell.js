/** Overfitting and failures: runs that go wrong, really trained; what is wrong with each, how it is seen, and the cure. */

import { h, morphChildren, setChildren } from '../../base/dom.js';
import { paragraphs } from '../../base/i18n.js';
import { rich } from '../../base/rich.js';
import { computed, signal, watch } from '../../base/signals.js';
import { createButton, createChoice, enable } from '../../controls/choice.js';
import { rust, showCode } from '../../frame/code.js';
import { CASES, differences, FAULTS, STEPS } from './cases.js';
import { createCharts } from './charts.js';
import { createDiagnosis } from './diagnosis.js';
import { createEvidence } from './evidence.js';
import { RUNS } from './keys.js';
import { createNumbers } from './numbers.js';
import { createGallery } from './runs.js';
import { paint } from './thumb.js';

/** @typedef {import('./cases.js').Fault} Fault */

/** Curves are drawn at most so often while a run goes on, milliseconds. */
const CHART_MS = 150;

/** @type {import('../../frame/cell.js').Cell} */
export const cell = {
  preview: paint,
  mount(frame, ctx) {
    const { state, t, format } = ctx;
    const gallery = createGallery(ctx, { seen: () => frame.visible.peek() });
    /** What has been picked for each run. @type {import('@preact/signals-core').Signal<Partial<Record<Fault, Fault>>>} */
    const picks = signal({});
    const fault = computed(() => FAULTS[Number(state.get('failures.run')) - 1]);
    const broken = computed(() => gallery.trace(fault.value, 'broken'));
    const cured = computed(() => gallery.trace(fault.value, 'cured'));
    const solved = computed(() => picks.value[fault.value] === fault.value);
    /** A run that is over; null until then. @param {import('./runs.js').Trace | null} trace */
    const done = (trace) => (trace?.sight ? trace : null);
    const brokenDone = computed(() => done(broken.value));
    const curedDone = computed(() => done(cured.value));
    const over = computed(() => brokenDone.value !== null);

    frame.prose('lead');
    frame.heading('runs-heading');
    const figure = frame.figure({ wide: true, caption: 'caption', minHeight: 700 });
    const go = createButton({ primary: true, onPress: () => press('broken') });
    const line = h('p', { class: 'run-line' });
    const numbers = createNumbers(ctx);
    const host = h('div', { class: 'chart-grid last-below' });
    const ask = createDiagnosis({ onPick: (picked) => void (picks.value = { ...picks.peek(), [fault.peek()]: picked }) });
    const cure = h('p', { class: 'failures-prose' });
    const look = h('p', { class: 'failures-prose' });
    const panels = h('div', { class: 'figure-row failures-panels' });
    const changes = h('ul', { class: 'failures-changes' });
    const goCured = createButton({ primary: true, onPress: () => press('cured') });
    const curedLine = h('p', { class: 'run-line' });
    const answer = h(
      'div',
      { class: 'failures-answer', hidden: true },
      h('h4', { class: 'failures-heading', i18n: 'failures.see-heading' }),
      look,
      panels,
      h('h4', { class: 'failures-heading', i18n: 'failures.cure-heading' }),
      cure,
      changes,
      h('div', { class: 'run-buttons' }, goCured),
      curedLine,
    );
    figure.body.append(line, h('div', { class: 'failures-run' }, host, numbers.element));
    figure.controls.append(createChoice(ctx, { key: 'failures.run', values: RUNS }).element, h('div', { class: 'run-buttons' }, go));
    frame.append(ask.element, answer);
    const charts = createCharts(ctx, host);
    const evidence = createEvidence(ctx);
    frame.prose('after');
    showCode(frame, ctx, { rust: rust`
      data.set_ink(255.0)?;   // ${() => t('failures.rust-ink')}
      let optimizer = OptimizerConfig::Sgd { learning_rate: 0.1 };
      let config = SessionConfig { batch_size: 50, optimizer, ..SessionConfig::new(text.parse()?, 777) };
      let mut run = Run::new(Session::new(config)?);
      let loss = run.step(&data)?.loss;   // ${() => t('failures.rust-loss')}
      let units = run.relu_activity(&data, Split::Validation, &[0, 1, 2])?;
    ` });
    frame.check({ question: 'question', kind: 'number', answer: guessing, explain: 'explain' });

    /** The loss of a network that gives every class the same probability. */
    function guessing() {
      const session = new ctx.engine.Session({ spec: 'input 1x1x1\nflatten\ndense 10 init zeros', seed: 0, batch_size: 1, optimizer: { kind: 'sgd', learning_rate: 0.1 } });
      const [probability] = session.predict(Float32Array.of(1)).probabilities;
      session.free();
      return Number((-Math.log(probability)).toFixed(4));
    }

    /** @param {import('./runs.js').Side} side */
    function press(side) {
      if (gallery.running(fault.peek(), side)) gallery.pause();
      else gallery.start(fault.peek(), side);
    }

    /** How a run does, in a sentence. @param {import('./runs.js').Trace | null} trace */
    function said(trace) {
      if (!trace) return t('failures.empty', { steps: STEPS });
      const [check] = trace.checks.slice(-1);
      const args = { step: trace.losses.length, steps: STEPS, accuracy: format.percent(check.accuracy, 0) };
      return t(trace.blown ? 'failures.blown' : trace.sight ? 'failures.over' : 'failures.now', args);
    }

    /** @param {import('./runs.js').Side} side @param {import('./runs.js').Trace | null} trace */
    const label = (side, trace) =>
      t(gallery.running(fault.value, side) ? 'failures.pause' : gallery.paused(fault.value, side) ? 'failures.go-on' : trace?.sight ? 'failures.again' : `failures.train-${side}`);
    /** A setting as a word or a number. @param {string} key @param {unknown} value */
    const setting = (key, value) => (typeof value === 'number' ? format.number(value, 3) : t(`failures.${key}-${value}`));

    frame.draw(() => {
      morphChildren(go, label('broken', broken.value));
      line.textContent = said(broken.value);
      figure.describe(line.textContent);
    });
    const pace = () => (gallery.running(fault.value, 'broken') || gallery.running(fault.value, 'cured') ? CHART_MS : 0);
    frame.draw(
      () => {
        charts.draw(broken.value, cured.value);
        numbers.draw(broken.value, cured.value);
      },
      frame.element,
      { pace },
    );
    frame.draw(() => ask.draw({ ready: over.value, fault: fault.value, picked: picks.value[fault.value] ?? null }));
    frame.draw(() => {
      answer.hidden = !(solved.value && over.value);
      if (answer.hidden) return;
      const of = fault.value;
      const { broken: before, cured: after } = CASES[of];
      setChildren(look, rich(paragraphs(`failures.see-${of}`).join(' ')));
      setChildren(cure, rich(paragraphs(`failures.cure-${of}`).join(' ')));
      setChildren(changes, differences(before, after).map((key) => h('li', {}, t('failures.change', { setting: t(`failures.setting-${key}`), from: setting(key, before[key]), to: setting(key, after[key]) }))));
    });
    frame.draw(() => {
      const [first, second] = [brokenDone.value, curedDone.value];
      if (!solved.value || !first) return;
      setChildren(panels, evidence.panel(fault.value, 'this', first), second && evidence.panel(fault.value, 'cured', second));
    });
    frame.draw(() => {
      morphChildren(goCured, label('cured', cured.value));
      enable(goCured, over.value);
      curedLine.textContent = cured.value ? said(cured.value) : '';
    });
    watch(
      () => (curedDone.value ?? brokenDone.value ? said(curedDone.value ?? brokenDone.value) : ''),
      (text) => text && ctx.announce(text),
    );
    watch(
      () => frame.visible.value,
      (on) => on && gallery.stir(),
    );
  },
};
