/**
 * Optimizers raced side by side: the configurations that the state's keys make.
 *
 * @module
 */

import { optimizerOf, scheduleOf, smallSpec, specText } from './settings.js';

/** @typedef {import('../common/protocol.js').RunConfig} RunConfig */
/** @typedef {import('./settings.js').OptimizerKind} OptimizerKind */

/** What decides one run, each a key with the run's number behind. */
const PARTS = /** @type {const} */ (['optimizer', 'rate', 'schedule']);


/**
 * The runs that the state describes: one network, seed and order of the data, and each its own optimizer.
 * @param {any} engine
 * @param {import('../../base/state.js').State} state
 * @returns {RunConfig[]}
 */
export function raceConfigs(engine, state) {
  const spec = state.get('race.network') === 'small' ? smallSpec() : specText(engine, state.get('spec'));
  return Array.from({ length: state.get('race.count') }, (_, i) => {
    const [kind, rate, schedule] = PARTS.map((part) => state.get(`race.${part}${i + 1}`));
    return {
      spec,
      seed: state.get('train.seed'),
      batch_size: state.get('train.batch'),
      optimizer: optimizerOf(kind, rate),
      schedule: scheduleOf(schedule, schedule === 'step' ? 1 : state.get('race.epochs')),
    };
  });
}

/** What can't be changed while a race is on: all but the learning rates. @param {RunConfig[]} configs */
export const fixedPart = (configs) =>
  JSON.stringify(configs.map(({ optimizer, ...rest }) => ({ ...rest, kind: optimizer.kind })));

/**
 * The values of the state's keys without one of the runs: those behind it move up.
 * @param {import('../../base/state.js').State} state
 * @param {number} run counted from 0
 * @returns {Record<string, unknown>}
 */
export function without(state, run) {
  const count = state.get('race.count');
  /** @type {Record<string, unknown>} */
  const values = { 'race.count': count - 1 };
  for (let to = run + 1; to <= count; to += 1) {
    // What is taken out goes to the end, and comes back from there.
    const from = to === count ? run + 1 : to + 1;
    for (const part of PARTS) values[`race.${part}${to}`] = state.get(`race.${part}${from}`);
  }
  return values;
}

/** Values for a row of presets: each run as `[optimizer, rate, schedule]`. @param {[OptimizerKind, number, string][]} runs */
export function raceOf(...runs) {
  /** @type {Record<string, unknown>} */
  const values = { 'race.count': runs.length };
  runs.forEach((run, i) => PARTS.forEach((part, p) => Object.assign(values, { [`race.${part}${i + 1}`]: run[p] })));
  return values;
}

/**
 * Places on the axis of a whole race, at most `limit` and evenly spread, each the number of a step, counted from 1.
 * @param {number} steps
 * @param {number} limit
 */
export function places(steps, limit) {
  const count = Math.min(steps, limit);
  return Float64Array.from({ length: count }, (_, i) => 1 + Math.round((i * (steps - 1)) / Math.max(1, count - 1)));
}
