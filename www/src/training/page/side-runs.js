/**
 * The page's side of a group of runs that are trained beside the live one: asks the worker for one stretch after the
 * other while it is wanted, and keeps their curves.
 *
 * @module
 */

import { signal, watch } from '../../base/signals.js';
import { adapt } from '../../base/spec-lines.js';
import { Column, History } from './history.js';
import { outlineOf } from './settings.js';

/** @typedef {import('../common/protocol.js').RunConfig} RunConfig */
/** @typedef {{ step: number, checks: ({ loss: number, accuracy: number } | null)[] }} Check null for a run that has stopped */
/** @typedef {import('../common/protocol.js').PlainError} PlainError */
/** @typedef {{ step: number, error: PlainError }} Stop why a run can't go on, and the step that it could not do */

/** How long the worker stays with the group before it looks at its inbox, milliseconds. */
const STRETCH_MS = 40;

/** Resolves when more of the data has come in. @param {import('./trainer.js').Trainer} trainer @returns {Promise<void>} */
export function arrival(trainer) {
  return new Promise((resolve) => {
    const end = watch(
      () => trainer.data,
      () => {
        end();
        resolve();
      },
    );
  });
}

/**
 * @param {import('./trainer.js').Trainer} trainer
 * @param {object} options
 * @param {string} options.key of the group
 * @param {number} options.checkEvery steps between two looks at the validation split
 * @param {number} options.checkImages images of it
 * @param {(error: unknown) => void} options.onTrouble
 */
export function createRuns(trainer, { key, checkEvery, checkImages, onTrouble }) {
  /** @type {History[]} */
  let histories = [];
  /** The learning rate of each step. @type {Column[]} */
  let rates = [];
  /** @type {(Stop | null)[]} */
  let stops = [];
  /** @type {Check[]} */
  let checks = [];
  let step = 0;
  let running = false;
  /** A stretch may still be on its way after a pause. */
  let looping = false;
  let begun = '';
  /** The engine that the group lives in. @type {unknown} */
  let engine = null;
  /** The data that it is trained on. */
  let data = '';
  let goal = 0;
  /** Counts the changes of all that follows: it grows where it is. */
  const changes = signal(0);
  const changed = () => {
    changes.value = changes.peek() + 1;
  };
  /** @template T @param {() => T} read @returns {() => T} the same, read from a signal */
  const tracked = (read) => () => {
    changes.value;
    return read();
  };

  const liveData = () => `${trainer.config?.data}/${trainer.config?.data === 'own' ? trainer.userData?.id : ''}`;

  /** @param {RunConfig[]} configs */
  function clear(configs) {
    step = 0;
    checks = [];
    histories = configs.map(() => new History());
    rates = configs.map(() => new Column());
    stops = configs.map(() => null);
  }

  /** @param {RunConfig[]} configs */
  async function begin(configs) {
    const wanted = JSON.stringify(configs);
    if (begun === wanted && alive()) return;
    begun = wanted;
    engine = trainer.engine;
    data = liveData();
    clear(configs);
    const outline = outlineOf(trainer.config?.data ?? '', trainer.userData);
    const fitted = configs.map((each) => (outline ? { ...each, spec: adapt(each.spec, outline.shape, outline.classes) } : each));
    try {
      await trainer.client.call('beginRuns', [key, fitted]);
    } catch (error) {
      begun = '';
      throw error;
    }
    changed();
  }

  /** Whether there is a group that has been begun and can go on: the same engine has it, on the same data. */
  const alive = () => begun !== '' && engine === trainer.engine && data === liveData();

  async function loop() {
    looping = true;
    const { engine: mine } = trainer;
    try {
      while (running && step < goal && trainer.engine === mine && data === liveData()) {
        const of = begun;
        const toCheck = checkEvery - (step % checkEvery);
        const part = await trainer.client.call('advanceRuns', [key, STRETCH_MS, Math.min(toCheck, goal - step)]).catch(async (error) => {
          if (error.code !== 'no_data') throw error;
          // The images of the next batch are still on their way.
          await arrival(trainer);
        });
        if (!part) continue;
        // Begun anew meanwhile: these are losses of runs that are gone.
        if (of !== begun) continue;
        part.losses.forEach((losses, i) => {
          histories[i].append(losses, losses.map(() => NaN));
          for (const rate of part.rates[i]) rates[i].push(rate);
          if (part.errors[i]) stops[i] ??= { step: step + losses.findIndex(Number.isNaN) + 1, error: part.errors[i] };
        });
        step += part.losses[0].length;
        if (stops.every(Boolean)) running = false;
        // The check may have to wait for its images; the losses are there now.
        changed();
        if (step % checkEvery === 0) {
          const found = await trainer.client.call('checkRuns', [key, 'validation', checkImages]);
          if (of === begun) checks.push({ step, checks: found });
          changed();
        }
      }
    } catch (error) {
      onTrouble(error);
    }
    running = false;
    looping = false;
    changed();
  }

  return {
    begin,
    /** Trains all runs of the group to step `to`. @param {number} to */
    start(to) {
      goal = to;
      running = true;
      if (!looping) void loop();
      changed();
    },
    pause() {
      running = false;
      changed();
    },
    /** Forgets the runs, so that they begin anew. */
    reset() {
      begun = '';
      clear([]);
      changed();
    },
    /** The next step of one run from close up; see `Runs.inspect`. @param {number} index @param {number} image */
    inspect: (index, image) => trainer.client.callLatest(`inspect/${key}`, 'inspectRun', [key, index, image]),
    /** How the values of layers are spread over the first validation images; see `Runs.spread`. @param {{ run: number, layer: number }[]} places @param {number} images */
    spread: (places, images) => trainer.client.callLatest(`spread/${key}`, 'spreadRuns', [key, places, images]),
    /** Changes the learning rate of one run from its next step on. @param {number} index @param {number} rate */
    setRate: (index, rate) => trainer.client.call('setRunRate', [key, index, rate]),
    // What is known of them, read from a signal.
    alive: tracked(alive),
    running: tracked(() => running),
    step: tracked(() => step),
    histories: tracked(() => histories),
    checks: tracked(() => checks),
    rates: tracked(() => rates),
    stops: tracked(() => stops),
  };
}
