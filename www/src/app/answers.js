/** The answers of whoever reads: ticked in the contents, kept, and offered to the next page. */

import { h } from '../base/dom.js';
import { effect } from '../base/signals.js';
import { Answers } from '../storage/answers.js';
import { ago, showOffer } from './offer-card.js';

/**
 * @param {import('../frame/cell.js').Context} ctx
 * @param {{ id: string, toasts: HTMLElement, cells: string[], onErase: () => void }} options `id`: this page's name in the storage;
 *   `cells`: ids
 */
export function keepAnswers(ctx, { id, toasts, cells, onErase }) {
  const { state, t } = ctx;
  // In a frame of another page nothing is kept, nor offered.
  const alone = state.get('embed') === '';
  const answers = new Answers({ id, storage: () => (alone ? localStorage : null), onTrouble: () => ctx.notify(t('answers.trouble'), 'warn') });

  for (const cell of cells) {
    const link = document.querySelector(`#toc a[href="#${cell}"]`);
    const tick = h('span', { class: 'toc-tick', role: 'img', i18nLabel: 'answers.done', hidden: true }, '✓');
    link?.append(tick);
    effect(() => void (tick.hidden = !answers.complete(cell)));
  }

  return {
    answers,
    /** Shows what was answered before, if somebody wants it. */
    offer() {
      const found = answers.found();
      if (!found) return;
      showOffer(toasts, {
        label: 'answers.offer',
        say: () => t('answers.found', { n: found.count, ago: ago(Date.now() - found.saved, ctx) }),
        yes: 'answers.use',
        accept: () => answers.takeOver(found.id),
        refuse(card) {
          answers.discard(found.id);
          card.remove();
        },
        onErase,
      });
    },
  };
}
