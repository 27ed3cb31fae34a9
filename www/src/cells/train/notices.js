/**
 * What happened by itself and needs a word: a loss that is no number any more, an engine that had to be started again.
 *
 * @module
 */

import { h, morphChildren } from '../../base/dom.js';
import { sayIn } from '../../base/rich.js';
import { createButton } from '../../controls/choice.js';
import { restoreGood } from '../../training/page/replacing.js';

/**
 * @param {import('../../frame/cell.js').Context} ctx
 */
export function createNotices(ctx) {
  const { t, trainer } = ctx;
  const text = h('p', { class: 'notice-text' });
  const slower = createButton({ primary: true, onPress: () => void goBack(lower()) });
  const restore = createButton({ onPress: () => void goBack() });
  const buttons = h('div', { class: 'notice-buttons' }, slower, restore);
  const element = h('div', { class: 'notice', role: 'alert', hidden: true }, text, buttons);

  /** A tenth of the learning rate, within what the setting takes. */
  function lower() {
    const { min = 0 } = ctx.state.field('train.rate').range ?? {};
    return Math.max(min, Number(((trainer.config?.optimizer.learning_rate ?? 0) / 10).toPrecision(6)));
  }

  /** @param {number} [rate] */
  async function goBack(rate) {
    try {
      await restoreGood(trainer, rate);
      if (rate) ctx.state.set('train.rate', rate);
    } catch (error) {
      ctx.fail(error);
    }
  }

  return {
    element,
    update() {
      const { error, notice, phase } = trainer;
      const shown = error ?? notice;
      element.hidden = shown === null;
      if (!shown) return;
      sayIn(text, ctx.errorText(shown));
      const step = trainer.snapshots.at(-1)?.step ?? 0;
      buttons.hidden = error === null || phase !== 'idle';
      morphChildren(restore, t('train.restore', { step }));
      morphChildren(slower, t('train.restore-slower', { step, rate: lower().toString() }));
    },
  };
}
