/** One image from close up: what it is, what the network takes it for, and the way to its way through the network. */

import { h } from '../../base/dom.js';
import { createButton } from '../../figures/choice.js';
import { drawImage } from '../../figures/pixels.js';
import { openNetwork } from '../../shared/open-network.js';

/** @typedef {import('../../training/common/protocol.js').Split} Split */
/** @typedef {{ split: Split, index: number, label: number, pixels: Float32Array }} Picked */

/**
 * @param {import('../../frame/cell.js').Context} ctx
 * @param {{ nameOf: (k: number) => string }} options
 */
export function createImageCard(ctx, { nameOf }) {
  const { t, state, trainer } = ctx;
  const canvas = h('canvas', { class: 'digit-canvas', role: 'img' });
  const title = h('p', { class: 'figure-panel-title', role: 'status' });
  const follow = createButton({ label: 'judge.follow', onPress: () => picked && openNetwork(state, picked.split, picked.index) });
  const close = createButton({ label: 'judge.close', onPress: () => state.set('judge.image', -1) });
  const element = h(
    'div',
    { class: 'judge-card', hidden: true },
    h('div', { class: 'figure-row' }, canvas, h('div', { class: 'figure-panel' }, title, h('div', { class: 'control-row' }, follow, close))),
  );
  /** @type {Picked | null} */
  let picked = null;
  let wanted = '';
  /** What the worker was asked to fetch. */
  let needed = '';

  /** @param {Split} split @param {number} index */
  async function load(split, index) {
    try {
      const { images, labels } = await trainer.images(split, [index]);
      if (wanted !== `${split}/${index}`) return;
      picked = { split, index, label: labels[0], pixels: Float32Array.from(images, (byte) => byte / 255) };
      drawImage(canvas, images, trainer.data?.shape ?? [28, 28, 1]);
    } catch {
      // Its images are not in, or the worker is new: the next update asks again.
      wanted = '';
    }
    ctx.invalidate();
  }

  return {
    element,
    /** What is shown, once it is here. */
    picked: () => picked,
    /** @param {Split} split */
    update(split) {
      const index = state.get('judge.image');
      const there = index >= 0 && index < (trainer.data?.available[split] ?? 0);
      const asked = `${trainer.data?.name}/${split}/${index}`;
      if (!there && index >= 0 && index < (trainer.data?.counts[split] ?? 0) && asked !== needed) {
        needed = asked;
        // What fails is told with the data; the update after it arrived draws it.
        trainer.need(split, index + 1).catch(() => {});
      }
      const key = there ? `${split}/${index}` : '';
      if (key !== wanted) {
        wanted = key;
        picked = null;
        if (there) void load(split, index);
      }
      element.hidden = !picked;
      if (!picked) return;
      title.textContent = t('judge.picked', { split: t(`judge.split-${split}`), index, label: nameOf(picked.label) });
      canvas.setAttribute('aria-label', title.textContent);
    },
  };
}
