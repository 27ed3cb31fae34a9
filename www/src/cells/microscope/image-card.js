/** One image of the batch: its ten probabilities before and after the step, and its way through the layers. */

import { className } from '../../base/class-names.js';
import { h } from '../../base/dom.js';
import { createButton, createChoice, enable } from '../../figures/choice.js';
import { createPairBars } from '../../figures/lab/pair-bars.js';
import { createMapRows } from '../../figures/network/map-rows.js';
import { drawImage } from '../../figures/pixels.js';
import { taughtOf } from '../../training/page/taught.js';
import { openNetwork } from '../../shared/open-network.js';

/** @typedef {import('../../training/common/protocol.js').Microscope} Microscope */
/** @typedef {import('../../figures/strip/outline.js').LayerSummary} LayerSummary */
/** @typedef {{ layer: number, kind: string, shape: number[], data: Float32Array }[]} Trace */

/** @param {import('../../frame/cell.js').Context} ctx */
export function createImageCard(ctx) {
  const { t, state, trainer } = ctx;
  const picture = h('canvas', { class: 'digit-canvas', role: 'img' });
  const verdict = h('p', { class: 'figure-panel-title' });
  const list = createPairBars(ctx, { label: 'microscope.pair-label', say: 'microscope.pair', separator: '→' });
  const follow = createButton({ label: 'microscope.follow', onPress: () => current >= 0 && openNetwork(state, 'train', current) });
  const choice = createChoice(ctx, { key: 'microscope.maps', values: ['before', 'after', 'change'] });
  const rows = createMapRows(ctx);
  const element = h(
    'div',
    { class: 'image-card' },
    h('div', { class: 'figure-row' }, h('div', { class: 'figure-panel' }, picture, verdict, follow), list.element),
    choice.element,
    rows.element,
  );
  /** @type {{ of: string, before: Trace, after: Trace } | null} */
  let traces = null;
  let asked = '';
  let drawn = '';
  /** The image's number in the training split; −1 before there is one. */
  let current = -1;

  /** @param {string} key @param {Float32Array} pixels */
  async function ask(key, pixels) {
    if (asked === key) return;
    asked = key;
    try {
      const answer = await trainer.client.callLatest('compare', 'compare', [pixels]);
      if (asked !== key) return;
      traces = answer && { of: key, ...answer };
    } catch {
      // The worker was started again meanwhile: the next update asks it.
      if (asked === key) asked = drawn = '';
      return;
    }
    ctx.invalidate();
  }

  /** What a step changed in each value. @param {Trace} before @param {Trace} after */
  const changeOf = (before, after) => after.map((layer, i) => ({ ...layer, data: layer.data.map((value, at) => value - before[i].data[at]) }));

  return {
    element,
    /**
     * @param {Microscope} seen
     * @param {number} place in the batch
     * @param {LayerSummary[]} layers of the network
     */
    draw(seen, place, layers) {
      const { height, width, channels } = seen;
      const size = height * width * channels;
      const bytes = seen.images.subarray(place * size, (place + 1) * size);
      const pixels = Float32Array.from(bytes, (grey) => grey / 255);
      const index = seen.indices[place];
      const taught = taughtOf(trainer, index);
      // What was taught may have been taken back since.
      enable(follow, taught < 0 || (trainer.taught[taught]?.pixels.every((grey, i) => grey === bytes[i]) ?? false));
      const key = `${seen.fingerprints[1]}/${place}`;
      const mode = state.get('microscope.maps');
      const look = `${key}/${mode}/${traces?.of}/${ctx.style()}/${rows.element.clientWidth}`;
      if (look === drawn) return;
      drawn = look;
      current = index;
      drawImage(picture, pixels, [height, width, channels]);
      const label = className(trainer.data, seen.labels[place]);
      verdict.textContent = t(taught < 0 ? 'microscope.image' : 'microscope.image-own', { index, label });
      picture.setAttribute('aria-label', verdict.textContent);
      const row = (/** @type {Float32Array} */ all) => all.subarray(place * seen.classes, (place + 1) * seen.classes);
      list.draw(row(seen.before.probabilities), row(seen.after.probabilities), seen.labels[place]);
      void ask(key, pixels);
      if (!traces || traces.of !== key || traces.after.length !== layers.length) return;
      const trace = mode === 'change' ? changeOf(traces.before, traces.after) : traces[/** @type {'before' | 'after'} */ (mode)];
      rows.draw({ layers, input: [height, width, channels], pixels, look: { step: seen.step, trace, probabilities: new Float32Array(0), parameters: [] } });
    },
  };
}
