// Runs that nobody disturbs, in a browser of their own: the losses that every killed run has to have, bit for bit.

import { pause } from './tab.js';

/** Steps are trained this far beyond what is asked for, so that the next question need not wait. */
const AHEAD = 1.2;

export class References {
  /** @param {import('./tab.js').Stage} stage */
  constructor(stage) {
    this.stage = stage;
    /** By the configuration's query. @type {Map<string, import('./tab.js').Tab>} */
    this.tabs = new Map();
  }

  /**
   * Compares a run's losses with those of the run that went through.
   * @param {string} query the run's configuration
   * @param {number} from steps before the first of these losses
   * @param {number[]} losses
   * @returns {Promise<string | null>} the first loss that is another one, in words
   */
  async compare(query, from, losses) {
    const expected = await this.upTo(query, from + losses.length);
    const at = losses.findIndex((loss, i) => !Object.is(loss, expected[from + i]));
    return at < 0 ? null : `step ${from + at + 1} has the loss ${losses[at]}, undisturbed ${expected[from + at]}`;
  }

  /** @param {string} query @param {number} steps */
  async upTo(query, steps) {
    const tab = this.tabs.get(query) ?? (await this.stage.tab(query));
    this.tabs.set(query, tab);
    const { book, page } = tab;
    if ((book.stretch?.last ?? 0) < steps) {
      // A tab in the background draws no frames, and the page acknowledges progress in them.
      await page.bringToFront();
      await tab.train();
      while ((book.stretch?.last ?? 0) < AHEAD * steps) {
        if (tab.crashed) throw new Error('the undisturbed run was disturbed: its page crashed');
        await pause(50);
      }
      await tab.stop();
    }
    if (!book.stretch || book.stretch.from !== 0 || book.gaps.length > 0) throw new Error(`the undisturbed run has gaps: ${book.gaps}`);
    return book.stretch.losses;
  }
}
