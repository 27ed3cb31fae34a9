// The notice of a new version keeps the run before the page is loaded anew, also where that takes long.

import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { PATIENCE_MS, keptOrTooLong } from '../../www/src/app/update-notice.js';

/** How far a promise is, once what is ready has been done. @param {Promise<unknown>} promise */
async function settled(promise) {
  let done = false;
  void promise.then(() => (done = true));
  await new Promise((resolve) => setImmediate(resolve));
  return done;
}

test('the page waits for a run that takes long to be kept, as on a busy machine', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    let resolve = (/** @type {unknown} */ _value) => {};
    const promise = new Promise((done) => (resolve = done));
    const kept = keptOrTooLong(() => promise);
    mock.timers.tick(10_000);
    assert.equal(await settled(kept), false);
    resolve(undefined);
    assert.equal(await settled(kept), true);
  } finally {
    mock.timers.reset();
  }
});

test('a run that cannot be kept does not hold the page, nor does a worker that hangs', async () => {
  assert.equal(await settled(keptOrTooLong(() => Promise.reject(new Error('full')))), true);
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    const kept = keptOrTooLong(() => new Promise(() => {}));
    assert.equal(await settled(kept), false);
    mock.timers.tick(PATIENCE_MS);
    assert.equal(await settled(kept), true);
  } finally {
    mock.timers.reset();
  }
});
