/** Correct the network and teach it: the digit with its right label becomes part of every batch that follows. */

import { className } from '../../base/class-names.js';
import { h, morphChildren, setChildren } from '../../base/dom.js';
import { createButton, enable } from '../../figures/choice.js';
import { drawImage } from '../../figures/pixels.js';
import { MOST_TAUGHT, teach } from '../../training/page/taught.js';

/** Batches of a lesson: enough for a single example to be learnt as a rule. */
const LESSON = 20;
/** While training goes on, the taught are asked about again this often, milliseconds. */
const ASK_MS = 1000;

/** @typedef {import('../../training/page/taught.js').Example} Example */

/**
 * @param {import('../../frame/cell.js').Context} ctx
 * @param {{ digit: () => { pixels: Float32Array, probabilities: Float32Array } | null }} options what would be taught
 */
export function createTeach(ctx, { digit }) {
  const { t, format, trainer } = ctx;
  const classes = h('div', { class: 'chips', role: 'group', i18nLabel: 'digit.teach-label' });
  const note = h('p', { class: 'digit-help', role: 'status' });
  const list = h('ul', { class: 'taught-list', i18nLabel: 'digit.taught' });
  const lesson = createButton({ primary: true, onPress: () => void trainer.start({ steps: LESSON }).catch(ctx.fail) });
  const undo = createButton({ label: 'digit.taught-undo', onPress: () => void keep((taught) => taught.slice(0, -1)) });
  const none = createButton({ label: 'digit.taught-none', onPress: () => void keep(() => []) });
  const shelf = h('div', { class: 'digit-taught', hidden: true }, list, h('div', { class: 'digit-buttons' }, lesson, undo, none));
  const element = h('div', { class: 'digit-teach', hidden: true }, h('h3', { i18n: 'digit.teach' }), h('p', { class: 'digit-help', i18n: 'digit.teach-help' }), classes, note, shelf);
  /** The network's newest probability of each example's label. @type {WeakMap<Example, number>} */
  const now = new WeakMap();
  let drawn = /** @type {Example[] | null} */ (null);
  let named = '';
  let askedAt = -Infinity;
  let askedStep = -1;
  /** @type {HTMLElement[]} */
  let lines = [];

  /** @param {(taught: Example[]) => Example[]} change */
  async function keep(change) {
    try {
      await teach(trainer, change);
    } catch (error) {
      ctx.fail(error);
    }
    ctx.invalidate();
  }

  /** @param {number} label */
  async function add(label) {
    const given = digit();
    if (!given) return;
    const pixels = Uint8Array.from(given.pixels, (shade) => Math.round(shade * 255));
    const example = { pixels, label, before: given.probabilities[label] ?? 0 };
    await keep((taught) => [...taught, example].slice(0, MOST_TAUGHT));
    askedStep = -1;
  }

  /** Asks the network about every example, as it is now. */
  async function ask() {
    const { step } = trainer.progress;
    if (step === askedStep || performance.now() - askedAt < (trainer.phase === 'running' ? ASK_MS : 0)) return;
    askedStep = step;
    askedAt = performance.now();
    try {
      for (const example of trainer.taught) {
        const { probabilities } = await trainer.client.call('predict', [Float32Array.from(example.pixels, (byte) => byte / 255)]);
        now.set(example, probabilities[example.label]);
      }
    } catch {
      // The worker was started again meanwhile: the next update asks it.
      askedStep = -1;
      return;
    }
    say();
  }

  function say() {
    trainer.taught.forEach((example, i) => {
      const line = lines[i];
      if (!line) return;
      const share = now.get(example);
      const args = { label: className(trainer.data, example.label), before: format.percent(example.before, 1), now: share === undefined ? '…' : format.percent(share, 1) };
      line.textContent = t('digit.taught-item', args);
    });
  }

  function drawList() {
    drawn = trainer.taught;
    lines = [];
    setChildren(
      list,
      drawn.map((example, i) => {
        const canvas = h('canvas', { class: 'pixels', 'aria-hidden': 'true' });
        drawImage(canvas, example.pixels, trainer.data?.shape ?? [28, 28, 1]);
        const line = h('span');
        lines.push(line);
        const remove = h('button', { type: 'button', class: 'link-button', 'aria-label': t('digit.taught-remove-label', { n: i + 1, label: className(trainer.data, example.label) }), on: { click: () => void keep((taught) => taught.filter((each) => each !== example)) } }, t('digit.taught-remove'));
        return h('li', {}, canvas, line, remove);
      }),
    );
    say();
  }

  return {
    element,
    /** @param {boolean} restyled the language changed */
    update(restyled) {
      const { alive, taught, data, phase, evaluation, error } = trainer;
      const given = digit();
      const wanted = data?.classes ?? 10;
      const fits = given !== null && data !== null && given.pixels.length === data.shape.reduce((size, side) => size * side, 1);
      element.hidden = !fits && taught.length === 0;
      if (element.hidden) return;
      const names = Array.from({ length: wanted }, (_, k) => className(data, k));
      if (restyled || named !== names.join()) {
        named = names.join();
        setChildren(classes, names.map((name, k) => h('button', { type: 'button', class: 'chip', on: { click: () => void add(k) } }, name)));
      }
      const full = taught.length >= MOST_TAUGHT;
      for (const [k, chip] of [...classes.children].entries()) {
        enable(chip, fits && !full);
        chip.setAttribute('aria-label', t('digit.teach-as', { k: names[k] }));
      }
      note.textContent = taught.length === 0 ? '' : t(full ? 'digit.taught-full' : 'digit.taught-count', { n: taught.length });
      shelf.hidden = taught.length === 0;
      morphChildren(lesson, t('digit.lesson', { n: LESSON }));
      enable(lesson, phase === 'idle' && error === null && evaluation === null);
      if (drawn !== taught || restyled) drawList();
      if (taught.length > 0 && alive) void ask();
    },
  };
}
