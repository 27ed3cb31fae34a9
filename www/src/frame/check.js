/**
 * A check question: predict first, then see the answer, which the engine computes.
 */

import { h, morphChildren } from '../base/dom.js';
import { paragraphs } from '../base/i18n.js';
import { rich } from '../base/rich.js';
import { draw } from '../base/scheduler.js';
import { signal } from '../base/signals.js';
import { enable } from '../controls/choice.js';

/**
 * @typedef {object} Question
 * @property {string} id
 * @property {string} question key of the question
 * @property {'number' | 'choice'} kind
 * @property {string[]} [options] keys of the choices
 * @property {(ctx: import('./cell.js').Context) => number} answer the number, or the index of the
 *   right choice
 * @property {string} explain key of what follows the answer
 * @property {(ctx: import('./cell.js').Context) => Record<string, unknown>} [args] values for the
 *   question and the explanation; `answer` is always among them
 * @property {() => boolean} ready whether they can be had
 */

/**
 * Counts must be exact; of what is measured, one part in a hundred is near enough.
 * @param {number} prediction
 * @param {number} answer
 */
function agrees(prediction, answer) {
  if (Number.isInteger(answer)) return prediction === answer;
  return Math.abs(prediction - answer) <= 0.01 * Math.max(0.1, Math.abs(answer));
}

/**
 * @param {import('./cell.js').Context} ctx
 * @param {Question} spec
 * @returns {HTMLElement}
 */
export function createCheck(ctx, spec) {
  const prediction = signal(/** @type {number | null} */ (null));
  const answer = signal(/** @type {number | null} */ (null));

  const text = h('legend', { class: 'check-question' });
  const verdict = h('div', { class: 'check-verdict', role: 'status' });
  const reveal = h('button', {
    type: 'button',
    class: 'button primary',
    i18n: 'page.check-reveal',
    'aria-disabled': 'true',
    on: { click: show },
  });
  const hint = h('p', { class: 'check-hint', i18n: 'page.check-hint' });

  /** @type {HTMLInputElement[]} */
  const inputs = [];
  const field = h('div', { class: `check-field ${spec.kind}` });
  if (spec.kind === 'number') {
    const input = h('input', {
      class: 'input check-number',
      type: 'text',
      inputmode: 'numeric',
      autocomplete: 'off',
      i18nLabel: 'page.check-prediction',
      on: {
        input: () => predict(parse(input.value)),
        keydown: (/** @type {KeyboardEvent} */ event) => {
          if (event.key === 'Enter') show();
        },
      },
    });
    inputs.push(input);
    field.append(input);
  } else {
    (spec.options ?? []).forEach((option, index) => {
      const input = h('input', { type: 'radio', name: spec.id, value: String(index), on: { change: () => predict(index) } });
      inputs.push(input);
      field.append(h('label', { class: 'check-option' }, input, h('span', { i18n: option })));
    });
  }

  const element = h(
    'div',
    { class: 'check' },
    h('p', { class: 'check-title', i18n: 'page.check' }),
    h('fieldset', { class: 'check-form' }, text, field, h('div', { class: 'check-actions' }, reveal, hint)),
    verdict,
  );

  /** Thousands separators and spaces are a reader's habit, not a mistake. @param {string} raw */
  function parse(raw) {
    const cleaned = raw.replace(/[\s,]/g, '').replace('−', '-');
    return cleaned !== '' && Number.isFinite(Number(cleaned)) ? Number(cleaned) : null;
  }

  /** @param {number | null} value */
  function predict(value) {
    prediction.value = value;
    // A changed mind takes the answer away until it is asked for again.
    answer.value = null;
  }

  function show() {
    if (prediction.value === null) {
      inputs[0]?.focus();
      return;
    }
    if (!ctx.engine) {
      ctx.notify(ctx.t('page.engine-needed'), 'warn');
      return;
    }
    answer.value = spec.answer(ctx);
  }

  draw(element, () => {
    const [predicted, right] = [prediction.value, answer.value];
    enable(reveal, predicted !== null);
    hint.hidden = predicted !== null;
    const args = spec.ready() && spec.args ? spec.args(ctx) : {};
    morphChildren(text, rich(paragraphs(spec.question, args).join(' ')));
    inputs.forEach((input, index) => {
      input.parentElement?.classList.toggle('right', spec.kind === 'choice' && index === right);
    });
    if (right === null || predicted === null) {
      verdict.replaceChildren();
      element.classList.remove('answered');
      return;
    }
    const good = agrees(predicted, right);
    const shown = {
      ...args,
      answer: spec.kind === 'choice' ? ctx.t(spec.options?.[right] ?? '') : right,
      prediction: spec.kind === 'choice' ? ctx.t(spec.options?.[predicted] ?? '') : predicted,
    };
    morphChildren(
      verdict,
      h('p', { class: good ? 'check-good' : 'check-other' }, rich(ctx.t(good ? 'page.check-right' : 'page.check-wrong', shown))),
      paragraphs(spec.explain, shown).map((part) => h('p', {}, rich(part))),
    );
    element.classList.add('answered');
  });
  return element;
}
