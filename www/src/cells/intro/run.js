/**
 * The page's side of the opening's run: asks the worker for one batch after the other, slowly enough to be watched, while
 * somebody can see it.
 */

/** @typedef {'idle' | 'loading' | 'running' | 'paused' | 'done'} Phase */

/**
 * One convolution whose filters are large enough to be looked at, and as little as it takes to read digits from them.
 * @type {import('../../training/common/protocol.js').RunConfig}
 */
export const CONFIG = {
  spec: 'input 28x28x1\nconv 9x9 8 init normal 0.02\nrelu\nmaxpool 4x4\nflatten\ndense 10\n',
  seed: 777,
  batch_size: 50,
  optimizer: { kind: 'adam', learning_rate: 0.005 },
  schedule: { kind: 'constant' },
};

/** Batches after which it ends by itself: the images come ten times. */
export const BATCHES = 300;
/** From one batch to the next, milliseconds: the first second shows noise, and half a minute is all of it. */
const BEAT_MS = 90;
/** Batches between two looks at the validation images. */
const CHECK_EVERY = 5;
/** Workers in a row that may die before it is given up. */
const TRIES = 3;

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * @param {import('../../frame/cell.js').Context} ctx
 * @param {{ onChange: () => void, onWeights: (file: Uint8Array) => void }} options `onWeights`: after each batch, as a
 *   safetensors file
 */
export function createFirstRun(ctx, { onChange, onWeights }) {
  /** @type {{ phase: Phase, step: number, losses: number[], accuracy: number | null, images: { train: number, validation: number } | null, error: unknown }} */
  const run = { phase: 'idle', step: 0, losses: [], accuracy: null, images: null, error: null };
  let wanted = false;
  let seen = false;
  let begun = false;
  let looping = false;
  let seed = CONFIG.seed;

  /** @template {'beginFirst' | 'advanceFirst'} M @param {M} method @param {import('../../training/common/requests.js').Args<M>} args */
  const ask = (method, args) => ctx.trainer.client.call(method, .../** @type {any} */ ([args]));
  const going = () => wanted && seen && !document.hidden && run.step < BATCHES;

  function tell() {
    const { step } = run;
    run.phase = step >= BATCHES ? 'done' : !wanted ? (step > 0 ? 'paused' : 'idle') : begun ? 'running' : 'loading';
    onChange();
  }

  function forget() {
    begun = false;
    Object.assign(run, { step: 0, losses: [], accuracy: null });
  }

  /** The worker, the data and a network that knows nothing. */
  async function begin() {
    const of = seed;
    await ctx.startWorker();
    run.images = await ask('beginFirst', [{ ...CONFIG, seed: of }]);
    // Begun anew meanwhile.
    if (of !== seed) return;
    forget();
    begun = true;
  }

  async function advance() {
    const check = (run.step + 1) % CHECK_EVERY === 0;
    const { step, losses, accuracy, weights } = await ask('advanceFirst', [1, check]);
    // Begun anew meanwhile.
    if (!begun) return;
    run.step = step;
    run.losses.push(...losses);
    run.accuracy = accuracy ?? run.accuracy;
    onWeights(weights);
  }

  async function loop() {
    if (looping) return;
    looping = true;
    for (let tries = 1; going(); ) {
      const start = performance.now();
      try {
        if (begun) await advance();
        else await begin();
        tell();
      } catch (error) {
        const { code } = /** @type {any} */ (error);
        // With the worker its network is gone: another begins where this one did.
        forget();
        if (/^engine_(restarted|stopped|silent)$/.test(code) && (tries += 1) <= TRIES) continue;
        run.error = error;
        wanted = false;
      }
      await pause(start + BEAT_MS - performance.now());
    }
    looping = false;
    tell();
  }

  document.addEventListener('visibilitychange', () => void loop());

  return {
    run,
    start() {
      wanted = true;
      run.error = null;
      tell();
      void loop();
    },
    pause() {
      wanted = false;
      tell();
    },
    /** Begins anew, with other random numbers. */
    again() {
      seed += 1;
      forget();
      this.start();
    },
    /** Where nobody sees it, it rests. @param {boolean} on */
    show(on) {
      seen = on;
      void loop();
    },
    /** The seed that the network begins with. */
    seed: () => seed,
  };
}
