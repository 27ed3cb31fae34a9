/**
 * The numbers and words of one line of a network, as if each were a key of the page's state, so that the page's own
 * controls can be bound to them.
 */

import { choice, decimal, integer } from '../../base/state.js';
import { optionOf, sizes, withOption } from '../../base/spec-lines.js';

/** @typedef {import('../../base/state.js').Field<any>} Field */

/**
 * @typedef {object} Line
 * @property {() => string[]} words after the keyword
 * @property {(words: string[]) => void} write
 */

/** Bounds of the controls; the text may say more. */
const SIDE = integer({ default: 3, min: 1, max: 64 });
const STRIDE = integer({ default: 1, min: 1, max: 16 });
const COUNT = integer({ default: 8, min: 1, max: 1024 });
const PADDING = choice({ default: 'valid', values: ['valid', 'same', '1', '2', '3'] });
const BIAS = choice({ default: 'zeros', values: ['zeros', 'none', 'normal 1'] });
const EPS = choice({ default: '0.00001', values: ['0.00001', '0.0001', '0.001', '0.01'] });
const INIT = choice({
  default: 'xavier',
  values: ['xavier', 'xavier_normal', 'he', 'he_normal', 'normal 0.01', 'zeros'],
});

/**
 * @param {number} index of the word with the sizes
 * @param {number} axis
 * @param {Field} field
 */
const size = (index, axis, field) => ({
  field,
  get: (/** @type {string[]} */ words) => sizes(words[index])?.[axis] ?? field.default,
  set(/** @type {string[]} */ words, /** @type {number} */ value) {
    const list = sizes(words[index]) ?? [value, value];
    return put(words, index, list.map((old, i) => (i === axis ? value : old)).join('x'));
  },
});

/** @param {number} axis */
const stride = (axis) => ({
  field: STRIDE,
  // A pooling's stride is its size, a convolution's is 1, where the line does not say.
  get: (/** @type {string[]} */ words, /** @type {string} */ kind) =>
    sizes(optionOf(words, 'stride'))?.[axis] ?? (kind === 'conv' ? 1 : (sizes(words[0])?.[axis] ?? 1)),
  set(/** @type {string[]} */ words, /** @type {number} */ value, /** @type {string} */ kind) {
    const list = [0, 1].map((i) => (i === axis ? value : stride(i).get(words, kind)));
    return withOption(words, 'stride', list[0] === list[1] ? String(list[0]) : list.join('x'));
  },
});

/** @param {number} index @param {Field} field */
const number = (index, field) => ({
  field,
  get: (/** @type {string[]} */ words) => (Number.isFinite(Number(words[index])) ? Number(words[index]) : field.default),
  set: (/** @type {string[]} */ words, /** @type {number} */ value) => put(words, index, String(value)),
});

/** @param {string} name @param {Field} field */
const option = (name, field) => ({
  field,
  get: (/** @type {string[]} */ words) => optionOf(words, name) || field.default,
  set: (/** @type {string[]} */ words, /** @type {string} */ value) => withOption(words, name, value),
});

/** @param {string} name @param {Field} field */
const numberOption = (name, field) => ({
  field,
  get(/** @type {string[]} */ words) {
    const word = optionOf(words, name);
    return word && Number.isFinite(Number(word)) ? Number(word) : field.default;
  },
  set: (/** @type {string[]} */ words, /** @type {number} */ value) => withOption(words, name, String(value)),
});

/** @param {string[]} words @param {number} index @param {string} word */
function put(words, index, word) {
  const next = [...words];
  next[index] = word;
  return next;
}

/** @type {Record<string, { field: Field, get: (words: string[], kind: string) => any, set: (words: string[], value: any, kind: string) => string[] }>} */
const FIELDS = {
  height: size(0, 0, integer({ default: 28, min: 1, max: 256 })),
  width: size(0, 1, integer({ default: 28, min: 1, max: 256 })),
  channels: size(0, 2, integer({ default: 1, min: 1, max: 512 })),
  'kernel-h': size(0, 0, SIDE),
  'kernel-w': size(0, 1, SIDE),
  filters: number(1, COUNT),
  units: number(0, COUNT),
  'stride-y': stride(0),
  'stride-x': stride(1),
  rate: number(0, decimal({ default: 0.3, min: 0, max: 0.95, step: 0.05 })),
  momentum: numberOption('momentum', decimal({ default: 0.1, min: 0.01, max: 1, step: 0.05 })),
  eps: option('eps', EPS),
  padding: option('padding', PADDING),
  bias: option('bias', BIAS),
  init: option('init', INIT),
};

/**
 * What the page's state offers to a control, for one line.
 * @param {string} kind of the layer
 * @param {Line} line
 */
export function lineState(kind, line) {
  return {
    field: (/** @type {string} */ name) => FIELDS[name].field,
    get: (/** @type {string} */ name) => FIELDS[name].get(line.words(), kind),
    set(/** @type {string} */ name, /** @type {any} */ value) {
      const { field } = FIELDS[name];
      if (!field.validate(value)) return false;
      line.write(FIELDS[name].set(line.words(), value, kind));
      return true;
    },
  };
}
