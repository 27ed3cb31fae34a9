/**
 * What happened by itself and needs a word: a loss that is no number any more, an engine that had to be started again.
 *
 * @module
 */

import { h } from '../../dom.js';
import { sayIn } from '../../rich.js';

/**
 * @param {import('../cell.js').Context} ctx
 */
export function createNotices(ctx) {
  const { t } = ctx;
  /** @type {import('../../training/trainer.js').Trainer} */
  const trainer = ctx.trainer;
  const text = h('p', { class: 'notice-text' });
  const restore = h('button', { type: 'button', class: 'button primary', on: { click: goBack } });
  const element = h('div', { class: 'notice', role: 'alert', hidden: true }, text, restore);

  async function goBack() {
    try {
      await trainer.restoreGood();
    } catch (error) {
      ctx.notify(ctx.errorText(error), 'error');
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
      restore.hidden = error === null || phase !== 'idle';
      restore.textContent = t('train.restore', { step });
    },
  };
}
