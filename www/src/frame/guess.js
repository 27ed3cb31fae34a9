/**
 * A prediction in a figure: the guess is asked for before the figure plays what answers it, stays pinned on the figure, and
 * is compared with what the engine computes once the figure has played.
 */

import { h, morphChildren } from '../base/dom.js';
import { paragraphs } from '../base/i18n.js';
import { rich } from '../base/rich.js';
import { draw } from '../base/scheduler.js';
import { batch, effect, signal, untracked } from '../base/signals.js';
import { enable } from '../controls/choice.js';
import { agrees, createField, wordsOf } from './check.js';

/**
 * @param {import('./cell.js').Frame} frame
 * @param {import('./cell.js').Context} ctx
 * @param {import('./cell.js').Figure} figure that plays
 * @param {object} options
 * @param {string} options.question key, whole
 * @param {string} options.explain key, whole, of what follows the answer
 * @param {'number' | 'choice'} options.kind
 * @param {string[]} [options.options] keys of the choices, whole
 * @param {(ctx: import('./cell.js').Context) => number} options.answer the number, or the index of the right choice
 * @param {(ctx: import('./cell.js').Context) => Record<string, unknown>} [options.args] values for the explanation; read once the
 *   figure has played
 * @param {() => void} options.play sets the figure, and starts it
 * @param {() => boolean} [options.busy] read from signals: it plays, or what is right can't be known yet
 * @param {Element} [options.on] where the guess is pinned; on the drawing if that is left out
 */
export function createGuess(frame, ctx, figure, { question, explain, kind, options, answer, args = () => ({}), play, busy = () => false, on = figure.body }) {
  const { answers, t } = ctx;
  const asked = { cell: frame.element.id, question, kind, options, explain };
  const guess = signal(/** @type {number | null} */ (null));
  /** The guess that the figure is to answer. @type {import('@preact/signals-core').Signal<number | null>} */
  const pinned = signal(null);
  /** The figure is to play once a teacher has opened the answers. */
  const due = signal(false);
  const given = signal(/** @type {Pick<import('../storage/answers.js').Answer, 'guess' | 'answer' | 'args'> | null} */ (null));

  const text = h('legend', { class: 'guess-question' });
  const start = h('button', { type: 'button', class: 'button primary', on: { click: begin } });
  const verdict = h('div', { class: 'guess-verdict', role: 'status' });
  const pin = h('p', { class: 'guess-pin' });
  const field = createField({ kind, options }, (value) => (guess.value = value), begin);
  const element = h(
    'fieldset',
    { class: 'guess' },
    text,
    h('div', { class: 'guess-row' }, field.element, start),
    verdict,
  );
  figure.body.before(element);
  on.append(pin);

  answers.ask(asked);
  effect(() => {
    answers.sheet.value;
    untracked(() => {
      const kept = answers.of(question) ?? null;
      batch(() => {
        given.value = kept;
        due.value = false;
        guess.value = pinned.value = kept && kept.guess;
      });
      field.show(guess.value);
    });
  });

  function begin() {
    if (guess.value === null) return void field.inputs[0]?.focus();
    if (!ctx.engine) return ctx.notify(t('page.engine-needed'), 'warn');
    batch(() => {
      pinned.value = guess.value;
      given.value = null;
      due.value = answers.hidden.value;
    });
    if (!due.value) play();
  }

  // What is right is known once the figure has played.
  frame.draw(() => {
    if (pinned.value === null || given.value || answers.hidden.value) return;
    if (due.value) {
      due.value = false;
      return play();
    }
    if (busy()) return;
    const right = answer(ctx);
    const now = { guess: pinned.value, answer: right, args: args(ctx) };
    given.value = now;
    answers.give(question, { ...now, right: agrees(now.guess, right) });
  });

  draw(element, () => {
    enable(start, guess.value !== null);
    morphChildren(start, t(answers.hidden.value ? 'page.check-keep' : 'page.guess-play'));
    morphChildren(text, h('span', { class: 'guess-title' }, t('page.check')), ' ', rich(paragraphs(question).join(' ')));
  });
  draw(element, () => {
    pin.hidden = pinned.value === null;
    if (pinned.value !== null) pin.textContent = t('page.guess-pin', { guess: wordsOf(asked, pinned.value, t) });
  });
  draw(element, () => {
    const [now, hidden] = [given.value, answers.hidden.value];
    const good = now && agrees(now.guess, now.answer);
    pin.classList.toggle('right', !hidden && good === true);
    pin.classList.toggle('wrong', !hidden && good === false);
    if (hidden) return morphChildren(verdict, pinned.value === null ? [] : [h('p', {}, t('page.check-kept'))]);
    if (!now) return verdict.replaceChildren();
    const told = { ...now.args, answer: wordsOf(asked, now.answer, t), prediction: wordsOf(asked, now.guess, t) };
    morphChildren(
      verdict,
      h('p', { class: good ? 'check-good' : 'check-other' }, rich(t(good ? 'page.check-right' : 'page.check-wrong', told))),
      paragraphs(explain, told).map((part) => h('p', {}, rich(part))),
    );
  });
  return { element };
}
