/**
 * What the page knows of the run that is being trained. All of it is read from signals, and nobody else writes it: each
 * way in which it can change is a method here. It asks and does nothing; the worker's events come through `receive.js`.
 *
 * @module
 */

import { batch, signal } from '../../base/signals.js';
import { History } from './history.js';

/** @typedef {import('../common/protocol.js').PlainError} PlainError */
/** @typedef {import('../common/protocol.js').RunConfig} RunConfig */
/** @typedef {import('../common/protocol.js').Split} Split */
/** @typedef {import('../common/protocol.js').UserData} UserData */
/** @typedef {import('../common/protocol.js').Judgement} Judgement */
/** @typedef {import('../common/protocol.js').SnapshotEvent} SnapshotEvent */
/** @typedef {import('../common/protocol.js').BatchView} BatchView */
/** @typedef {'booting' | 'idle' | 'running' | 'failed'} Phase */
/**
 * How far the live run is.
 * @typedef {{ step: number, epoch: number, batch: number, batchesPerEpoch: number, learningRate: number, imagesPerSecond: number }} Progress
 */

/**
 * A run that was put aside, so that a reset can be taken back, or that comes from an earlier visit.
 * @typedef {object} PutAside
 * @property {number} run its number on this page
 * @property {RunConfig} config
 * @property {History} history
 * @property {Progress} progress
 * @property {boolean} loaded its weights came from a file
 * @property {import('./taught.js').Example[]} taught a person's own examples, then
 * @property {import('../common/protocol.js').SavedState} snapshot
 * @property {UserData | null} userData images that it was trained on, if they were the person's
 */

const NO_PROGRESS = { step: 0, epoch: 0, batch: 0, batchesPerEpoch: 0, learningRate: 0, imagesPerSecond: 0 };
/** Good snapshots kept: the newest may already carry what is about to go wrong. */
const KEPT_SNAPSHOTS = 2;

/**
 * The values of which the run's state consists.
 * @typedef {object} Values
 * @property {UserData | null} userData images that the person brought
 * @property {Phase} phase
 * @property {boolean} waiting training waits for a shard
 * @property {PlainError | null} error why the engine can't start, or why training stopped by itself
 * @property {{ variant: string, threads: number } | null} engine what trains
 * @property {number} run number of the live run on this page
 * @property {RunConfig | null} config of the live session
 * @property {Progress} progress
 * @property {BatchView | null} view the batch last trained
 * @property {import('../common/protocol.js').DataState | null} data
 * @property {{ split: Split, done: number, count: number, correct: number } | null} evaluation
 * @property {Partial<Record<Split, Judgement>>} judgements how the live run's weights did on each split, when it was last measured
 * @property {PlainError | null} notice something that happened by itself and that the person should hear of
 * @property {SnapshotEvent[]} snapshots
 * @property {PutAside | null} putAside the run before, to be had again
 * @property {boolean} loaded the live weights came from a file
 * @property {import('./taught.js').Example[]} taught a person's own examples, part of every batch
 */

/** @type {Values} */
const NOTHING = {
  userData: null,
  phase: 'booting',
  waiting: false,
  error: null,
  engine: null,
  run: 0,
  config: null,
  progress: NO_PROGRESS,
  view: null,
  data: null,
  evaluation: null,
  judgements: {},
  notice: null,
  snapshots: [],
  putAside: null,
  loaded: false,
  taught: [],
};

export class RunState {
  /** @type {{ [K in keyof Values]: import('@preact/signals-core').Signal<Values[K]> }} */
  #signals = /** @type {any} */ (Object.fromEntries(Object.entries(NOTHING).map(([key, value]) => [key, signal(value)])));
  /** The history grows where it is: what is written is that it has. */
  #history = signal({ of: new History() });
  #origin = signal(0);
  #runs = 0;
  #restarts = 0;

