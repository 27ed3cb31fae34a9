/**
 * The card that offers to load the new version of the page.
 *
 * @module
 */

import { h } from '../base/dom.js';
import { onUpdate } from '../engine/update.js';
import { createButton, enable } from '../controls/choice.js';

/**
 * The page is loaded anew after this long, even if the run could not be kept by then: only a worker that hangs takes longer,
 * also on a busy machine. Milliseconds.
 */
export const PATIENCE_MS = 30_000;

/**
 * Resolves once the run is kept, or can't be, or after {@link PATIENCE_MS}.
 * @param {() => Promise<unknown>} keepRun
 */
export function keptOrTooLong(keepRun) {
  return new Promise((resolve) => {
    const late = setTimeout(resolve, PATIENCE_MS);
    void keepRun()
      .catch(() => {})
      .then(() => (clearTimeout(late), resolve(undefined)));
  });
}

/**
 * @param {HTMLElement} toasts
 * @param {() => Promise<unknown>} keepRun resolves once the run is kept
 */
export function offerUpdate(toasts, keepRun) {
  const button = createButton({ label: 'page.reload', primary: true, onPress: () => void reload() });
  async function reload() {
    enable(button, false);
    await keptOrTooLong(keepRun);
    location.reload();
  }

  const close = h('button', { type: 'button', class: 'toast-close', i18nLabel: 'page.close', on: { click: () => card.remove() } }, '×');
  const card = h(
    'div',
    { class: 'toast offer', role: 'group', i18nLabel: 'page.update' },
    h(
      'div',
      {},
      h('p', { i18n: 'error.page_updated' }),
      h('div', { class: 'offer-actions' }, button),
    ),
    close,
  );
  onUpdate(() => toasts.append(card));
}
