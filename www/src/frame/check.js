/**
 * A check question: predict first, then see the answer, which the engine computes. What was answered is kept
 * (`storage/answers.js`); while answers are hidden it is kept and no more.
 */

import { h, morphChildren, uniqueId } from '../base/dom.js';
import { paragraphs } from '../base/i18n.js';
import { rich } from '../base/rich.js';
import { draw } from '../base/scheduler.js';
import { effect, signal, untracked } from '../base/signals.js';
import { enable } from '../controls/choice.js';

/**
 * @typedef {object} Question
 * @property {string} cell id of the cell that asks
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
export function agrees(prediction, answer) {
  if (Number.isInteger(answer)) return prediction === answer;
  return Math.abs(prediction - answer) <= 0.01 * Math.max(0.1, Math.abs(answer));
}

/** Thousands separators and spaces are a reader's habit, not a mistake. @param {string} raw */
function parse(raw) {
  const cleaned = raw.replace(/[\s,]/g, '').replace('−', '-');
  return cleaned !== '' && Number.isFinite(Number(cleaned)) ? Number(cleaned) : null;
}

/**
 * Where a guess is entered.
 * @param {Pick<Question, 'kind' | 'options'>} question
 * @param {(guess: number | null) => void} onGuess
 * @param {() => void} onEnter
 */
export function createField({ kind, options = [] }, onGuess, onEnter) {
  const name = uniqueId('guess');
  const input = h('input', {
    class: 'input check-number',
    type: 'text',
    inputmode: 'numeric',
    autocomplete: 'off',
    i18nLabel: 'page.check-prediction',
    on: {
      input: () => onGuess(parse(input.value)),
      keydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key === 'Enter') onEnter();
      },
    },
  });
  const choices = options.map((_, index) => h('input', { type: 'radio', name, value: String(index), on: { change: () => onGuess(index) } }));
  const inputs = kind === 'number' ? [input] : choices;
  return {
    element: h(
      'div',
      { class: `check-field ${kind}` },
      kind === 'number' ? input : choices.map((choice, index) => h('label', { class: 'check-option' }, choice, h('span', { i18n: options[index] }))),
    ),
    inputs,
    /** @param {number | null} guess */
    show(guess) {
      input.value = guess === null ? '' : String(guess);
      choices.forEach((choice, index) => (choice.checked = index === guess));
    },
  };
}

/** A guess or an answer in words. @param {Pick<Question, 'kind' | 'options'>} question @param {number} value @param {typeof import('../base/i18n.js').t} t */
export const wordsOf = ({ kind, options }, value, t) => (kind === 'choice' ? t(options?.[value] ?? '') : value);

/**
 * @param {import('./cell.js').Context} ctx
 * @param {Question} spec
 * @returns {HTMLElement}
 */
export function createCheck(ctx, spec) {
  const { answers, t } = ctx;
  const prediction = signal(/** @type {number | null} */ (null));
  const given = signal(/** @type {{ guess: number, answer: number, args: Record<string, unknown> } | null} */ (null));

  const text = h('legend', { class: 'check-question' });
  const verdict = h('div', { class: 'check-verdict', role: 'status' });
  const reveal = h('button', { type: 'button', class: 'button primary', 'aria-disabled': 'true', on: { click: show } });
  const hint = h('p', { class: 'check-hint', i18n: 'page.check-hint' });
  const field = createField(spec, predict, show);
  const element = h(
    'div',
    { class: 'check' },
    h('p', { class: 'check-title', i18n: 'page.check' }),
    h('fieldset', { class: 'check-form' }, text, field.element, h('div', { class: 'check-actions' }, reveal, hint)),
    verdict,
  );

  answers.ask(spec);
  // What was answered before, or nothing, for somebody else.
  effect(() => {
    answers.sheet.value;
    untracked(() => {
      const kept = answers.of(spec.question) ?? null;
      prediction.value = kept && kept.guess;
      given.value = kept;
      field.show(prediction.value);
    });
  });

  /** @param {number | null} value */
  function predict(value) {
    prediction.value = value;
    // A changed mind takes the answer away until it is asked for again.
    given.value = null;
  }

  function show() {
    const guess = prediction.value;
    if (guess === null) {
      field.inputs[0]?.focus();
      return;
    }
    if (!ctx.engine) {
      ctx.notify(t('page.engine-needed'), 'warn');
      return;
    }
    const answer = spec.answer(ctx);
    given.value = { guess, answer, args: spec.args?.(ctx) ?? {} };
    answers.give(spec.question, { ...given.value, right: agrees(guess, answer) });
  }

  draw(element, () => {
    const [predicted, shown, hidden] = [prediction.value, given.value, answers.hidden.value];
    enable(reveal, predicted !== null);
    morphChildren(reveal, t(hidden ? 'page.check-keep' : 'page.check-reveal'));
    hint.hidden = predicted !== null;
    const args = shown?.args ?? (spec.ready() && spec.args ? spec.args(ctx) : {});
    morphChildren(text, rich(paragraphs(spec.question, args).join(' ')));
    field.inputs.forEach((input, index) => {
      input.parentElement?.classList.toggle('right', spec.kind === 'choice' && !hidden && index === shown?.answer);
    });
    element.classList.toggle('answered', shown !== null);
    if (!shown) return verdict.replaceChildren();
    if (hidden) return morphChildren(verdict, [h('p', {}, t('page.check-kept'))]);
    const { guess, answer } = shown;
    const good = agrees(guess, answer);
    const told = { ...args, answer: wordsOf(spec, answer, t), prediction: wordsOf(spec, guess, t) };
    morphChildren(
      verdict,
      h('p', { class: good ? 'check-good' : 'check-other' }, rich(t(good ? 'page.check-right' : 'page.check-wrong', told))),
      paragraphs(spec.explain, told).map((part) => h('p', {}, rich(part))),
    );
  });
  return element;
}
