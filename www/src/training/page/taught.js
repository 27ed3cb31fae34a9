/**
 * A person's own examples: the page keeps them, the worker puts them into every batch of the live run, and a new worker
 * is told of them again.
 *
 * @module
 */

/** Examples that are kept, at most; a batch takes up to ten of them, in turn. */
export const MOST_TAUGHT = 50;

/**
 * @typedef {object} Example
 * @property {Uint8Array} pixels as the data has them
 * @property {number} label
 * @property {number} before the probability that the network gave the label when it was taught, 0 to 1
 */

/**
 * Which taught example a training image is: they are counted on behind the data's own.
 * @param {import('./trainer.js').Trainer} trainer
 * @param {number} index
 * @returns {number} below 0 if it is one of the data's
 */
export const taughtOf = ({ data }, index) => index - (data?.counts.train ?? Infinity);

/**
 * Puts these in the place of the taught examples: a part of a turn.
 * @param {import('./trainer.js').Trainer} trainer
 * @param {Example[]} examples
 */
export async function putTaught(trainer, examples) {
  const size = examples[0]?.pixels.length ?? 0;
  const pixels = new Uint8Array(examples.length * size);
  examples.forEach((example, i) => pixels.set(example.pixels, i * size));
  await trainer.client.call('teach', [pixels, Uint8Array.from(examples, ({ label }) => label)]);
  trainer.taughtAre(examples);
}

/**
 * Changes the taught examples. Two changes at once are both made.
 * @param {import('./trainer.js').Trainer} trainer
 * @param {(taught: Example[]) => Example[]} change gives those that are taught from now on
 */
export const teach = (trainer, change) => trainer.inTurn(() => putTaught(trainer, change(trainer.taught)));
