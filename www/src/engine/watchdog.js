/**
 * Notices that the worker is dead, by its silence. It answers a ping whenever it looks at its inbox, also while it waits
 * for the network; so silence is one call of the engine that takes long, or a worker that hangs. How long a call may take
 * is not known at first (a slow phone's step takes many seconds), but a run that has been stepping has shown it.
 *
 * Ticks are counted, not seconds: in a hidden page or with the lid closed they come late, and the worker may too.
 *
 * @module
 */

const TICK_MS = 1000;
/** Ticks without a word after which a worker is taken for dead, if nothing is known of how long its calls take. */
const SILENT_TICKS = 60;
/** While a run steps: so many times its longest silence, within bounds, is no step any more. */
const PATIENCE = 10;
const FEWEST_TICKS = 10;
/** Progress messages after which a run has shown how long its steps take. */
const KNOWN_AFTER = 5;
/** A stage of the start may take this long: what is downloaded comes as slowly as the network is. */
const STAGE_TICKS = 300;

export class Watchdog {
  /**
   * @param {object} options
   * @param {() => void} options.ping asks the worker for a sign of life
   * @param {() => void} options.onSilence the worker is dead
   * @param {() => 'nothing' | 'start' | 'steps' | 'other'} options.due what the worker is expected to do: nothing, to
   *   start, only steps of the run and questions no longer than one, or anything
   */
  constructor({ ping, onSilence, due }) {
    this.ping = ping;
    this.onSilence = onSilence;
    this.due = due;
    this.timer = 0;
    this.pinged = false;
    /** Ticks since the worker's last word. */
    this.silent = 0;
    /** The worker's script runs. */
    this.greeted = false;
    /** Ticks since it told of a stage of its start. */
    this.staged = 0;
    /** Progress messages of the run, and the most ticks without a word since the first of them. */
    this.steps = 0;
    this.longest = 0;
  }

  /** Another worker: nothing is known of it. */
  renew() {
    this.rest();
    this.greeted = false;
    this.staged = 0;
    this.anotherRun();
  }

  /** Steps may take another time from now on. */
  anotherRun() {
    this.steps = 0;
    this.longest = 0;
  }

  /** The worker said something. @param {string} [event] */
  heard(event) {
    if (event === 'progress') this.steps += 1;
    if (this.steps > 0) this.longest = Math.max(this.longest, this.silent);
    if (event === 'stage') this.staged = 0;
    this.greeted = true;
    this.pinged = false;
    this.silent = 0;
  }

  /** Watches until nothing is due. */
  watch() {
    if (this.timer) return;
    this.silent = 0;
    this.pinged = false;
    this.staged = 0;
    this.timer = window.setInterval(() => this.tick(), TICK_MS);
  }

  rest() {
    clearInterval(this.timer);
    this.timer = 0;
  }

  tick() {
    const due = this.due();
    if (due === 'nothing') return this.rest();
    if (!this.pinged) this.ping();
    this.pinged = true;
    this.silent += 1;
    if (due === 'start') this.staged += 1;
    // Before its script runs a worker can't answer: if the script can't be had, the browser says so.
    if ((this.greeted && this.silent > this.patience(due)) || this.staged > STAGE_TICKS) this.onSilence();
  }

  /** @param {string} due @returns {number} ticks of silence that are not taken for death yet */
  patience(due) {
    if (due !== 'steps' || this.steps < KNOWN_AFTER || document.hidden) return SILENT_TICKS;
    return Math.min(SILENT_TICKS, Math.max(FEWEST_TICKS, PATIENCE * this.longest));
  }
}
