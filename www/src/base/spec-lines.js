/**
 * The text of a network, edited line by line: what a strip of blocks needs to read and write.
 *
 * Only words are moved about here. What they mean, and whether they can be, the engine alone decides; a line that it
 * would refuse is kept as it stands, comments too.
 *
 * @module
 */

/** @typedef {'input' | 'conv' | 'batchnorm' | 'relu' | 'maxpool' | 'avgpool' | 'dropout' | 'flatten' | 'dense'} Kind */

/** What can be put into a network, in the order of a menu. @type {readonly Kind[]} */
export const KINDS = ['conv', 'batchnorm', 'relu', 'maxpool', 'avgpool', 'dropout', 'flatten', 'dense'];

/**
 * A new layer of each kind.
 * @type {Record<Kind, string>}
 */
export const FRESH = {
  input: 'input 28x28x1',
  conv: 'conv 3x3 8 stride 1 padding same',
  batchnorm: 'batchnorm',
  relu: 'relu',
  maxpool: 'maxpool 2x2 stride 2 padding same',
  avgpool: 'avgpool 2x2 stride 2 padding same',
  dropout: 'dropout 0.3',
  flatten: 'flatten',
  dense: 'dense 10',
};

/**
 * @typedef {object} Block a line that says something
 * @property {number} line counted from 1
 * @property {string} keyword its first word, in lower case
 * @property {string[]} words those after it
 */

/** @param {string} line @returns {string[]} its words without the comment, in lower case */
const wordsOf = (line) => line.split('#')[0].toLowerCase().split(/\s+/).filter(Boolean);

/**
 * The lines that are not empty: the input, then each layer.
 * @param {string} text
 * @returns {Block[]}
 */
export function blocksOf(text) {
  /** @type {Block[]} */
  const blocks = [];
  text.split('\n').forEach((line, index) => {
    const [keyword, ...words] = wordsOf(line);
    if (keyword) blocks.push({ line: index + 1, keyword, words });
  });
  return blocks;
}

/**
 * Writes a block's words anew and keeps its comment.
 * @param {string} text
 * @param {number} line counted from 1
 * @param {string} content
 */
function rewrite(text, line, content) {
  const lines = text.split('\n');
  const comment = lines[line - 1].indexOf('#');
  lines[line - 1] = comment < 0 ? content : `${content}  ${lines[line - 1].slice(comment)}`;
  return lines.join('\n');
}

/**
 * @param {string} text
 * @param {number} index of the block
 * @param {string} content its new words
 */
export function replaceBlock(text, index, content) {
  const block = blocksOf(text)[index];
  return block ? rewrite(text, block.line, content) : text;
}

/**
 * The same network for other images: its input, and the units of its last dense layer, one a class.
 * @param {string} text
 * @param {readonly number[]} shape height, width, channels
 * @param {number} classes
 */
export function adapt(text, shape, classes) {
  const blocks = blocksOf(text);
  const input = blocks.findIndex(({ keyword }) => keyword === 'input');
  const last = blocks.findLastIndex(({ keyword }) => keyword === 'dense');
  const fitted = input < 0 ? text : replaceBlock(text, input, `input ${shape.join('x')}`);
  return last < 0 ? fitted : replaceBlock(fitted, last, ['dense', classes, ...blocks[last].words.slice(1)].join(' '));
}

/**
 * @param {string} text
 * @param {number} index of the block after which it goes
 * @param {string} content
 */
export function insertAfter(text, index, content) {
  const lines = text.split('\n');
  const block = blocksOf(text)[index];
  lines.splice(block ? block.line : lines.length, 0, content);
  return lines.join('\n');
}

/** @param {string} text @param {number} index */
export function removeBlock(text, index) {
  const block = blocksOf(text)[index];
  if (!block) return text;
  const lines = text.split('\n');
  lines.splice(block.line - 1, 1);
  return lines.join('\n');
}

/**
 * Takes a layer out and puts it where another one is. The input stays first.
 * @param {string} text
 * @param {number} from
 * @param {number} to
 */
export function moveBlock(text, from, to) {
  const blocks = blocksOf(text);
  if (from < 1 || to < 1 || from >= blocks.length || to >= blocks.length || from === to) return text;
  const lines = text.split('\n');
  const [moved] = lines.splice(blocks[from].line - 1, 1);
  // The lines between have moved by the one taken out, which is just what makes `to` right in both directions.
  lines.splice(blocks[to].line - 1, 0, moved);
  return lines.join('\n');
}

/**
 * `3x4` as numbers; one number stands for both. Null if it is something else.
 * @param {string | undefined} word
 * @returns {number[] | null}
 */
export function sizes(word) {
  if (!word || !/^\d+([x×]\d+)*$/.test(word)) return null;
  const list = word.split(/[x×]/).map(Number);
  return list.length === 1 ? [list[0], list[0]] : list;
}

/** Words that each option is followed by, besides its first. */
const LONG_VALUES = new Set(['normal', 'constant']);

/**
 * Where an option's value stands.
 * @param {string[]} words
 * @param {string} option
 * @returns {[number, number] | null} first index and number of words
 */
function place(words, option) {
  const at = words.indexOf(option);
  if (at < 0 || at + 1 >= words.length) return null;
  return [at + 1, LONG_VALUES.has(words[at + 1]) ? 2 : 1];
}

/**
 * An option's value as written, such as `same` or `normal 0.01`; empty if it is left to its default.
 * @param {string[]} words
 * @param {string} option
 */
export function optionOf(words, option) {
  const found = place(words, option);
  return found ? words.slice(found[0], found[0] + found[1]).join(' ') : '';
}

/**
 * @param {string[]} words
 * @param {string} option
 * @param {string} value
 * @returns {string[]}
 */
export function withOption(words, option, value) {
  const found = place(words, option);
  const next = [...words];
  if (found) next.splice(found[0], found[1], ...value.split(' '));
  else next.push(option, ...value.split(' '));
  return next;
}
