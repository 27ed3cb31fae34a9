// One kill after the other: a run is trained, cut off, offered, gone on with and cut off again; now and then another begins.

import { KINDS, RUNS } from './kinds.js';
import { pause, until } from './tab.js';

/** @typedef {import('./book.js').Stretch} Stretch */
/** @typedef {import('./tab.js').Tab} Tab */
/** @typedef {keyof typeof RUNS} Seed */

/**
 * @typedef {object} Plan of one kill
 * @property {string} kind one of `KINDS`
 * @property {'normal' | 'filled' | 'full' | 'denied'} [storage] `filled`: full once something has been kept; `full`: from
 *   the beginning, as far as the browser notices: it asks for what is left only now and then
 * @property {boolean} [two] another tab trains beside it
 * @property {boolean} [resuming] killed while a run that was offered is being taken up
 * @property {number} wait milliseconds from the first step, or from the press that takes the run up, to the kill
 * @property {boolean} [fresh] of a run that begins
 * @property {Seed} seed of the run that begins, if one does
 *
 * @typedef {object} Result
 * @property {'resumed' | 'too early' | 'told'} outcome `too early`: killed before anything was kept; `told`: the page had
 *   said that nothing (or nothing more) can be kept
 * @property {number} lost milliseconds of training; what was told to be lost is not counted
 * @property {number} compared losses
 */

/** How long it may take until the page has met the storage's refusal: its first snapshot comes after a second of training. */
const REFUSAL_MS = 60_000;
/** Within this time a run is taken up. */
const RESUMING_MS = 400;

export class Chain {
  /** @param {import('./tab.js').Stage} stage @param {import('./reference.js').References} references */
  constructor(stage, references) {
    this.stage = stage;
    this.references = references;
    /** What goes on: the page, whether it only offers the run, and which one it is. @type {{ tab: Tab, offered: boolean, seed: Seed } | null} */
    this.run = null;
    /** The step that must come back. @type {number | null} */
    this.floor = null;
    /** Kills since the run was last seen to step. @type {{ stretch: Stretch | null, end: number, result: Result }[]} */
    this.pending = [];
  }

  /** @param {string} what @returns {never} */
  fail(what) {
    throw new Error(what);
  }

  /** Each loss of a page as in the run that nobody killed. @param {Tab} tab @param {Seed} seed @returns {Promise<number>} how many more than before */
  async compare({ book }, seed) {
    if (book.gaps.length > 0) this.fail(`steps are missing: ${book.gaps[0]}`);
    let compared = 0;
    for (const stretch of book.stretches.values()) {
      // It may go on meanwhile.
      const losses = stretch.losses.slice();
      const wrong = await this.references.compare(RUNS[seed], stretch.from, losses);
      if (wrong) this.fail(`not as the undisturbed run: ${wrong} (the run went on from step ${stretch.from})`);
      compared += losses.length - stretch.compared;
      stretch.compared = losses.length;
    }
    return compared;
  }

  /** @param {Plan} plan @returns {Promise<Result>} complete once `settle` or the next kill has seen the run go on */
  async kill(plan) {
    const { kind, storage = 'normal', two = false, resuming = false, wait } = plan;
    const wanted = storage === 'denied' || storage === 'full' || two || plan.fresh;
    if (wanted) await this.settle();
    if (!this.run) await this.begin(plan);
    /** @type {Result} */
    const result = { outcome: 'resumed', lost: 0, compared: 0 };
    if (resuming) return this.killResuming(plan, result);
    await this.takeUp();
    const { tab, seed } = this.run ?? this.fail('there is no run');

    if (storage === 'filled') await until(() => tab.book.kept !== null, 'the first snapshot', REFUSAL_MS);
    if (storage === 'filled') await tab.fill();
    if (storage !== 'normal') await tab.trouble.waitFor({ timeout: REFUSAL_MS });
    const twin = two ? await this.twin(seed) : null;
    await pause(wait);

    const stretch = tab.book.stretch ?? this.fail('nothing was trained');
    const { kept } = tab.book;
    const end = Date.now();
    await KINDS[kind].kill(tab, this.stage);
    this.pending.push({ stretch, end, result });
    if (KINDS[kind].ends === 'worker') {
      await tab.recovered();
      await this.goOn(tab, tab.book.stretches.size + 1, kept);
      result.compared = await this.compare(tab, seed);
      if (storage !== 'normal') await this.settle();
    } else {
      result.compared = await this.compare(tab, seed);
      this.floor = tab.book.kept ?? this.floor;
      if (twin) await this.comeBackToTwo(twin, result);
      else await this.comeBack(storage, result);
    }
    return result;
  }

  /** @param {Plan} plan */
  async begin({ seed, storage }) {
    await this.stage.clear();
    const tab = await this.stage.tab(RUNS[seed], { denied: storage === 'denied' });
    this.floor = null;
    this.run = { tab, offered: false, seed };
    if (storage === 'full') await tab.fill();
    await tab.train();
  }

  /** Goes on with the run that is offered, if it is. */
  async takeUp() {
    const { run } = this;
    if (!run?.offered) return;
    run.offered = false;
    await run.tab.accept();
    await run.tab.accepted();
    // What is taken up is kept by the page that took it, and until then where it was.
    this.floor = await this.goOn(run.tab, 1, this.floor);
  }

