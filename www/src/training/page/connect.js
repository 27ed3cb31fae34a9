/**
 * Joins the trainer to the page: the state's keys decide the first run, the bar shows what happens, and the live region
 * tells it.
 *
 * @module
 */

import { chooseThreads } from '../../common/engine-select.js';
import { ofSite, ofVersion } from '../../common/places.js';
import { BUILD } from '../../common/version.js';
import { effect, watch } from '../../base/signals.js';
import { orUpdated } from '../../engine/update.js';
import { configOf, DATA_SETS, specText } from './settings.js';
import { Trainer } from './trainer.js';

/** @typedef {import('../../base/context.js').Controls & { trainer: Trainer, status: import('../../base/status.js').Status }} Context */

/** Spoken progress comes at most this often, milliseconds. */
const SPEAK_MS = 20_000;

/** The data set to begin with: what a person brought comes later, or not at all. @param {string} name */
const builtIn = (name) => (name === 'own' ? DATA_SETS[0] : name);

/** The store, before there is an engine: cells may subscribe at once. */
export function createTrainer() {
  return new Trainer({
    spawn: () => new Worker(ofVersion('src/training/worker/worker.js'), { type: 'module', name: 'training' }),
    dataUrl: ofSite('data/').href,
  });
}

/**
 * Starts the worker, as soon as the page knows which build runs here.
 * @param {Context} ctx
 * @param {import('../../common/places.js').Variant} variant
 * @param {{ keepData: boolean }} options whether the data are kept on the device
 */
export function loadTraining({ state, trainer }, variant, { keepData }) {
  trainer.load({ version: BUILD, variant, threads: chooseThreads(state.get('threads')), keepData }, builtIn(state.get('data')));
}

/**
 * Begins the run that the state describes, once the figures' engine is there.
 * @param {Context} ctx
 */
export function startTraining(ctx) {
  const { state, engine, trainer } = ctx;
  follow(ctx, trainer);
  trainer.setOptions({ checkEvery: state.get('train.check') });
  watch(() => state.get('train.check'), (checkEvery) => trainer.setOptions({ checkEvery }));

  let config = configOf(engine, state);
  try {
    engine.summarize(config.spec, config.batch_size);
  } catch {
    // A link may carry a network that can't be. Its text stays in the editor, with the error; a lecture's network lives.
    config = { ...config, spec: specText(engine, String(state.field('spec').default)) };
  }
  return trainer.boot(config);
}

/** Where training failed since the files of this version are gone, that is what it says. @param {Trainer} trainer */
async function explain(trainer) {
  const { error } = trainer;
  const told = await orUpdated(error);
  if (told !== error && trainer.error === error) trainer.giveUp(told);
}

/** @param {Context} ctx @param {Trainer} trainer */
function follow(ctx, trainer) {
  // Its worker may be dead by now.
  if (trainer.phase === 'failed') void explain(trainer);
  watch(() => trainer.phase, (phase) => void (phase === 'failed' && explain(trainer)));

  const { status, t, format, announce } = ctx;
  effect(() => {
    const { phase, evaluation, engine } = trainer;
    const begun = trainer.progress.step > 0;
    const training = evaluation ? 'evaluating' : phase === 'running' || phase === 'failed' ? phase : begun ? 'paused' : 'idle';
    status.set({ training, ...engine });
  });
  effect(() => {
    const { data } = trainer;
    const sum = (/** @type {Record<string, number>} */ counts) => Object.values(counts).reduce((a, b) => a + b, 0);
    if (data) status.set({ loaded: sum(data.available), total: sum(data.counts) });
  });
  effect(() => {
    const { imagesPerSecond } = trainer.progress;
    if (imagesPerSecond > 0) status.set({ imagesPerSecond });
  });

  // Epochs and stops are spoken; batches only now and then.
  let spoken = 0;
  const speak = (/** @type {string} */ key) => {
    spoken = performance.now();
    announce(t(key, { step: trainer.progress.step, loss: format.fixed(trainer.history.lastSmooth, 3) }));
  };
  watch(() => trainer.phase, (phase) => phase === 'idle' && trainer.progress.step > 0 && speak('train.spoken-stopped'));
  watch(() => trainer.progress, () => trainer.phase === 'running' && performance.now() - spoken > SPEAK_MS && speak('train.spoken'));
}
