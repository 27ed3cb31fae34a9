/** What the network is given of an image: a digit made as MNIST's are, or, where it learned from images that a person brought, the image in their size. */

/** @typedef {import('./stages.js').Prepared} Prepared */
/** @typedef {Pick<Prepared, 'pixels' | 'crop'> & { digit: Prepared | null }} Made `digit` tells the stages of making one */

/**
 * @param {import('../../common/figures-engine.js').Engine} engine
 * @param {ImageData} image
 * @param {import('../../training/common/protocol.js').DataState | null} data
 * @param {boolean} cut the middle is taken from an oblong image, else it is stretched
 * @returns {Made}
 */
export function prepare(engine, { data: rgba, width, height }, data, cut) {
  if (data?.name !== 'own') {
    const digit = engine.prepare_digit(new Uint8Array(rgba.buffer), width, height);
    return { pixels: digit.pixels, crop: digit.crop, digit };
  }
  const [high, wide, channels] = data.shape;
  const short = Math.min(width, height);
  const crop = cut ? { x: (width - short) >> 1, y: (height - short) >> 1, width: short, height: short } : { x: 0, y: 0, width, height };
  const part = new Uint8Array(4 * crop.width * crop.height);
  for (let y = 0; y < crop.height; y += 1) {
    const from = 4 * ((crop.y + y) * width + crop.x);
    part.set(rgba.subarray(from, from + 4 * crop.width), 4 * y * crop.width);
  }
  const bytes = engine.resize_picture(part, [crop.height, crop.width], [high, wide], channels);
  return { pixels: Float32Array.from(bytes, (byte) => byte / 255), crop, digit: null };
}
