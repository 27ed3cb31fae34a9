/**
 * A number to drag, to type into, or to step with the arrow keys, bound to a state key.
 */

import { h, morphChildren } from '../base/dom.js';
import { format } from '../base/i18n.js';
import { climb } from '../base/ladder.js';
import { draw } from '../base/scheduler.js';

/** Pixels of dragging for one step. */
const PX_PER_STEP = 8;

/**
 * @typedef {object} NumberOptions
 * @property {string} key state key, declared with `integer` or `decimal`
 * @property {string} [label] key of its name, `KEY-label` if left out
 * @property {string} [unit] key of what follows the number
 * @property {boolean} [inline] inside text or code: no label, no buttons
 * @property {string} [role] `input`, `kernel`, `stride`, `padding` or `output`: its colour
 * @property {(value: number) => string} [show] how the number is written
 */

/**
 * @param {import('../base/context.js').Controls} ctx
 * @param {NumberOptions} options
 */
export function createNumber(ctx, { key, label = `${key}-label`, unit, inline = false, role, show = (value) => format.number(value, 6) }) {
  const { state } = ctx;
  const { min = -Infinity, max = Infinity, step = 1, ladder = false } = state.field(key).range ?? {};
  const digits = decimals(step);

  const spin = h('span', {
    class: 'spin-value',
    role: 'spinbutton',
    tabindex: '0',
    i18nLabel: label,
    'aria-valuemin': Number.isFinite(min) ? plain(min) : undefined,
    'aria-valuemax': Number.isFinite(max) ? plain(max) : undefined,
    on: { keydown: onKey, pointerdown: onDown, pointermove: onMove, pointerup: onUp, pointercancel: onUp, dblclick: edit },
  });
  const classes = ['spin', inline ? 'inline' : '', role ? `role-${role}` : ''].filter(Boolean).join(' ');
  const element = inline
    ? h('span', { class: classes }, spin)
    : h(
        'div',
        { class: classes },
        h('span', { class: 'spin-label', i18n: label, 'aria-hidden': 'true' }),
        h(
          'span',
          { class: 'spin-box' },
          stepButton(-1, '−', 'page.less'),
          spin,
          unit ? h('span', { class: 'spin-unit', i18n: unit }) : null,
          stepButton(1, '+', 'page.more'),
        ),
      );

  /** @param {number} direction @param {string} sign @param {string} name */
  function stepButton(direction, sign, name) {
    // The spinbutton does the same from the keyboard, so these stay out of the tab order.
    return h('button', { type: 'button', class: 'spin-step', tabindex: '-1', i18nLabel: name, on: { click: () => move(direction) } }, sign);
  }

  /** @param {number} value */
  function put(value) {
    const snapped = ladder ? value : Number((Math.round(value / step) * step).toFixed(digits));
    return state.set(key, Math.min(max, Math.max(min, snapped)));
  }

  /** @param {number} from @param {number} steps */
  const moved = (from, steps) => put(ladder ? climb(from, steps) : from + steps * step);

  /** @param {number} steps */
  function move(steps) {
    moved(state.get(key), steps);
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    /** @type {Record<string, () => unknown>} */
    const actions = {
      ArrowUp: () => move(1),
      ArrowRight: () => move(1),
      ArrowDown: () => move(-1),
      ArrowLeft: () => move(-1),
      PageUp: () => move(10),
      PageDown: () => move(-10),
      Home: () => Number.isFinite(min) && put(min),
      End: () => Number.isFinite(max) && put(max),
      Enter: () => edit(),
      ' ': () => edit(),
    };
    const action = actions[event.key];
    if (action) action();
    else if (/^[0-9.\-]$/.test(event.key)) edit(event, event.key);
    else return;
    event.preventDefault();
  }

  /** @type {{ x: number, y: number, from: number, moved: boolean } | null} */
  let drag = null;

  /** @param {PointerEvent} event */
  function onDown(event) {
    if (event.button !== 0) return;
    drag = { x: event.clientX, y: event.clientY, from: state.get(key), moved: false };
    spin.setPointerCapture(event.pointerId);
    spin.focus({ preventScroll: true });
    event.preventDefault();
  }

  /** @param {PointerEvent} event */
  function onMove(event) {
    if (!drag) return;
    const distance = event.clientX - drag.x;
    if (!drag.moved && Math.abs(distance) < 4) return;
    drag.moved = true;
    moved(drag.from, Math.trunc(distance / PX_PER_STEP));
  }

  /** @param {PointerEvent} event */
  function onUp(event) {
    // A press that never became a drag is a wish to type.
    if (drag && !drag.moved && event.type === 'pointerup') edit();
    drag = null;
  }

  /** Swaps in a text field until Enter, Escape or leaving it. @param {Event} [_event] @param {string} [typed] */
  function edit(_event, typed) {
    if (spin.hidden) return;
    const input = h('input', {
      class: 'spin-input',
      type: 'text',
      inputmode: step < 1 || min < 0 ? 'text' : 'numeric',
      autocomplete: 'off',
      i18nLabel: label,
      css: { width: `${Math.max(3, (spin.textContent ?? '').length + 1)}ch` },
    });
    input.value = typed ?? String(state.get(key));
    let open = true;
    /** @param {boolean} keep @param {boolean} refocus */
    const close = (keep, refocus) => {
      if (!open) return;
      open = false;
      const value = Number(input.value.trim().replace('−', '-'));
      if (keep && input.value.trim() !== '') {
        if (Number.isFinite(value)) put(value);
        else ctx.notify(ctx.t('page.not-a-number', { text: input.value }), 'warn');
      }
      spin.hidden = false;
      input.remove();
      if (refocus) spin.focus();
    };
    input.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') close(true, true);
      else if (event.key === 'Escape') close(false, true);
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    input.addEventListener('blur', () => close(true, false));
    spin.hidden = true;
    spin.after(input);
    input.focus();
    if (typed === undefined) input.select();
  }

  draw(element, () => {
    const value = state.get(key);
    const written = show(value);
    morphChildren(spin, written);
    spin.setAttribute('aria-valuenow', plain(value));
    spin.setAttribute('aria-valuetext', written);
  });

  return { element };
}

/** A number without an exponent, which ARIA does not know. @param {number} value */
function plain(value) {
  if (Number.isSafeInteger(value)) return String(value);
  return value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 12 });
}

/** Decimals that a step has. @param {number} step */
function decimals(step) {
  const [mantissa, exponent = '0'] = String(step).split('e');
  return Math.max(0, (mantissa.split('.')[1]?.length ?? 0) - Number(exponent));
}
