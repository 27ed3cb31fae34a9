/**
 * A person's answers to the page's questions, kept on this device: a sheet for each page that was opened, in the browser's
 * local storage, which is written at once. Whoever opens the page next may be somebody else, so a sheet of before is only
 * shown once it is asked for (`takeOver`).
 *
 * @module
 */

import { batch, signal } from '../base/signals.js';

/** What the names of the sheets begin with. */
export const SHEET = 'cnn-notebook.answers/';
/** Sheets that are kept beside this page's own; the oldest go. */
const OTHERS = 3;
const VERSION = 1;

/**
 * @typedef {object} Asked a question of the page
 * @property {string} cell
 * @property {string} question key of its text, by which it is known
 * @property {'number' | 'choice'} kind
 * @property {string[]} [options] keys of the choices
 * @property {string} explain key of what follows the answer
 *
 * @typedef {object} Answer
 * @property {number} guess the newest: a number, or the index of a choice
 * @property {number} answer what is right, as computed then
 * @property {boolean} right
 * @property {number} first the first guess
 * @property {boolean} firstRight
 * @property {number} tries
 * @property {number} at when, ms
 * @property {Record<string, unknown>} args values for the texts, as they were then
 *
 * @typedef {Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>} LocalStorage
 */

/** @param {unknown} value @returns {value is Record<string, any>} */
const isRecord = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** @param {any} value @returns {value is Answer} */
const isAnswer = (value) =>
  isRecord(value) &&
  ['guess', 'answer', 'first', 'tries', 'at'].every((name) => Number.isFinite(value[name])) &&
  typeof value.right === 'boolean' &&
  typeof value.firstRight === 'boolean' &&
  isRecord(value.args);

/**
 * @param {string | null} text of a sheet
 * @returns {{ saved: number, given: Map<string, Answer> } | null} null if it is none: of another version, or damaged
 */
export function readSheet(text) {
  try {
    const { version, saved, given } = JSON.parse(text ?? '');
    if (version !== VERSION || !Number.isFinite(saved) || !isRecord(given)) return null;
    const entries = Object.entries(given);
    return entries.length > 0 && entries.every(([, answer]) => isAnswer(answer)) ? { saved, given: new Map(entries) } : null;
  } catch {
    return null;
  }
}

export class Answers {
  /**
   * @param {object} options
   * @param {string} options.id of this page's sheet
   * @param {() => LocalStorage | null} [options.storage] throws where the browser denies it; null: nothing is kept
   * @param {() => void} [options.onTrouble] told once that nothing is kept
   * @param {() => number} [options.now] ms
   */
  constructor({ id, storage = () => localStorage, onTrouble = () => {}, now = Date.now }) {
    this.id = id;
    this.storage = storage;
    this.onTrouble = onTrouble;
    this.now = now;
    this.works = true;
    /** The questions of the cells that are there, by key. @type {import('@preact/signals-core').Signal<Map<string, Asked>>} */
    this.questions = signal(new Map());
    /** By the question's key. @type {import('@preact/signals-core').Signal<Map<string, Answer>>} */
    this.given = signal(new Map());
    /** Another number whenever other answers are shown than have been given here. */
    this.sheet = signal(0);
    /** What is right is not shown: a teacher opens it. */
    this.hidden = signal(false);
  }

  /** A question is on the page. @param {Asked} asked */
  ask(asked) {
    this.questions.value = new Map([...this.questions.peek(), [asked.question, asked]]);
  }

  /** @param {string} question @returns {Answer | undefined} read from a signal */
  of(question) {
    return this.given.value.get(question);
  }

  /**
   * @param {string} question
   * @param {{ guess: number, answer: number, right: boolean, args?: Record<string, unknown> }} given
   */
  give(question, { guess, answer, right, args = {} }) {
    const before = this.given.peek().get(question);
    if (before && before.guess === guess && before.answer === answer) return;
    const { first = guess, firstRight = right, tries = 0 } = before ?? {};
    this.given.value = new Map([...this.given.peek(), [question, { guess, answer, right, first, firstRight, tries: tries + 1, at: this.now(), args }]]);
    this.keep();
  }

  /** Whether all questions of a cell are answered; false while it has none. @param {string} cell read from signals */
  complete(cell) {
    const own = [...this.questions.value.values()].filter((asked) => asked.cell === cell);
    return own.length > 0 && own.every(({ question }) => this.given.value.has(question));
  }

  /** @returns {{ id: string, saved: number, count: number } | null} the newest sheet of another page */
  found() {
    const [newest] = this.sheets();
    return newest ? { id: newest.id, saved: newest.saved, count: newest.given.size } : null;
  }

  /** Goes on with a sheet of before, which becomes this page's own; what has been answered here counts. @param {string} id */
  takeOver(id) {
    const sheet = this.tried((storage) => readSheet(storage.getItem(SHEET + id)));
    if (!sheet) return;
    batch(() => {
      this.given.value = new Map([...sheet.given, ...this.given.peek()]);
      this.sheet.value += 1;
    });
    this.keep();
    this.discard(id);
  }

  /** @param {string} id of a sheet that nobody wants */
  discard(id) {
    this.tried((storage) => storage.removeItem(SHEET + id));
  }

  /** For somebody else: nothing is answered, and no sheet is left. */
  startFresh() {
    batch(() => {
      this.given.value = new Map();
      this.sheet.value += 1;
    });
    for (const id of this.names()) this.discard(id);
  }

  /** Writes this page's sheet, and removes the oldest of the others. */
  keep() {
    this.tried((storage) => {
      storage.setItem(SHEET + this.id, JSON.stringify({ version: VERSION, saved: this.now(), given: Object.fromEntries(this.given.peek()) }));
      return true;
    });
    for (const { id } of this.sheets().slice(OTHERS)) this.discard(id);
  }

  /** @returns {string[]} ids of all sheets */
  names() {
    return this.tried((storage) => Array.from({ length: storage.length }, (_, i) => storage.key(i) ?? '').flatMap((name) => (name.startsWith(SHEET) ? name.slice(SHEET.length) : []))) ?? [];
  }

  /** Those of other pages that can be read, the newest first. */
  sheets() {
    const others = this.names().filter((id) => id !== this.id);
    return others
      .flatMap((id) => {
        const sheet = this.tried((storage) => readSheet(storage.getItem(SHEET + id)));
        return sheet ? [{ id, ...sheet }] : [];
      })
      .sort((a, b) => b.saved - a.saved);
  }

  /**
   * Storage that fails is told of once; the page goes on without it.
   * @template T
   * @param {(storage: LocalStorage) => T} act
   * @returns {T | undefined}
   */
  tried(act) {
    if (!this.works) return undefined;
    try {
      const storage = this.storage();
      return storage ? act(storage) : undefined;
    } catch {
      this.works = false;
      this.onTrouble();
      return undefined;
    }
  }
}
