/**
 * What a run has been through: a number for each step in arrays that grow, and a short list for everything rarer.
 *
 * @module
 */

/** Steps over which the smoothed loss forgets. */
const SMOOTHING_STEPS = 25;

/** Single-precision numbers in a row that grows. */
export class Column {
  constructor() {
    this.store = new Float32Array(1024);
    this.length = 0;
  }

  /** @param {number} value */
  push(value) {
    if (this.length === this.store.length) {
      const larger = new Float32Array(2 * this.store.length);
      larger.set(this.store);
      this.store = larger;
    }
    this.store[this.length] = value;
    this.length += 1;
  }

  /** The numbers so far; valid until the next `push`. */
  get values() {
    return this.store.subarray(0, this.length);
  }
}

/**
 * @typedef {object} Check a look at the validation split
 * @property {number} step after which it was taken
 * @property {number} count images
 * @property {number} accuracy 0 to 1
 * @property {number} loss
 *
 * @typedef {object} Epoch
 * @property {number} epoch counted from 1
 * @property {number} step its last
 * @property {number} cost mean of its batch losses
 * @property {number} seconds spent training it
 * @property {number | null} accuracy on the validation split, once known
 *
 * @typedef {{ step: number, accuracy: number, correct: number, count: number }} Test
 */

/** @template T @param {T[]} entries */
const copied = (entries) => entries.map((entry) => ({ ...entry }));

export class History {
  constructor() {
    /** Loss of the batch of step i + 1. */
    this.loss = new Column();
    /** Its exponential average, corrected for its beginning. */
    this.smooth = new Column();
    /** Share of the batch that was right. */
    this.accuracy = new Column();
    /** Its exponential average. */
    this.smoothAccuracy = new Column();
    /** Learning rate of the step, after the schedule. */
    this.rate = new Column();
    /** @type {Check[]} */
    this.checks = [];
    /** @type {Epoch[]} */
    this.epochs = [];
    /** @type {Test[]} */
    this.tests = [];
    /** What makes this a run that its settings alone don't tell. @type {'rate' | 'loaded' | 'taught' | null} */
    this.altered = null;
    this.lossSum = 0;
    this.accuracySum = 0;
    this.weight = 0;
  }

  /** Steps recorded. */
  get steps() {
    return this.loss.length;
  }

  /** The smoothed loss now, or NaN before the first step. */
  get lastSmooth() {
    return this.steps > 0 ? this.smooth.store[this.steps - 1] : NaN;
  }

  /**
   * @param {ArrayLike<number>} losses
   * @param {ArrayLike<number>} accuracies
   * @param {ArrayLike<number>} [rates] where they are known
   */
  append(losses, accuracies, rates = []) {
    const keep = 1 - 1 / SMOOTHING_STEPS;
    for (let i = 0; i < losses.length; i += 1) {
      this.lossSum = keep * this.lossSum + losses[i];
      this.accuracySum = keep * this.accuracySum + accuracies[i];
      this.weight = keep * this.weight + 1;
      this.loss.push(losses[i]);
      this.smooth.push(this.lossSum / this.weight);
      this.accuracy.push(accuracies[i]);
      this.smoothAccuracy.push(this.accuracySum / this.weight);
      this.rate.push(rates[i] ?? NaN);
    }
  }

  /** @param {import('../common/protocol.js').ValidationEvent} event */
  addCheck({ step, epoch, count, accuracy, loss }) {
    this.checks.push({ step, count, accuracy, loss });
    const entry = this.epochs.find((line) => line.epoch === epoch);
    if (entry) entry.accuracy = accuracy;
  }

  /** What it was made of, without what follows from that. */
  pack() {
    // Copies: an epoch learns its validation accuracy later, when this may be sealed and not yet written.
    const [checks, epochs, tests] = [copied(this.checks), copied(this.epochs), copied(this.tests)];
    const [loss, accuracy, rate] = [this.loss, this.accuracy, this.rate].map((column) => column.values.slice());
    return { loss, accuracy, rate, checks, epochs, tests, altered: this.altered };
  }

  /** @param {ReturnType<History['pack']>} packed */
  static unpack({ loss, accuracy, rate, checks, epochs, tests, altered }) {
    const history = new History();
    history.append(loss, accuracy, rate);
    return Object.assign(history, { checks, epochs, tests, altered });
  }

  /**
   * This history up to a step, as it was then.
   * @param {number} step
   */
  upTo(step) {
    const past = new History();
    past.append(this.loss.values.subarray(0, step), this.accuracy.values.subarray(0, step), this.rate.values.subarray(0, step));
    const before = (/** @type {{ step: number }} */ entry) => entry.step <= step;
    past.checks = this.checks.filter(before);
    past.epochs = this.epochs.filter(before);
    past.tests = this.tests.filter(before);
    past.altered = this.altered;
    return past;
  }
}
