/** Images by the page, worst first: each with its true class, the predicted one and how sure the network was. */

import { h, setChildren } from '../../base/dom.js';
import { createButton, enable } from '../../figures/choice.js';
import { drawImage } from '../../figures/pixels.js';

/** Images on a page. */
const PAGE = 24;

/** @typedef {import('../../training/common/protocol.js').Judgement} Judgement */

/**
 * @param {import('../../frame/cell.js').Context} ctx
 * @param {{ onPick: (index: number) => void, nameOf: (k: number) => string }} options
 */
export function createGallery(ctx, { onPick, nameOf }) {
  const { t, format, state, trainer } = ctx;
  const title = h('p', { class: 'figure-panel-title', role: 'status' });
  const list = h('div', { class: 'digit-thumbs judge-images', role: 'group', i18nLabel: 'judge.images-label' });
  const turn = (/** @type {string} */ label, /** @type {number} */ by) => createButton({ label, onPress: () => state.set('judge.page', page() + by) });
  const [back, next] = [turn('judge.previous', -1), turn('judge.next', 1)];
  const place = h('span', { class: 'judge-place' });
  const pager = h('div', { class: 'control-row' }, back, place, next);
  const element = h('div', { class: 'judge-part' }, title, list, pager);

  let pages = 1;
  const page = () => Math.min(state.get('judge.page'), pages - 1);
  let drawn = '';
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

  /** @param {string} key @param {Judgement} result @param {number[]} indices */
  async function load(key, result, indices) {
    const tiles = indices.map((index) => tile(result, index));
    buttons = tiles.map(({ button }) => button);
    setChildren(list, buttons);
    try {
      const { images } = await trainer.images(result.split, indices);
      if (drawn !== key) return;
      const size = images.length / indices.length;
      const shape = trainer.data?.shape ?? [28, 28, 1];
      tiles.forEach(({ canvas }, i) => drawImage(canvas, images.subarray(i * size, (i + 1) * size), shape));
    } catch {
      // The worker was started again meanwhile: the next update asks it.
      if (drawn === key) drawn = '';
    }
  }

  return {
    element,
    /**
     * @param {Judgement} result
     * @param {number[]} indices worst first
     * @param {{ title: string, picked: number }} look
     */
    draw(result, indices, look) {
      pages = Math.max(1, Math.ceil(indices.length / PAGE));
      const first = page() * PAGE;
      const shown = indices.slice(first, first + PAGE);
      title.textContent = look.title;
      pager.hidden = pages === 1;
      enable(back, page() > 0);
      enable(next, page() < pages - 1);
      place.textContent = t('judge.place', { from: first + 1, to: first + shown.length, count: indices.length });
      const key = `${result.split}/${result.step}/${shown.join()}/${ctx.lang()}`;
      if (key !== drawn) {
        drawn = key;
        if (shown.length > 0) void load(key, result, shown);
        else setChildren(list, (buttons = []));
      }
      for (const button of buttons) button.setAttribute('aria-pressed', String(Number(button.dataset.index) === look.picked));
    },
  };
}
