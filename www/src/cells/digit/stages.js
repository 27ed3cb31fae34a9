/**
 * What became of the image on its way to the network, step by step, the last one large.
 *
 * @module
 */

import { drawGray } from '../../charts/gray.js';
import { h } from '../../dom.js';

/**
 * @typedef {{ width: number, height: number, data: Float32Array }} Grey 0 (ground) to 1 (full ink), row after row
 *
 * @typedef {object} Prepared what the engine made of an image
 * @property {Float32Array} pixels 28×28
 * @property {boolean} dark_on_light
 * @property {Grey} ink told from its ground
 * @property {{ x: number, y: number, width: number, height: number }} crop the digit, in the image's pixels
 * @property {Grey} fitted into 20×20
 * @property {[number, number]} centre of mass in `fitted`, from its left top corner
 * @property {[number, number]} offset of `fitted` in the result
 */

/**
 * @param {import('../cell.js').Context} ctx
 */
export function createStages(ctx) {
  const { t } = ctx;
  const given = h('canvas', { class: 'digit-canvas large', width: 28, height: 28, role: 'img', i18nLabel: 'digit.given-label' });
  const stage = () => {
    const canvas = h('canvas', { class: 'digit-canvas', 'aria-hidden': 'true' });
    const text = h('span');
    return { canvas, text, element: h('li', {}, canvas, text) };
  };
  const [ink, fitted, placed] = [stage(), stage(), stage()];
  const element = h(
    'div',
    { class: 'stages', hidden: true },
    h('figure', { class: 'stage-given' }, given, h('figcaption', { i18n: 'digit.given' })),
    h(
      'div',
      {},
      h('h4', { i18n: 'digit.stages' }),
      h('ol', { class: 'stage-list' }, ink.element, fitted.element, placed.element),
    ),
  );

  /** Lines through the centre of the 28×28, where the digit's centre of mass was put. @param {HTMLCanvasElement} canvas */
  function cross(canvas) {
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    pen.fillStyle = 'rgb(255 90 60 / 70%)';
    pen.fillRect(13.5, 0, 1, 28);
    pen.fillRect(0, 13.5, 28, 1);
  }

  return {
    element,
    /** @param {Prepared | null} prepared */
    draw(prepared) {
      element.hidden = prepared === null;
      if (!prepared) return;
      drawGray(given, prepared.pixels, 28, 28);
      drawGray(ink.canvas, prepared.ink.data, prepared.ink.width, prepared.ink.height);
      drawGray(fitted.canvas, prepared.fitted.data, prepared.fitted.width, prepared.fitted.height);
      drawGray(placed.canvas, prepared.pixels, 28, 28);
      cross(placed.canvas);
      ink.text.textContent = t(prepared.dark_on_light ? 'digit.stage-ink-dark' : 'digit.stage-ink-light');
      fitted.text.textContent = t('digit.stage-fitted', {
        from: [prepared.crop.width, prepared.crop.height],
        to: [prepared.fitted.width, prepared.fitted.height],
      });
      placed.text.textContent = t('digit.stage-placed');
    },
  };
}
