/**
 * The run loop, on the worker's side: one session, trained in slices short enough that a message gets through.
 *
 * The engine's calls are synchronous; between two slices the loop gives way to the worker's inbox, so whatever a message
 * asks for (pause, a prediction, another learning rate) happens between two steps, never in one.
 *
 * @module
 */

import { codedError } from '../../common/coded-error.js';
import { batchView } from './batch-view.js';
import { checkedCounts, countsOf } from './counts.js';
import { Watch } from './diverging.js';
import { newSession } from './engine-host.js';
import { evaluate } from './evaluation.js';
import { yieldToMessages } from './slices.js';
import { SnapshotTimes } from './snapshot-times.js';
import { TimeLine } from './time-line.js';

/** @typedef {import('../common/protocol.js').RunConfig} RunConfig */
/** @typedef {import('../common/protocol.js').WorkerEvent} WorkerEvent */
/** @typedef {import('../common/protocol.js').Split} Split */

/** Steps go on for this long before the inbox is looked at, milliseconds. */
const SLICE_MS = 30;
/** The batch's images are sent at most this often while training runs, milliseconds. */
const VIEW_MS = 200;
/** Images of the validation split that a check between epochs looks at. */
const CHECK_IMAGES = 500;

export class Run {
  /**
   * @param {any} engine exports of `crates/cnn-wasm`
   * @param {import('./feed.js').Feed} feed
   * @param {(event: WorkerEvent, transfer?: Transferable[]) => void} emit
   * @param {(error: unknown) => import('../common/protocol.js').PlainError} plain
   */
  constructor(engine, feed, emit, plain) {
    this.engine = engine;
    this.feed = feed;
    this.emit = emit;
    this.plain = plain;
    /** @type {any} */
    this.session = null;
    this.timeLine = new TimeLine(engine, feed);
    /** Steps between two looks at the validation split; 0 looks at the end of an epoch only. */
    this.checkEvery = 50;
    /** Whether the page has the batch's images on screen. */
    this.watching = true;
    /** Whether the page has drawn the last progress message. */
    this.drawn = true;
    this.training = false;
    this.stopping = false;
    /** @type {Promise<void>} */
    this.finished = Promise.resolve();
    this.wake = () => {};
    /** Evaluations that the page asked for and that training gives way to. */
    this.evaluations = 0;
    /** Times that the page called its evaluations off. */
    this.calledOff = 0;
    /** Of the steps that the page has not heard of. @type {number[]} */
    this.losses = [];
    /** @type {number[]} */
    this.accuracies = [];
    /** @type {number[]} */
    this.rates = [];
    /** A decaying sum of the time that steps took, and of their images. */
    this.trainedMs = 0;
    this.trainedImages = 0;
    this.epochCost = 0;
    this.epochSteps = 0;
    this.epochMs = 0;
    /** The engine's report of the last step. @type {any} */
    this.report = null;
    this.viewedAt = 0;
    this.snapshots = new SnapshotTimes();
    /** An epoch, counted from 1, whose validation has still to be done. */
    this.pendingValidationEpoch = 0;
    this.watch = new Watch(1);
  }

  /** Forgets what belongs to the session before. */
  clear() {
    this.losses = [];
    this.accuracies = [];
    this.rates = [];
    this.report = null;
    this.viewedAt = 0;
    this.watch = new Watch(this.session.info().classes);
  }

  /**
   * Starts a new session. If the configuration can't be, the one before stays.
   * @param {RunConfig} config
   * @param {Uint8Array | null} snapshot state to begin with, of a run with this configuration
   * @param {import('../common/protocol.js').Counts | null} counts what was counted up to then
   * @param {string} fingerprint that the snapshot's weights must have; empty: any
   * @param {number} run the page's number of the run: that of the live one or of the one before goes back in it
   * @param {() => void} onChange called when the new session takes the old one's place
   */
  async configure(config, snapshot, counts, fingerprint, run, onChange) {
    const counted = checkedCounts(counts);
    const session = newSession(this.engine, config);
    try {
      if (snapshot) {
        session.restore(snapshot);
        const reason = session.fingerprint();
        if (fingerprint && fingerprint !== reason) throw codedError('checkpoint_corrupt', { reason });
        // The rate may have been lowered since, or because of what happened after it.
        session.set_learning_rate(config.optimizer.learning_rate);
      }
    } catch (error) {
      session.free();
      throw error;
    }
    await this.pause();
    onChange();
    this.session?.free();
    session.learn_taught(true);
    this.session = session;
    this.timeLine.begin(session, run);
    this.config = config;
    this.resume(counted);
    return session.info();
  }

