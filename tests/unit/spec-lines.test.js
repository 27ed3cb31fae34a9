import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blocksOf, insertAfter, moveBlock, optionOf, removeBlock, replaceBlock, sizes, withOption } from '../../www/src/base/spec-lines.js';

const TEXT = '# a comment\ninput 8x8x1\n\nConv 3x3 4 init normal 0.01 stride 2   # four filters\nrelu\nflatten\ndense 10';

test('lines that say something are the blocks, whatever stands between them', () => {
  const blocks = blocksOf(TEXT);
  assert.deepEqual(blocks.map(({ keyword }) => keyword), ['input', 'conv', 'relu', 'flatten', 'dense']);
  assert.deepEqual(blocks.map(({ line }) => line), [2, 4, 5, 6, 7]);
  assert.deepEqual(blocks[1].words, ['3x3', '4', 'init', 'normal', '0.01', 'stride', '2']);
  assert.deepEqual(blocksOf(''), []);
});

test('a block is written anew and keeps its comment', () => {
  const text = replaceBlock(TEXT, 1, 'conv 5x5 6');
  assert.equal(text.split('\n')[3], 'conv 5x5 6  # four filters');
  assert.equal(blocksOf(text).length, 5);
  assert.equal(replaceBlock(TEXT, 9, 'relu'), TEXT);
});

test('blocks are put in and taken out', () => {
  assert.deepEqual(blocksOf(insertAfter(TEXT, 2, 'dropout 0.3')).map(({ keyword }) => keyword), ['input', 'conv', 'relu', 'dropout', 'flatten', 'dense']);
  assert.equal(removeBlock(insertAfter(TEXT, 2, 'dropout 0.3'), 3), TEXT);
  assert.equal(removeBlock(TEXT, 9), TEXT);
});

test('a block takes the place of another, in both directions, and the input stays first', () => {
  const order = (/** @type {string} */ text) => blocksOf(text).map(({ keyword }) => keyword);
  assert.deepEqual(order(moveBlock(TEXT, 1, 3)), ['input', 'relu', 'flatten', 'conv', 'dense']);
  assert.deepEqual(order(moveBlock(TEXT, 3, 1)), ['input', 'flatten', 'conv', 'relu', 'dense']);
  assert.equal(moveBlock(moveBlock(TEXT, 2, 3), 3, 2), TEXT);
  for (const [from, to] of [[0, 1], [1, 0], [1, 5], [2, 2]]) assert.equal(moveBlock(TEXT, from, to), TEXT);
});

test('options are found, changed and added, those of two words too', () => {
  const { words } = blocksOf(TEXT)[1];
  assert.equal(optionOf(words, 'init'), 'normal 0.01');
  assert.equal(optionOf(words, 'stride'), '2');
  assert.equal(optionOf(words, 'padding'), '');
  assert.deepEqual(withOption(words, 'init', 'he'), ['3x3', '4', 'init', 'he', 'stride', '2']);
  assert.deepEqual(withOption(words, 'padding', 'same').slice(-2), ['padding', 'same']);
  // An option without its value is left for the engine to complain about.
  assert.equal(optionOf(['3x3', '4', 'stride'], 'stride'), '');
});

test('sizes are one number for both sides, or one for each', () => {
  assert.deepEqual(sizes('3'), [3, 3]);
  assert.deepEqual(sizes('28x28x1'), [28, 28, 1]);
  assert.deepEqual(sizes('3×4'), [3, 4]);
  for (const word of [undefined, '', 'x', '3x', 'same', '-1']) assert.equal(sizes(word), null);
});
