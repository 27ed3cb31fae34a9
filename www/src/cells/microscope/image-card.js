/** One image of the batch: its ten probabilities before and after the step, and its way through the layers. */

import { className } from '../../base/class-names.js';
import { h } from '../../base/dom.js';
import { createRetry } from '../../base/retry.js';
import { computed, signal } from '../../base/signals.js';
import { createButton, createChoice, enable } from '../../controls/choice.js';
import { createPairBars } from '../../figures/lab/pair-bars.js';
import { drawImage } from '../../figures/pixels.js';
import { taughtOf } from '../../training/page/taught.js';
import { createNetworkAcross } from '../../shared/network-across.js';
import { openNetwork } from '../../shared/open-network.js';

/** @typedef {import('../../training/common/protocol.js').Microscope} Microscope */
/** @typedef {import('../../figures/strip/outline.js').LayerSummary} LayerSummary */
/** @typedef {{ layer: number, kind: string, shape: number[], data: Float32Array }[]} Trace */

/**
 * @param {import('../../frame/cell.js').Frame} frame
 * @param {import('../../frame/cell.js').Context} ctx
 * @param {object} options read from signals
 * @param {() => Microscope | null} options.seen
 * @param {() => number} options.place in the batch
 * @param {() => LayerSummary[]} options.layers of the network
 */
export function createImageCard(frame, ctx, { seen: seenNow, place, layers }) {
  const { t, state, trainer } = ctx;
  const picture = h('canvas', { class: 'digit-canvas', role: 'img' });
  const verdict = h('p', { class: 'figure-panel-title' });
  const list = createPairBars(ctx, { data: () => ctx.trainer.data, label: 'microscope.pair-label', say: 'microscope.pair', separator: '→' });
  const follow = createButton({ label: 'microscope.follow', onPress: () => current >= 0 && openNetwork(state, 'train', current) });
  const choice = createChoice(ctx, { key: 'microscope.maps', values: ['before', 'after', 'change'] });
  const element = h(
    'div',
    { class: 'image-card' },
    h('div', { class: 'figure-row' }, h('div', { class: 'figure-panel' }, picture, verdict, follow), list.element),
    choice.element,
  );
  const traces = signal(/** @type {{ of: string, before: Trace, after: Trace } | null} */ (null));
  let asked = '';
  const retry = createRetry();
  /** The image's number in the training split; −1 before there is one. */
  let current = -1;

  /** The image and its pixels. @param {Microscope} seen */
  function imageOf({ height, width: wide, channels, images, fingerprints }) {
    const size = height * wide * channels;
    const bytes = images.subarray(place() * size, (place() + 1) * size);
    return { key: `${fingerprints[1]}/${place()}`, bytes, pixels: Float32Array.from(bytes, (grey) => grey / 255), shape: [height, wide, channels] };
  }

  /** @param {string} key @param {Float32Array} pixels */
  async function ask(key, pixels) {
    if (asked === key) return;
    asked = key;
    try {
      const answer = await trainer.client.callLatest('compare', 'compare', [pixels]);
      if (asked === key) traces.value = answer && { of: key, ...answer };
      retry.answered();
    } catch {
      if (asked === key) asked = '';
      retry.failed();
    }
  }

  /** What a step changed in each value. @param {Trace} before @param {Trace} after */
  const changeOf = (before, after) => after.map((layer, i) => ({ ...layer, data: layer.data.map((value, at) => value - before[i].data[at]) }));

  frame.draw(() => {
    const seen = seenNow();
    if (!seen) return;
    const { key, pixels, shape } = imageOf(seen);
    current = seen.indices[place()];
    drawImage(picture, pixels, shape);
    const label = className(trainer.data, seen.labels[place()]);
    verdict.textContent = t(taughtOf(trainer, current) < 0 ? 'microscope.image' : 'microscope.image-own', { index: current, label });
    picture.setAttribute('aria-label', verdict.textContent);
    const row = (/** @type {Float32Array} */ all) => all.subarray(place() * seen.classes, (place() + 1) * seen.classes);
    list.draw(row(seen.before.probabilities), row(seen.after.probabilities), seen.labels[place()]);
    retry.follow();
    void ask(key, pixels);
  });
  frame.draw(() => {
    const seen = seenNow();
    if (!seen) return;
    const { bytes } = imageOf(seen);
    const taught = taughtOf(trainer, seen.indices[place()]);
    // What was taught may have been taken back since.
    enable(follow, taught < 0 || (trainer.taught[taught]?.pixels.every((grey, i) => grey === bytes[i]) ?? false));
  });
  /** The image's way before the step or after it, or what the step changed. */
  const shown = computed(() => {
    const [seen, found] = [seenNow(), traces.value];
    if (!seen || !found) return null;
    const { key, pixels, shape } = imageOf(seen);
    if (found.of !== key || found.after.length !== layers().length) return null;
    const mode = state.get('microscope.maps');
    const of = (/** @type {'before' | 'after'} */ when) => [...found[when], { layer: -1, kind: '', shape: [], data: seen[when].probabilities.subarray(place() * seen.classes, (place() + 1) * seen.classes) }];
    const all = mode === 'change' ? changeOf(of('before'), of('after')) : of(/** @type {'before' | 'after'} */ (mode));
    const [probabilities] = all.splice(-1);
    return { layers: layers(), input: shape, pixels, look: { step: seen.step, trace: all, probabilities: probabilities.data, parameters: [] } };
  });
  const across = createNetworkAcross(frame, ctx, () => shown.value);
  element.append(across.element);

  return { element, text: across.text };
}
