/**
 * What became of the image on its way to the network, step by step, the last one large.
 *
 * @module
 */

import { h } from '../../base/dom.js';
import { drawGray } from '../../charts/gray.js';

/**
 * @typedef {{ width: number, height: number, data: Float32Array }} Grey 0 (ground) to 1 (full ink), row after row
 *
 * @typedef {object} Prepared what the engine made of an image
 * @property {Float32Array} pixels 28×28
 * @property {boolean} dark_on_light
 * @property {number} ground tone of the ground, 0 black to 1 white
 * @property {Grey} ink told from its ground
 * @property {{ x: number, y: number, width: number, height: number }} crop the digit, in the image's pixels
 * @property {Grey} fitted into 20×20
 * @property {[number, number]} centre of mass in `fitted`, from its left top corner
 * @property {[number, number]} offset of `fitted` in the result
 */

const MARK = 'rgb(255 90 60 / 85%)';
/** Canvas pixels for each pixel of the digit where lines are drawn between pixels. */
const ZOOM = 8;
const NAMES = ['raw', 'ground', 'crop', 'fitted', 'centre', 'placed'];

/**
 * @param {import('../../frame/cell.js').Context} ctx
 */
export function createStages(ctx) {
  const { t, format } = ctx;
  const given = h('canvas', { class: 'digit-canvas large', width: 28, height: 28, role: 'img', i18nLabel: 'digit.given-label' });
  const stages = NAMES.map(() => {
    const canvas = h('canvas', { class: 'digit-canvas', 'aria-hidden': 'true' });
    const text = h('span');
    return { canvas, text, element: h('li', {}, canvas, text) };
  });
  const element = h(
    'div',
    { class: 'stages', hidden: true },
    h('figure', { class: 'stage-given' }, given, h('figcaption', { i18n: 'digit.given' })),
    h('div', {}, h('h3', { i18n: 'digit.stages' }), h('ol', { class: 'stage-list' }, stages.map((stage) => stage.element))),
  );

  /** @param {HTMLCanvasElement} canvas */
  const penOf = (canvas) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));

  /** Draws pixels large enough for fine lines, and a cross. @param {HTMLCanvasElement} canvas @param {Grey} grey @param {[number, number]} at */
  function drawCross(canvas, { data, width, height }, [x, y]) {
    const small = h('canvas');
    drawGray(small, data, width, height);
    canvas.width = width * ZOOM;
    canvas.height = height * ZOOM;
    const pen = penOf(canvas);
    pen.imageSmoothingEnabled = false;
    pen.drawImage(small, 0, 0, canvas.width, canvas.height);
    pen.fillStyle = MARK;
    pen.fillRect(x * ZOOM - 2, 0, 4, canvas.height);
    pen.fillRect(0, y * ZOOM - 2, canvas.width, 4);
  }

  return {
    element,
    /** @param {Prepared | null} prepared @param {ImageData | null} image that it was made of */
    draw(prepared, image) {
      element.hidden = prepared === null;
      if (!prepared || !image) return;
      const { pixels, ink, crop, fitted, centre, offset } = prepared;
      const [raw, ground, cut, fit, middle, placed] = stages.map(({ canvas }) => canvas);
      drawGray(given, pixels, 28, 28);
      raw.width = image.width;
      raw.height = image.height;
      penOf(raw).putImageData(image, 0, 0);
      drawGray(ground, ink.data, ink.width, ink.height);
      drawGray(cut, ink.data, ink.width, ink.height);
      const scale = ink.width / image.width;
      const pen = penOf(cut);
      pen.strokeStyle = MARK;
      pen.lineWidth = Math.max(1, ink.width / 56);
      pen.strokeRect(crop.x * scale, crop.y * scale, crop.width * scale, crop.height * scale);
      drawGray(fit, fitted.data, fitted.width, fitted.height);
      drawCross(middle, fitted, centre);
      drawCross(placed, { data: pixels, width: 28, height: 28 }, [14, 14]);
      const args = {
        size: [image.width, image.height],
        ground: format.percent(prepared.ground, 0),
        from: [crop.width, crop.height],
        to: [fitted.width, fitted.height],
        x: format.fixed(centre[0], 1),
        y: format.fixed(centre[1], 1),
        left: offset[0],
        top: offset[1],
      };
      stages.forEach(({ text }, i) => {
        const name = NAMES[i] === 'ground' ? `ground-${prepared.dark_on_light ? 'light' : 'dark'}` : NAMES[i];
        text.textContent = t(`digit.stage-${name}`, args);
      });
    },
  };
}
