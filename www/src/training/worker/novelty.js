/**
 * How much an image is like the training images, on the worker's side.
 *
 * The distance of two images is Euclidean over their pixels, each 0 to 1. What is far is told from the data: of a sample
 * of the training images that are in, spread evenly over them, each one's distance to its nearest other image is taken, and
 * an image that is farther from its nearest than 99 % of these is unlike anything seen.
 *
 * @module
 */

import { codedError } from '../../common/coded-error.js';

/** Training images in the sample. */
const SAMPLE = 200;
/** The part of the sample that counts as usual. */
const USUAL = 0.99;

/** @typedef {import('../common/requests.js').Nearest} Nearest */
/** @typedef {import('../common/requests.js').TypicalDistances} TypicalDistances */

/**
 * The training images nearest to one, with their pixels.
 * @param {any} dataset of the engine
 * @param {Float32Array} pixels 0 to 1
 * @param {number} count
 * @returns {Nearest}
 */
export function nearest(dataset, pixels, count) {
  const available = dataset?.available('train') ?? 0;
  if (available === 0) throw codedError('no_data');
  const found = dataset.nearest(pixels, count);
  return { ...found, images: dataset.images('train', found.indices), available };
}

/**
 * A quantile of numbers in order.
 * @param {number[]} sorted
 * @param {number} part 0 to 1
 */
export const quantile = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];

/** One answer for each data set as far as it is in, however often it is asked for. @type {WeakMap<object, { among: number, answer: Promise<TypicalDistances> }>} */
const known = new WeakMap();

/**
 * @param {import('./feed.js').Feed} feed
 * @param {() => Promise<void>} yieldToMessages awaited between two images
 * @returns {Promise<TypicalDistances>}
 */
export function typicalDistances(feed, yieldToMessages) {
  const { dataset } = feed;
  const among = dataset?.available('train') ?? 0;
  if (among === 0) return Promise.reject(codedError('no_data'));
  const found = known.get(dataset);
  if (found && found.among === among) return found.answer;
  const answer = measure(feed, yieldToMessages);
  known.set(dataset, { among, answer });
  return answer;
}

/** @param {import('./feed.js').Feed} feed @param {() => Promise<void>} yieldToMessages */
async function measure(feed, yieldToMessages) {
  const { dataset } = feed;
  const all = dataset.available('train');
  const sample = Math.min(SAMPLE, all);
  const distances = [];
  for (let i = 0; i < sample; i += 1) {
    const index = Math.floor(((i + 0.5) * all) / sample);
    const pixels = Float32Array.from(dataset.images('train', Uint32Array.of(index)), (byte) => byte / 255);
    // The nearest is the image itself.
    distances.push(dataset.nearest(pixels, 2).distances[1] ?? 0);
    await yieldToMessages();
    // Other data took its place.
    if (feed.dataset !== dataset) throw codedError('no_data');
  }
  distances.sort((a, b) => a - b);
  return { sample, median: quantile(distances, 0.5), limit: quantile(distances, USUAL) };
}
