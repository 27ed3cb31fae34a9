import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effect, watch } from '../../www/src/base/signals.js';
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

test('who has read a key hears of its changes, once for all that are set together, and of no other key', () => {
  const state = createState(schema());
  /** @type {unknown[][]} */
  const heard = [];
  const end = effect(() => void heard.push([state.get('stride.n'), state.get('on')]));
  state.set('stride.n', 8);
  assert.equal(state.assign({ 'stride.n': 9, on: true, rate: 0.5 }), true);
  state.set('rate', 0.25);
  assert.deepEqual(heard, [[7, false], [8, false], [9, true]]);

  state.set('stride.n', 9);
  state.set('cells', [1, 2]);
  assert.equal(heard.length, 3, 'no change, no call');

  end();
  state.set('stride.n', 10);
  assert.equal(heard.length, 3);
});

test('what watches may set a key in turn, and a broken one silences neither the others nor who sets', (t) => {
  const silent = t.mock.method(console, 'error', () => {});
  const state = createState(schema());
  /** @type {string[]} */
  const heard = [];
  watch(state.version, () => {
    throw new Error('broken');
  });
  watch(() => state.get('stride.n'), () => state.set('on', true));
  watch(() => state.get('on'), (on, before) => heard.push(`${before}, then ${on}`));
  state.set('stride.n', 3);
  assert.deepEqual(heard, ['false, then true']);
  assert.ok(silent.mock.callCount() >= 1);
});

test('to open a link is to be what it opens: what it leaves out has its default, but for the reader’s own', () => {
  const state = createState(schema(), 'lang=en&theme=dark&stride.n=9&rate=0.5');
  /** @type {string[]} */
  const heard = [];
  watch(() => [state.get('rate'), state.get('stride.n')].join(), (now) => heard.push(now));
  assert.deepEqual(state.open('stride.n=12&on=2&other=x'), [{ key: 'on', text: '2' }]);
  assert.deepEqual(heard, ['0.001,12']);
  assert.equal(state.query(), 'lang=en&stride.n=12');
  assert.equal(state.get('theme'), 'dark');

  assert.deepEqual(state.open('lang=ko&theme=auto'), []);
  assert.equal(state.query(), 'lang=ko');
  assert.equal(state.get('theme'), 'auto');
});

test('a link without any key that is declared changes nothing', () => {
  const state = createState(schema(), 'stride.n=9');
  for (const keys of ['', 'utm_source=x', '%ff=%', '__proto__=1']) assert.deepEqual(state.open(keys), []);
  assert.equal(state.get('stride.n'), 9);
});
