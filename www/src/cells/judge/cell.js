/** How good the network is, and where not: three splits, the confusion matrix, and the worst mistakes. */

import { className } from '../../base/class-names.js';
import { createButton, createChoice, createToggle } from '../../figures/choice.js';
import { h } from '../../base/dom.js';
import { createConfusion } from './confusion.js';
import { createGallery } from './gallery.js';
import { createImageCard } from './image-card.js';
import { SPLITS } from './keys.js';
import { confusionOf, worstFirst } from './results.js';
import { createScores } from './scores.js';
import { createTimeLine } from './time-line.js';
import { rust } from '../../frame/rust.js';

/** @typedef {import('../../training/common/protocol.js').Judgement} Judgement */

/** @type {import('../../frame/cell.js').Cell} */
export const cell = {
  mount(frame, ctx) {
    const { state, t, format, trainer } = ctx;
    /** What was made of the newest measurement. @type {{ result: Judgement, confusion: import('./results.js').Confusion, cell: string, worst: number[] } | null} */
    let made = null;
    let drawn = '';

    const nameOf = (/** @type {number} */ k) => className(trainer.data, k);

    frame.prose('lead');
    const scores = createScores(ctx);
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
    const gallery = createGallery(ctx, { nameOf, onPick: (index) => state.set('judge.image', state.get('judge.image') === index ? -1 : index) });
    const card = createImageCard(ctx, { nameOf });
    pictures.controls.append(every);
    const none = h('p', { class: 'judge-note', i18n: 'judge.images-empty' });
    const timeLine = createTimeLine(frame, ctx, { nameOf });
    card.element.append(timeLine.element);
    pictures.body.append(none, card.element, gallery.element);

    frame.rust(rust`
      let seen = session.evaluate(&data, Split::${() => splitName()}, 0..${() => made?.result.count ?? 'n'})?;
      seen.correct as f64 / seen.count as f64      // ${() => (made ? format.fixed(made.result.correct / made.result.count, 4) : '—')}
      seen.loss_sum / seen.count as f64            // ${() => (made ? format.fixed(made.result.loss, 4) : '—')}
      confusion.add(&labels, &seen.predictions);
      confusion.count(4, 9)                        // ${() => made?.confusion.counts[4 * made.confusion.classes + 9] ?? '—'}
    `);
    frame.check({
      question: 'question',
      kind: 'choice',
      options: ['option-rows', 'option-columns', 'option-diagonal'],
      answer: () => 0,
      explain: 'explain',
    });

    trainer.on(['phase', 'config', 'progress', 'evaluation', 'data'], ctx.invalidate);

    /** As Rust names it. */
    const splitName = () => state.get('judge.split').replace(/^./, (/** @type {string} */ first) => first.toUpperCase());

    /** @param {[number, number]} cell true and predicted class */
    function open([row, col]) {
      state.assign({ 'judge.true': row, 'judge.predicted': col, 'judge.page': 0, 'judge.image': -1 });
    }

    /** @param {number} row @param {number} col */
    const isOpen = (row, col) => state.get('judge.true') === row && state.get('judge.predicted') === col;

    /** The opened cell, if the network has these classes. */
    function opened() {
      const [row, col] = [state.get('judge.true'), state.get('judge.predicted')];
      const classes = made?.confusion.classes ?? 0;
      return row >= 0 && col >= 0 && row < classes && col < classes ? { row, col } : null;
    }

    /** @param {Judgement | undefined} result */
    function make(result) {
      if (!result) {
        made = null;
        return;
      }
      if (made?.result !== result) made = { result, confusion: confusionOf(result, trainer.data?.classes ?? 10), cell: '?', worst: [] };
      const cell = opened();
      const key = cell ? `${cell.row}/${cell.col}` : '';
      if (made.cell !== key) Object.assign(made, { cell: key, worst: worstFirst(result, cell) });
    }

    function drawPictures() {
      none.hidden = made !== null;
      gallery.element.hidden = !made;
      const cell = opened();
      every.hidden = !cell;
      card.update(state.get('judge.split'));
      timeLine.update(card.picked());
      if (!made) return pictures.describe(timeLine.text());
      const n = made.worst.length;
      const title = cell
        ? t(cell.row === cell.col ? 'judge.list-right' : 'judge.list-cell', { n, row: nameOf(cell.row), col: nameOf(cell.col) })
        : t(n > 0 ? 'judge.list-all' : 'judge.list-none', { n });
      gallery.draw(made.result, made.worst, { title, picked: state.get('judge.image') });
      pictures.describe(`${title} ${timeLine.text()}`);
    }

    return {
      update() {
        scores.update();
        table.describe(scores.text());
        const split = state.get('judge.split');
        make(trainer.judgements[/** @type {import('../../training/common/protocol.js').Split} */ (split)]);
        confusion.element.hidden = !made;
        empty.textContent = made ? '' : t('judge.matrix-empty', { split: t(`judge.split-${split}`) });
        if (made) {
          const cell = opened();
          const look = `${split}/${made.result.step}/${made.result.count}/${made.cell}/${state.get('judge.normalized')}/${ctx.style()}`;
          if (look !== drawn) {
            drawn = look;
            confusion.draw(made.confusion, { normalized: state.get('judge.normalized'), picked: cell });
          }
          const { count, correct, step } = made.result;
          matrix.describe(`${t('judge.matrix-text', { split: t(`judge.split-${split}`), count, correct, step })} ${cell ? confusion.say(cell) : ''}`);
        } else matrix.describe(empty.textContent);
        drawPictures();
      },
      visible(on) {
        timeLine.want(on);
        if (on) ctx.invalidate();
      },
    };
  },
};
