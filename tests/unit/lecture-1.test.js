// What the lecture's first figures compute with: pictures, filters, receptive fields, the formula's numbers.

import assert from 'node:assert/strict';
import { KINDS } from '../../www/src/keys/filter.js';
import { OWN_LENGTH, SIDE } from '../../www/src/keys/picture.js';
import { linkSides } from '../../www/src/keys/window.js';
import { test } from 'node:test';
import { currentFilter, filterBank } from '../../www/src/shared/current-filter.js';
import { filterWeights, interleave, overColors, resize } from '../../www/src/figures/filter-bank.js';
import { unpack } from '../../www/src/shared/learned-filters.js';
import { brightness, builtIn, decode, encode, fromImage, LUMA } from '../../www/src/figures/picture.js';
import { fieldsOf, inside } from '../../www/src/figures/receptive.js';
import { sharedWindow, square } from '../../www/src/shared/window.js';
import { stepsOf } from '../../www/src/figures/window-math.js';
import { keys as filterKeys } from '../../www/src/cells/filter/keys.js';
import { keys as strideKeys } from '../../www/src/cells/stride/keys.js';
import { createState } from '../../www/src/base/state.js';

/** @param {ArrayLike<number>} values */
const sum = (values) => Array.from(values).reduce((total, value) => total + value, 0);

test('the built-in pictures are 32×32×3 with values from 0 to 1, and none is another', () => {
  const pictures = /** @type {const} */ (['cat', 'lake', 'card']).map(builtIn);
  for (const picture of pictures) {
    assert.equal(picture.length, SIDE * SIDE * 3);
    assert.ok(picture.every((value) => value >= 0 && value <= 1.000001));
  }
  assert.notDeepEqual(pictures[0], pictures[1]);
  assert.equal(builtIn('cat'), pictures[0], 'painted once');
});

test('an own picture survives the link as well as 5, 6 and 5 bits can hold it', () => {
  const picture = builtIn('lake');
  const text = encode(picture);
  assert.equal(text.length, OWN_LENGTH);
  assert.match(text, /^[\w-]+$/);
  const back = decode(text);
  assert.ok(back);
  back.forEach((value, index) => assert.ok(Math.abs(value - picture[index]) <= (index % 3 === 1 ? 0.5 / 63 : 0.5 / 31) + 1e-6));
  assert.equal(encode(back), text, 'nothing is lost the second time');
  for (const wrong of ['', 'AAAA', text.slice(1), `${text.slice(1)}!`]) assert.equal(decode(wrong), null);
});

test('an image becomes its middle square on white', () => {
  // 4×2, left half black, right half red; all of the second row transparent.
  const data = [0, 1].flatMap((row) => [0, 0, 255, 255].flatMap((red) => [red, 0, 0, row === 0 ? 255 : 0]));
  const picture = fromImage({ width: 4, height: 2, data });
  /** @param {number} row @param {number} col */
  const at = (row, col) => Array.from(picture.slice((row * SIDE + col) * 3, (row * SIDE + col) * 3 + 3), (value) => Number(value.toFixed(4)));
  assert.deepEqual(at(2, 2), [0, 0, 0]);
  assert.deepEqual(at(2, 29), [1, 0, 0]);
  assert.deepEqual(at(29, 2), [1, 1, 1]);
  assert.deepEqual(at(29, 29), [1, 1, 1]);
});

test('the brightness of a picture keeps its mean at every size', () => {
  const full = brightness(builtIn('cat'), SIDE, SIDE);
  const mean = sum(full) / full.length;
  for (const [height, width] of [[1, 1], [7, 7], [13, 5], [64, 64], [33, 31]]) {
    const small = brightness(builtIn('cat'), height, width);
    assert.equal(small.length, height * width);
    assert.ok(Math.abs(sum(small) / small.length - mean) < 1e-4, `${height}×${width}`);
  }
});

test('filters for patterns answer 0 to an even area, blur and sharpen keep it', () => {
  for (const kind of KINDS) {
    for (const size of [3, 4, 5, 6, 7]) {
      const weights = filterWeights(kind, size);
      assert.equal(weights.length, size * size * 3);
      assert.ok(weights.every(Number.isFinite), `${kind} ${size}`);
      assert.ok(weights.some((weight) => weight !== 0), `${kind} ${size} is empty`);
      const total = sum(weights);
      if (kind === 'blur' || kind === 'sharpen') assert.ok(Math.abs(total - 1) < 0.03, `${kind} ${size}: ${total}`);
      else if (!kind.startsWith('color')) assert.ok(Math.abs(total) < 1e-4, `${kind} ${size}: ${total}`);
    }
  }
});

test('a table shows every weight as it is', () => {
  for (const kind of KINDS) {
    for (const weight of filterWeights(kind, 5)) assert.ok(Math.abs(weight - Number(weight.toFixed(3))) < 1e-6, `${kind}: ${weight}`);
  }
});

