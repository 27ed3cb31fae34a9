// The grammar of the address, what is written to it and what is read from it, and what becomes of links of before.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mock, test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { mirrorInAddress, readHash, writeHash } from '../../www/src/base/address.js';
import { choice, createState, integer, text } from '../../www/src/base/state.js';

const schema = () => ({
  lang: { ...choice({ default: 'ko', values: ['ko', 'en'] }), always: true },
  'stride.n': integer({ default: 7, min: 1, max: 64 }),
  spec: text({ default: '', maxLength: 40_000 }),
});

/** A tab with this address: its history, and what happens when somebody goes elsewhere in it. @param {string} href */
function tab(href) {
  const listeners = /** @type {(() => void)[]} */ ([]);
  const entries = [{ url: new URL(href), state: /** @type {any} */ (null) }];
  let at = 0;
  /** @type {string[]} */
  const written = [];
  const window = {
    location: {
      get hash() {
        return entries[at].url.hash;
      },
      get pathname() {
        return entries[at].url.pathname;
      },
      get href() {
        return entries[at].url.href;
      },
    },
    history: {
      get state() {
        return entries[at].state;
      },
      replaceState(/** @type {any} */ state, /** @type {string} */ _title, /** @type {string} */ url) {
        entries[at] = { url: new URL(url, entries[at].url), state };
        written.push(entries[at].url.href);
      },
    },
    addEventListener: (/** @type {string} */ type, /** @type {() => void} */ listener) => void (type === 'hashchange' && listeners.push(listener)),
    setTimeout,
    clearTimeout,
  };
  const moved = () => listeners.forEach((listener) => listener());
  return {
    window: /** @type {any} */ (window),
    written,
    href: () => entries[at].url.href,
    /** As by hand. @param {string} hash */
    type(hash) {
      entries.splice(++at, entries.length, { url: new URL(hash, entries[at - 1].url), state: null });
      moved();
    },
    back() {
      at -= 1;
      moved();
    },
  };
}

test('place and keys are read as they were written', () => {
  for (const [place, keys] of [['stride', 'lang=ko&stride.n=9'], ['stride', ''], ['', 'lang=ko'], ['', ''], ['a b&=', 'spec=a%0Ab%26c%3D']]) {
    assert.deepEqual(readHash(writeHash(place, keys)), { place, keys });
  }
  assert.equal(writeHash('stride', 'stride.n=9'), '#stride&stride.n=9');
  assert.deepEqual(readHash('#lesson=3&lang=en'), { place: '', keys: 'lesson=3&lang=en' });
});

test('whatever stands behind the # can be read', () => {
  for (const hash of ['', '#', '#%', '#%ff', '#%E0%A4%A', '#train%', '#&', '#&&=&', '#%&lang=%', '#=', '#\ud800', `#${'&'.repeat(9999)}`]) {
    const { place, keys } = readHash(hash);
    assert.equal(typeof place, 'string', hash);
    createState(schema(), keys);
  }
  assert.deepEqual(readHash('#%ff&lang=en'), { place: '', keys: 'lang=en' });
});

test('a state of 29 KB comes back from an address whole', () => {
  const spec = 'conv 3x3 16 padding 1,0,1,0 \n& 가=%'.repeat(700);
  const state = createState(schema(), new URLSearchParams({ spec }).toString());
  const address = new URL(`http://127.0.0.1/${writeHash('stride', state.query())}`);
  assert.ok(address.hash.length > 29_000);
  const { place, keys } = readHash(address.hash);
  assert.equal(place, 'stride');
  assert.equal(createState(schema(), keys).get('spec'), spec);
});

test('the address follows once the state has rested, and not while a number is dragged', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    const { window, written } = tab('http://127.0.0.1/page/#stride');
    const state = createState(schema());
    mirrorInAddress(state, window, () => {});
    written.length = 0;
    for (let n = 8; n <= 40; n += 1) {
      state.set('stride.n', n);
      await Promise.resolve();
      mock.timers.tick(100);
    }
    assert.deepEqual(written, []);
    mock.timers.tick(200);
    assert.deepEqual(written, ['http://127.0.0.1/page/#stride&lang=ko&stride.n=40']);
  } finally {
    mock.timers.reset();
  }
});

