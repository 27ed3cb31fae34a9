/** A few images of each class, side by side. */

import { h, setChildren } from '../../base/dom.js';

/** Images of a class. */
const SHOWN = 8;
/** Classes; the others are only counted. */
const ROWS = 20;

/**
 * Bytes of images onto a canvas, side by side.
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8Array[]} images
 * @param {readonly number[]} shape height, width, channels
 */
function paint(canvas, images, [height, width, channels]) {
  canvas.width = width * SHOWN;
  canvas.height = height;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  images.forEach((image, i) => {
    const data = pen.createImageData(width, height);
    for (let p = 0; p < width * height; p += 1) {
      for (let c = 0; c < 3; c += 1) data.data[4 * p + c] = image[p * channels + (channels === 3 ? c : 0)];
      data.data[4 * p + 3] = 255;
    }
    pen.putImageData(data, i * width, 0);
  });
}

/**
 * @param {import('../../frame/cell.js').Context} ctx
 */
export function createSamples(ctx) {
  const element = h('ul', { class: 'samples' });
  return {
    element,
    /**
     * @param {{ name: string, count: number | null, images: Uint8Array[] }[]} classes
     * @param {readonly number[]} shape
     */
    draw(classes, shape) {
      const rows = classes.slice(0, ROWS).map(({ name, count, images }) => {
        const canvas = h('canvas', { class: 'pixels', role: 'img', 'aria-label': ctx.t('data.sample', { name, n: images.length }) });
        paint(canvas, images, shape);
        const amount = count === null ? null : h('span', { class: 'sample-count' }, ctx.format.integer(count));
        return h('li', {}, h('span', { class: 'sample-name' }, name, amount), canvas);
      });
      const rest = classes.length - rows.length;
      setChildren(element, [...rows, rest > 0 ? h('li', {}, ctx.t('data.more-classes', { n: rest })) : null]);
    },
  };
}

/**
 * The first images of each class.
 * @param {number} classes
 * @param {ArrayLike<number>} labels
 * @param {(i: number) => Uint8Array} image
 */
export function firstOfEach(classes, labels, image) {
  /** @type {Uint8Array[][]} */
  const found = Array.from({ length: classes }, () => []);
  for (let i = 0; i < labels.length; i += 1) if (found[labels[i]].length < SHOWN) found[labels[i]].push(image(i));
  return found;
}
