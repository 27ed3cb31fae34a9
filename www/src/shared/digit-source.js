/** Which image is looked at: one of the data's, or a digit drawn here. */

import { className, named } from '../base/class-names.js';
import { h, setChildren } from '../base/dom.js';
import { batch, signal, watch } from '../base/signals.js';
import { createButton, createChoice } from '../controls/choice.js';
import { createNumber } from '../controls/number.js';
import { drawImage } from '../figures/pixels.js';
import { taughtOf } from '../training/page/taught.js';
import { createPad } from './digit-pad.js';

const SIDE = 28;
/** Images among which the first of each class is looked for, so that every class is one press away. */
const LOOKED_AT = 200;
/** Of so many classes at most. */
const THUMBS = 20;

/** @typedef {{ pixels: Float32Array, label: number | null, split: string }} Digit `label` is null for one's own */

/**
 * @param {import('../frame/cell.js').Frame} frame
 * @param {import('../frame/cell.js').Context} ctx
 */
export function createDigitSource(frame, ctx) {
  const { state, t, trainer } = ctx;
  const digit = signal(/** @type {Digit | null} */ (null));
  /** The image that is shown or on its way; empty if none is. */
  const wanted = signal('');
  const trouble = signal(/** @type {unknown} */ (null));

  const pad = createPad(ctx, { onChange: () => take() });
  /** Images, one of each class. */
  const thumbs = signal(/** @type {{ split: 'test' | 'train', index: number, label: number, pixels: Float32Array }[]} */ ([]));
  const strip = h('div', { class: 'digit-thumbs' });
  const random = createButton({
    label: 'network.random',
    // Any other image is fetched for it; of the training images those that are in are enough.
    onPress: () => state.set('network.digit', Math.floor(Math.random() * (state.get('network.source') === 'train' ? trainer.data?.available.train || 1 : countOf()))),
  });
  const number = createNumber(ctx, { key: 'network.digit' });
  const picks = h('div', { class: 'digit-picks' }, strip, h('div', { class: 'control-row' }, number.element, random));
  const message = h('p', { class: 'digit-state', role: 'status' });
  const own = h(
    'div',
    { class: 'digit-own' },
    pad.canvas,
    h('div', { class: 'digit-own-side' }, h('p', { i18n: 'network.own-help' }), h('div', { class: 'control-row' }, createButton({ label: 'digit.undo', onPress: pad.undo }), createButton({ label: 'digit.clear', onPress: pad.clear })), pad.state),
  );
  const source = createChoice(ctx, { key: 'network.source', values: ['test', 'train', 'validation', 'own'] });
  const element = h('div', { class: 'digit-source' }, source.element, picks, own, message);

  watch(() => `${state.get('network.source')} ${state.get('network.digit')}`, () => {
    const split = state.get('network.source');
    // What fails is told with the data.
    if (trainer.data && (split === 'test' || split === 'validation')) trainer.need(split, place() + 1).catch(() => {});
  });

  /** What was drawn, as the network is given it. */
  function take() {
    trouble.value = null;
    if (pad.empty) {
      state.set('network.own', '');
      return;
    }
    if (!ctx.engine) return;
    const { data, width, height } = pad.pixels();
    try {
      const { pixels } = ctx.engine.prepare_digit(new Uint8Array(data.buffer), width, height);
      state.set('network.own', Array.from(/** @type {Float32Array} */ (pixels), (each) => Math.round(each * 15).toString(16)).join(''));
    } catch (error) {
      trouble.value = error;
    }
  }

  /** Height, width and channels of the images. */
  const shape = () => trainer.data?.shape ?? [SIDE, SIDE, 1];
  /** What is drawn here is made into what MNIST's digits are: it fits no other input. */
  const drawable = () => shape().join() === `${SIDE},${SIDE},1`;

  /** @param {Uint8Array} images @param {number} at */
  function scaled(images, at) {
    const length = shape().reduce((product, size) => product * size, 1);
    return Float32Array.from(images.subarray(at * length, (at + 1) * length), (byte) => byte / 255);
  }

  /** How many images there are to choose from. */
  function countOf() {
    const source = state.get('network.source');
    const split = /** @type {import('../training/common/protocol.js').Split} */ (source === 'own' ? 'test' : source);
    return trainer.data?.counts[split] || 10_000;
  }

  /** What was taught comes behind the images to learn from. */
  const taughtHere = () => (state.get('network.source') === 'train' ? trainer.taught : []);
  /** The image's number: links and the other source may name one that this source does not have. */
  const place = () => Math.min(state.get('network.digit'), countOf() + taughtHere().length - 1);
  const isTaught = () => taughtHere()[taughtOf(trainer, place())] !== undefined;

  /** The wanted images; while test images are on their way, those that training begins with. */
  function splitOf() {
    const { available } = trainer.data ?? {};
    if (!available) return null;
    const source = /** @type {'train' | 'validation' | 'test'} */ (state.get('network.source'));
    if (source !== 'test') return available[source] > place() || isTaught() ? source : null;
    return available.test > place() ? 'test' : available.train > place() ? 'train' : null;
  }

  /** Fetches the wanted image, if it is another one. */
  async function load() {
    if (state.get('network.source') === 'own') {
      const text = drawable() ? state.get('network.own') : '';
      if (wanted.peek() === `own/${text}`) return;
      wanted.value = `own/${text}`;
      digit.value = text ? { pixels: Float32Array.from(text, (/** @type {string} */ each) => parseInt(each, 16) / 15), label: null, split: 'own' } : null;
      return;
    }
    const split = splitOf();
    const next = split ? `${trainer.data?.name}/${trainer.data?.id}/${split}/${place()}/${isTaught() ? trainer.taught.length : ''}` : '';
    // The worker may have been started again meanwhile: then it is asked once more.
    if (!trainer.alive || !split || next === wanted.peek()) return;
    wanted.value = next;
    try {
      const { images, labels } = await trainer.images(split, [place()]);
      if (wanted.peek() !== next) return;
      batch(() => {
        digit.value = { pixels: scaled(images, 0), label: labels[0], split };
        trouble.value = null;
      });
    } catch (error) {
      batch(() => {
        wanted.value = '';
        trouble.value = error;
      });
    }
  }
  frame.draw(() => void load());

  /** The data that the thumbs are of. */
  let thumbsOf = '';
  async function loadThumbs() {
    const { data } = trainer;
    const count = Math.min(LOOKED_AT, data?.counts.test ?? 0);
    // Test images are fetched when somebody looks at one; until then there are some to learn from.
    const split = data && data.available.test >= count ? 'test' : 'train';
    const of = `${data?.name}/${data?.id}/${split}`;
    if (!trainer.alive || !data || count === 0 || data.available[split] < count || thumbsOf === of) return;
    thumbsOf = of;
    try {
      const { images, labels } = await trainer.images(split, Array.from({ length: count }, (_, i) => i));
      if (thumbsOf !== of) return;
      thumbs.value = Array.from({ length: Math.min(THUMBS, data.classes) }, (_, label) => ({ label, index: labels.indexOf(label) }))
        .filter(({ index }) => index >= 0)
        .map(({ label, index }) => ({ split, label, index, pixels: scaled(images, index) }));
    } catch {
      // The worker is started again: with the next one they are asked for anew.
      thumbsOf = '';
    }
  }
  frame.draw(() => void loadThumbs());

  /** @type {HTMLButtonElement[]} */
  let buttons = [];
  frame.draw(() => {
    const { data } = trainer;
    buttons = thumbs.value.map(({ split, label, index, pixels }) => {
      const canvas = h('canvas', { class: 'pixels', 'aria-hidden': 'true' });
      drawImage(canvas, pixels, shape());
      const name = className(data, label);
      const press = () => state.assign({ 'network.source': split, 'network.digit': index });
      return h('button', { type: 'button', class: 'digit-thumb', 'aria-pressed': 'false', 'aria-label': t(`network.thumb-${split}`, { label: name }), on: { click: press } }, canvas, h('span', { class: 'digit-thumb-label' }, name));
    });
    strip.classList.toggle('named', named(data));
    setChildren(strip, buttons);
  });

  frame.draw(() => {
    const isOwn = state.get('network.source') === 'own';
    picks.hidden = isOwn;
    own.hidden = !isOwn || !drawable();
    thumbs.value.forEach(({ split, index }, i) => buttons[i]?.setAttribute('aria-pressed', String(state.get('network.source') === split && index === place())));
    const now = digit.value;
    message.textContent = trouble.value
      ? ctx.errorText(trouble.value)
      : now && wanted.value
        ? now.label === null
          ? ''
          : t(isTaught() ? 'network.digit-taught' : state.get('network.source') === 'train' ? 'network.digit-chosen' : `network.digit-${now.split}`, { index: place(), label: className(trainer.data, now.label) })
        : t(!isOwn ? 'network.digit-waiting' : drawable() ? 'network.digit-none' : 'network.own-shape', { shape: shape().join('×') });
  });

  return {
    element,
    /** What is looked at, read from a signal; null while there is nothing. @returns {Digit | null} */
    digit: () => digit.value,
  };
}
