/**
 * How networks do on images that are shifted or turned by so much.
 *
 * @module
 */

import { codedError } from '../../common/coded-error.js';
import { yieldToMessages } from './slices.js';

/** @typedef {{ right: number, rotation: number }} Move pixels to the right and degrees counter-clockwise; every other image goes as far the other way */

/**
 * The images that are asked about, as bytes, moved.
 * @param {any} engine
 * @param {Float32Array} pixels of all images, one after the other
 * @param {[number, number, number]} shape of one
 * @param {Move} move
 */
function movedBytes(engine, pixels, shape, { right, rotation }) {
  const [one, other] = [1, -1].map((way) => engine.distorted(pixels, shape, { down: 0, right: way * right, rotation: way * rotation }));
  const size = shape[0] * shape[1] * shape[2];
  return Uint8Array.from(pixels, (_, i) => Math.round(255 * (Math.floor(i / size) % 2 ? other : one)[i]));
}

/**
 * The share of a split's first images that each run of a group has right, for each move; null for a run that has stopped. All
 * of it is of the weights that the runs have when it begins, whatever they do meanwhile.
 * @param {any} engine exports of `crates/cnn-wasm`
 * @param {import('./feed.js').Feed} feed
 * @param {import('./runs.js').Member[]} members
 * @param {import('../common/protocol.js').Split} split
 * @param {number} count
 * @param {Move[]} moves
 * @returns {Promise<{ step: number, accuracies: (number | null)[][] }>} the step that the runs had come to
 */
export async function accuraciesMoved(engine, feed, members, split, count, moves) {
  const { dataset } = feed;
  const images = Math.min(count, dataset?.available(split) ?? 0);
  if (!dataset || images === 0) throw codedError('no_data');
  const { height, width, channels, classes } = dataset.info();
  const indices = Uint32Array.from({ length: images }, (_, i) => i);
  const labels = dataset.labels(split, indices);
  const pixels = Float32Array.from(dataset.images(split, indices), (byte) => byte / 255);
  const twins = members.map(({ session, error }) => (error ? null : engine.Session.from_snapshot(session.snapshot())));
  const { step } = members[0].session.info();
  try {
    /** @type {(number | null)[][]} */
    const accuracies = [];
    for (const move of moves) {
      // A data set that is to be evaluated on must be one that could be trained on.
      const moved = new engine.Dataset({ name: 'moved', height, width, channels, classes, counts: { train: 1, validation: 0, test: images }, block: 1 });
      try {
        moved.append_pixels('test', movedBytes(engine, pixels, [height, width, channels], move), labels);
        accuracies.push(twins.map((twin) => twin && twin.evaluate(moved, 'test', 0, images).correct / images));
      } finally {
        moved.free();
      }
      await yieldToMessages();
    }
    return { step, accuracies };
  } finally {
    for (const twin of twins) twin?.free();
  }
}
