/**
 * The experiment of the cell: a small network with batch normalization and the same one without, each trained with a few
 * learning rates. Everything else, from the first weights to the order of the batches, is the same.
 *
 * @module
 */

/** @typedef {import('../../training/common/protocol.js').RunConfig} RunConfig */

/** The learning rates, each about three times the one before. */
export const RATES = /** @type {const} */ ([0.03, 0.1, 0.3, 1, 3]);
/** Batches that each run learns from, and images of one. */
export const GOAL = 100;
export const BATCH = 50;
/** Batches between two looks at the validation split, and images of it. */
export const CHECK = { every: 25, images: 1000 };
/** The share of right answers from which a network counts as one that has learned: guessing gives a tenth. */
export const LEARNED = 0.8;
/** Maps of each convolution. */
const MAPS = [8, 16];
/** The convolutions, as the keys name them. */
export const BLOCKS = /** @type {const} */ (['1', '2']);
/** The rate of the network whose batches are looked at. */
const STEADY = 0.1;

/** @param {boolean} normalized */
export function networkOf(normalized) {
  const norm = normalized ? 'batchnorm\n' : '';
  return `input 28x28x1\n${MAPS.map((maps) => `conv 3x3 ${maps} padding same init he\n${norm}relu\nmaxpool 2x2\n`).join('')}flatten\ndense 10\n`;
}

/** @param {boolean} normalized @param {number} rate @param {number} seed @param {number} batch @returns {RunConfig} */
const config = (normalized, rate, seed, batch) => ({ spec: networkOf(normalized), seed, batch_size: batch, optimizer: { kind: 'sgd', learning_rate: rate }, schedule: { kind: 'constant' } });

/** The runs, two for each rate: without batch normalization and with it. @param {number} seed */
export const runsOf = (seed) => RATES.flatMap((rate) => [false, true].map((normalized) => config(normalized, rate, seed, BATCH)));

/** The place of a run among them. @param {number} rate by its place @param {boolean} normalized */
export const runAt = (rate, normalized) => 2 * rate + Number(normalized);

/** The network whose batches are looked at. @param {number} seed @param {number} batch images of a batch */
export const watched = (seed, batch) => config(true, STEADY, seed, batch);

/**
 * The layers of a block by their place in the network, counted from 0 without the input.
 * @param {number} block counted from 0
 */
export const layersOf = (block) => ({ plain: { conv: 3 * block }, normalized: { conv: 4 * block, norm: 4 * block + 1 } });
