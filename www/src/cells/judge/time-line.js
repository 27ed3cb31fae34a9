/** What the network said of one image at earlier steps: a map of probabilities over the snapshots, to scrub over. */

import { h, setChildren } from '../../base/dom.js';
import { diverging } from '../../figures/color.js';
import { createPairBars } from '../../figures/lab/pair-bars.js';
import { createStepper } from '../../figures/stepper.js';
import { createMatrix } from './matrix.js';

/** While training goes on, new snapshots are asked for this often, milliseconds. */
const PACE = 1500;
/** Steps are written this many columns apart, at least. */
const APART = 4;

/** @typedef {import('./image-card.js').Picked} Picked */

/**
 * @param {import('../../frame/cell.js').Frame} frame
 * @param {import('../../frame/cell.js').Context} ctx
 * @param {{ nameOf: (k: number) => string }} options
 */
export function createTimeLine(frame, ctx, { nameOf }) {
  const { t, format, state, trainer } = ctx;
  const stepper = createStepper(frame, ctx, {
    key: 'judge.at',
    count: () => Math.max(1, known.length),
    label: 'judge.at-label',
    valueText: (index) => say({ row: -1, col: index }),
  });
  const matrix = createMatrix(ctx, { label: 'judge.time-label', cell: 24, columns: 'time', rows: 'class', onPick: ({ col }) => state.set('judge.at', col), say });
  const { across, down } = matrix;
  matrix.element.classList.add('time-line');
  const said = h('p', { class: 'judge-note' });
  const since = h('p', { class: 'judge-note' });
  const bars = createPairBars(ctx, { label: 'judge.pair-label', say: 'judge.pair', separator: '→' });
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

  /** The image that the answers are of. @type {Picked | null} */
  let image = null;
  /** What the network said of it after each step. @type {Map<number, Float32Array>} */
  const answers = new Map();
  /** Snapshots with an answer, oldest first. @type {{ step: number, accuracy: number | null, p: Float32Array }[]} */
  let known = [];
  /** What it says now. @type {Float32Array | null} */
  let now = null;
  let asking = false;
  let askedAt = -Infinity;
  let asked = '';
  let drawn = '';
  let timer = 0;

  trainer.subscribe((topics) => {
    if (topics.has('config')) forget();
  });

  function forget() {
    answers.clear();
    known = [];
    now = null;
    asked = '';
  }

  const at = () => Math.min(state.get('judge.at'), known.length - 1);
  const best = (/** @type {Float32Array} */ p) => p.indexOf(Math.max(...p));

  /** A snapshot, or one probability in it. @param {{ row: number, col: number }} place */
  function say({ row, col }) {
    const snapshot = known[col];
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
    const of = image;
    if (asking || !of) return;
    asking = true;
    askedAt = performance.now();
    const { client } = trainer;
    try {
      now = (await trainer.predict('judge', of.pixels)).probabilities;
      const list = await client.call('timeLine');
      for (const { step } of list) {
        if (!answers.has(step)) {
          const p = await client.call('past', [step, of.pixels]);
          if (of !== image) break;
          if (p) answers.set(step, p);
        }
      }
      show(list);
      // How good each was is a matter of seconds in all: only when nothing else is to be done.
      for (const each of list) {
        if (of !== image || !wanted || trainer.phase !== 'idle' || trainer.evaluation) break;
        if (each.accuracy !== null) continue;
        each.accuracy = await client.call('pastAccuracy', [each.step]);
        show(list);
      }
    } catch {
      // Another network, or a new worker: the next update asks again.
      asked = '';
    }
    asking = false;
    if (of !== image) asked = '';
    ctx.invalidate();
  }

  /** @param {{ step: number, accuracy: number | null }[]} list */
  function show(list) {
    known = list.flatMap(({ step, accuracy }) => {
      const p = answers.get(step);
      return p ? [{ step, accuracy, p }] : [];
    });
    ctx.invalidate();
  }

  /** Whether the cell is near the screen. */
  let wanted = false;

  function follow() {
    const key = `${image?.split}/${image?.index}/${trainer.progress.step}/${trainer.phase === 'running'}`;
    if (!wanted || !image || key === asked || asking) return;
    const wait = trainer.phase === 'running' ? askedAt + PACE - performance.now() : 0;
    clearTimeout(timer);
    if (wait > 0) timer = window.setTimeout(ctx.invalidate, wait);
    else {
      asked = key;
      void ask();
    }
  }

  function draw() {
    const [{ p }] = known;
    const classes = p.length;
    const truth = image?.label ?? 0;
    const look = known.map(({ step, accuracy }) => `${step}:${accuracy}`).join() + `/${image?.split}/${image?.index}/${at()}/${ctx.style()}`;
    if (look === drawn) return;
    drawn = look;
    const names = Array.from({ length: classes }, (_, k) => nameOf(k));
    setChildren(down, [...names.map((name, k) => h('span', { class: k === truth ? 'truth' : '' }, name)), h('span', {}, t('judge.accuracy'))]);
    // The ends and the chosen one are written, where they do not run into each other.
    const ends = [0, known.length - 1].filter((i) => Math.abs(i - at()) >= APART);
    const written = new Set([...(known.length > APART ? ends : []), at()]);
    setChildren(across, known.map(({ step }, i) => h('span', {}, written.has(i) ? format.integer(step) : '')));
    matrix.draw({
      rows: classes + 1,
      cols: known.length,
      color: (row, col) => {
        const snapshot = known[col];
        if (row === classes) return snapshot.accuracy === null ? null : diverging(-snapshot.accuracy);
        return diverging(row === truth ? -snapshot.p[row] : snapshot.p[row]);
      },
      marks: [{ row: 0, col: at(), rows: classes + 1, kind: 'output' }],
    });
  }

  return {
    element,
    text: () => (known.length > 0 ? say({ row: -1, col: at() }) : ''),
    /** @param {boolean} on */
    want(on) {
      wanted = on;
      if (!on) clearTimeout(timer);
    },
    /** @param {Picked | null} picked */
    update(picked) {
      if (picked !== image) {
        image = picked;
        forget();
      }
      follow();
      element.hidden = known.length === 0;
      if (known.length === 0) return;
      stepper.update();
      since.hidden = known[0].step === 0;
      since.textContent = t('judge.time-since', { step: known[0].step });
      said.textContent = say({ row: -1, col: at() });
      draw();
      bars.draw(known[at()].p, now ?? known[known.length - 1].p, image?.label ?? -1);
    },
  };
}
