/** One batch under the microscope: a step of training with everything it changed, and back again. */

import { className } from '../../base/class-names.js';
import { h } from '../../base/dom.js';
import { createButton, enable } from '../../figures/choice.js';
import { tex, value } from '../../base/math.js';
import { createMicroscope } from '../../training/page/microscope.js';
import { taughtOf } from '../../training/page/taught.js';
import { createImageCard } from './image-card.js';
import { createParameters } from './parameters.js';
import { createBatchGrid } from '../../shared/batch-grid.js';
import { rust } from '../../frame/rust.js';

/** @typedef {import('../../training/common/protocol.js').Microscope} Microscope */

/** @type {import('../../frame/cell.js').Cell} */
export const cell = {
  mount(frame, ctx) {
    const { state, t, format, trainer } = ctx;
    const microscope = createMicroscope(trainer);
    /** The layers of the network that was looked at. @type {{ spec: string, layers: any[] }} */
    let network = { spec: '', layers: [] };
    /** @type {Microscope | null} */
    let drawn = null;

    frame.prose('lead');
    const figure = frame.figure({ wide: true, minHeight: 120 });
    const step = createButton({ label: 'microscope.step', primary: true, onPress: press(microscope.step) });
    const undo = createButton({ label: 'microscope.undo', onPress: press(takeBack) });
    figure.controls.append(step, undo);
    const status = h('p', { class: 'microscope-state', role: 'status' });
    const marks = h('p', { class: 'microscope-marks' });
    const grid = createBatchGrid(ctx, {
      onPick: (place) => state.set('microscope.image', place),
      bars: (place) => [truth('before', place), truth('after', place)],
      detail: (place) => detail(place),
      legend: 'microscope.legend',
    });
    const card = createImageCard(ctx);
    const parameters = createParameters(ctx);
    const heading = (/** @type {string} */ key) => h('h3', { class: 'cell-heading', i18n: `microscope.${key}` });
    const whole = h('div', { class: 'microscope' }, heading('batch-heading'), grid.element, heading('image-heading'), card.element, heading('weights-heading'), h('p', { class: 'microscope-note', i18n: 'microscope.weights-note' }), parameters.element);
    figure.body.append(status, marks, whole);

    frame.prose('adam');
    frame.formula(() => {
      const rate = value(format.number(microscope.seen()?.learningRate ?? trainer.config?.optimizer.learning_rate ?? 0.001, 6), 'stride');
      return tex`{Δw} = −η \frac{\hat{m}}{\sqrt{\hat{v}} + ε}, \hat{m} = \frac{m}{1 − β_1^t}, \hat{v} = \frac{v}{1 − β_2^t}, η = ${rate}`;
    });
    frame.rust(rust`
      let before = session.snapshot()?;
      let seen = session.step_under_microscope(&data)?;
      seen.report.loss                       // ${() => loss(microscope.seen()?.loss)}
      session.fingerprint()                  // ${() => microscope.seen()?.fingerprints[1] ?? '—'}
      session.restore(&before)?;
      session.fingerprint()                  // ${() => microscope.seen()?.fingerprints[0] ?? microscope.undone()?.fingerprint ?? '—'}
    `);

    trainer.subscribe(() => ctx.invalidate());

    /** @param {number | undefined} x */
    const loss = (x) => (x === undefined ? '—' : format.fixed(x, 4));

    /** @param {() => Promise<unknown>} task */
    function press(task) {
      return async () => {
        try {
          const running = task();
          ctx.invalidate();
          await running;
        } catch (error) {
          ctx.fail(error);
        }
        ctx.invalidate();
      };
    }

    async function takeBack() {
      if (!(await microscope.undo())) ctx.notify(t('microscope.no-undo'), 'warn');
    }

    /** The probability of the right class. @param {'before' | 'after'} when @param {number} place */
    function truth(when, place) {
      return drawn ? drawn[when].probabilities[place * drawn.classes + drawn.labels[place]] : 0;
    }

    /** @param {number} place */
    function detail(place) {
      if (!drawn) return '';
      return t(taughtOf(trainer, drawn.indices[place]) < 0 ? 'microscope.detail' : 'microscope.detail-own', {
        n: place + 1,
        index: drawn.indices[place],
        label: className(trainer.data, drawn.labels[place]),
        before: format.percent(truth('before', place), 1),
        after: format.percent(truth('after', place), 1),
        lossBefore: format.fixed(drawn.before.losses[place], 3),
        lossAfter: format.fixed(drawn.after.losses[place], 3),
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

    let view = /** @type {ReturnType<typeof viewOf> | null} */ (null);
    let chosen = -1;
    let style = '';

    /** @param {Microscope | null} seen */
    function sentence(seen) {
      const undone = microscope.undone();
      if (undone) return t('microscope.undone', { step: undone.step });
      if (!seen) return t(!trainer.config ? 'network.waiting-engine' : 'microscope.empty');
      const better = seen.after.losses.reduce((sum, after, i) => sum + (after < seen.before.losses[i] ? 1 : 0), 0);
      return t(microscope.fresh() ? 'microscope.now' : 'microscope.past', { step: seen.step, before: loss(seen.before.loss), after: loss(seen.after.loss), better, shown: seen.labels.length });
    }

    return {
      update() {
        const seen = microscope.seen();
        enable(step, microscope.ready() && !trainer.evaluation);
        enable(undo, microscope.canUndo() && !trainer.evaluation);
        status.textContent = sentence(seen);
        const undone = microscope.undone();
        marks.textContent = seen
          ? t('microscope.fingerprints', { before: seen.fingerprints[0], after: seen.fingerprints[1] })
          : undone
            ? t('microscope.fingerprint', { now: undone.fingerprint })
            : '';
        figure.describe(seen ? `${status.textContent} ${detail(Math.min(state.get('microscope.image'), seen.labels.length - 1))}` : status.textContent ?? '');
        whole.hidden = !seen;
        if (!seen) {
          drawn = null;
          return;
        }
        if (network.spec !== trainer.config?.spec && microscope.fresh()) {
          const spec = trainer.config?.spec ?? '';
          network = { spec, layers: ctx.engine.summarize(spec, 1).layers };
        }
        const place = Math.min(state.get('microscope.image'), seen.labels.length - 1);
        const look = ctx.style();
        if (drawn !== seen || chosen !== place || style !== look) {
          if (drawn !== seen) view = viewOf(seen);
          drawn = seen;
          chosen = place;
          style = look;
          grid.draw(view, place);
        }
        card.draw(seen, place, network.layers);
        parameters.draw(seen);
      },
    };
  },
};
