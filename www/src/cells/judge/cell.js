/** How good the network is, and where not: three splits, the confusion matrix, and the worst mistakes. */

import { className } from '../../base/class-names.js';
import { createButton, createChoice, createToggle } from '../../controls/choice.js';
import { h } from '../../base/dom.js';
import { computed } from '../../base/signals.js';
import { createConfusion } from './confusion.js';
import { createGallery } from './gallery.js';
import { createImageCard } from './image-card.js';
import { SPLITS } from './keys.js';
import { confusionOf, worstFirst } from './results.js';
import { createScores } from './scores.js';
import { createTimeLine } from './time-line.js';
import { rust, showCode } from '../../frame/code.js';
import { pythonOf } from './code.js';
import { questions } from './questions.js';

/** @type {import('../../frame/cell.js').Cell} */
export const cell = {
  mount(frame, ctx) {
    const { state, t, format, trainer } = ctx;
    /** The newest measurement of the split, if there is any. */
    const result = computed(() => trainer.judgements[/** @type {import('../../training/common/protocol.js').Split} */ (state.get('judge.split'))] ?? null);
    /** What it was made into. */
    const counted = computed(() => result.value && confusionOf(result.value, trainer.data?.classes ?? 10));
    /** The opened cell of the matrix, if the network has these classes. */
    const opened = computed(() => {
      const [row, col] = [state.get('judge.true'), state.get('judge.predicted')];
      const classes = counted.value?.classes ?? 0;
      return row >= 0 && col >= 0 && row < classes && col < classes ? { row, col } : null;
    });
    const worst = computed(() => (result.value ? worstFirst(result.value, opened.value) : []));

    const nameOf = (/** @type {number} */ k) => className(trainer.data, k);

    frame.prose('lead');
    const scores = createScores(frame, ctx);
    const table = frame.figure({ minHeight: 60 });
    table.controls.append(...scores.controls);
    table.body.append(scores.element);

    frame.heading('matrix-heading');
    frame.prose('matrix-lead');
    const matrix = frame.figure({ caption: 'matrix-caption', minHeight: 60 });
    const confusion = createConfusion(ctx, { nameOf, onPick: (row, col) => open(isOpen(row, col) ? [-1, -1] : [row, col]) });
    const empty = h('p', { class: 'judge-note' });
    const splits = createChoice(ctx, { key: 'judge.split', values: SPLITS });
    matrix.controls.append(splits.element, createToggle(ctx, { key: 'judge.normalized' }).element);
    matrix.body.append(empty, confusion.element);

    frame.heading('images-heading');
    frame.prose('images-lead');
    const pictures = frame.figure({ minHeight: 60 });
    const every = createButton({ label: 'judge.all-mistakes', onPress: () => open([-1, -1]) });
    const gallery = createGallery(frame, ctx, { result: () => result.value, indices: () => worst.value, nameOf, onPick: (index) => state.set('judge.image', state.get('judge.image') === index ? -1 : index) });
    const card = createImageCard(frame, ctx, { nameOf });
    pictures.controls.append(every);
    const none = h('p', { class: 'judge-note', i18n: 'judge.images-empty' });
    const timeLine = createTimeLine(frame, ctx, { nameOf, picked: card.picked });
    card.element.append(timeLine.element);
    pictures.body.append(none, card.element, gallery.element);

    showCode(frame, ctx, { ...pythonOf(), rust: rust`
      let seen = session.evaluate(&data, Split::${() => splitName()}, 0..${() => result.value?.count ?? 'n'})?;
      seen.correct as f64 / seen.count as f64      // ${() => (result.value ? format.fixed(result.value.correct / result.value.count, 4) : '—')}
      seen.loss_sum / seen.count as f64            // ${() => (result.value ? format.fixed(result.value.loss, 4) : '—')}
      confusion.add(&labels, &seen.predictions);
      confusion.count(4, 9)                        // ${() => counted.value?.counts[4 * counted.value.classes + 9] ?? '—'}
    ` });
    for (const question of questions) frame.check(question);

    /** As Rust names it. */
    const splitName = () => state.get('judge.split').replace(/^./, (/** @type {string} */ first) => first.toUpperCase());

    /** @param {[number, number]} cell true and predicted class */
    function open([row, col]) {
      state.assign({ 'judge.true': row, 'judge.predicted': col, 'judge.page': 0, 'judge.image': -1 });
    }

    /** @param {number} row @param {number} col */
    const isOpen = (row, col) => state.get('judge.true') === row && state.get('judge.predicted') === col;

    frame.draw(() => table.describe(scores.text()));
    frame.draw(() => {
      confusion.element.hidden = !counted.value;
      empty.textContent = counted.value ? '' : t('judge.matrix-empty', { split: t(`judge.split-${state.get('judge.split')}`) });
    });
    frame.draw(() => {
      if (counted.value) confusion.draw(counted.value, { normalized: state.get('judge.normalized'), picked: opened.value });
    });
    frame.draw(() => {
      if (!result.value) return matrix.describe(t('judge.matrix-empty', { split: t(`judge.split-${state.get('judge.split')}`) }));
      const { split, count, correct, step } = result.value;
      matrix.describe(`${t('judge.matrix-text', { split: t(`judge.split-${split}`), count, correct, step })} ${opened.value ? confusion.say(opened.value) : ''}`);
    });
    frame.draw(() => {
      none.hidden = result.value !== null;
      gallery.element.hidden = !result.value;
      every.hidden = !opened.value;
    });
    const title = computed(() => {
      const [n, cell] = [worst.value.length, opened.value];
      if (!cell) return t(n > 0 ? 'judge.list-all' : 'judge.list-none', { n });
      return t(cell.row === cell.col ? 'judge.list-right' : 'judge.list-cell', { n, row: nameOf(cell.row), col: nameOf(cell.col) });
    });
    frame.draw(() => gallery.name(title.value));
    frame.draw(() => pictures.describe(result.value ? `${title.value} ${timeLine.text()}` : timeLine.text()));
  },
};
