/** Buttons, switches and rows of radio buttons, bound to state keys. */

import { h, uniqueId } from '../base/dom.js';
import { draw } from '../base/scheduler.js';
import { icon as sign } from '../figures/icons.js';

/**
 * A button that keeps the focus while it can't be used: presses do nothing then; see `enable`.
 * @param {{ label?: string, onPress: (event: MouseEvent) => void, primary?: boolean, icon?: import('../figures/icons.js').IconName }} options
 *   `label` is a message key, left out where the words follow what is going on; with an `icon` the label is for screen
 *   readers and the tooltip
 */
export function createButton({ label, onPress, primary = false, icon }) {
  const click = (/** @type {MouseEvent} */ event) => {
    if (/** @type {Element} */ (event.currentTarget).getAttribute('aria-disabled') !== 'true') onPress(event);
  };
  const base = { type: 'button', class: `button${primary ? ' primary' : ''}${icon ? ' icon' : ''}`, on: { click } };
  return icon ? h('button', { ...base, i18nLabel: label, i18nTitle: label }, sign(icon)) : h('button', { ...base, i18n: label });
}

/** Says whether a button can be used. @param {Element} button @param {boolean} on */
export const enable = (button, on) => button.setAttribute('aria-disabled', String(!on));

/**
 * One of a few words, as radio buttons side by side.
 * @param {import('../base/context.js').Controls} ctx
 * @param {{ key: string, label?: string, values: readonly string[], words?: string }} options a value's message key is
 *   `words` and the value; if they are left out it is `KEY-VALUE`, and the label's `KEY-label`
 */
export function createChoice(ctx, { key, label = `${key}-label`, values, words = `${key}-` }) {
  const name = uniqueId('choice');
  const legend = uniqueId('legend');
  const inputs = values.map((value) => h('input', { type: 'radio', name, value, on: { change: () => ctx.state.set(key, value) } }));
  const element = h(
    'div',
    { class: 'choice', role: 'radiogroup', 'aria-labelledby': legend },
    h('span', { class: 'choice-label', id: legend, i18n: label }),
    h(
      'span',
      { class: 'choice-options' },
      values.map((value, index) => h('label', { class: 'choice-option' }, inputs[index], h('span', { i18n: words + value }))),
    ),
  );
  draw(element, () => {
    for (const input of inputs) input.checked = input.value === ctx.state.get(key);
  });
  return { element };
}

/**
 * Yes or no.
 * @param {import('../base/context.js').Controls} ctx
 * @param {{ key: string, label?: string }} options `key` is declared with `flag`; the label is `KEY-label` if left out
 */
export function createToggle(ctx, { key, label = `${key}-label` }) {
  const input = h('input', { type: 'checkbox', role: 'switch', on: { change: () => ctx.state.set(key, input.checked) } });
  const element = h('label', { class: 'toggle' }, input, h('span', { i18n: label }));
  draw(element, () => {
    input.checked = ctx.state.get(key);
  });
  return { element };
}
