/**
 * Any image file, made into pixels small enough to work with.
 *
 * Failures have codes: `image_unreadable` { name }, `image_huge` { width, height, limit }.
 *
 * @module
 */

import { codedError } from '../common/coded-error.js';

/** Larger images are refused: decoding takes four bytes a pixel, all at once. */
const MAX_PIXELS = 64e6;
/** Images are scaled down to this on their longer side, pixels: plenty for one digit. */
const WORKING_SIDE = 400;

/**
 * Width and height as the file's header gives them. An image element knows them without decoding a pixel, in every
 * format that the browser reads, and with the camera's orientation applied.
 *
 * @param {Blob} blob
 * @param {string} name
 * @returns {Promise<{ width: number, height: number }>}
 */
async function measure(blob, name) {
  const url = URL.createObjectURL(blob);
  const image = new Image();
  try {
    await new Promise((resolve, reject) => {
      image.onload = resolve;
      image.onerror = () => reject(codedError('image_unreadable', { name }));
      image.src = url;
    });
  } finally {
    URL.revokeObjectURL(url);
  }
  const { naturalWidth: width, naturalHeight: height } = image;
  if (width === 0 || height === 0) throw codedError('image_unreadable', { name });
  return { width, height };
}

/**
 * Reads an image file: the first frame if it moves, scaled down if it is large, transparency kept.
 *
 * @param {Blob} blob
 * @param {string} name for messages
 * @returns {Promise<ImageData>}
 */
async function readImage(blob, name) {
  const { width, height } = await measure(blob, name);
  if (width * height > MAX_PIXELS) {
    throw codedError('image_huge', { width, height, limit: Math.round(MAX_PIXELS / 1e6) });
  }
  const scale = Math.min(1, WORKING_SIDE / Math.max(width, height));
  const resizeWidth = Math.max(1, Math.round(width * scale));
  const resizeHeight = Math.max(1, Math.round(height * scale));
  let bitmap;
  try {
    // Decodes and scales off this thread.
    bitmap = await createImageBitmap(blob, { resizeWidth, resizeHeight, resizeQuality: 'high' });
  } catch {
    throw codedError('image_unreadable', { name });
  }
  const canvas = new OffscreenCanvas(resizeWidth, resizeHeight);
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  if (!pen) throw codedError('image_unreadable', { name });
  pen.drawImage(bitmap, 0, 0);
  bitmap.close();
  return pen.getImageData(0, 0, resizeWidth, resizeHeight);
}

/**
 * Reads images of which the one that was given last counts: a large one before it may be read for longer.
 *
 * @param {(data: ImageData, name: string) => void} onImage
 * @param {(error: unknown) => void} onTrouble
 * @returns {(blob: Blob, name: string) => Promise<void>} takes one, with a name for messages
 */
export function createLastImage(onImage, onTrouble) {
  let given = 0;
  return async (blob, name) => {
    given += 1;
    const mine = given;
    try {
      const data = await readImage(blob, name);
      if (mine === given) onImage(data, name);
    } catch (error) {
      if (mine === given) onTrouble(error);
    }
  };
}
