// What is known of a run from outside its page, so that it can be told after the page has been killed: every loss, when it
// came, and what was written to the browser's storage.

/**
 * @typedef {object} Told by a page, see `watchRun`
 * @property {number} worker how many training workers the page has started
 * @property {number} time milliseconds since 1970
 * @property {number} [step] the last one done
 * @property {number[]} [losses] of the steps up to it that were not told before
 * @property {number} [kept] the step of a run that is now in the browser's storage
 */

/**
 * Put into a page before its own scripts: tells `window.tellRun` of the training worker's steps and of what is kept.
 * The worker itself is at `window.trainingWorker`.
 */
export function watchRun() {
  const world = /** @type {any} */ (window);
  let worker = 0;
  const tell = (/** @type {object} */ event) => void world.tellRun({ worker, time: Date.now(), ...event }).catch(() => {});

  const Real = Worker;
  world.Worker = class extends Real {
    /** @param {string | URL} url @param {WorkerOptions} [options] */
    constructor(url, options) {
      super(url, options);
      if (!/\/training\/worker\/worker\.js$/.test(String(url))) return;
      worker += 1;
      world.trainingWorker = this;
      const number = worker;
      this.addEventListener('message', ({ data }) => {
        if (data.event === 'progress') tell({ worker: number, step: data.step, losses: [...data.losses] });
      });
    }
  };

  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = function (value, key) {
    if (String(key).startsWith('label/')) this.transaction.addEventListener('complete', () => tell({ kept: value.step }));
    return key === undefined ? put.call(this, value) : put.call(this, value, key);
  };
}

/** The steps of one worker: a stretch of the run from where it was taken up to where it was cut off. */
export class Stretch {
  /** @param {number} from the step that it goes on from @param {number} started when, milliseconds since 1970 */
  constructor(from, started) {
    this.from = from;
    this.started = started;
    /** Of the steps `from + 1`, `from + 2`, … @type {number[]} */
    this.losses = [];
    /** So many of them have been compared with an undisturbed run's. */
    this.compared = 0;
    /** @type {{ step: number, time: number }[]} */
    this.reached = [];
  }

  get last() {
    return this.from + this.losses.length;
  }

  /**
   * Milliseconds of training that are lost if the run goes on from a step.
   * @param {number} step @param {number} end when training ended
   */
  lost(step, end) {
    if (step >= this.last) return 0;
    const entry = this.reached.find((each) => each.step >= step);
    return end - (step <= this.from || !entry ? this.started : entry.time);
  }
}

/** What one page has told. */
export class Book {
  constructor() {
    /** By the worker's number. @type {Map<number, Stretch>} */
    this.stretches = new Map();
    /** The step of what was kept last. @type {number | null} */
    this.kept = null;
    /** When training was last asked for. */
    this.started = 0;
    /** What does not follow from what came before. @type {string[]} */
    this.gaps = [];
  }

  /** @param {Told} told */
  hear({ worker, time, step, losses, kept }) {
    if (kept !== undefined) this.kept = kept;
    if (step === undefined || !losses) return;
    const known = this.stretches.get(worker);
    const stretch = known ?? new Stretch(step - losses.length, this.started);
    this.stretches.set(worker, stretch);
    if (stretch.last !== step - losses.length) this.gaps.push(`after step ${stretch.last} came ${losses.length} up to ${step}`);
    for (const loss of losses) stretch.losses.push(loss);
    stretch.reached.push({ step, time });
  }

  /** The newest stretch. */
  get stretch() {
    return [...this.stretches.values()].at(-1) ?? null;
  }
}
