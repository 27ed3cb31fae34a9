/** The network from left to right, for cells that keep no selected value in the address: it can be pointed at all the same. */

import { h, widthSignal } from '../base/dom.js';
import { computed, signal } from '../base/signals.js';
import { createAcross } from '../figures/network/across.js';
import { indexOf, nameOfSpot, sourceWords, within } from '../figures/network/source.js';

/** @typedef {import('../figures/strip/outline.js').LayerSummary} LayerSummary */
/** @typedef {{ layers: LayerSummary[], input: number[], pixels: Float32Array, look: import('../training/common/protocol.js').Look }} Shown */

/**
 * @param {import('../frame/cell.js').Frame} frame
 * @param {import('../frame/cell.js').Context} ctx
 * @param {() => Shown | null} shown read from signals; null while there is nothing to draw
 */
export function createNetworkAcross(frame, ctx, shown) {
  const picked = signal(/** @type {{ layer: number, spot: import('../figures/network/source.js').Spot } | null} */ (null));
  const across = createAcross(ctx, {
    onSpot: (layer, spot) => {
      picked.value = { layer, spot };
    },
    say: () => words.peek(),
    data: () => ctx.trainer.data,
  });
  const said = h('p', { class: 'figure-panel-title' });
  const element = h('div', { class: 'across-part' }, across.element, said);
  const width = widthSignal(across.element);

  /** With the probabilities as one more layer. */
  const drawn = computed(() => {
    const now = shown();
    if (!now || now.look.probabilities.length === 0) return now;
    const { layers, look } = now;
    const shape = [look.probabilities.length];
    const softmax = { ...layers[layers.length - 1], index: layers.length, kind: 'softmax', text: 'softmax', input: shape, output: shape, weight_shape: null, geometry: null };
    return { ...now, layers: [...layers, softmax], look: { ...look, trace: [...look.trace, { layer: layers.length, kind: 'softmax', shape, data: look.probabilities }] } };
  });
  /** What is pointed at; at first a value in the middle of the first layer with a window. */
  const at = computed(() => {
    const now = drawn.value;
    if (!now?.layers.length) return null;
    const first = now.layers.find(({ geometry }) => geometry) ?? now.layers[0];
    const { layer, spot } = picked.value ?? { layer: first.index, spot: { map: 0, y: first.output[0] >> 1, x: (first.output[1] ?? 0) >> 1 } };
    const index = Math.min(layer, now.layers.length - 1);
    return { layer: index, spot: within(now.layers[index]?.output ?? now.input, spot) };
  });
  const words = computed(() => {
    const [now, place] = [drawn.value, at.value];
    if (!now || !place) return '';
    const { layer, spot } = place;
    const [data, shape] = layer < 0 ? [now.pixels, now.input] : [now.look.trace[layer].data, now.layers[layer].output];
    const name = nameOfSpot(ctx, ctx.trainer.data, now.layers, layer, spot);
    return `${ctx.t('network.say', { name, value: ctx.format.fixed(data[indexOf(shape, spot)], 3) })} ${sourceWords(ctx, now.layers[layer], spot)}`;
  });

  frame.draw(() => {
    if (!drawn.value) return;
    width.value;
    across.draw(drawn.value);
  });
  frame.draw(() => {
    if (!drawn.value || !at.value) return;
    width.value;
    across.mark(at.value.layer, at.value.spot);
    said.textContent = words.value;
  });
  return {
    element,
    /** The value pointed at and where it came from, in words, read from a signal. */
    text: () => words.value,
  };
}
