// A person's answers: what is kept of them, who gets them back, and that they go.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Answers, readSheet, SHEET } from '../../www/src/storage/answers.js';

/** The browser's local storage, as far as it is used. */
class Memory {
  constructor() {
    /** @type {Map<string, string>} */
    this.items = new Map([['theirs', 'stays']]);
  }
  get length() {
    return this.items.size;
  }
  key(/** @type {number} */ i) {
    return [...this.items.keys()][i] ?? null;
  }
  getItem(/** @type {string} */ name) {
    return this.items.get(name) ?? null;
  }
  setItem(/** @type {string} */ name, /** @type {string} */ text) {
    this.items.set(name, text);
  }
  removeItem(/** @type {string} */ name) {
    this.items.delete(name);
  }
}

let clock = 1000;
/** @param {Memory} memory @param {string} id */
const open = (memory, id) => new Answers({ id, storage: () => memory, now: () => (clock += 1) });
/** @param {string} cell @param {string} question @returns {import('../../www/src/storage/answers.js').Asked} */
const asked = (cell, question) => ({ cell, question, kind: 'number', explain: `${question}-explain` });

test('the first guess stays beside the newest, and the same one twice is one try', () => {
  const answers = open(new Memory(), 'a');
  answers.give('stride.q', { guess: 4, answer: 3, right: false });
  answers.give('stride.q', { guess: 4, answer: 3, right: false });
  answers.give('stride.q', { guess: 3, answer: 3, right: true, args: { n: 8 } });
  const { at, ...kept } = answers.of('stride.q') ?? { at: 0 };
  assert.ok(at > 1000);
  assert.deepEqual(kept, { guess: 3, answer: 3, right: true, first: 4, firstRight: false, tries: 2, args: { n: 8 } });
});

test('a cell is done once all of its questions are answered', () => {
  const answers = open(new Memory(), 'a');
  assert.equal(answers.complete('stride'), false, 'one without questions never is');
  for (const question of ['stride.a', 'stride.b']) answers.ask(asked('stride', question));
  answers.ask(asked('filter', 'filter.a'));
  answers.give('stride.a', { guess: 1, answer: 2, right: false });
  assert.equal(answers.complete('stride'), false);
  answers.give('stride.b', { guess: 1, answer: 1, right: true });
  assert.equal(answers.complete('stride'), true);
  assert.equal(answers.complete('filter'), false);
});

test('the next page shows nothing of them before it is asked to; then they are its own', () => {
  const memory = new Memory();
  open(memory, 'a').give('stride.q', { guess: 4, answer: 3, right: false });
  const next = open(memory, 'b');
  assert.equal(next.of('stride.q'), undefined);
  const found = next.found();
  assert.deepEqual({ id: found?.id, count: found?.count }, { id: 'a', count: 1 });
  next.give('filter.q', { guess: 1, answer: 1, right: true });
  const before = next.sheet.value;
  next.takeOver('a');
  assert.notEqual(next.sheet.value, before);
  assert.equal(next.of('stride.q')?.guess, 4);
  assert.deepEqual([...memory.items.keys()], ['theirs', `${SHEET}b`]);
  assert.equal(readSheet(memory.getItem(`${SHEET}b`))?.given.size, 2);
  assert.equal(next.found(), null);
});

test('few sheets are kept, and somebody else finds none', () => {
  const memory = new Memory();
  for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) open(memory, id).give('stride.q', { guess: 1, answer: 1, right: true });
  assert.deepEqual([...memory.items.keys()].slice(1), ['c', 'd', 'e', 'f'].map((id) => SHEET + id));
  const last = open(memory, 'g');
  last.give('stride.q', { guess: 1, answer: 1, right: true });
  last.startFresh();
  assert.equal(last.of('stride.q'), undefined);
  assert.deepEqual([...memory.items.keys()], ['theirs']);
});

test('a sheet that is damaged or of another version is none', () => {
  const memory = new Memory();
  open(memory, 'a').give('stride.q', { guess: 1, answer: 1, right: true });
  const text = String(memory.getItem(`${SHEET}a`));
  assert.ok(readSheet(text));
  for (const bad of [null, '', '{', '[]', 'null', text.replace('"version":1', '"version":2'), text.replace('"guess":1', '"guess":"1"'), text.replace('"right":true', '"right":1'), text.replace(/"given":.*/, '"given":{}}')]) {
    assert.equal(readSheet(bad), null, String(bad));
  }
});

test('storage that fails is told of once, and the answers are there all the same', () => {
  let told = 0;
  const denied = () => {
    throw new DOMException('denied', 'SecurityError');
  };
  const answers = new Answers({ id: 'a', storage: denied, onTrouble: () => (told += 1) });
  answers.give('stride.a', { guess: 1, answer: 1, right: true });
  answers.give('stride.b', { guess: 1, answer: 1, right: true });
  assert.equal(told, 1);
  assert.equal(answers.of('stride.b')?.guess, 1);
  assert.equal(answers.found(), null);
});
