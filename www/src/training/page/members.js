/**
 * The configurations of an ensemble's members.
 *
 * @module
 */

import { adapt } from '../../base/spec-lines.js';
import { augmentOf, configOf, presetsOf } from './settings.js';

/** @typedef {import('../common/protocol.js').RunConfig} RunConfig */


/**
 * The members that the state describes: alike but for the seed. A schedule with an end ends when they do.
 * @param {any} engine
 * @param {import('../../base/state.js').State} state
 * @param {number} images in the training split
 * @param {ReturnType<typeof import('./settings.js').outlineOf>} data what they are trained on
 * @returns {{ configs: RunConfig[], goal: number }} `goal` is the last step of each
 */
export function membersOf(engine, state, images, data) {
  const network = state.get('ensemble.network');
  const lab = configOf(engine, state);
  const preset = presetsOf(engine).find(({ name }) => name === network);
  const { spec, batch_size, optimizer, schedule, label_smoothing, augment } = preset ?? lab;
  const epochSteps = Math.max(1, Math.ceil(images / batch_size));
  const goal = state.get('ensemble.amount') * (state.get('ensemble.unit') === 'epochs' ? epochSteps : 1);
  const ending = 'epochs' in schedule ? { ...schedule, epochs: Math.ceil(goal / epochSteps) } : schedule;
  const configs = Array.from({ length: state.get('ensemble.count') }, (_, i) => ({
    spec: data ? adapt(spec, data.shape, data.classes) : spec,
    // Behind the last seed comes the first.
    seed: (lab.seed + i) % 2 ** 32,
    batch_size,
    optimizer,
    schedule: ending,
    ...(label_smoothing ? { label_smoothing } : {}),
    ...augmentOf((name) => augment?.[name]),
  }));
  return { configs, goal };
}