  /** What is counted besides the session, to be put back with `resume`. */
  counts() {
    return countsOf(this);
  }

  /**
   * The session went back to where these counts were taken.
   * @param {import('../common/protocol.js').Counts} counts
   */
  resume(counts) {
    this.clear();
    Object.assign(this, counts);
  }

  /** Asks the loop to stop, and waits until it has. */
  async pause() {
    this.stopping = true;
    this.wake();
    await this.finished;
  }

  /**
   * Trains until `steps` are done, or the epoch ends, or someone pauses it.
   * @param {{ steps?: number, epochs?: number }} goal neither: no end
   */
  start({ steps = Infinity, epochs = Infinity }) {
    if (this.training) return;
    this.training = true;
    this.stopping = false;
    this.snapshots.begin(performance.now());
    this.finished = this.loop(steps, epochs);
  }

  /**
   * @param {number} steps
   * @param {number} epochs
   */
  async loop(steps, epochs) {
    /** @type {'paused' | 'done' | 'diverged' | 'failed'} */
    let reason = 'done';
    let error = null;
    try {
      let sliceEnd = performance.now() + SLICE_MS;
      this.wantChecks(steps);
      while (steps > 0 && epochs > 0) {
        if (this.stopping) {
          reason = 'paused';
          break;
        }
        if (this.evaluations > 0) {
          await yieldToMessages();
          continue;
        }
        // A run that was brought back may have to wait for its data.
        if (this.pendingValidationEpoch > 0 && this.feed.complete) await this.validateEpoch();
        if (this.stopping) continue;
        if (!this.feed.complete) this.wantData(steps);
        if (!this.feed.dataset || (!this.feed.complete && !this.session.ready(this.feed.dataset))) {
          await this.waitForData();
          continue;
        }
        const ended = this.step();
        steps -= 1;
        if (this.watch.push(this.report.loss)) throw this.watch.report(this.session.parameters());
        if (ended) {
          epochs -= 1;
          if (this.snapshots.worthWhile(performance.now())) this.emitSnapshot();
          await this.validateEpoch();
        } else if (this.checkEvery > 0 && this.report.step % this.checkEvery === 0) {
          await this.validationImages(CHECK_IMAGES);
          await this.validate(CHECK_IMAGES);
        }
        this.flush(false);
        if (performance.now() >= sliceEnd) {
          if (this.snapshots.due(performance.now())) this.emitSnapshot();
          await yieldToMessages();
          sliceEnd = performance.now() + SLICE_MS;
        }
      }
      // Throws after a step that left infinite weights: the state before is the one to keep.
      this.emitSnapshot();
    } catch (thrown) {
      error = this.plain(thrown);
      reason = ['not_finite', 'diverging'].includes(error.code) ? 'diverged' : 'failed';
    }
    this.training = false;
    // After a trap the session can't be asked anything any more.
    if (error && !error.fatal) this.flush(true);
    this.emit({ event: 'stopped', reason, error });
  }

  /** One training step. @returns {boolean} whether it ended an epoch */
  step() {
    const start = performance.now();
    const report = this.session.step(this.feed.dataset);
    return this.account(report, performance.now() - start);
  }

  /**
   * Takes a step into the account of the run.
   * @param {any} report the engine's
   * @param {number} ms that the step took
   * @returns {boolean} whether it ended an epoch
   */
  account(report, ms) {
    const { count } = report;
    // A mean over about a second: older steps count for less and less.
    const keep = Math.exp(-ms / 1000);
    this.trainedMs = this.trainedMs * keep + ms;
    this.trainedImages = this.trainedImages * keep + count;
    this.report = report;
    this.losses.push(report.loss);
    this.accuracies.push(report.correct / count);
    this.rates.push(report.learning_rate);
    this.epochCost += report.loss;
    this.epochSteps += 1;
    this.epochMs += ms;
    const ended = report.batch + 1 >= report.batches_per_epoch;
    this.timeLine.offer(this.session, report.step, ended);
    if (!ended) return false;
    this.emit({
      event: 'epoch',
      epoch: report.epoch + 1,
      step: report.step,
      cost: this.epochCost / this.epochSteps,
      seconds: this.epochMs / 1000,
    });
    this.epochCost = 0;
    this.epochSteps = 0;
    this.epochMs = 0;
    this.pendingValidationEpoch = report.epoch + 1;
    return true;
  }