test('a filter moves into the middle of another size and back', () => {
  const three = filterWeights('edge-v', 3);
  const five = resize(three, 3, 5);
  assert.equal(five.length, 75);
  assert.ok(Math.abs(sum(five.map(Math.abs)) - sum(three.map(Math.abs))) < 1e-5);
  assert.deepEqual(resize(five, 5, 3), three);
});

test('a grey filter over colours sees the brightness', () => {
  const grey = Float32Array.from({ length: 9 }, (_, index) => index - 4);
  const colors = overColors(grey);
  const pixels = Float32Array.from({ length: 27 }, (_, index) => ((index * 7) % 10) / 10);
  let direct = 0;
  for (let at = 0; at < 9; at += 1) direct += grey[at] * (LUMA[0] * pixels[at * 3] + LUMA[1] * pixels[at * 3 + 1] + LUMA[2] * pixels[at * 3 + 2]);
  assert.ok(Math.abs(sum(colors.map((weight, index) => weight * pixels[index])) - direct) < 1e-4);
});

test('filters lie side by side as HWIO has them', () => {
  const filters = [Float32Array.of(1, 2, 3), Float32Array.of(4, 5, 6)];
  assert.deepEqual(Array.from(interleave(filters)), [1, 4, 2, 5, 3, 6]);
  const learned = unpack([1, 1, 3, 2], interleave(filters));
  assert.deepEqual(learned.filters, filters);
});

test('the bank begins with the reader’s filter and never repeats one', () => {
  const state = createState({ ...filterKeys.state }, 'filter.kind=blur&filter.f=3');
  const bank = filterBank(state, 16);
  assert.equal(bank.length, 16);
  assert.equal(bank[0].name, 'blur');
  assert.equal(new Set(bank.map(({ name }) => name)).size, 16);
  assert.deepEqual(bank[0].weights, currentFilter(state));
});

test('own weights come from the link; what is no filter is none', () => {
  const weights = Array.from({ length: 27 }, (_, index) => index / 10);
  const state = createState({ ...filterKeys.state }, `filter.kind=own&filter.f=3&filter.weights=${weights.join('_')}`);
  assert.deepEqual(Array.from(currentFilter(state), (weight) => Number(weight.toFixed(3))), weights);
  state.set('filter.weights', [1, 2, 3]);
  assert.deepEqual(currentFilter(state), filterWeights('edge-v', 3));
});

test('a receptive field grows by F − 1 a layer, and by more behind a stride', () => {
  const layer = (/** @type {number} */ kernel, /** @type {number} */ stride, /** @type {number} */ before) => ({ kernel: [kernel, kernel], stride: [stride, stride], pad_before: [before, before] });
  const plain = fieldsOf([layer(3, 1, 1), layer(3, 1, 1), layer(3, 1, 1)], 3, { row: 10, col: 4 });
  assert.deepEqual(plain.map(({ rows }) => rows), [7, 5, 3, 1]);
  assert.deepEqual([plain[0].row, plain[0].col], [7, 1]);
  const strided = fieldsOf([layer(2, 2, 0), layer(3, 1, 0)], 2, { row: 1, col: 2 });
  assert.deepEqual(strided[0], { row: 2, col: 4, rows: 6, cols: 6 });
  assert.deepEqual(inside({ row: -2, col: 30, rows: 5, cols: 5 }, 32, 32), { row: 0, col: 30, rows: 3, cols: 2 });
});

test('widths follow heights until they are meant to differ', async () => {
  const state = createState({ ...strideKeys.state }, 'stride.n=9');
  linkSides(state);
  assert.deepEqual(sharedWindow(state).input, [9, 9]);
  state.set('stride.f', 5);
  await Promise.resolve();
  assert.deepEqual(sharedWindow(state).kernel, [5, 5]);
  // A width set on its own tells them apart.
  state.set('stride.sw', 2);
  await Promise.resolve();
  assert.equal(state.get('stride.rect'), true);
  assert.deepEqual(sharedWindow(state).stride, [1, 2]);
  state.assign(square(7, 3, 1));
  await Promise.resolve();
  assert.deepEqual(sharedWindow(state), { input: [7, 7], kernel: [3, 3], stride: [1, 1] });
  const link = createState({ ...strideKeys.state }, 'stride.n=9&stride.w=12');
  linkSides(link);
  assert.deepEqual([sharedWindow(link).input, link.get('stride.rect')], [[9, 12], true]);
});

test('the formula’s numbers for the lecture’s cases', () => {
  const steps = (/** @type {number} */ input, /** @type {number} */ kernel, /** @type {number} */ stride, pad = 0) => stepsOf({ input, kernel, stride, before: pad, after: pad });
  assert.equal(steps(7, 3, 1).output, 5);
  assert.equal(steps(7, 3, 2).output, 3);
  assert.equal(steps(7, 3, 1, 1).output, 7);
  assert.equal(steps(32, 5, 1).output, 28);
  const floored = steps(7, 3, 3);
  assert.deepEqual([floored.whole, floored.left, floored.output], [1, 1, 2]);
  assert.ok(Math.abs(floored.steps - 4 / 3) < 1e-12);
});
