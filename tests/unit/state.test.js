import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choice, createState, decimal, flag, integer, numbers, text } from '../../www/src/base/state.js';

const schema = () => ({
  lang: { ...choice({ default: 'ko', values: ['ko', 'en'] }), always: true },
  theme: { ...choice({ default: 'auto', values: ['auto', 'dark'] }), private: true },
  'stride.n': integer({ default: 7, min: 1, max: 64 }),
  rate: decimal({ default: 0.001, min: 0, max: 1, step: 0.001 }),
  on: flag({ default: false }),
  spec: text({ default: '', maxLength: 20 }),
  cells: numbers({ default: [1, 2], min: -9, max: 9 }),
});

/** Lets what was queued by `set` run. */
const delivered = () => new Promise((resolve) => setTimeout(resolve, 0));

test('a link round-trips: reading what was written gives the same values', () => {
  const state = createState(schema());
  const values = { lang: 'en', 'stride.n': 9, rate: 0.25, on: true, spec: 'a b&c=\n#\u00e9가', cells: [-3.5, 4] };
  assert.equal(state.assign(values), true);
  const again = createState(schema(), state.query());
  assert.deepEqual(again.invalid, []);
  for (const [key, value] of Object.entries(values)) assert.deepEqual(again.get(key), value, key);
});

test('defaults stay out of a link, unless they must be in it; private keys never are', () => {
  const state = createState(schema(), 'theme=dark');
  assert.equal(state.get('theme'), 'dark');
  assert.equal(state.query(), 'lang=ko');
});

test('a bad value in a link is ignored and reported', () => {
  for (const [key, bad] of [
    ['stride.n', '65'],
    ['stride.n', '0'],
    ['stride.n', '3.5'],
    ['stride.n', '1e3'],
    ['stride.n', ''],
    ['rate', 'NaN'],
    ['rate', 'Infinity'],
    ['rate', '2'],
    ['on', 'yes'],
    ['lang', 'fr'],
    ['spec', 'x'.repeat(21)],
    ['cells', '1_'],
    ['cells', '1_99'],
    ['cells', 'a_b'],
  ]) {
    const state = createState(schema(), new URLSearchParams({ [key]: bad }).toString());
    assert.deepEqual(state.invalid, [{ key, text: bad }], `${key}=${bad}`);
    assert.deepEqual(state.get(key), createState(schema()).get(key));
  }
});

test('keys that nobody declared are left alone, prototype names among them', () => {
  const state = createState(schema(), 'utm_source=x&__proto__=1&constructor=2&toString=3');
  assert.deepEqual(state.invalid, []);
  assert.throws(() => state.get('toString'), RangeError);
  assert.throws(() => state.set('nothing', 1), RangeError);
});

test('set refuses what is not valid; assign sets all or none', () => {
  const state = createState(schema());
  assert.equal(state.set('stride.n', 65), false);
  assert.equal(state.set('stride.n', '7'), false);
  assert.equal(state.assign({ 'stride.n': 8, on: 'yes' }), false);
  assert.equal(state.get('stride.n'), 7);
});

test('listeners hear of a change once, after all of it, and only of their keys', async () => {
  const state = createState(schema());
  /** @type {string[][]} */
  const heard = [];
  const end = state.subscribe(['stride.n', 'on'], (changed) => heard.push([...changed].sort()));
  state.set('stride.n', 8);
  state.set('stride.n', 9);
  state.set('on', true);
  state.set('rate', 0.5);
  assert.deepEqual(heard, []);
  await delivered();
  assert.deepEqual(heard, [['on', 'stride.n']]);

  state.set('stride.n', 9);
  await delivered();
  assert.equal(heard.length, 1, 'no change, no call');

  end();
  state.set('stride.n', 10);
  await delivered();
  assert.equal(heard.length, 1);
});

test('a listener may set a key in turn, and a broken one does not silence the others', async (t) => {
  const silent = t.mock.method(console, 'error', () => {});
  const state = createState(schema());
  /** @type {string[]} */
  const heard = [];
  state.subscribe(null, () => {
    throw new Error('broken');
  });
  state.subscribe(['stride.n'], () => state.set('on', true));
  state.subscribe(['on'], () => heard.push('on'));
  state.set('stride.n', 3);
  await delivered();
  assert.deepEqual(heard, ['on']);
  assert.ok(silent.mock.callCount() >= 1);
});

test('to open a link is to be what it opens: what it leaves out has its default, but for the reader’s own', async () => {
  const state = createState(schema(), 'lang=en&theme=dark&stride.n=9&rate=0.5');
  /** @type {string[][]} */
  const heard = [];
  state.subscribe(null, (changed) => heard.push([...changed].sort()));
  assert.deepEqual(state.open('stride.n=12&on=2&other=x'), [{ key: 'on', text: '2' }]);
  await delivered();
  assert.deepEqual(heard, [['rate', 'stride.n']]);
  assert.equal(state.query(), 'lang=en&stride.n=12');
  assert.equal(state.get('theme'), 'dark');

  assert.deepEqual(state.open('lang=ko&theme=auto'), []);
  assert.equal(state.query(), 'lang=ko');
  assert.equal(state.get('theme'), 'auto');
});

test('a link without any key that is declared changes nothing', async () => {
  const state = createState(schema(), 'stride.n=9');
  for (const keys of ['', 'utm_source=x', '%ff=%', '__proto__=1']) assert.deepEqual(state.open(keys), []);
  await delivered();
  assert.equal(state.get('stride.n'), 9);
});
