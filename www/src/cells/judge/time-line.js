/** What the network said of one image at earlier steps: a map of probabilities over the snapshots, to scrub over. */

import { h, setChildren } from '../../base/dom.js';
import { batch, computed, effect, signal, untracked, watch } from '../../base/signals.js';
import { diverging } from '../../figures/color.js';
import { createPairBars } from '../../figures/lab/pair-bars.js';
import { createStepper } from '../../controls/stepper.js';
import { createMatrix } from './matrix.js';

/** While training goes on, new snapshots are asked for this often, milliseconds. */
const PACE = 1500;
/** Steps are written this many columns apart, at least. */
const APART = 4;

/** @typedef {import('./image-card.js').Picked} Picked */

/**
 * @param {import('../../frame/cell.js').Frame} frame
 * @param {import('../../frame/cell.js').Context} ctx
 * @param {{ nameOf: (k: number) => string, picked: () => Picked | null }} options `picked`: the image, read from a signal
 */
export function createTimeLine(frame, ctx, { nameOf, picked }) {
  const { t, format, state, trainer } = ctx;
  const stepper = createStepper(frame, ctx, {
    key: 'judge.at',
    count: () => Math.max(1, known.value.length),
    label: 'judge.at-label',
    valueText: (index) => say({ row: -1, col: index }),
  });
  const matrix = createMatrix(ctx, { label: 'judge.time-label', cell: 24, columns: 'time', rows: 'class', onPick: ({ col }) => state.set('judge.at', col), say });
  const { across, down } = matrix;
  matrix.element.classList.add('time-line');
  const said = h('p', { class: 'judge-note' });
  const since = h('p', { class: 'judge-note' });
  const bars = createPairBars(ctx, { data: () => ctx.trainer.data, label: 'judge.pair-label', say: 'judge.pair', separator: '→' });
  const element = h(
    'div',
    { class: 'judge-part', hidden: true },
    matrix.element,
    matrix.said,
    h('p', { class: 'judge-note', i18n: 'judge.time-caption' }),
    since,
    stepper.element,
    said,
    bars.element,
  );

  /** What the network said of the image after each step. @type {Map<number, Float32Array>} */
  const answers = new Map();
  /** Snapshots with an answer, oldest first. */
  const known = signal(/** @type {{ step: number, accuracy: number | null, p: Float32Array }[]} */ ([]));
  /** What it says now. */
  const now = signal(/** @type {Float32Array | null} */ (null));
  let asking = false;
  let askedAt = -Infinity;
  let timer = 0;

  function forget() {
    answers.clear();
    batch(() => {
      known.value = [];
      now.value = null;
    });
  }
  watch(() => trainer.origin, forget);
  watch(picked, forget);

  const at = () => Math.min(state.get('judge.at'), known.value.length - 1);
  const best = (/** @type {Float32Array} */ p) => p.indexOf(Math.max(...p));

  /** A snapshot, or one probability in it. @param {{ row: number, col: number }} place */
  function say({ row, col }) {
    const snapshot = known.value[col];
    const image = picked();
    if (!snapshot || !image) return '';
    const { step, accuracy, p } = snapshot;
    if (row >= 0 && row < p.length) return t('judge.time-cell', { step, k: nameOf(row), share: format.percent(p[row], 1) });
    const top = best(p);
    const text = t(top === image.label ? 'judge.time-right' : 'judge.time-wrong', {
      step,
      k: nameOf(top),
      share: format.percent(p[top], 1),
      label: nameOf(image.label),
      truth: format.percent(p[image.label], 1),
    });
    return accuracy === null ? text : `${text} ${t('judge.time-accuracy', { accuracy: format.percent(accuracy, 1) })}`;
  }

  /** Asks for what is missing, one snapshot after the other: each is a moment of the worker's time. */
  async function ask() {
    const of = picked();
    timer = 0;
    if (asking || !of) return;
    asking = true;
    askedAt = performance.now();
    const { client, origin } = trainer;
    const same = () => of === picked() && origin === trainer.origin;
    try {
      const { probabilities } = await trainer.predict('judge', of.pixels);
      if (same()) now.value = probabilities;
      const list = await client.call('timeLine');
      for (const { step } of list) {
        if (answers.has(step)) continue;
        const p = await client.call('past', [step, of.pixels]);
        if (!same()) break;
        if (p) answers.set(step, p);
      }
      if (same()) show(list);
      // How good each was is a matter of seconds in all: only when nothing else is to be done.
      for (const each of list) {
        if (!same() || !frame.visible.value || trainer.phase !== 'idle' || trainer.evaluation) break;
        if (each.accuracy !== null) continue;
        each.accuracy = await client.call('pastAccuracy', [each.step]);
        if (same()) show(list);
      }
    } catch {
      // Another network, or a new worker: what comes of it is asked about anew.
    }
    asking = false;
    if (!same()) soon();
  }

  /** @param {{ step: number, accuracy: number | null }[]} list */
  function show(list) {
    known.value = list.flatMap(({ step, accuracy }) => {
      const p = answers.get(step);
      return p ? [{ step, accuracy, p }] : [];
    });
  }

  /** Asks at once, or while training goes on not too often. */
  function soon() {
    if (!picked() || !frame.visible.value) return;
    timer ||= window.setTimeout(ask, trainer.phase === 'running' ? Math.max(0, askedAt + PACE - performance.now()) : 0);
  }
  effect(() => {
    const wanted = frame.visible.value && picked() !== null;
    trainer.progress;
    trainer.origin;
    trainer.phase;
    untracked(() => {
      if (wanted) return soon();
      clearTimeout(timer);
      timer = 0;
    });
  });

  frame.draw(() => {
    element.hidden = known.value.length === 0;
    if (known.value.length === 0) return;
    const [{ step }] = known.value;
    since.hidden = step === 0;
    since.textContent = t('judge.time-since', { step });
    said.textContent = say({ row: -1, col: at() });
    bars.draw(known.value[at()].p, now.value ?? known.value[known.value.length - 1].p, picked()?.label ?? -1);
  });
  frame.draw(() => {
    const snapshots = known.value;
    if (snapshots.length === 0) return;
    const classes = snapshots[0].p.length;
    const truth = picked()?.label ?? 0;
    const names = Array.from({ length: classes }, (_, k) => nameOf(k));
    setChildren(down, [...names.map((name, k) => h('span', { class: k === truth ? 'truth' : '' }, name)), h('span', {}, t('judge.accuracy'))]);
    // The ends and the chosen one are written, where they do not run into each other.
    const ends = [0, snapshots.length - 1].filter((i) => Math.abs(i - at()) >= APART);
    const written = new Set([...(snapshots.length > APART ? ends : []), at()]);
    setChildren(across, snapshots.map(({ step }, i) => h('span', {}, written.has(i) ? format.integer(step) : '')));
    matrix.draw({
      rows: classes + 1,
      cols: snapshots.length,
      color: (row, col) => {
        const snapshot = snapshots[col];
        if (row === classes) return snapshot.accuracy === null ? null : diverging(-snapshot.accuracy);
        return diverging(row === truth ? -snapshot.p[row] : snapshot.p[row]);
      },
      marks: [{ row: 0, col: at(), rows: classes + 1, kind: 'output' }],
    });
  });
  const text = computed(() => (known.value.length > 0 ? say({ row: -1, col: at() }) : ''));

  return {
    element,
    /** What the chosen snapshot said, in words, read from a signal. */
    text: () => text.value,
  };
}
