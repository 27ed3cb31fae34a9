/** One image from close up: what it is, what the network takes it for, and the way to its way through the network. */

import { h } from '../../base/dom.js';
import { computed, signal } from '../../base/signals.js';
import { createButton } from '../../controls/choice.js';
import { drawImage } from '../../figures/pixels.js';
import { openNetwork } from '../../shared/open-network.js';

/** @typedef {import('../../training/common/protocol.js').Split} Split */
/** @typedef {{ split: Split, index: number, label: number, pixels: Float32Array }} Picked */

/**
 * @param {import('../../frame/cell.js').Frame} frame
 * @param {import('../../frame/cell.js').Context} ctx
 * @param {{ nameOf: (k: number) => string }} options
 */
export function createImageCard(frame, ctx, { nameOf }) {
  const { t, state, trainer } = ctx;
  const canvas = h('canvas', { class: 'digit-canvas', role: 'img' });
  const title = h('p', { class: 'figure-panel-title', role: 'status' });
  const follow = createButton({ label: 'judge.follow', onPress: () => picked.value && openNetwork(state, picked.value.split, picked.value.index) });
  const close = createButton({ label: 'judge.close', onPress: () => state.set('judge.image', -1) });
  const element = h(
    'div',
    { class: 'judge-card', hidden: true },
    h('div', { class: 'figure-row' }, canvas, h('div', { class: 'figure-panel' }, title, h('div', { class: 'control-row' }, follow, close))),
  );
  const picked = signal(/** @type {Picked | null} */ (null));
  /** The image that is wanted, if it is there. */
  const wanted = computed(() => {
    /** @type {Split} */
    const split = state.get('judge.split');
    const index = state.get('judge.image');
    return index >= 0 && index < (trainer.data?.available[split] ?? 0) ? `${split}/${index}` : '';
  });

  /** @param {string} key of the wanted image */
  async function load(key) {
    picked.value = null;
    if (!key) return;
    const [split, index] = /** @type {[Split, string]} */ (key.split('/'));
    try {
      const { images, labels } = await trainer.images(split, [Number(index)]);
      if (wanted.value !== key) return;
      picked.value = { split, index: Number(index), label: labels[0], pixels: Float32Array.from(images, (byte) => byte / 255) };
      drawImage(canvas, images, trainer.data?.shape ?? [28, 28, 1]);
    } catch {
      // The worker is new: once it has its data, it is asked again.
    }
  }
  frame.draw(() => void load(wanted.value));
  /** The image that is wanted and has not been fetched. */
  const missing = computed(() => {
    /** @type {Split} */
    const split = state.get('judge.split');
    const index = state.get('judge.image');
    return !wanted.value && index >= 0 && index < (trainer.data?.counts[split] ?? 0) ? `${split}/${index}` : '';
  });
  frame.draw(() => {
    if (!missing.value) return;
    const [split, index] = /** @type {[Split, string]} */ (missing.value.split('/'));
    // What fails is told with the data.
    trainer.need(split, Number(index) + 1).catch(() => {});
  });
  frame.draw(() => {
    const now = picked.value;
    element.hidden = !now;
    if (!now) return;
    title.textContent = t('judge.picked', { split: t(`judge.split-${now.split}`), index: now.index, label: nameOf(now.label) });
    canvas.setAttribute('aria-label', title.textContent);
  });

  return {
    element,
    /** What is shown, once it is here, read from a signal. */
    picked: () => picked.value,
  };
}
