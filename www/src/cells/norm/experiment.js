/**
 * The experiment of the cell: a small network with batch normalization and the same one without, each trained with a few
 * learning rates. Everything else, from the first weights to the order of the batches, is the same.
 *
 * @module
 */

/** @typedef {import('../../training/common/protocol.js').RunConfig} RunConfig */

/** The learning rates, each about three times the one before. */
export const RATES = /** @type {const} */ ([0.1, 0.3, 1, 3, 10]);
/** Batches that each run learns from, and images of one. */
export const GOAL = 100;
export const BATCH = 50;
/** Batches between two looks at the validation split, and images of it. */
export const CHECK = { every: 25, images: 1000 };
/** The share of right answers from which a network counts as one that has learned: guessing gives a tenth. */
export const LEARNED = 0.8;
/** Maps of each convolution, and units of the dense layer after them. */
const MAPS = [8, 16];
const UNITS = 32;
/** The layers that can be normalized, and those of them that give maps, as the keys name them. */
export const LAYERS = /** @type {const} */ (['1', '2', '3']);
export const CONVOLUTIONS = LAYERS.slice(0, MAPS.length);
/** The rate of the network whose batches are looked at. */
const STEADY = 0.1;

/**
 * Two convolutions and two dense layers.
 * @param {boolean} normalized
 */
export function networkOf(normalized) {
  const norm = normalized ? 'batchnorm\n' : '';
  return `${convolutions(norm)}flatten\ndense ${UNITS} init he\n${norm}relu\ndense 10\n`;
}

/** @param {string} norm the line before each ReLU */
const convolutions = (norm) => `input 28x28x1\n${MAPS.map((maps) => `conv 3x3 ${maps} padding same init he\n${norm}relu\nmaxpool 2x2\n`).join('')}`;

/** @param {string} spec @param {number} rate @param {number} seed @param {number} batch images of one @returns {RunConfig} */
const config = (spec, rate, seed, batch) => ({ spec, seed, batch_size: batch, optimizer: { kind: 'sgd', learning_rate: rate }, schedule: { kind: 'constant' } });

/** The runs, two for each rate: without batch normalization and with it. @param {number} seed */
export const runsOf = (seed) => RATES.flatMap((rate) => [false, true].map((normalized) => config(networkOf(normalized), rate, seed, BATCH)));

/** The place of a run among them. @param {number} rate by its place @param {boolean} normalized */
export const runAt = (rate, normalized) => 2 * rate + Number(normalized);

/**
 * The network whose batches are looked at: the convolutions alone, so that a batch may be of one image.
 * @param {number} seed
 * @param {number} batch images of a batch
 */
export const watched = (seed, batch) => config(`${convolutions('batchnorm\n')}flatten\ndense 10\n`, STEADY, seed, batch);

/**
 * A layer and its batch normalization by their places in the two networks, counted from 0 without the input.
 * @param {number} at 0 and 1 for the convolutions, 2 for the dense layer, before which the maps become a vector
 */
export function placesOf(at) {
  const flat = at < MAPS.length ? 0 : 1;
  return { plain: 3 * at + flat, before: 4 * at + flat, after: 4 * at + flat + 1 };
}
