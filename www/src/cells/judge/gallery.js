/** Images by the page, worst first: each with its true class, the predicted one and how sure the network was. */

import { h, setChildren } from '../../base/dom.js';
import { computed } from '../../base/signals.js';
import { createButton, enable } from '../../controls/choice.js';
import { drawImage } from '../../figures/pixels.js';

/** Images on a page. */
const PAGE = 24;

/** @typedef {import('../../training/common/protocol.js').Judgement} Judgement */

/**
 * @param {import('../../frame/cell.js').Frame} frame
 * @param {import('../../frame/cell.js').Context} ctx
 * @param {object} options what it reads is read from signals
 * @param {() => Judgement | null} options.result
 * @param {() => number[]} options.indices of the images, worst first
 * @param {(index: number) => void} options.onPick
 * @param {(k: number) => string} options.nameOf
 */
export function createGallery(frame, ctx, { result: resultNow, indices, onPick, nameOf }) {
  const { t, format, state, trainer } = ctx;
  const title = h('p', { class: 'figure-panel-title', role: 'status' });
  const list = h('div', { class: 'digit-thumbs judge-images', role: 'group', i18nLabel: 'judge.images-label' });
  const turn = (/** @type {string} */ label, /** @type {number} */ by) => createButton({ label, onPress: () => state.set('judge.page', page() + by) });
  const [back, next] = [turn('judge.previous', -1), turn('judge.next', 1)];
  const place = h('span', { class: 'judge-place' });
  const pager = h('div', { class: 'control-row' }, back, place, next);
  const element = h('div', { class: 'judge-part' }, title, list, pager);

  const pages = () => Math.max(1, Math.ceil(indices().length / PAGE));
  const page = () => Math.min(state.get('judge.page'), pages() - 1);
  const shown = computed(() => indices().slice(page() * PAGE, (page() + 1) * PAGE));
  /** @type {HTMLButtonElement[]} */
  let buttons = [];

  /** @param {Judgement} result @param {number} index */
  function tile(result, index) {
    const [label, prediction] = [result.labels[index], result.predictions[index]];
    const args = {
      index,
      label: nameOf(label),
      prediction: nameOf(prediction),
      share: format.percent(result.confidences[index], 1),
      truth: format.percent(Math.exp(-result.losses[index]), 1),
      loss: format.fixed(result.losses[index], 2),
    };
    const canvas = h('canvas', { class: 'pixels', 'aria-hidden': 'true' });
    const text = t(label === prediction ? 'judge.image-right' : 'judge.image-wrong', args);
    const verdict = label === prediction ? nameOf(label) : `${nameOf(label)} → ${nameOf(prediction)}`;
    const button = h(
      'button',
      { type: 'button', class: 'digit-thumb', title: text, 'aria-label': text, data: { index }, on: { click: () => onPick(index) } },
      canvas,
      h('span', { class: 'digit-thumb-label' }, verdict),
      h('span', { class: 'judge-share' }, args.share),
    );
    return { button, canvas };
  }

  /** @param {Judgement} result @param {number[]} wanted indices of the images */
  async function load(result, wanted) {
    const tiles = wanted.map((index) => tile(result, index));
    buttons = tiles.map(({ button }) => button);
    setChildren(list, buttons);
    if (wanted.length === 0) return;
    try {
      // Tiles that have been replaced meanwhile are drawn unseen.
      const { images } = await trainer.images(result.split, wanted);
      const size = images.length / wanted.length;
      const shape = trainer.data?.shape ?? [28, 28, 1];
      tiles.forEach(({ canvas }, i) => drawImage(canvas, images.subarray(i * size, (i + 1) * size), shape));
    } catch {
      // The worker was started again meanwhile; what was measured before is forgotten then.
    }
  }

  frame.draw(() => {
    pager.hidden = pages() === 1;
    enable(back, page() > 0);
    enable(next, page() < pages() - 1);
    place.textContent = t('judge.place', { from: page() * PAGE + 1, to: page() * PAGE + shown.value.length, count: indices().length });
  });
  frame.draw(() => {
    const result = resultNow();
    if (result) void load(result, shown.value);
  });
  frame.draw(() => {
    shown.value;
    ctx.lang();
    const picked = state.get('judge.image');
    for (const button of buttons) button.setAttribute('aria-pressed', String(Number(button.dataset.index) === picked));
  });

  return {
    element,
    /** @param {string} text what these are */
    name(text) {
      title.textContent = text;
    },
  };
}
