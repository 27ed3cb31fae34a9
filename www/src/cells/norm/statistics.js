/** A network with batch normalization, batch by batch: what its next batch will be normalized by, and what an image alone is. */

import { className } from '../../base/class-names.js';
import { h, morphChildren } from '../../base/dom.js';
import { watch } from '../../base/signals.js';
import { createButton, createChoice, enable } from '../../controls/choice.js';
import { createNumber } from '../../controls/number.js';
import { createPairBars } from '../../figures/lab/pair-bars.js';
import { createInspection } from '../../training/page/inspection.js';
import { createRuns } from '../../training/page/side-runs.js';
import { CONVOLUTIONS, watched } from './experiment.js';
import { apart, createMoments } from './moments.js';

/** Batches of «some more». */
const SOME = 20;

/**
 * @param {import('../../frame/cell.js').Frame} frame
 * @param {import('../../frame/cell.js').Context} ctx
 */
export function mountStatistics(frame, ctx) {
  const { state, t, format, trainer } = ctx;
  frame.heading('moments-heading');
  frame.prose('moments-lead');
  const figure = frame.figure({ wide: true, caption: 'moments-caption', minHeight: 420 });
  const moments = createMoments(ctx);
  const status = h('p', { class: 'network-state', role: 'status' });
  const near = h('p', { class: 'stage-now norm-near' });
  const bars = createPairBars(ctx, { data: () => trainer.data, label: 'norm.pair-label', say: 'norm.pair', separator: '/' });
  const answers = h('div', { class: 'norm-answers' }, h('p', { class: 'figure-panel-title', i18n: 'norm.pair-note' }), bars.element);
  const next = createButton({ label: 'norm.next', onPress: () => void follow(1) });
  const some = createButton({ onPress: () => void follow(SOME) });
  figure.controls.append(
    createNumber(ctx, { key: 'norm.batch' }).element,
    createChoice(ctx, { key: 'norm.layer', values: CONVOLUTIONS }).element,
    createNumber(ctx, { key: 'norm.image', show: (each) => String(each + 1) }).element,
    next,
    some,
  );
  figure.body.append(status, moments.element, near, answers);

  const runs = createRuns(trainer, { key: 'norm-watched', checkEvery: Infinity, checkImages: 0, onTrouble: fail });
  const ready = () => trainer.alive && (trainer.data?.available.train ?? 0) > 0;
  /** What the next batch will be normalized by. */
  const { seen, trouble, look } = createInspection(runs, {
    ready,
    begin,
    image: () => state.get('norm.image'),
    of: () => [state.get('norm.seed'), state.get('norm.batch'), runs.step()],
  });

  /** @param {unknown} error */
  function fail(error) {
    trouble.value = error;
    ctx.fail(error);
  }

  /** The run as seed and batch size have it; nothing if it is there. */
  function begin() {
    return runs.begin([watched(state.get('norm.seed'), state.get('norm.batch'))]);
  }

  /** @param {number} steps to train */
  async function follow(steps) {
    try {
      await begin();
      runs.start(runs.step() + steps);
    } catch (error) {
      fail(error);
    }
  }

  frame.draw(() => {
    morphChildren(some, t('norm.some', { n: SOME }));
    for (const button of [next, some]) enable(button, ready() && !runs.running());
  });
  frame.draw(() => void look());
  frame.draw(() => {
    const now = seen.value;
    status.textContent = now
      ? t('norm.now', { step: now.step, n: now.size, image: now.image + 1, label: className(trainer.data, now.label) })
      : trouble.value
        ? ctx.errorText(trouble.value)
        : t(ready() ? 'network.waiting-digit' : 'network.waiting-engine');
    for (const part of [moments.element, near, answers]) part.hidden = !now;
    if (!now) return;
    const norm = now.norms[CONVOLUTIONS.indexOf(state.get('norm.layer'))];
    moments.draw(norm);
    bars.draw(now.training, now.inference, now.label);
    near.textContent = now.step === 0 ? t('norm.near-fresh') : t('norm.near', { apart: format.fixed(apart(norm), 2) });
    figure.describe(`${status.textContent} ${near.textContent}`);
  });
  watch(() => frame.visible.value, (on) => !on && runs.pause());
}