  /** Has the data fetched that the next steps train on. @param {number} steps until the goal */
  wantData(steps) {
    const { epoch, position, batch_size: size } = this.session.info();
    this.feed.reach(epoch, position * size, (position + steps) * size);
  }

  /** Has the validation images fetched if there will be a check before the goal. @param {number} steps */
  wantChecks(steps) {
    const { step } = this.session.info();
    const left = this.checkEvery > 0 ? this.checkEvery - (step % this.checkEvery) : Infinity;
    if (steps >= left || this.pendingValidationEpoch > 0) this.feed.want('validation');
  }

  async waitForData() {
    // A batch may reach further than its place says.
    this.feed.want('train', this.feed.state.available.train + 1);
    await this.waitUntil(() => true);
  }

  /** Waits for images to check with, unless they can't be had or a pause comes. @param {number} images */
  async validationImages(images) {
    const there = () => this.feed.state.available.validation >= Math.min(images, this.feed.state.counts.validation);
    if (there() || this.feed.state.error) return;
    this.feed.want('validation');
    await this.waitUntil(() => there() || this.feed.state.error !== null);
  }

  /** Waits for data to arrive, and again until it is enough; or for a pause. @param {() => boolean} enough */
  async waitUntil(enough) {
    this.flush(true);
    this.emit({ event: 'waiting', waiting: true });
    const stopped = new Promise((/** @type {(value?: undefined) => void} */ resolve) => {
      this.wake = resolve;
    });
    do await Promise.race([this.feed.arrival(), stopped]);
    while (!this.stopping && !enough());
    this.wake = () => {};
    this.emit({ event: 'waiting', waiting: false });
  }

  /** The end of an epoch: the whole validation split, unless a pause comes first; then it is done on going on. */
  async validateEpoch() {
    await this.validationImages(Infinity);
    if (await this.validate(Infinity)) this.pendingValidationEpoch = 0;
  }

  /**
   * @param {number} limit images to look at, at most
   * @returns {Promise<boolean>} whether it was done to the end
   */
  async validate(limit) {
    const available = this.feed.dataset.available('validation');
    const count = Math.min(limit, available);
    if (count === 0) return true;
    const epoch = this.pendingValidationEpoch;
    const { step } = this.session.info();
    const { session, feed } = this;
    const cancelled = () => this.stopping || session !== this.session;
    const result = await evaluate(session, feed.dataset, { split: 'validation', count, cancelled });
    if (!result) return false;
    const { correct, loss } = result;
    this.emit({ event: 'validation', step, epoch, count, accuracy: correct / count, loss });
    return true;
  }

  /** The page has drawn the last progress message. */
  acknowledge() {
    this.drawn = true;
  }

  /** @param {boolean} now even if the page is still drawing, and with the batch's images */
  flush(now) {
    if (!this.report || (!now && !this.drawn)) return;
    const due = now || performance.now() - this.viewedAt > VIEW_MS;
    const view = this.watching && due ? this.view() : null;
    if (this.losses.length === 0 && !view) return;
    const { step, batches_per_epoch: batchesPerEpoch, learning_rate: learningRate } = this.report;
    const batch = this.report.batch + 1;
    const epoch = this.report.epoch + (batch === batchesPerEpoch ? 1 : 0);
    const losses = Float32Array.from(this.losses);
    const accuracies = Float32Array.from(this.accuracies);
    const rates = Float32Array.from(this.rates);
    const imagesPerSecond = (1000 * this.trainedImages) / this.trainedMs;
    this.losses = [];
    this.accuracies = [];
    this.rates = [];
    this.drawn = false;
    this.emit(
      { event: 'progress', step, epoch, batch, batchesPerEpoch, losses, accuracies, rates, learningRate, imagesPerSecond, view },
      [losses.buffer, accuracies.buffer, rates.buffer, ...(view ? [view.images.buffer] : [])],
    );
  }

  /** The batch last trained. */
  view() {
    this.viewedAt = performance.now();
    return batchView(this.session, this.feed, this.report.step);
  }

  /** Sends a state to go back to, and first what led to it. */
  emitSnapshot() {
    this.flush(true);
    this.snapshots.took(performance.now());
    const { step, epoch } = this.session.info();
    const state = this.state();
    this.emit({ event: 'snapshot', step, epoch, ...state }, [state.bytes.buffer]);
  }

  /** All that it takes to go on from here. */
  state() {
    const bytes = this.session.snapshot();
    return { bytes, digest: this.engine.digest(bytes), counts: this.counts(), fingerprint: this.session.fingerprint() };
  }
}
