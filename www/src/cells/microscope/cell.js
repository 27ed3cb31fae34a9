/** One batch under the microscope: a step of training with everything it changed, and back again. */

import { className } from '../../base/class-names.js';
import { h } from '../../base/dom.js';
import { computed, signal, watch } from '../../base/signals.js';
import { createButton, enable } from '../../controls/choice.js';
import { tex, value } from '../../base/math.js';
import { createMicroscope } from '../../training/page/microscope.js';
import { taughtOf } from '../../training/page/taught.js';
import { createImageCard } from './image-card.js';
import { createParameters } from './parameters.js';
import { createBatchGrid } from '../../shared/batch-grid.js';
import { rust, showCode } from '../../frame/code.js';
import { paint } from './thumb.js';

/** @typedef {import('../../training/common/protocol.js').Microscope} Microscope */

/** @type {import('../../frame/cell.js').Cell} */
export const cell = {
  preview: paint,
  mount(frame, ctx) {
    const { state, t, format, trainer } = ctx;
    const microscope = createMicroscope(trainer);
    /** The network that was looked at. */
    const spec = signal('');
    watch(microscope.seen, (seen) => {
      if (seen) spec.value = trainer.config?.spec ?? '';
    });
    const layers = computed(() => /** @type {import('../../figures/strip/outline.js').LayerSummary[]} */ (spec.value ? ctx.engine.summarize(spec.value).layers : []));
    const place = () => Math.min(state.get('microscope.image'), (microscope.seen()?.labels.length ?? 1) - 1);

    frame.prose('lead');
    const figure = frame.figure({ wide: true, minHeight: 120, first: false });
    const step = createButton({ label: 'microscope.step', primary: true, onPress: press(microscope.step) });
    const undo = createButton({ label: 'microscope.undo', onPress: press(takeBack) });
    figure.controls.append(step, undo);
    const status = h('p', { class: 'microscope-state', role: 'status' });
    const marks = h('p', { class: 'microscope-marks' });
    const grid = createBatchGrid(ctx, {
      onPick: (at) => state.set('microscope.image', at),
      bars: (at) => [truth('before', at), truth('after', at)],
      detail: (at) => detail(at),
      legend: 'microscope.legend',
    });
    const card = createImageCard(frame, ctx, { seen: microscope.seen, place, layers: () => layers.value });
    const parameters = createParameters(frame, ctx, { seen: microscope.seen });
    const heading = (/** @type {string} */ key) => h('h3', { class: 'cell-heading', i18n: `microscope.${key}` });
    const whole = h('div', { class: 'microscope' }, heading('batch-heading'), grid.element, heading('image-heading'), card.element, heading('weights-heading'), h('p', { class: 'microscope-note', i18n: 'microscope.weights-note' }), parameters.element);
    figure.body.append(status, marks, whole);

    frame.prose('adam');
    frame.formula(() => {
      const rate = value(format.number(microscope.seen()?.learningRate ?? trainer.config?.optimizer.learning_rate ?? 0.001, 6), 'stride');
      return tex`{Δw} = −η \frac{\hat{m}}{\sqrt{\hat{v}} + ε}, \hat{m} = \frac{m}{1 − β_1^t}, \hat{v} = \frac{v}{1 − β_2^t}, η = ${rate}`;
    });
    showCode(frame, ctx, { rust: rust`
      let before = session.snapshot()?;
      let seen = session.step_under_microscope(&data)?;
      seen.report.loss                       // ${() => loss(microscope.seen()?.loss)}
      session.fingerprint()                  // ${() => microscope.seen()?.fingerprints[1] ?? '—'}
      session.restore(&before)?;
      session.fingerprint()                  // ${() => microscope.seen()?.fingerprints[0] ?? microscope.undone()?.fingerprint ?? '—'}
    ` });

    /** @param {number | undefined} x */
    const loss = (x) => (x === undefined ? '—' : format.fixed(x, 4));

    /** @param {() => Promise<unknown>} task */
    function press(task) {
      return async () => {
        try {
          await task();
        } catch (error) {
          ctx.fail(error);
        }
      };
    }

    async function takeBack() {
      if (!(await microscope.undo())) ctx.notify(t('microscope.no-undo'), 'warn');
    }

    /** The probability of the right class. @param {'before' | 'after'} when @param {number} at its place in the batch */
    function truth(when, at) {
      const seen = microscope.seen();
      return seen ? seen[when].probabilities[at * seen.classes + seen.labels[at]] : 0;
    }

    /** @param {number} at its place in the batch */
    function detail(at) {
      const seen = microscope.seen();
      if (!seen) return '';
      return t(taughtOf(trainer, seen.indices[at]) < 0 ? 'microscope.detail' : 'microscope.detail-own', {
        n: at + 1,
        index: seen.indices[at],
        label: className(trainer.data, seen.labels[at]),
        before: format.percent(truth('before', at), 1),
        after: format.percent(truth('after', at), 1),
        lossBefore: format.fixed(seen.before.losses[at], 3),
        lossAfter: format.fixed(seen.after.losses[at], 3),
      });
    }

    /** The batch as the sheet draws it: what the network says of it now. @param {Microscope} seen */
    function viewOf(seen) {
      const { step: at, size, indices, images, height, width, channels, labels, classes, after } = seen;
      const row = (/** @type {number} */ place) => after.probabilities.subarray(place * classes, (place + 1) * classes);
      const predictions = Uint8Array.from(labels, (_, place) => row(place).indexOf(Math.max(...row(place))));
      const probabilities = Float32Array.from(predictions, (k, place) => row(place)[k]);
      return { split: /** @type {const} */ ('train'), step: at, size, indices, images, height, width, channels, labels, predictions, losses: after.losses, probabilities };
    }

    const view = computed(() => {
      const seen = microscope.seen();
      return seen && viewOf(seen);
    });

    /** @param {Microscope | null} seen */
    function sentence(seen) {
      const undone = microscope.undone();
      if (undone) return t('microscope.undone', { step: undone.step });
      if (!seen) return t(!trainer.config ? 'network.waiting-engine' : 'microscope.empty');
      const better = seen.after.losses.reduce((sum, after, i) => sum + (after < seen.before.losses[i] ? 1 : 0), 0);
      return t(microscope.fresh() ? 'microscope.now' : 'microscope.past', { step: seen.step, before: loss(seen.before.loss), after: loss(seen.after.loss), better, shown: seen.labels.length });
    }

    frame.draw(() => {
      enable(step, microscope.ready() && !trainer.evaluation);
      enable(undo, microscope.canUndo() && !trainer.evaluation);
    });
    frame.draw(() => {
      const [seen, undone] = [microscope.seen(), microscope.undone()];
      status.textContent = sentence(seen);
      marks.textContent = seen
        ? t('microscope.fingerprints', { before: seen.fingerprints[0], after: seen.fingerprints[1] })
        : undone
          ? t('microscope.fingerprint', { now: undone.fingerprint })
          : '';
      figure.describe(seen ? `${status.textContent} ${detail(place())} ${card.text()}` : status.textContent);
      whole.hidden = !seen;
    });
    frame.draw(() => view.value && grid.draw(view.value, place()));
  },
};
