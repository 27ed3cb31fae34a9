/**
 * A run told by a link: the settings are the state's own keys; `replay` adds how many steps, what the weights must then
 * be, and what they were computed with.
 *
 * @module
 */

import { linkTo } from '../../base/link.js';
import { keysOf, trainingSchema } from './settings.js';

/**
 * How sums of products are rounded. `fused` is relaxed SIMD on a processor that multiplies and adds in one rounding,
 * `relaxed` on one that does not: a browser may do either.
 * @typedef {'simd' | 'relaxed' | 'fused'} Arithmetic
 *
 * @typedef {{ steps: number, fingerprint: string, arithmetic: Arithmetic }} Replay
 */

/** @param {Replay} replay */
export const formatReplay = ({ steps, fingerprint, arithmetic }) => [steps, fingerprint, arithmetic].join('-');

/** @param {string} text @returns {Replay | null} */
export function parseReplay(text) {
  const [, steps, fingerprint, arithmetic] = text.match(/^([1-9]\d{0,7})-([0-9a-f]{16})-(simd|relaxed|fused)$/) ?? [];
  return steps ? { steps: Number(steps), fingerprint, arithmetic: /** @type {Arithmetic} */ (arithmetic) } : null;
}

/** Key of the state that holds a replay, or nothing. @type {import('../../base/state.js').Schema} */
export const replaySchema = {
  replay: { default: '', parse: (text) => text, format: String, validate: (text) => text === '' || parseReplay(text) !== null },
};

/**
 * What a build computes with on this machine: 1·(−1−2⁻¹¹) + (1+2⁻¹²)² is 2⁻²⁴, and 0 once the square has been rounded.
 * @param {any} engine the figures' engine
 * @param {string} variant of the engine that trains
 * @returns {Arithmetic}
 */
export function arithmeticOf(engine, variant) {
  if (!variant.startsWith('relaxed')) return 'simd';
  const x = 1 + 2 ** -12;
  const window = { kernel: [1, 1], stride: [1, 1], padding: 'valid' };
  const sum = engine.conv2d(Float32Array.of(1, x), [1, 1, 2], Float32Array.of(-1 - 2 ** -11, x), null, 1, window).data[0];
  return sum > 0 ? 'fused' : 'relaxed';
}

/** The keys of the state that decide a run. */
export const RUN_KEYS = Object.keys(trainingSchema);

/**
 * A link that opens with the state's settings, each spelled out: defaults may be others one day.
 * @param {import('../../base/state.js').State} state
 */
export const settingsLink = (state) => linkTo(state, 'train', Object.fromEntries(RUN_KEYS.map((key) => [key, state.get(key)])));

/**
 * A link that repeats the live run up to a step.
 * @param {import('../../base/context.js').Controls & { trainer: import('./trainer.js').Trainer }} ctx
 * @param {number} steps
 * @param {string} fingerprint of the weights then
 * @returns {string}
 */
export function replayLink({ state, engine, trainer }, steps, fingerprint) {
  const { config } = trainer;
  const variant = trainer.engine?.variant ?? 'simd';
  if (!config) throw new Error('no run');
  const arithmetic = arithmeticOf(engine, variant);
  return linkTo(state, 'take', {
    ...Object.fromEntries(RUN_KEYS.map((key) => [key, state.get(key)])),
    ...keysOf(engine, config),
    'train.seed': config.seed,
    'train.rate': config.optimizer.learning_rate,
    // Relaxed SIMD is what a browser that has it picks by itself, with threads or without.
    engine: arithmetic === 'simd' ? variant : 'auto',
    replay: formatReplay({ steps, fingerprint, arithmetic }),
  });
}
