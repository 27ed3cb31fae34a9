/**
 * A grey image on a canvas, pixel for pixel; CSS makes it larger.
 *
 * @module
 */

/**
 * @param {HTMLCanvasElement} canvas takes the image's size
 * @param {ArrayLike<number>} pixels 0 (black) to 1 (white), row after row
 * @param {number} width
 * @param {number} height
 */
export function drawGray(canvas, pixels, width, height) {
  canvas.width = width;
  canvas.height = height;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  const data = pen.createImageData(width, height);
  for (let i = 0; i < width * height; i += 1) {
    const shade = Math.round(255 * pixels[i]);
    data.data.set([shade, shade, shade, 255], 4 * i);
  }
  pen.putImageData(data, 0, 0);
}
