/** One image as a batch would have it again and again: a sheet of variants, made by the engine. */

import { h } from '../../base/dom.js';
import { colorOf, drawImage } from '../../figures/pixels.js';

/** Variants that are shown, as rows of so many. */
export const VARIANTS = 32;
const COLUMNS = 8;
/** Pixels between two of them. */
const GAP = 2;

/**
 * @param {import('../../frame/cell.js').Context} ctx
 */
export function createVariants(ctx) {
  const original = h('canvas', { class: 'pixels augment-original', role: 'img', i18nLabel: 'augment.original' });
  const sheet = h('canvas', { class: 'pixels augment-sheet', role: 'img' });
  const panel = (/** @type {string} */ title, /** @type {HTMLElement} */ drawing) => h('div', { class: 'figure-panel' }, h('p', { class: 'figure-panel-title', i18n: title }), drawing);
  const element = h('div', { class: 'figure-row' }, panel('augment.original', original), panel('augment.variants', sheet));

  /** @param {Float32Array} images one after the other @param {readonly number[]} shape of one */
  function drawSheet(images, [height, width, channels]) {
    const wide = COLUMNS * (width + GAP) - GAP;
    const image = new ImageData(wide, (VARIANTS / COLUMNS) * (height + GAP) - GAP);
    for (let n = 0; n < VARIANTS; n += 1) {
      const [left, top] = [(n % COLUMNS) * (width + GAP), Math.floor(n / COLUMNS) * (height + GAP)];
      for (let pixel = 0; pixel < height * width; pixel += 1) {
        const from = (n * height * width + pixel) * channels;
        const at = 4 * ((top + Math.floor(pixel / width)) * wide + left + (pixel % width));
        const rgb = channels === 3 ? [0, 1, 2].map((c) => 255 * images[from + c]) : colorOf(images[from], 'gray', [0, 1]);
        image.data.set([...rgb, 255], at);
      }
    }
    sheet.width = wide;
    sheet.height = image.height;
    sheet.getContext('2d')?.putImageData(image, 0, 0);
  }

  return {
    element,
    /**
     * @param {{ pixels: Float32Array, shape: [number, number, number] }} image
     * @param {import('../../training/common/protocol.js').Augment} augment
     * @param {number} seed
     * @param {number} batch counted from 0
     * @param {string} text what the sheet shows
     */
    draw({ pixels, shape }, augment, seed, batch, text) {
      const many = new Float32Array(VARIANTS * pixels.length);
      for (let n = 0; n < VARIANTS; n += 1) many.set(pixels, n * pixels.length);
      const made = ctx.engine.augmented(many, shape, augment, seed, batch);
      drawImage(original, pixels, shape);
      drawSheet(made, shape);
      sheet.setAttribute('aria-label', text);
    },
  };
}
