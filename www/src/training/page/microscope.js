/**
 * The page's side of the microscope: one step with everything it changed, and back again, with the run's history.
 *
 * @module
 */

import { batch, signal, watch } from '../../base/signals.js';

/** @typedef {import('./trainer.js').Trainer} Trainer */
/** @typedef {import('../common/protocol.js').Microscope} Microscope */
/** @typedef {{ history: import('./history.js').History, progress: Trainer['progress'], view: Trainer['view'] }} Before */

/** Steps that can be taken back one after the other; the worker keeps as many. */
const KEPT = 4;

/** @param {Trainer} trainer */
export function createMicroscope(trainer) {
  /** What the page knew before each step that can be taken back. */
  const stack = signal(/** @type {Before[]} */ ([]));
  const seen = signal(/** @type {Microscope | null} */ (null));
  /** What was taken back last. */
  const undone = signal(/** @type {{ step: number, fingerprint: string } | null} */ (null));
  const busy = signal(false);

  /** There is no way back. */
  function forget() {
    batch(() => {
      stack.value = [];
      seen.value = null;
      undone.value = null;
    });
  }
  watch(() => trainer.origin, forget);

  const ready = () => !busy.value && trainer.alive && !trainer.error;

  /** @template T @param {() => Promise<T>} task */
  async function alone(task) {
    busy.value = true;
    try {
      return await task();
    } finally {
      busy.value = false;
    }
  }

  return {
    /** The newest step looked at. All of this is read from signals. */
    seen: () => seen.value,
    undone: () => (undone.value && undone.value.step === trainer.progress.step ? undone.value : null),
    /** Whether the live weights are those that the newest step led to. */
    fresh: () => seen.value !== null && seen.value.step === trainer.progress.step,
    ready,
    canUndo: () => ready() && trainer.phase === 'idle' && stack.value.at(-1)?.progress.step === trainer.progress.step - 1,

    /** Trains one batch and looks. */
    step: () =>
      alone(async () => {
        await trainer.pause();
        const { history, progress, view } = trainer;
        const next = await trainer.client.call('microscope');
        batch(() => {
          stack.value = [...stack.value, { history, progress, view }].slice(-KEPT);
          seen.value = next;
          undone.value = null;
        });
      }),

    /** Takes the newest step back. @returns {Promise<boolean>} whether it could be */
    undo: () =>
      alone(async () => {
        const back = await trainer.client.call('undo');
        const before = stack.value.at(-1);
        if (!back || !before) {
          forget();
          return false;
        }
        batch(() => {
          stack.value = stack.value.slice(0, -1);
          trainer.stepBack(before, back.step);
          seen.value = null;
          undone.value = back;
        });
        return true;
      }),
  };
}
