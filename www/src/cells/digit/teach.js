/** Correct the network and teach it: the digit with its right label becomes part of every batch that follows. */

import { className } from '../../base/class-names.js';
import { h, morphChildren, setChildren } from '../../base/dom.js';
import { computed, signal } from '../../base/signals.js';
import { createButton, enable } from '../../controls/choice.js';
import { drawImage } from '../../figures/pixels.js';
import { MOST_TAUGHT, teach } from '../../training/page/taught.js';

/** Batches of a lesson: enough for a single example to be learnt as a rule. */
const LESSON = 20;
/** While training goes on, the taught are asked about again this often, milliseconds. */
const ASK_MS = 1000;

/** @typedef {import('../../training/page/taught.js').Example} Example */

/**
 * @param {import('../../frame/cell.js').Frame} frame
 * @param {import('../../frame/cell.js').Context} ctx
 * @param {{ digit: () => { pixels: Float32Array, probabilities: Float32Array } | null }} options what would be taught, read from signals
 */
export function createTeach(frame, ctx, { digit }) {
  const { t, format, trainer } = ctx;
  const classes = h('div', { class: 'chips', role: 'group', i18nLabel: 'digit.teach-label' });
  const note = h('p', { class: 'digit-help', role: 'status' });
  const list = h('ul', { class: 'taught-list', i18nLabel: 'digit.taught' });
  const lesson = createButton({ primary: true, onPress: () => void trainer.start({ steps: LESSON }).catch(ctx.fail) });
  const undo = createButton({ label: 'digit.taught-undo', onPress: () => void keep((taught) => taught.slice(0, -1)) });
  const none = createButton({ label: 'digit.taught-none', onPress: () => void keep(() => []) });
  const shelf = h('div', { class: 'digit-taught', hidden: true }, list, h('div', { class: 'digit-buttons' }, lesson, undo, none));
  const element = h('div', { class: 'digit-teach', hidden: true }, h('h3', { i18n: 'digit.teach' }), h('p', { class: 'digit-help', i18n: 'digit.teach-help' }), classes, note, shelf);
  /** The network's newest probability of each example's label. */
  const now = signal(/** @type {Map<Example, number>} */ (new Map()));
  /** @type {HTMLElement[]} */
  let lines = [];

  /** @param {(taught: Example[]) => Example[]} change */
  async function keep(change) {
    try {
      await teach(trainer, change);
    } catch (error) {
      ctx.fail(error);
    }
  }

  /** @param {number} label */
  async function add(label) {
    const given = digit();
    if (!given) return;
    const pixels = Uint8Array.from(given.pixels, (shade) => Math.round(shade * 255));
    const example = { pixels, label, before: given.probabilities[label] ?? 0 };
    await keep((taught) => [...taught, example].slice(0, MOST_TAUGHT));
  }

  /** Asks the network about every example, as it is now. @param {Example[]} taught */
  async function ask(taught) {
    /** @type {Map<Example, number>} */
    const shares = new Map();
    try {
      for (const example of taught) {
        const { probabilities } = await trainer.client.call('predict', [Float32Array.from(example.pixels, (byte) => byte / 255)]);
        shares.set(example, probabilities[example.label]);
      }
      now.value = shares;
    } catch {
      // The worker was started again meanwhile: once it is there, it is asked.
    }
  }
  frame.draw(
    () => {
      trainer.progress;
      trainer.origin;
      if (trainer.alive && trainer.taught.length > 0) void ask(trainer.taught);
    },
    frame.element,
    { pace: () => (trainer.phase === 'running' ? ASK_MS : 0) },
  );

  const fits = () => {
    const [given, shape] = [digit(), trainer.data?.shape];
    return given !== null && shape !== undefined && given.pixels.length === shape.reduce((size, side) => size * side, 1);
  };
  const names = computed(() => Array.from({ length: trainer.data?.classes ?? 10 }, (_, k) => className(trainer.data, k)).join('\n'));
  frame.draw(() => {
    element.hidden = !fits() && trainer.taught.length === 0;
    shelf.hidden = trainer.taught.length === 0;
  });
  frame.draw(() => {
    setChildren(
      classes,
      names.value.split('\n').map((name, k) => h('button', { type: 'button', class: 'chip', 'aria-label': t('digit.teach-as', { k: name }), on: { click: () => void add(k) } }, name)),
    );
  });
  frame.draw(() => {
    names.value;
    t('digit.teach-as');
    const full = trainer.taught.length >= MOST_TAUGHT;
    for (const chip of classes.children) enable(chip, fits() && !full);
    note.textContent = trainer.taught.length === 0 ? '' : t(full ? 'digit.taught-full' : 'digit.taught-count', { n: trainer.taught.length });
  });
  frame.draw(() => {
    morphChildren(lesson, t('digit.lesson', { n: LESSON }));
    enable(lesson, trainer.phase === 'idle' && trainer.error === null && trainer.evaluation === null);
  });
  frame.draw(() => {
    lines = trainer.taught.map(() => h('span'));
    setChildren(
      list,
      trainer.taught.map((example, i) => {
        const canvas = h('canvas', { class: 'pixels', 'aria-hidden': 'true' });
        drawImage(canvas, example.pixels, trainer.data?.shape ?? [28, 28, 1]);
        const remove = h('button', { type: 'button', class: 'link-button', 'aria-label': t('digit.taught-remove-label', { n: i + 1, label: className(trainer.data, example.label) }), on: { click: () => void keep((taught) => taught.filter((each) => each !== example)) } }, t('digit.taught-remove'));
        return h('li', {}, canvas, lines[i], remove);
      }),
    );
  });
  frame.draw(() => {
    trainer.taught.forEach((example, i) => {
      const share = now.value.get(example);
      const args = { label: className(trainer.data, example.label), before: format.percent(example.before, 1), now: share === undefined ? '…' : format.percent(share, 1) };
      lines[i].textContent = t('digit.taught-item', args);
    });
  });

  return { element };
}
