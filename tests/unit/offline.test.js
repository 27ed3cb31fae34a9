// What the service worker keeps of a version: all of it or nothing that counts, and nothing of another one.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { beforeEach, test } from 'node:test';

const SITE = 'https://host.test/sub/';
const OLD = 'page-aaaaaaaaaa';
const NEW = 'page-bbbbbbbbbb';
const ENGINE = 'engine-cccccccccc';

/** @param {string} text */
const sum = (text) => `sha256-${createHash('sha256').update(text).digest('base64')}`;

/** What the host has, by address behind the page's folder. @type {Map<string, string>} */
let files;
/** @type {string[]} */
let asked;
/** Cache Storage: addresses by cache, in the order in which they were put there. @type {Map<string, Map<string, Response>>} */
let stored;
/** What the tabs use; null does not answer. @type {({ page: string, engine: string } | null)[]} */
let tabs;
/** The cache has room for so many files. */
let room = Infinity;
/** What is late. */
let slow = '';

/** @param {string} page */
function publish(page) {
  files.set('', `<script src="${page}/src/main.js"></script>`);
  const parts = { 'src/main.js': `main of ${page}`, 'i18n/ko.json': '{}' };
  const engine = { 'relaxed/cnn_wasm.js': 'relaxed', 'simd/cnn_wasm.js': 'simd' };
  const sums = (/** @type {Record<string, string>} */ all) => Object.fromEntries(Object.entries(all).map(([path, text]) => [path, sum(text)]));
  for (const [path, text] of Object.entries(parts)) files.set(`${page}/${path}`, text);
  for (const [path, text] of Object.entries(engine)) files.set(`${ENGINE}/${path}`, text);
  files.set(`${page}/files.json`, JSON.stringify({ page: sums(parts), engine: sums(engine), site: ['favicon.svg', 'gone.svg'] }));
  files.set('favicon.svg', '<svg/>');
}

Object.assign(globalThis, {
  self: {
    registration: { scope: SITE },
    clients: {
      matchAll: async () =>
        tabs.map((tab) => ({
          url: `${SITE}#stride`,
          postMessage: (/** @type {any} */ _message, /** @type {[MessagePort]} */ [port]) => {
            if (tab) port.postMessage(tab);
            port.close();
          },
        })),
    },
  },
  async fetch(/** @type {Request} */ request) {
    const path = request.url.slice(SITE.length);
    asked.push(path);
    const text = files.get(path);
    if (path === slow) await new Promise((resolve) => setTimeout(resolve, 30));
    if (text === undefined) return new Response('', { status: 404 });
    if (request.integrity && request.integrity !== sum(text)) throw new TypeError('integrity');
    return new Response(text);
  },
  caches: {
    keys: async () => [...stored.keys()],
    delete: async (/** @type {string} */ name) => stored.delete(name),
    match: async (/** @type {string | URL} */ url, /** @type {{ cacheName: string }} */ { cacheName }) => stored.get(cacheName)?.get(String(url)),
    async open(/** @type {string} */ name) {
      const cache = stored.get(name) ?? new Map();
      stored.set(name, cache);
      return {
        async put(/** @type {string | URL} */ url, /** @type {Response} */ response) {
          if ((room -= 1) < 0) throw new DOMException('full', 'QuotaExceededError');
          cache.set(String(url), response);
        },
      };
    },
  },
});
const { forget, keep } = await import('../../www/src/offline/worker/keep.js');

beforeEach(() => {
  files = new Map();
  asked = [];
  stored = new Map();
  tabs = [];
  room = Infinity;
});

const wanted = (/** @type {string} */ page, all = true) => ({ page, engine: `${ENGINE}/relaxed`, all, seen: [`${SITE}${page}/src/main.js`] });
/** What is kept of a folder. @param {string} folder */
const keptOf = (folder) => [...(stored.get(`cnn-notebook /sub/${folder}`)?.keys() ?? [])].map((url) => url.slice(SITE.length));

