/** A card that offers to go on with what was kept: whoever sees it may be somebody else, so it shows no more than what it is. */

import { h } from '../base/dom.js';
import { draw } from '../base/scheduler.js';
import { createButton } from '../controls/choice.js';

/** @typedef {import('../frame/cell.js').Context} Context */

/** How long ago something was kept. @param {number} ms @param {Pick<Context, 't' | 'lang'>} ctx */
export function ago(ms, { t, lang }) {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return t('kept.now');
  const [amount, unit] = /** @type {[number, Intl.RelativeTimeFormatUnit]} */ (
    minutes < 60 ? [minutes, 'minute'] : minutes < 48 * 60 ? [Math.round(minutes / 60), 'hour'] : [Math.round(minutes / 1440), 'day']
  );
  return new Intl.RelativeTimeFormat(lang(), { numeric: 'auto' }).format(-amount, unit);
}

/**
 * @param {HTMLElement} toasts
 * @param {object} options
 * @param {string} options.label key of the card's name
 * @param {() => string} options.say what is offered
 * @param {string} options.yes key of the button's label
 * @param {(card: HTMLElement) => void} options.accept the card is out of sight
 * @param {(card: HTMLElement) => void} options.refuse removes the card once what it offered is gone
 * @param {() => void} options.onErase everything is to be erased
 */
export function showOffer(toasts, { label, say, yes, accept, refuse, onErase }) {
  const text = h('p');
  const close = h('button', { type: 'button', class: 'toast-close', i18nLabel: 'kept.later', on: { click: () => card.remove() } }, '×');
  const take = () => {
    card.remove();
    accept(card);
  };
  const actions = h(
    'div',
    { class: 'offer-actions' },
    createButton({ label: yes, primary: true, onPress: take }),
    createButton({ label: 'kept.discard', onPress: () => refuse(card) }),
    createButton({ label: 'erase.button', onPress: onErase }),
  );
  const card = h('div', { class: 'toast offer', role: 'group', i18nLabel: label }, h('div', {}, text, actions), close);
  draw(card, () => void (text.textContent = say()));
  toasts.append(card);
}
