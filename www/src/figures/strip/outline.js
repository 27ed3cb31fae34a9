/**
 * What the engine says of a network's text, block by block.
 */

import { blocksOf } from '../../base/spec-lines.js';

/**
 * @typedef {object} LayerSummary one layer, as `crates/cnn` summarizes it
 * @property {number} index counted from 0 without the input
 * @property {number} line in the text, counted from 1
 * @property {string} kind
 * @property {string} text its line with every option spelled out
 * @property {number[]} input shape
 * @property {number[]} output shape
 * @property {number[] | null} weight_shape
 * @property {number[] | null} bias_shape
 * @property {number[] | null} running_shape of a batch normalization, which keeps a running mean and variance
 * @property {number} parameters
 * @property {number} multiply_adds of one image
 * @property {[number, number]} receptive_field pixels of the image
 * @property {{ kernel: number[], stride: number[], pad_before: number[], pad_after: number[], output: number[], lost: number[] } | null} geometry
 * @property {number} activation_bytes
 *
 * @typedef {object} Summary
 * @property {number[]} input shape
 * @property {LayerSummary[]} layers
 * @property {number} parameters
 * @property {number} multiply_adds
 * @property {number} activation_bytes
 * @property {{ code: string, line: number }[]} warnings
 *
 * @typedef {object} Block
 * @property {string} kind first word of its line
 * @property {string} label its line in short
 * @property {number} line
 * @property {'good' | 'bad' | 'unknown'} standing `unknown` after a bad one
 * @property {number[] | null} shape what comes out
 * @property {LayerSummary | null} layer null for the input and for what can't be
 * @property {{ code: string, line: number } | null} warning what may not be meant
 *
 * @typedef {object} Reading
 * @property {Summary} summary
 * @property {Block[]} blocks the input first
 * @property {any} error what keeps a block from being, or the network from being a classifier
 * @property {number} badIndex the block with the error, −1 if every block is good
 * @property {boolean} open every block is good, but the end is no classifier's
 */

/** Errors of the end of a network, not of a block. */
const OPEN_ENDS = new Set(['no_scores', 'class_count']);

/** The last few readings: a cell's figure, formulas and code all ask about the same text. @type {Map<string, Reading>} */
const recent = new Map();
const RECENT = 8;

/**
 * @param {any} engine
 * @param {string} text
 * @returns {Reading}
 */
export function readOutline(engine, text) {
  const known = recent.get(text);
  if (known) return known;
  const reading = readAnew(engine, text);
  if (recent.size >= RECENT) recent.delete(/** @type {string} */ (recent.keys().next().value));
  recent.set(text, reading);
  return reading;
}

/** @param {any} engine @param {string} text @returns {Reading} */
function readAnew(engine, text) {
  /** @type {{ summary: Summary, error: any }} */
  const { summary, error } = engine.outline(text);
  const open = OPEN_ENDS.has(error?.code);
  // A stack of maps has no scores that ReLU could cut.
  const warnings = summary.warnings.filter(({ code }) => !(open && code === 'scores_cut'));
  const badLine = error && !open ? Number(error.details.line) : 0;
  const lines = blocksOf(text);
  const badIndex = badLine ? Math.max(0, lines.findIndex(({ line }) => line === badLine)) : -1;
  const blocks = lines.map(({ line, keyword, words }, index) => {
    const layer = summary.layers[index - 1] ?? null;
    const standing = index === badIndex ? 'bad' : badIndex >= 0 && index > badIndex ? 'unknown' : 'good';
    const good = standing === 'good';
    return {
      kind: keyword,
      label: labelOf([keyword, ...words].join(' ')),
      line,
      standing: /** @type {Block['standing']} */ (standing),
      shape: !good ? null : index === 0 ? summary.input : (layer?.output ?? null),
      layer: good ? layer : null,
      warning: warnings.find((warning) => warning.line === line) ?? null,
    };
  });
  return { summary, blocks, error, badIndex, open };
}

/**
 * A line in short: its sizes, without options.
 * @param {string} line
 */
export function labelOf(line) {
  const [keyword = '', first = '', second = ''] = line.split(' ');
  if (keyword === 'conv') return `conv ${times(first)}, ${second}`;
  if (keyword === 'maxpool' || keyword === 'avgpool') return `${keyword} ${times(first)}`;
  if (keyword === 'dropout' || keyword === 'dense') return `${keyword} ${first}`;
  return keyword;
}

/** @param {string} word */
const times = (word) => (/^\d+$/.test(word) ? `${word}×${word}` : word.replaceAll('x', '×'));

/** @param {readonly number[] | null | undefined} shape */
export const shapeText = (shape) => (shape ? shape.join('×') : '?');