test('a version is kept whole, the list of its files last; of the engine the build that runs; nothing twice', async () => {
  publish(NEW);
  assert.equal(await keep(wanted(NEW)), 'all');
  const page = keptOf(NEW);
  assert.deepEqual([page[0], page.at(-1)], ['', `${NEW}/files.json`]);
  assert.deepEqual([...page].sort(), ['', `${NEW}/files.json`, `${NEW}/i18n/ko.json`, `${NEW}/src/main.js`, 'favicon.svg'].sort());
  assert.deepEqual(keptOf(ENGINE), [`${ENGINE}/relaxed/cnn_wasm.js`]);
  asked.length = 0;
  assert.equal(await keep(wanted(NEW)), 'all');
  assert.deepEqual(asked.filter((path) => !/files\.json|gone/.test(path)), []);
});

test('what has been seen is kept alone where data are to be saved', async () => {
  publish(NEW);
  assert.equal(await keep(wanted(NEW, false)), 'seen');
  assert.deepEqual(keptOf(NEW), ['', `${NEW}/src/main.js`]);
  assert.deepEqual(asked.sort(), ['', `${NEW}/files.json`, `${NEW}/src/main.js`]);
});

test('a version with a file that is missing or another one is not whole, and is once it can be', async () => {
  for (const spoil of [() => files.delete(`${NEW}/i18n/ko.json`), () => files.set(`${NEW}/i18n/ko.json`, '{ }')]) {
    stored = new Map();
    publish(NEW);
    spoil();
    assert.equal(await keep(wanted(NEW)), 'missing');
    assert.ok(!keptOf(NEW).includes(`${NEW}/files.json`));
    publish(NEW);
    assert.equal(await keep(wanted(NEW)), 'all');
    assert.ok(keptOf(NEW).includes(`${NEW}/files.json`));
  }
});

test('the HTML of another version is not kept with this one', async () => {
  publish(OLD);
  publish(NEW);
  assert.equal(await keep(wanted(OLD)), 'replaced');
  assert.deepEqual(keptOf(OLD), []);
});

test('a version goes when another is whole and every tab has said that it does not use it', async () => {
  publish(OLD);
  await keep(wanted(OLD));
  stored.set('cnn-notebook /elsewhere/page-dddddddddd', new Map());
  stored.set('cnn-notebook data', new Map());
  publish(NEW);
  tabs = [{ page: OLD, engine: ENGINE }, { page: NEW, engine: ENGINE }];
  assert.equal(await keep(wanted(NEW)), 'all');
  assert.ok(keptOf(OLD).length > 0);
  tabs = [null, { page: NEW, engine: ENGINE }];
  await keep(wanted(NEW));
  assert.ok(keptOf(OLD).length > 0);
  tabs = [{ page: NEW, engine: ENGINE }];
  await keep(wanted(NEW));
  assert.deepEqual(keptOf(OLD), []);
  assert.deepEqual([...stored.keys()].sort(), ['cnn-notebook /elsewhere/page-dddddddddd', `cnn-notebook /sub/${ENGINE}`, `cnn-notebook /sub/${NEW}`, 'cnn-notebook data']);
});

test('where there is no room nothing of the version stays, and the one before does', async () => {
  publish(OLD);
  await keep(wanted(OLD));
  publish(NEW);
  room = 1;
  // It is still on its way when the first one finds no room.
  slow = `${NEW}/src/main.js`;
  assert.equal(await keep(wanted(NEW)), 'full');
  await new Promise((resolve) => setTimeout(resolve, 60));
  assert.ok(!stored.has(`cnn-notebook /sub/${NEW}`));
  assert.ok(keptOf(OLD).includes(`${OLD}/files.json`));
});

test('once everything is erased nothing is kept any more', async () => {
  publish(NEW);
  const under = keep(wanted(NEW));
  await forget();
  assert.equal(await under, 'denied');
  assert.equal(await keep(wanted(NEW)), 'denied');
  assert.deepEqual([keptOf(NEW), keptOf(ENGINE)], [[], []]);
});