  /**
   * Trains on, and tells the kills before from where.
   * @param {Tab} tab @param {number} stretches so many are known then @param {number | null} floor the step that must be there
   */
  async goOn(tab, stretches, floor) {
    await tab.train();
    await until(() => tab.book.stretches.size >= stretches, 'a step of the new worker');
    const { from } = tab.book.stretch ?? this.fail('nothing was trained');
    if (floor !== null && from < floor) this.fail(`step ${floor} had been kept, but the run goes on from ${from}`);
    for (const { stretch, end, result } of this.pending.splice(0)) {
      if (result.outcome === 'resumed') result.lost = stretch?.lost(from, end) ?? 0;
    }
    return from;
  }

  /** @param {Plan} plan @param {Result} result */
  async killResuming(plan, result) {
    if (!this.run?.offered) await this.leave();
    const { tab, seed } = this.run ?? this.fail('there is no run');
    await tab.accept();
    await pause(plan.wait % RESUMING_MS);
    await KINDS[plan.kind].kill(tab, this.stage);
    await tab.page.close();
    // Nothing was trained, so nothing more is lost than by the kill before.
    this.pending.push({ stretch: null, end: 0, result });
    const next = await this.stage.tab('');
    if (!(await next.offered())) this.fail('the run is gone: killed while it was taken up, it is not offered again');
    this.run = { tab: next, offered: true, seed };
    return result;
  }

  /** Puts the run away in peace, so that it is offered. */
  async leave() {
    const { tab, seed } = this.run ?? this.fail('there is no run');
    await until(() => tab.book.kept !== null, 'the first snapshot');
    await tab.page.close();
    await this.compare(tab, seed);
    this.floor = tab.book.kept;
    await this.comeBack('normal', null);
  }

  /** Opens the page again. @param {Plan['storage']} storage @param {Result | null} result */
  async comeBack(storage, result) {
    const { tab: dead, seed } = this.run ?? this.fail('there is no run');
    await dead.page.close();
    const tab = await this.stage.tab('');
    const offered = await tab.offered();
    if (!offered && this.floor !== null) this.fail(`step ${this.floor} had been kept, but no run is offered`);
    if (offered && this.floor === null && storage !== 'normal') this.fail('a run is offered, though nothing could be kept');
    this.run = offered ? { tab, offered, seed } : null;
    if (result && storage !== 'normal') result.outcome = 'told';
    else if (result && !offered) {
      result.outcome = 'too early';
      const [{ stretch, end }] = this.pending;
      result.lost = stretch?.lost(0, end) ?? 0;
    }
    if (!offered) this.pending = [];
  }

  /** A second tab that trains another run. @param {Seed} seed of the first */
  async twin(seed) {
    const other = /** @type {Seed[]} */ (Object.keys(RUNS).map(Number)).find((each) => String(each) !== String(seed)) ?? seed;
    const tab = await this.stage.tab(RUNS[other]);
    if (await tab.offered()) this.fail('the run of a tab that lives was offered to another one');
    await tab.train();
    await until(() => tab.book.kept !== null, 'the first snapshot of the second tab');
    return { tab, seed: other };
  }

  /**
   * Of two tabs one or both are gone. Both runs come back: the one that lives by itself, the others one after the other.
   * @param {{ tab: Tab, seed: Seed }} twin @param {Result} result
   */
  async comeBackToTwo(twin, result) {
    const first = this.run ?? this.fail('there is no run');
    const lives = !twin.tab.crashed && !twin.tab.page.isClosed();
    const kept = new Map([[String(first.seed), this.floor], ...(lives ? [] : /** @type {const} */ ([[String(twin.seed), twin.tab.book.kept]]))]);
    if (!lives) result.compared += await this.compare(twin.tab, twin.seed);
    while (kept.size > 0) {
      const tab = await this.stage.tab('');
      if (!(await tab.offered())) {
        const [[seed, floor]] = kept;
        if (floor === null) break;
        this.fail(`of two tabs the run with seed ${seed} is not offered, though its step ${floor} had been kept`);
      }
      await tab.accept();
      await tab.accepted();
      const seed = await tab.seed();
      const floor = kept.get(seed) ?? null;
      if (!kept.delete(seed)) this.fail(`a run with seed ${seed} came back, which nobody had lost`);
      const known = this.pending;
      // How much is lost is told of the tab that was killed by itself.
      if (seed !== String(first.seed)) this.pending = [];
      await this.goOn(tab, 1, floor);
      if (seed !== String(first.seed)) this.pending = known;
      await pause(500);
      await tab.stop();
      result.compared += await this.compare(tab, /** @type {Seed} */ (Number(seed)));
    }
    if (lives) {
      await twin.tab.stop();
      result.compared += await this.compare(twin.tab, twin.seed);
    }
    this.pending = [];
    this.run = null;
  }

  /** Sees the last kills through, and ends the run. */
  async settle() {
    await this.takeUp();
    const { run } = this;
    this.run = null;
    if (!run || run.offered) return;
    await pause(300);
    await run.tab.stop();
    await this.compare(run.tab, run.seed);
  }
}
