/**
 * The page's side of a group of runs that are trained beside the live one: asks the worker for one stretch after the
 * other while it is wanted, and keeps their curves.
 *
 * @module
 */

import { History } from './history.js';

/** @typedef {import('./protocol.js').RunConfig} RunConfig */
/** @typedef {{ step: number, checks: { loss: number, accuracy: number }[] }} Check */

/** How long the worker stays with the group before it looks at its inbox, milliseconds. */
const STRETCH_MS = 40;

/**
 * @param {import('./trainer.js').Trainer} trainer
 * @param {object} options
 * @param {string} options.key of the group
 * @param {number} options.checkEvery steps between two looks at the validation split
 * @param {number} options.checkImages images of it
 * @param {() => void} options.onChange
 * @param {(error: unknown) => void} options.onTrouble
 */
export function createRuns(trainer, { key, checkEvery, checkImages, onChange, onTrouble }) {
  /** @type {History[]} */
  let histories = [];
  /** @type {Check[]} */
  let checks = [];
  let step = 0;
  let running = false;
  /** A stretch may still be on its way after a pause. */
  let looping = false;
  let begun = '';
  /** The engine that the group lives in. @type {unknown} */
  let engine = null;
  let goal = 0;

  /** @param {RunConfig[]} configs */
  async function begin(configs) {
    const wanted = JSON.stringify(configs);
    if (begun === wanted && engine === trainer.engine) return;
    begun = wanted;
    engine = trainer.engine;
    step = 0;
    checks = [];
    histories = configs.map(() => new History());
    try {
      await trainer.client.call('beginRuns', [key, configs]);
    } catch (error) {
      begun = '';
      throw error;
    }
    onChange();
  }

  async function loop() {
    looping = true;
    const { engine: mine } = trainer;
    try {
      while (running && step < goal && trainer.engine === mine) {
        const of = begun;
        const toCheck = checkEvery - (step % checkEvery);
        const part = await trainer.client.call('advanceRuns', [key, STRETCH_MS, Math.min(toCheck, goal - step)]);
        // Begun anew meanwhile: these are losses of runs that are gone.
        if (of !== begun) continue;
        step = part.step;
        part.losses.forEach((/** @type {Float32Array} */ losses, /** @type {number} */ i) => histories[i].append(losses, losses.map(() => NaN)));
        if (step % checkEvery === 0) {
          const found = await trainer.client.call('checkRuns', [key, 'validation', checkImages]);
          if (of === begun) checks.push({ step, checks: found });
        }
        onChange();
      }
    } catch (error) {
      onTrouble(error);
    }
    running = false;
    looping = false;
    onChange();
  }

  return {
    begin,
    /** Trains all runs of the group to step `to`. @param {number} to */
    start(to) {
      goal = to;
      running = true;
      if (!looping) void loop();
      onChange();
    },
    pause() {
      running = false;
    },
    /** Forgets the runs, so that they begin anew. */
    reset() {
      begun = '';
    },
    /** The next step of one run from close up; see `Runs.inspect`. @param {number} index @param {number} image */
    inspect: (index, image) => trainer.client.callLatest(`inspect/${key}`, 'inspectRun', [key, index, image]),
    running: () => running,
    step: () => step,
    histories: () => histories,
    checks: () => checks,
  };
}
