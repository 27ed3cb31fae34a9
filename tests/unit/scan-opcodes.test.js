import assert from 'node:assert/strict';
import { test } from 'node:test';
import { count, faults } from '../../scripts/scan-opcodes.mjs';

const PLAIN = '(module (memory $0 17) (func (f32x4.mul (v128.load (local.get 0)) (v128.const i32x4 0 0 0 0))))';
const RELAXED = '(func (f32x4.relaxed_madd (local.get 0) (local.get 1) (local.get 2)))';
const SHARED = '(import "wbg" "memory" (memory $0 17 16384 shared)) (func (i32.atomic.load offset=4 (local.get 0)) (atomic.fence))';

test('each family is counted by itself', () => {
  assert.deepEqual(count(PLAIN), { simd: 3, relaxed: 0, atomic: 0, shared: 0 });
  assert.deepEqual(count(RELAXED), { simd: 0, relaxed: 1, atomic: 0, shared: 0 });
  assert.deepEqual(count(SHARED), { simd: 0, relaxed: 0, atomic: 2, shared: 1 });
});

test('the base build may have neither relaxed nor atomic instructions', () => {
  assert.deepEqual(faults('simd', count(PLAIN)), []);
  assert.deepEqual(faults('simd', count(PLAIN + RELAXED)), ['simd: 1 relaxed, none allowed']);
  assert.deepEqual(faults('simd', count(PLAIN + SHARED)), ['simd: 2 atomic, none allowed', 'simd: 1 shared, none allowed']);
  assert.deepEqual(faults('relaxed', count(PLAIN)), ['relaxed: no relaxed, some expected']);
  assert.deepEqual(faults('relaxed-threads', count(PLAIN + RELAXED + SHARED)), []);
});
