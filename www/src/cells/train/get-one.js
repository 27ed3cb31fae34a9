/**
 * "Get one and predict": a random test image, its label and what the network says.
 *
 * @module
 */

import { createProbabilityBars } from '../../charts/probability-bars.js';
import { h } from '../../dom.js';
import { drawGray } from '../../charts/gray.js';

/**
 * @param {import('../cell.js').Context} ctx
 */
export function createGetOne(ctx) {
  const { t } = ctx;
  /** @type {import('../../training/trainer.js').Trainer} */
  const trainer = ctx.trainer;
  const button = h('button', { type: 'button', class: 'button', i18n: 'train.get-one', on: { click: getOne } });
  const canvas = h('canvas', { class: 'digit-canvas', width: 28, height: 28, role: 'img' });
  const verdict = h('p', { class: 'one-verdict', role: 'status' });
  const bars = createProbabilityBars({ label: 'train.probabilities' });
  const shown = h('div', { class: 'one-shown', hidden: true }, h('div', {}, canvas, verdict), bars.element);
  const element = h('div', { class: 'one' }, button, shown);

  /** @type {{ index: number, label: number, pixels: Float32Array, prediction: any } | null} */
  let current = null;

  async function getOne() {
    if (button.getAttribute('aria-disabled') === 'true') return;
    try {
      const count = trainer.data?.available.test ?? 0;
      const index = Math.floor(Math.random() * count);
      const { images, labels } = await trainer.images('test', [index]);
      const pixels = Float32Array.from(images, (byte) => byte / 255);
      current = { index, label: labels[0], pixels, prediction: await trainer.predict('get-one', pixels) };
      draw();
    } catch (error) {
      ctx.notify(ctx.errorText(error), 'error');
    }
  }

  function draw() {
    if (!current) return;
    const { index, label, pixels, prediction } = current;
    shown.hidden = false;
    const side = Math.round(Math.sqrt(pixels.length));
    drawGray(canvas, pixels, side, side);
    canvas.setAttribute('aria-label', t('train.one-image', { index, label }));
    bars.draw(prediction.probabilities);
    const right = prediction.class === label;
    // The lecture's script prints just these two lines.
    verdict.replaceChildren(
      h('code', {}, `Label: [${label}]`),
      h('code', {}, `Prediction: [${prediction.class}]`),
      h('span', { class: right ? 'right' : 'wrong' }, t(right ? 'train.one-right' : 'train.one-wrong')),
    );
  }

  return {
    element,
    /** @param {boolean} restyled the language changed */
    update(restyled) {
      const ready = (trainer.data?.available.test ?? 0) > 0 && (trainer.phase === 'idle' || trainer.phase === 'running');
      button.setAttribute('aria-disabled', String(!ready));
      if (restyled) draw();
    },
  };
}
