/**
 * When the next state to go back to is due while a run trains: soon at first, so that one that is cut off early has one
 * too, then so often that, with the time that it takes to write it, no more than ten seconds are lost.
 *
 * @module
 */

/** Milliseconds from the start of training to the first snapshot, from there to the second, … */
const FIRST_MS = [1000, 2000, 6500];
const THEN_MS = 9500;

export class SnapshotTimes {
  constructor() {
    this.last = 0;
    this.taken = 0;
  }

  /** Training starts or goes on. @param {number} now milliseconds of any clock */
  begin(now) {
    this.last = now;
    this.taken = 0;
  }

  /** @param {number} now */
  due(now) {
    return now - this.last >= (FIRST_MS[this.taken] ?? THEN_MS);
  }

  /** Whether one is worth while before something that may take long. @param {number} now */
  worthWhile(now) {
    return now - this.last >= FIRST_MS[0];
  }

  /** One was taken, due or not. @param {number} now */
  took(now) {
    this.last = now;
    this.taken += 1;
  }
}
