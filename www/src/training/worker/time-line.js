/**
 * The live run's weights at earlier steps, so that an image can be shown to the network as it was: close together at
 * first, where much happens, then farther and farther apart, and at the end of each epoch. There are so many at most;
 * beyond, those go that leave the smallest gap.
 *
 * @module
 */

import { evaluate } from './evaluation.js';

/** Snapshots, at most. */
export const MOST = 24;
/** Bytes that they may take together; a few are kept however large they are. */
const MEMORY = 64e6;
const FEWEST = 4;
/** Each step that is kept is so many times the one before. */
const GROWTH = 1.5;
/** Validation images that tell how good a snapshot is. */
const IMAGES = 500;

/**
 * Whether the weights after a step are kept.
 * @param {number} last step that is kept
 * @param {number} step
 * @param {boolean} ended the step ended an epoch
 */
export const isDue = (last, step, ended) => step > last && (ended || step >= last * GROWTH);

/**
 * Which of the steps can best be done without: never the first or the last.
 * @param {number[]} steps growing, three or more
 * @returns {number} its place
 */
export function leastMissed(steps) {
  let best = 1;
  const gap = (/** @type {number} */ i) => (steps[i + 1] + 1) / (steps[i - 1] + 1);
  for (let i = 2; i < steps.length - 1; i += 1) if (gap(i) < gap(best)) best = i;
  return best;
}

export class TimeLine {
  /**
   * @param {any} engine exports of `crates/cnn-wasm`
   * @param {import('./feed.js').Feed} feed
   */
  constructor(engine, feed) {
    this.engine = engine;
    this.feed = feed;
    /** @type {{ step: number, bytes: Uint8Array, accuracy: number | null }[]} */
    this.kept = [];
    /** Whose they are: a number of the page's. @type {number | null} */
    this.run = null;
    /** Those of the run before, in case it is taken back. @type {Pick<TimeLine, 'run' | 'kept'> | null} */
    this.aside = null;
    /** A session of its own that takes the old weights, so that the live one is left alone. @type {any} */
    this.session = null;
    this.shown = -1;
  }

  /**
   * Goes on with a run from its weights as they are: of one that is known, the live one or the one before, the earlier
   * snapshots stay.
   * @param {any} session the live one
   * @param {number | null} [run] null if nothing earlier counts
   */
  begin(session, run = null) {
    this.session?.free();
    this.session = null;
    if (run === null) this.kept = [];
    else if (run !== this.run) {
      const back = this.aside?.run === run ? this.aside.kept : null;
      // As on the page, a run that was replaced before its first step leaves the one before to be taken back.
      if (back) this.aside = null;
      else if (!this.aside || this.kept.some(({ step }) => step > 0)) this.aside = { run: this.run, kept: this.kept };
      this.kept = back ?? [];
      this.run = run;
    }
    this.back(session.info().step - 1);
    this.record(session);
  }

  /** @param {any} session */
  record(session) {
    const bytes = session.save_weights();
    this.kept.push({ step: session.info().step, bytes, accuracy: null });
    const most = Math.max(FEWEST, Math.min(MOST, Math.floor(MEMORY / bytes.length)));
    if (this.kept.length > most) this.kept.splice(leastMissed(this.kept.map(({ step }) => step)), 1);
  }

  /**
   * A step has been taken.
   * @param {any} session
   * @param {number} step
   * @param {boolean} ended it ended an epoch
   */
  offer(session, step, ended) {
    if (isDue(this.kept.at(-1)?.step ?? -1, step, ended)) this.record(session);
  }

  /** The run went back to a step: what came after it is gone. @param {number} step */
  back(step) {
    this.kept = this.kept.filter((each) => each.step <= step);
    this.shown = -1;
  }

  /** @returns {{ step: number, accuracy: number | null }[]} */
  list() {
    return this.kept.map(({ step, accuracy }) => ({ step, accuracy }));
  }

  /** The network as it was after a step; null if it is not kept. @param {any} live session @param {number} step */
  at(live, step) {
    const found = this.kept.find((each) => each.step === step);
    if (!found) return null;
    if (this.shown !== step) {
      const { spec, seed, batch_size, optimizer } = live.info();
      this.session ??= new this.engine.Session({ spec, seed, batch_size, optimizer });
      this.session.load_weights(found.bytes);
      this.shown = step;
    }
    return { found, session: this.session };
  }

  /**
   * What the network said of an image after a step.
   * @param {any} live session
   * @param {number} step
   * @param {Float32Array} pixels
   * @returns {Float32Array | null} probabilities; null if the step is not kept
   */
  predict(live, step, pixels) {
    return this.at(live, step)?.session.predict(pixels).probabilities ?? null;
  }

  /**
   * How good the network was after a step, on the first validation images.
   * @param {any} live session
   * @param {number} step
   * @returns {Promise<number | null>} 0 to 1; null if the step is not kept or no image is here
   */
  async accuracy(live, step) {
    const past = this.at(live, step);
    const count = Math.min(IMAGES, this.feed.dataset?.available('validation') ?? 0);
    if (!past || count === 0) return null;
    const { found, session } = past;
    const cancelled = () => session !== this.session || this.shown !== step;
    const result = await evaluate(session, this.feed.dataset, { split: 'validation', count, cancelled });
    if (result) found.accuracy = result.correct / count;
    return found.accuracy;
  }
}
