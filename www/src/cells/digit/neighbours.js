/** The training images most like the digit, and a word when it is unlike all of them. */

import { className } from '../../base/class-names.js';
import { h, setChildren } from '../../base/dom.js';
import { drawImage } from '../../figures/pixels.js';
import { taughtOf } from '../../training/page/taught.js';
import { openNetwork } from '../../shared/open-network.js';

/** Neighbours that are shown. */
const SHOWN = 8;

/** @typedef {import('../../training/common/requests.js').Nearest} Nearest */
/** @typedef {import('../../training/common/requests.js').TypicalDistances} Usual */

/**
 * @param {import('../../frame/cell.js').Context} ctx
 * @param {{ onChange: () => void }} options called when there is something new to say
 */
export function createNeighbours(ctx, { onChange }) {
  const { t, format, state, trainer } = ctx;
  const list = h('div', { class: 'digit-thumbs', role: 'group', i18nLabel: 'digit.nearest' });
  const note = h('p', { class: 'digit-help' });
  const element = h('div', { class: 'digit-nearest', hidden: true }, h('h3', { i18n: 'digit.nearest' }), list, note);
  /** @type {Nearest | null} */
  let found = null;
  /** @type {Usual | null} */
  let usual = null;
  /** The data set that this is usual in. */
  let of = '';
  /** The image that was asked about, and among which training images. */
  let asked = { pixels: /** @type {Float32Array | null} */ (null), among: '' };
  let drawn = '';
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
      found = answer;
      usual = of === `${data.name}/${data.id}` ? usual : null;
      onChange();
      // Measured on the images that are in first, and again on all of them.
      const on = data.available.train < data.counts.train ? 'some' : 'all';
      if (usual && (measuredOn === on || on === 'some')) return;
      usual = await trainer.client.call('typicalDistances');
      of = `${data.name}/${data.id}`;
      measuredOn = on;
    } catch {
      // An image of another size than the data's, or the worker was started again: the next image asks anew.
      if (asked.pixels === pixels) found = null;
    }
    onChange();
  }

  return {
    element,
    /** What is unusual about the digit, if anything is. */
    hint: () => (found && usual && found.distances[0] > usual.limit ? t('digit.hint-unlike', { distance: format.number(found.distances[0], 1), limit: format.number(usual.limit, 1), sample: usual.sample }) : ''),
    nearest: () => found,
    /** @param {Float32Array | null} pixels of the digit */
    draw(pixels) {
      if (pixels) void ask(pixels);
      else {
        found = null;
        asked.pixels = null;
      }
      element.hidden = !found;
      if (!found) return;
      const { indices, distances, labels, images, available } = found;
      note.textContent = t(usual ? 'digit.nearest-note-usual' : 'digit.nearest-note', { n: available, median: usual ? format.number(usual.median, 1) : '' });
      const key = `${indices.join()}/${distances[0]}/${ctx.lang()}`;
      if (key === drawn) return;
      drawn = key;
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
    },
  };
}
