/**
 * What the page needs once its first figure is there: the trainer, what keeps the run and what erases it. A script of its
 * own, so that nobody waits for it to read.
 */

import { keepAnswers } from './answers.js';
import { followClassroom } from './classroom.js';
import { createDock } from './dock.js';
import { createEraser } from './erase.js';
import { keepOffline } from './offline.js';
import { keepRuns } from './resume-offer.js';
import { Tabs } from '../storage/tabs.js';
import { createTrainer, loadTraining, startTraining } from '../training/page/connect.js';

/** @typedef {import('../frame/cell.js').Context} Context */

/**
 * @param {Context} ctx
 * @param {{ bar: Element, toasts: HTMLElement, cells: import('./classroom.js').Page, engine: Promise<import('../common/engine-select.js').Variant | null> }} page
 *   `engine` resolves once the figures' engine is there, to the build to train with; to null if there will be none
 */
export function startRest(ctx, { bar, toasts, cells, engine }) {
  ctx.trainer = createTrainer();
  createDock(bar, ctx);
  const tabs = new Tabs();
  const eraser = createEraser(ctx, { tabs });
  const { answers, offer: offerAnswers } = keepAnswers(ctx, { id: tabs.id, toasts, cells: cells.entries.map(({ keys }) => keys.id), onErase: eraser.ask });
  ctx.answers = answers;
  // Whoever has just erased everything finds nothing left.
  const erased = Boolean(history.state?.erased);
  void eraser.report();
  /** @type {ReturnType<typeof keepRuns> | null} */
  let kept = null;
  let hopeless = false;
  const ready = engine.then((variant) => {
    hopeless = !variant;
    if (!variant) return;
    kept = keepRuns(ctx, toasts, { tabs, onErase: eraser.ask });
    kept.withoutImages();
  });
  /** @type {Promise<void> | null} */
  let awake = null;

  return {
    /** What is for a class. */
    classroom: followClassroom(ctx, cells),
    /**
     * Starts the worker and the engine in it, and no more: no run, none of its data.
     * @param {import('../common/engine-select.js').Variant} variant
     * @throws why they can't be
     */
    async startWorker(variant) {
      await ready;
      const { trainer } = ctx;
      if (trainer.phase === 'failed') throw trainer.error;
      if (trainer.alive) return;
      if (!trainer.loading) loadTraining(ctx, variant, { keepData: !erased });
      const { loading } = trainer;
      try {
        await loading;
      } catch (error) {
        // Whoever needs it next starts another.
        if (trainer.loading === loading) trainer.loading = null;
        throw error;
      }
    },
    /** Starts the training engine: its worker, the data and the run that the state describes. @param {import('../common/engine-select.js').Variant} variant */
    wake(variant) {
      awake ??= (async () => {
        // The trainer has been told why.
        if (hopeless) return;
        if (!ctx.trainer.loading) loadTraining(ctx, variant, { keepData: !erased });
        await ready;
        if (ctx.engine) await startTraining(ctx);
      })();
      return awake;
    },
    /** Offers to go on with a run and with answers that were kept. */
    async offer() {
      await ready;
      await kept?.offer();
      offerAnswers();
    },
    /** Asks whether everything on this device is to be erased. */
    erase: eraser.ask,
    /** Has the page kept for a visit without a network. @param {HTMLElement} line where that is said */
    keepOffline: async (line) => void (erased || (await keepOffline(ctx, line))),
    pauseAndKeep: async () => kept?.pauseAndKeep(),
  };
}
