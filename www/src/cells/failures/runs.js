/** The page's side of the gallery's runs: asks the worker for one stretch after the other while somebody can see it. */

import { signal } from '../../base/signals.js';
import { CASES, planOf, STEPS } from './cases.js';

/** @typedef {import('../../training/common/requests.js').TrialCheck} TrialCheck */
/** @typedef {import('./cases.js').Fault} Fault */
/** @typedef {'broken' | 'cured'} Side */
/** @typedef {TrialCheck & { step: number, batches: number | null }} Check `batches`: the share of the images of the batches
 *   since the check before that were right; null before the first */
/**
 * @typedef {object} Trace what is known of a run
 * @property {number[]} losses of each batch
 * @property {Check[]} checks the first is of the network before its first batch
 * @property {boolean} blown its numbers are no longer finite
 * @property {import('../../training/common/requests.js').TrialSight | null} sight once it is over
 */

/** Batches between two looks at the validation images. */
const STRETCH = 3;
/** From one stretch to the next, milliseconds: slow enough to be watched. */
const BEAT_MS = 100;
/** Workers that may die one after the other, none of which gets a run further than those before, until it is given up. */
const TRIES = 3;

/** @returns {Trace} */
const blank = () => ({ losses: [], checks: [], blown: false, sight: null });

/**
 * @param {import('../../frame/cell.js').Context} ctx
 * @param {{ seen: () => boolean }} options whether somebody can see it
 */
export function createGallery(ctx, { seen }) {
  /** @type {Map<string, Trace>} */
  const traces = new Map();
  /** The run that the worker has: how often it has been tried since it last got further than ever. @type {{ fault: Fault, side: Side, begun: boolean, tries: number, furthest: number } | null} */
  let current = null;
  let wanted = false;
  let looping = false;
  const changes = signal(0);
  const changed = () => {
    changes.value = changes.peek() + 1;
  };
  const nameOf = (/** @type {Fault} */ fault, /** @type {Side} */ side) => `${fault}/${side}`;
  const is = (/** @type {Fault} */ fault, /** @type {Side} */ side) => current?.fault === fault && current.side === side;

  /** @template {'beginTrial' | 'advanceTrial' | 'seeTrial'} M @param {M} method @param {import('../../training/common/requests.js').Args<M>} args */
  const ask = (method, args) => ctx.trainer.client.call(method, .../** @type {any} */ ([args]));

  /** One stretch of a run, or its beginning. @param {NonNullable<typeof current>} run */
  async function advance(run) {
    const name = nameOf(run.fault, run.side);
    if (!run.begun) {
      await ctx.startWorker();
      const { config, preparation } = planOf(CASES[run.fault][run.side]);
      const check = await ask('beginTrial', [config, preparation]);
      if (run !== current) return;
      traces.set(name, { ...blank(), checks: [{ ...check, step: 0, batches: null }] });
      run.begun = true;
      return;
    }
    const trace = traces.get(name) ?? blank();
    const part = await ask('advanceTrial', [Math.min(STRETCH, STEPS - trace.losses.length)]);
    if (run !== current) return;
    const losses = [...trace.losses, ...part.losses];
    if (losses.length > run.furthest) Object.assign(run, { furthest: losses.length, tries: 1 });
    const checks = part.check ? [...trace.checks, { ...part.check, step: losses.length, batches: part.accuracy }] : trace.checks;
    const over = !part.check || losses.length >= STEPS;
    const sight = over ? await ask('seeTrial', []) : null;
    if (run !== current) return;
    traces.set(name, { losses, checks, blown: !part.check, sight });
    if (over) {
      current = null;
      wanted = false;
    }
  }

  async function loop() {
    if (looping) return;
    looping = true;
    while (wanted && current && seen()) {
      const start = performance.now();
      const run = current;
      try {
        await advance(run);
      } catch (error) {
        const { code } = /** @type {any} */ (error);
        if (run === current) {
          // With the worker its run is gone: it begins anew.
          run.begun = false;
          traces.delete(nameOf(run.fault, run.side));
          run.tries += 1;
          if (!/^(engine_(restarted|stopped|silent)|no_session)$/.test(code) || run.tries > TRIES) {
            current = null;
            wanted = false;
            ctx.fail(error);
          }
        }
      }
      changed();
      if (!ctx.reducedMotion()) await new Promise((resolve) => setTimeout(resolve, start + BEAT_MS - performance.now()));
    }
    looping = false;
    changed();
  }

  return {
    /** Trains a run from its beginning, or on from where it was paused. @param {Fault} fault @param {Side} side */
    start(fault, side) {
      if (!is(fault, side)) {
        // The worker has one at a time: what is half done is given up.
        if (current) traces.delete(nameOf(current.fault, current.side));
        traces.delete(nameOf(fault, side));
        current = { fault, side, begun: false, tries: 1, furthest: 0 };
      }
      wanted = true;
      changed();
      void loop();
    },
    pause() {
      wanted = false;
      changed();
    },
    /** Where nobody sees it, it rests. */
    stir: () => void loop(),
    /** @param {Fault} fault @param {Side} side @returns {Trace | null} read from a signal */
    trace(fault, side) {
      changes.value;
      return traces.get(nameOf(fault, side)) ?? null;
    },
    /** Whether a run is being trained; read from a signal. @param {Fault} fault @param {Side} side */
    running(fault, side) {
      changes.value;
      return wanted && is(fault, side);
    },
    /** Whether a run has been paused; read from a signal. @param {Fault} fault @param {Side} side */
    paused(fault, side) {
      changes.value;
      return !wanted && is(fault, side);
    },
  };
}