test('an address that is typed is opened; a place alone changes nothing; going back leaves the state alone', () => {
  const here = tab('http://127.0.0.1/#intro&stride.n=9&lang=en');
  const state = createState(schema(), readHash(here.window.location.hash).keys);
  /** @type {unknown[][]} */
  const opened = [];
  mirrorInAddress(state, here.window, (...args) => opened.push(args));
  assert.equal(here.href(), 'http://127.0.0.1/#intro&stride.n=9&lang=en', 'it is left as it is until something changes');

  here.type('#stride&stride.n=12&spec=x');
  assert.deepEqual([state.get('stride.n'), state.get('spec'), state.get('lang')], [12, 'x', 'en']);
  here.type('#train');
  assert.equal(state.get('stride.n'), 12);
  assert.equal(here.href(), 'http://127.0.0.1/#train&lang=en&stride.n=12&spec=x', 'a reload finds the state here too');
  here.type('#pooling&stride.n=65');
  assert.deepEqual([state.get('stride.n'), state.get('spec')], [7, '']);
  assert.deepEqual(opened, [['stride', []], ['train', []], ['pooling', [{ key: 'stride.n', text: '65' }]]]);

  state.set('stride.n', 30);
  here.back();
  here.back();
  assert.equal(state.get('stride.n'), 30);
  assert.equal(here.href(), 'http://127.0.0.1/#stride&lang=en&stride.n=30');
  assert.equal(opened.length, 3, 'the browser goes to the place by itself');
});

test('a link of before, with a query, is rewritten before anything is asked for', () => {
  const html = readFileSync(new URL('../../www/index.html', import.meta.url), 'utf8');
  const [, script] = /** @type {RegExpExecArray} */ (/<script>([\s\S]*?)<\/script>/.exec(html));
  assert.ok(html.indexOf('<script>') < html.indexOf('<link '), 'what comes before it is asked for first');
  for (const [before, after] of [
    ['?lang=ko&filter.own=AA_-&spec=a+b%0Ac#filter', '#filter&lang=ko&filter.own=AA_-&spec=a+b%0Ac'],
    ['?lang=ko', '#lang=ko'],
    ['?stride.n=9#stride&stride.n=8', '#stride&stride.n=9&stride.n=8'],
    ['?stride.n=9#lang=en', '#stride.n=9&lang=en'],
    ['?v2', ''],
    ['?v2#%ff', '#%ff'],
    ['#stride', null],
    ['', null],
  ]) {
    const location = new URL(`http://127.0.0.1/sub/${before}`);
    /** @type {string | null} */
    let written = null;
    const history = { state: 1, replaceState: (/** @type {unknown} */ _state, /** @type {string} */ _title, /** @type {string} */ url) => (written = url) };
    runInNewContext(script, { location, history, addEventListener() {}, navigator: {}, document: { documentElement: {} } });
    assert.equal(written, after === null ? null : `/sub/${after}`, String(before));
  }
});

test('the text that is there before any script is shown in the language that the page will speak', () => {
  const html = readFileSync(new URL('../../www/index.html', import.meta.url), 'utf8');
  const [, script] = /** @type {RegExpExecArray} */ (/<script>([\s\S]*?)<\/script>/.exec(html));
  for (const [hash, languages, lang] of /** @type {[string, string[] | undefined, string][]} */ ([
    ['', ['de', 'ko-KR'], 'ko'],
    ['', ['en-US', 'de'], 'en'],
    ['', [], 'ko'],
    ['', undefined, 'ko'],
    ['#stride&lang=en', ['ko'], 'en'],
    ['#lang=ko&stride.n=3', ['en'], 'ko'],
    ['#lang=korean', ['en'], 'en'],
  ])) {
    const documentElement = { lang: 'ko' };
    const location = { search: '', hash };
    runInNewContext(script, { location, history: {}, addEventListener() {}, navigator: { languages }, document: { documentElement } });
    assert.equal(documentElement.lang, lang, `${hash} ${languages}`);
  }
});
