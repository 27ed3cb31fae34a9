/**
 * The state keys of an ensemble, and the configurations of its members.
 *
 * @module
 */

import { adapt } from '../spec-lines.js';
import { choice, integer } from '../state.js';
import { configOf, presetsOf } from './settings.js';
import { KINDS } from './votes.js';

/** @typedef {import('./protocol.js').RunConfig} RunConfig */

/** A preset of the engine, or the network of the training cell with its settings. */
export const NETWORKS = /** @type {const} */ (['quick', 'lab11-2', 'lab11-3', 'train']);

/** @type {import('../state.js').Schema} */
export const ensembleSchema = {
  'ensemble.count': integer({ default: 3, min: 2, max: 7 }),
  'ensemble.network': choice({ default: NETWORKS[0], values: NETWORKS }),
  'ensemble.amount': integer({ default: 1, min: 1, max: 100_000 }),
  'ensemble.unit': choice({ default: 'epochs', values: /** @type {const} */ (['epochs', 'batches']) }),
  'ensemble.mode': choice({ default: 'turn', values: /** @type {const} */ (['turn', 'side']) }),
  'ensemble.list': choice({ default: KINDS[0], values: KINDS }),
  // Number of the test image that is looked at; −1 for none.
  'ensemble.image': integer({ default: -1, min: -1, max: 1_000_000 }),
};

/**
 * The members that the state describes: alike but for the seed. A schedule with an end ends when they do.
 * @param {any} engine
 * @param {import('../state.js').State} state
 * @param {number} images in the training split
 * @param {ReturnType<typeof import('./settings.js').outlineOf>} data what they are trained on
 * @returns {{ configs: RunConfig[], goal: number }} `goal` is the last step of each
 */
export function membersOf(engine, state, images, data) {
  const network = state.get('ensemble.network');
  const own = configOf(engine, state);
  const preset = presetsOf(engine).find(({ name }) => name === network);
  const { spec, batch_size, optimizer, schedule } = preset ?? own;
  const epochSteps = Math.max(1, Math.ceil(images / batch_size));
  const goal = state.get('ensemble.amount') * (state.get('ensemble.unit') === 'epochs' ? epochSteps : 1);
  const ending = 'epochs' in schedule ? { ...schedule, epochs: Math.ceil(goal / epochSteps) } : schedule;
  const configs = Array.from({ length: state.get('ensemble.count') }, (_, i) => ({
    spec: data ? adapt(spec, data.shape, data.classes) : spec,
    // Behind the last seed comes the first.
    seed: (own.seed + i) % 2 ** 32,
    batch_size,
    optimizer,
    schedule: ending,
  }));
  return { configs, goal };
}
