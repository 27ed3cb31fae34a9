/** The training images most like the digit, and a word when it is unlike all of them. */

import { className } from '../../base/class-names.js';
import { h, setChildren } from '../../base/dom.js';
import { batch, signal } from '../../base/signals.js';
import { drawImage } from '../../figures/pixels.js';
import { taughtOf } from '../../training/page/taught.js';
import { openNetwork } from '../../shared/open-network.js';

/** Neighbours that are shown. */
const SHOWN = 8;

/** @typedef {import('../../training/common/requests.js').Nearest} Nearest */
/** @typedef {import('../../training/common/requests.js').TypicalDistances} Usual */

/**
 * @param {import('../../frame/cell.js').Frame} frame
 * @param {import('../../frame/cell.js').Context} ctx
 * @param {{ pixels: () => Float32Array | null }} options of the digit, read from signals
 */
export function createNeighbours(frame, ctx, { pixels: pixelsNow }) {
  const { t, format, state, trainer } = ctx;
  const list = h('div', { class: 'digit-thumbs', role: 'group', i18nLabel: 'digit.nearest' });
  const note = h('p', { class: 'digit-help' });
  const element = h('div', { class: 'digit-nearest', hidden: true }, h('h3', { i18n: 'digit.nearest' }), list, note);
  const found = signal(/** @type {Nearest | null} */ (null));
  const usual = signal(/** @type {Usual | null} */ (null));
  /** The data set that this is usual in. */
  let of = '';
  /** The image that was asked about, and among which training images. */
  let asked = { pixels: /** @type {Float32Array | null} */ (null), among: '' };
  let measuredOn = '';

  /** @param {Float32Array} pixels */
  async function ask(pixels) {
    const { data, taught } = trainer;
    const among = `${data?.name}/${data?.id}/${data?.available.train}/${taught.length}`;
    if (!data?.available.train || (asked.pixels === pixels && asked.among === among)) return;
    asked = { pixels, among };
    try {
      const answer = await trainer.client.callLatest('nearest', 'nearest', [pixels, SHOWN]);
      if (asked.pixels !== pixels || asked.among !== among) return;
      batch(() => {
        found.value = answer;
        if (of !== `${data.name}/${data.id}`) usual.value = null;
      });
      // Measured on the images that are in first, and again on all of them.
      const on = data.available.train < data.counts.train ? 'some' : 'all';
      if (usual.value && (measuredOn === on || on === 'some')) return;
      usual.value = await trainer.client.call('typicalDistances');
      of = `${data.name}/${data.id}`;
      measuredOn = on;
    } catch {
      // An image of another size than the data's, or the worker was started again: the next image asks anew.
      if (asked.pixels === pixels) found.value = null;
    }
  }

  frame.draw(() => {
    const pixels = pixelsNow();
    if (pixels) return void ask(pixels);
    found.value = null;
    asked.pixels = null;
  });
  frame.draw(() => {
    element.hidden = !found.value;
    if (!found.value) return;
    const { available } = found.value;
    const among = t(available < (trainer.data?.counts.train ?? 0) ? 'digit.nearest-note' : 'digit.nearest-note-all', { n: available });
    note.textContent = usual.value ? `${among} ${t('digit.nearest-usual', { median: format.number(usual.value.median, 1) })}` : among;
  });
  frame.draw(() => {
    if (!found.value) return;
    const { indices, distances, labels, images } = found.value;
    const size = images.length / indices.length;
    setChildren(
      list,
      Array.from(indices, (index, i) => {
        const canvas = h('canvas', { class: 'pixels', 'aria-hidden': 'true' });
        drawImage(canvas, images.subarray(i * size, (i + 1) * size), trainer.data?.shape ?? [28, 28, 1]);
        const distance = format.number(distances[i], 1);
        const label = className(trainer.data, labels[i]);
        const text = t(taughtOf(trainer, index) < 0 ? 'digit.neighbour' : 'digit.neighbour-own', { index, label, distance });
        return h('button', { type: 'button', class: 'digit-thumb', title: text, 'aria-label': text, on: { click: () => openNetwork(state, 'train', index) } }, canvas, h('span', {}, `${label} · ${distance}`));
      }),
    );
  });

  return {
    element,
    /** What is unusual about the digit, if anything is. */
    hint: () =>
      found.value && usual.value && found.value.distances[0] > usual.value.limit
        ? t('digit.hint-unlike', { distance: format.number(found.value.distances[0], 1), limit: format.number(usual.value.limit, 1), sample: usual.value.sample })
        : '',
    nearest: () => found.value,
  };
}
