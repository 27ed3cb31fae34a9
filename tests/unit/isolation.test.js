import assert from 'node:assert/strict';
import { test } from 'node:test';
import { becomeIsolated } from '../../www/src/app/isolation.js';

/**
 * A window, as far as becomeIsolated looks at it.
 * @param {{ isolated?: boolean, secure?: boolean, framed?: boolean, storage?: boolean, register?: 'first' | 'active' | 'fails' | 'never' | 'none' }} options
 */
function fakeWindow({ isolated = false, secure = true, framed = false, storage = true, register = 'first' } = {}) {
  const stored = new Map();
  const container = new EventTarget();
  Object.assign(container, {
    controller: null,
    register: async () => {
      if (register === 'fails') throw new Error('denied');
      if (register === 'first') setTimeout(() => container.dispatchEvent(new Event('controllerchange')), 5);
      return { active: register === 'active' ? {} : null };
    },
  });
  const view = {
    reloads: 0,
    crossOriginIsolated: isolated,
    isSecureContext: secure,
    navigator: register === 'none' ? {} : { serviceWorker: container },
    document: { baseURI: 'https://host.test/sub/' },
    location: { reload: () => (view.reloads += 1) },
    get sessionStorage() {
      if (!storage) throw new Error('denied');
      return {
        getItem: (/** @type {string} */ key) => stored.get(key) ?? null,
        setItem: (/** @type {string} */ key, /** @type {string} */ value) => stored.set(key, value),
        removeItem: (/** @type {string} */ key) => stored.delete(key),
      };
    },
    /** @type {unknown} */
    top: null,
  };
  view.top = framed ? {} : view;
  return /** @type {typeof view & Window & typeof globalThis} */ (/** @type {unknown} */ (view));
}

test('a page that is isolated is left alone', async () => {
  const view = fakeWindow({ isolated: true });
  assert.equal(await becomeIsolated(view), false);
  assert.equal(view.reloads, 0);
});

test('the page is reloaded once, and never again in the same tab', async () => {
  for (const register of /** @type {const} */ (['first', 'active'])) {
    const view = fakeWindow({ register });
    assert.equal(await becomeIsolated(view), true);
    for (let visit = 0; visit < 3; visit += 1) assert.equal(await becomeIsolated(view), false);
    assert.equal(view.reloads, 1);
  }
});

test('once isolated, a later visit past the worker may be mended by one reload more', async () => {
  const view = fakeWindow({ register: 'active' });
  assert.equal(await becomeIsolated(view), true);
  Object.assign(view, { crossOriginIsolated: true });
  assert.equal(await becomeIsolated(view), false);
  Object.assign(view, { crossOriginIsolated: false });
  assert.equal(await becomeIsolated(view), true);
  assert.equal(await becomeIsolated(view), false);
  assert.equal(view.reloads, 2);
});

test('where it can’t work the page starts without', async () => {
  for (const options of /** @type {const} */ ([
    { register: 'fails' }, { register: 'never' }, { register: 'none' }, { secure: false }, { framed: true }, { storage: false },
  ])) {
    const view = fakeWindow(options);
    assert.equal(await becomeIsolated(view), false, JSON.stringify(options));
    assert.equal(view.reloads, 0, JSON.stringify(options));
  }
});
