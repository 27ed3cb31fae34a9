/**
 * "Get one and predict": a random test image, its label and what the network says.
 *
 * @module
 */

import { createProbabilityBars } from '../../charts/probability-bars.js';
import { h } from '../../base/dom.js';
import { signal } from '../../base/signals.js';
import { className, named } from '../../base/class-names.js';
import { createButton, enable } from '../../controls/choice.js';
import { drawImage } from '../../figures/pixels.js';

/**
 * @param {import('../../frame/cell.js').Context} ctx
 */
export function createGetOne(ctx) {
  const { t, trainer } = ctx;
  const button = createButton({ label: 'train.get-one', onPress: getOne });
  const canvas = h('canvas', { class: 'digit-canvas', width: 28, height: 28, role: 'img' });
  const verdict = h('p', { class: 'one-verdict', role: 'status' });
  const bars = createProbabilityBars({ label: 'train.probabilities' });
  const shown = h('div', { class: 'one-shown', hidden: true }, h('div', {}, canvas, verdict), bars.element);
  const element = h('div', { class: 'one' }, button, shown);

  const current = signal(/** @type {{ index: number, label: number, pixels: Float32Array, prediction: any, data: NonNullable<typeof trainer.data> } | null} */ (null));

  async function getOne() {
    try {
      await trainer.need('test', 1);
      const { data } = trainer;
      if (!data) return;
      const index = Math.floor(Math.random() * data.available.test);
      const { images, labels } = await trainer.images('test', [index]);
      const pixels = Float32Array.from(images, (byte) => byte / 255);
      current.value = { index, label: labels[0], pixels, prediction: await trainer.predict('get-one', pixels), data };
    } catch (error) {
      ctx.fail(error);
    }
  }

  function draw() {
    if (!current.value) return;
    const { index, label, pixels, prediction, data } = current.value;
    shown.hidden = false;
    drawImage(canvas, pixels, data.shape);
    canvas.setAttribute('aria-label', t('train.one-image', { index, label: className(data, label) }));
    bars.draw(prediction.probabilities, data);
    const say = (/** @type {number} */ k) => (named(data) ? `[${k}] ${className(data, k)}` : `[${k}]`);
    const right = prediction.class === label;
    // The lecture's script prints just these two lines.
    verdict.replaceChildren(
      h('code', {}, `Label: ${say(label)}`),
      h('code', {}, `Prediction: ${say(prediction.class)}`),
      h('span', { class: right ? 'right' : 'wrong' }, t(right ? 'train.one-right' : 'train.one-wrong')),
    );
  }

  return {
    element,
    /** What draws it. */
    updates: [() => enable(button, (trainer.data?.counts.test ?? 0) > 0 && trainer.alive), draw],
  };
}
