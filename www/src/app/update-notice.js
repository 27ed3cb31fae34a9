/**
 * The card that offers to load the new version of the page.
 *
 * @module
 */

import { h } from '../base/dom.js';
import { onUpdate } from '../engine/update.js';
import { createButton } from '../controls/choice.js';

/** The page is loaded anew after this long, even if the run could not be kept by then. Milliseconds. */
const PATIENCE_MS = 3000;

/**
 * @param {HTMLElement} toasts
 * @param {() => Promise<unknown>} keepRun resolves once the run is kept
 */
export function offerUpdate(toasts, keepRun) {
  const patience = () => new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  async function reload() {
    await Promise.race([keepRun().catch(() => {}), patience()]);
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
      h('div', { class: 'offer-actions' }, createButton({ label: 'page.reload', primary: true, onPress: () => void reload() })),
    ),
    close,
  );
  onUpdate(() => toasts.append(card));
}