  /** @param {Partial<Values>} values */
  #write(values) {
    batch(() => {
      for (const [key, value] of Object.entries(values)) this.#signals[/** @type {keyof Values} */ (key)].value = /** @type {any} */ (value);
    });
  }

  /** @param {History} history */
  #record(history) {
    this.#history.value = { of: history };
  }

  get userData() { return this.#signals.userData.value; }
  get phase() { return this.#signals.phase.value; }
  get waiting() { return this.#signals.waiting.value; }
  get error() { return this.#signals.error.value; }
  get engine() { return this.#signals.engine.value; }
  get run() { return this.#signals.run.value; }
  get config() { return this.#signals.config.value; }
  get progress() { return this.#signals.progress.value; }
  get view() { return this.#signals.view.value; }
  get data() { return this.#signals.data.value; }
  get evaluation() { return this.#signals.evaluation.value; }
  get judgements() { return this.#signals.judgements.value; }
  get notice() { return this.#signals.notice.value; }
  get snapshots() { return this.#signals.snapshots.value; }
  get putAside() { return this.#signals.putAside.value; }
  get loaded() { return this.#signals.loaded.value; }
  get taught() { return this.#signals.taught.value; }

  /** What the live run has been through. */
  get history() {
    return this.#history.value.of;
  }

  /**
   * Another number whenever the live weights are others than training on from the last ones has made: of another run, from
   * a file, from a snapshot. A step of the microscope that was taken back is none of these.
   */
  get origin() {
    return this.#origin.value;
  }

  /** Number that the next run of this page will have. */
  get nextRun() {
    return this.#runs + 1;
  }

  /** How often in a row the engine had to be started again without a step in between. */
  get restarts() {
    return this.#restarts;
  }

  /** Whether the worker answers: it has begun, and not failed. */
  get alive() {
    return this.phase === 'idle' || this.phase === 'running';
  }

  /** Whether something would be lost by starting over. */
  get touched() {
    return this.progress.step > 0 || this.loaded;
  }

  // ---- the engine ----

  /** @param {{ variant: string, threads: number }} engine that trains from now on */
  engineIs({ variant, threads }) {
    this.#write({ engine: { variant, threads } });
  }

  /** The session is there and waits. @param {RunConfig} config */
  ready(config) {
    batch(() => {
      this.#write({ config, phase: 'idle' });
      this.#origin.value = this.#origin.peek() + 1;
    });
  }

  /** There will be no training. @param {PlainError} error why */
  failed(error) {
    this.#write({ phase: 'failed', error });
  }

  /** The worker is gone. */
  workerDied() {
    this.#restarts += 1;
    this.#write({ evaluation: null, waiting: false });
  }

  /** It is started again, and goes on from the last good snapshot. @param {(step: number) => PlainError} notice */
  restarting(notice) {
    batch(() => {
      this.#write({ phase: 'booting', data: null });
      this.rewind(this.snapshots.at(-1));
      this.#write({ notice: notice(this.progress.step) });
    });
  }

  // ---- the run ----

  started() {
    this.#write({ phase: 'running', notice: null });
  }

  /** It could not be started. Of a worker that died it is known already that nothing runs. */
  notStarted() {
    if (this.phase === 'running') this.#write({ phase: 'idle' });
  }

  /**
   * A new run: nothing is known of it yet.
   * @param {RunConfig} config
   * @param {PutAside | null} putAside the run before
   */
  begin(config, putAside) {
    batch(() => {
      this.#runs += 1;
      const history = new History();
      if (this.taught.length > 0) history.altered = 'taught';
      this.#record(history);
      this.#write({
        config,
        putAside,
        run: this.#runs,
        snapshots: [],
        progress: NO_PROGRESS,
        view: null,
        error: null,
        notice: null,
        evaluation: null,
        judgements: {},
        loaded: false,
      });
      this.#origin.value = this.#origin.peek() + 1;
    });
  }

  /**
   * A run of before is the live one.
   * @param {PutAside} before
   * @param {PutAside | null} putAside the run that was the live one
   */
  resume({ run, config, history, progress, loaded, snapshot }, putAside) {
    batch(() => {
      this.begin(config, putAside);
      this.#record(history);
      this.#write({ run, progress, loaded, snapshots: [{ event: 'snapshot', step: progress.step, epoch: progress.epoch, ...snapshot }] });
    });
  }

  /**
   * The live run as it was earlier: what came after is forgotten.
   * @param {SnapshotEvent} [snapshot] none: as it began
   * @param {number} [rate] another learning rate from there on
   */
  rewind(snapshot, rate) {
    const { step = 0, epoch = 0 } = snapshot ?? {};
    batch(() => {
      const history = this.history.upTo(step);
      if (rate && step) history.altered ??= 'rate';
      this.#record(history);
      const { batchesPerEpoch } = this.progress;
      const place = batchesPerEpoch > 0 ? step % batchesPerEpoch : 0;
      this.#write({ progress: { ...NO_PROGRESS, step, epoch, batch: place, batchesPerEpoch }, view: null, error: null, judgements: {} });
      if (rate) this.#setRate(rate);
      this.#origin.value = this.#origin.peek() + 1;
    });
  }

  /**
   * The last step was taken back.
   * @param {{ history: History, progress: Progress, view: BatchView | null }} before what was known before it
   * @param {number} step that the weights are of
   */
  stepBack({ history, progress, view }, step) {
    const past = history.upTo(step);
    // A rate that was changed after it stays changed.
    past.altered ??= this.history.altered;
    batch(() => {
      this.#record(past);
      this.#write({ progress, view, snapshots: this.snapshots.filter((each) => each.step <= step) });
    });
  }

  /** @param {number} rate */
  #setRate(rate) {
    const { config } = this;
    if (config) this.#write({ config: { ...config, optimizer: { ...config.optimizer, learning_rate: rate } } });
  }

  /** @param {number} rate the learning rate from the next step on */
  rateIs(rate) {
    batch(() => {
      if (this.progress.step > 0) this.#alter('rate');
      this.#setRate(rate);
    });
  }

  /** What makes this a run that its settings alone don't tell. @param {NonNullable<History['altered']>} reason */
  #alter(reason) {
    if (this.history.altered) return;
    this.history.altered = reason;
    this.#record(this.history);
  }

  /** The live weights were replaced by those of a file. */
  weightsLoaded() {
    batch(() => {
      this.#alter('loaded');
      this.#write({ error: null, loaded: true, judgements: {} });
      this.#origin.value = this.#origin.peek() + 1;
    });
  }

  /** @param {import('./taught.js').Example[]} taught */
  taughtAre(taught) {
    batch(() => {
      // A link can't carry them.
      if (taught.length > 0) this.#alter('taught');
      this.#write({ taught });
    });
  }

  /** @param {UserData | null} userData */
  userDataIs(userData) {
    this.#write({ userData });
  }

  // ---- what the worker tells ----

  /** @param {import('../common/protocol.js').ProgressEvent} event */
  progressed({ losses, accuracies, rates, view, step, epoch, batch: place, batchesPerEpoch, learningRate, imagesPerSecond }) {
    this.#restarts = 0;
    this.history.append(losses, accuracies, rates);
    batch(() => {
      this.#record(this.history);
      this.#write({ progress: { step, epoch, batch: place, batchesPerEpoch, learningRate, imagesPerSecond }, ...(view ? { view } : {}) });
    });
  }

  /** @param {import('../common/protocol.js').ValidationEvent} event */
  validated(event) {
    this.history.addCheck(event);
    this.#record(this.history);
  }

  /** @param {Omit<import('./history.js').Epoch, 'accuracy'>} epoch */
  epochEnded(epoch) {
    this.history.epochs.push({ ...epoch, accuracy: null });
    this.#record(this.history);
  }

  /** @param {Values['evaluation']} evaluation how far it is; null when it is over */
  evaluating(evaluation) {
    this.#write({ evaluation });
  }

  /** A split has been measured. @param {Judgement} result */
  judged(result) {
    batch(() => {
      this.#write({ judgements: { ...this.judgements, [result.split]: result } });
      if (result.split !== 'test') return;
      const { correct, count, step } = result;
      this.history.tests.push({ step, accuracy: correct / count, correct, count });
      this.#record(this.history);
    });
  }

  /** @param {BatchView | null} view */
  viewIs(view) {
    this.#write({ view });
  }

  /** @param {SnapshotEvent} snapshot a good one */
  snapshotTaken(snapshot) {
    this.#write({ snapshots: [...this.snapshots, snapshot].slice(-KEPT_SNAPSHOTS) });
  }

  /** @param {SnapshotEvent} snapshot of the weights as they are now: none before it is of these */
  snapshotIs(snapshot) {
    this.#write({ snapshots: [snapshot] });
  }

  /** @param {boolean} waiting for a shard */
  waits(waiting) {
    this.#write({ waiting });
  }

  /** @param {import('../common/protocol.js').DataState} data @param {boolean} another it is not more of the same */
  dataIs(data, another) {
    // What was taught are examples of the classes there were.
    this.#write({ data, ...(another && this.taught.length > 0 ? { taught: [] } : {}) });
  }

  /** @param {{ error?: PlainError | null, notice?: PlainError }} why it stopped, if not as was asked */
  stopped(why) {
    this.#write({ waiting: false, ...(this.phase === 'running' ? { phase: /** @type {Phase} */ ('idle') } : {}), ...why });
  }
}
