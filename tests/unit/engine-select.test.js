import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseThreads, chooseVariant, detectFeatures, withoutThreads } from '../../www/src/common/engine-select.js';

const ALL = { simd: true, relaxed: true, threads: true };

test('the best build that the browser can run is chosen', () => {
  assert.deepEqual(chooseVariant(ALL), { variant: 'relaxed-threads', refused: false });
  assert.deepEqual(chooseVariant({ ...ALL, threads: false }), { variant: 'relaxed', refused: false });
  assert.deepEqual(chooseVariant({ ...ALL, relaxed: false }), { variant: 'simd-threads', refused: false });
  assert.deepEqual(chooseVariant({ simd: true, relaxed: false, threads: false }), { variant: 'simd', refused: false });
  assert.deepEqual(chooseVariant({ simd: false, relaxed: false, threads: false }), { variant: null, refused: false });
});

test('a build that is asked for is used if it can run, and else refused', () => {
  assert.deepEqual(chooseVariant(ALL, 'simd'), { variant: 'simd', refused: false });
  assert.deepEqual(chooseVariant({ ...ALL, threads: false }, 'relaxed-threads'), { variant: 'relaxed', refused: true });
  assert.deepEqual(chooseVariant({ ...ALL, relaxed: false }, 'relaxed'), { variant: 'simd-threads', refused: true });
});

test('figures use the same arithmetic without threads', () => {
  assert.equal(withoutThreads('relaxed-threads'), 'relaxed');
  assert.equal(withoutThreads('simd-threads'), 'simd');
});

test('threads are bounded, and what is asked for comes first', () => {
  assert.equal(chooseThreads(0, 2), 2);
  assert.equal(chooseThreads(0, 64), 8);
  assert.equal(chooseThreads(3, 2), 3);
  assert.equal(chooseThreads(0, 0), 1);
});

test('the SIMD probe is a valid module: this runtime has SIMD', () => {
  assert.equal(detectFeatures().simd, true);
});
