/**
 * The page's side of the microscope: one step with everything it changed, and back again, with the run's history.
 *
 * @module
 */

/** @typedef {import('./trainer.js').Trainer} Trainer */
/** @typedef {import('../common/protocol.js').Microscope} Microscope */
/** @typedef {{ history: import('./history.js').History, progress: Trainer['progress'], view: Trainer['view'] }} Before */

/** Steps that can be taken back one after the other; the worker keeps as many. */
const KEPT = 4;

/** @param {Trainer} trainer */
export function createMicroscope(trainer) {
  /** What the page knew before each step that can be taken back. @type {Before[]} */
  let stack = [];
  /** @type {Microscope | null} */
  let seen = null;
  /** What was taken back last. @type {{ step: number, fingerprint: string } | null} */
  let undone = null;
  let busy = false;
  let rate = NaN;

  /** Another run or other weights: there is no way back. */
  function forget() {
    stack = [];
    seen = null;
    undone = null;
  }

  trainer.subscribe((topics) => {
    if (!topics.has('config')) return;
    const now = trainer.config?.optimizer.learning_rate ?? NaN;
    // A new learning rate alone is no other run.
    if (now === rate) forget();
    rate = now;
  });

  const ready = () => !busy && trainer.alive && !trainer.error;
  /** The live weights are those that the newest step led to. */
  const fresh = () => seen !== null && seen.step === trainer.progress.step;

  /** @template T @param {() => Promise<T>} task */
  async function alone(task) {
    busy = true;
    try {
      return await task();
    } finally {
      busy = false;
    }
  }

  return {
    /** The newest step looked at. */
    seen: () => seen,
    undone: () => (undone && undone.step === trainer.progress.step ? undone : null),
    fresh,
    ready,
    canUndo: () => ready() && trainer.phase === 'idle' && stack.at(-1)?.progress.step === trainer.progress.step - 1,

    /** Trains one batch and looks. */
    step: () =>
      alone(async () => {
        await trainer.pause();
        const { history, progress, view } = trainer;
        const next = await trainer.client.call('microscope');
        stack = [...stack, { history, progress, view }].slice(-KEPT);
        seen = next;
        undone = null;
        trainer.tell('view');
      }),

    /** Takes the newest step back. @returns {Promise<boolean>} whether it could be */
    undo: () =>
      alone(async () => {
        const back = await trainer.client.call('undo');
        const before = stack.pop();
        if (!back || !before) {
          forget();
          return false;
        }
        trainer.history = before.history.upTo(back.step);
        trainer.progress = before.progress;
        trainer.view = before.view;
        trainer.snapshots = trainer.snapshots.filter(({ step }) => step <= back.step);
        seen = null;
        undone = back;
        trainer.tell('progress', 'history', 'view', 'phase');
        return true;
      }),
  };
}
