/**
 * One state for the whole page, mirrored in its address (`address.js`), so that a link opens in exactly this state. Each
 * key is a signal: whoever reads it while drawing is drawn again when it changes.
 *
 * Every key is declared once, with its default and with how it is read from and written to a link.
 * A value in a link that doesn't parse or validate is ignored and reported in `invalid`; the key
 * keeps its default.
 */

import { batch, signal } from './signals.js';

/**
 * @template T
 * @typedef {object} Field
 * @property {T} default
 * @property {(text: string) => T | undefined} parse from a link; undefined if it can't be read
 * @property {(value: T) => string} format for a link
 * @property {(value: T) => boolean} validate
 * @property {boolean} [always] in the link even when it has its default (the language)
 * @property {boolean} [private] read from a link but never written to one (the theme)
 * @property {{ min?: number, max?: number, step?: number, ladder?: boolean, values?: readonly string[] }} [range]
 *   what a control for this key may offer; on a `ladder` it climbs by 1, 2, 5, 10, …
 */

/** @typedef {Record<string, Field<any>>} Schema */

/**
 * A whole number within bounds.
 * @param {{ default: number, min?: number, max?: number, step?: number }} options
 * @returns {Field<number>}
 */
export function integer({ default: initial, min = -Infinity, max = Infinity, step = 1 }) {
  return {
    default: initial,
    parse: (text) => (/^-?\d+$/.test(text) ? Number(text) : undefined),
    format: String,
    validate: (value) => Number.isSafeInteger(value) && value >= min && value <= max,
    range: { min, max, step },
  };
}

/**
 * A finite number within bounds.
 * @param {{ default: number, min?: number, max?: number, step?: number, ladder?: boolean }} options
 * @returns {Field<number>}
 */
export function decimal({ default: initial, min = -Infinity, max = Infinity, step = 0.1, ladder = false }) {
  return {
    default: initial,
    parse: (text) => (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined),
    format: String,
    validate: (value) => Number.isFinite(value) && value >= min && value <= max,
    range: { min, max, step, ladder },
  };
}

/**
 * One of a few words.
 * @template {string} T
 * @param {{ default: T, values: readonly T[] }} options
 * @returns {Field<T>}
 */
export function choice({ default: initial, values }) {
  return {
    default: initial,
    parse: (text) => values.find((value) => value === text),
    format: String,
    validate: (value) => values.includes(value),
    range: { values },
  };
}

/**
 * Yes or no, `1` or `0` in a link.
 * @param {{ default: boolean }} options
 * @returns {Field<boolean>}
 */
export function flag({ default: initial }) {
  return {
    default: initial,
    parse: (text) => (text === '1' ? true : text === '0' ? false : undefined),
    format: (value) => (value ? '1' : '0'),
    validate: (value) => typeof value === 'boolean',
  };
}

/**
 * Free text of limited length.
 * @param {{ default: string, maxLength: number, test?: (text: string) => boolean }} options
 * @returns {Field<string>}
 */
export function text({ default: initial, maxLength, test = () => true }) {
  return {
    default: initial,
    parse: (raw) => raw,
    format: String,
    validate: (value) => typeof value === 'string' && value.length <= maxLength && test(value),
  };
}

/**
 * A list of numbers, separated by `_` in a link.
 * @param {{ default: readonly number[], min?: number, max?: number }} options
 * @returns {Field<readonly number[]>}
 */
export function numbers({ default: initial, min = -Infinity, max = Infinity }) {
  return {
    default: initial,
    parse: (raw) => {
      const list = raw === '' ? [] : raw.split('_').map((part) => (part === '' ? NaN : Number(part)));
      return list.every(Number.isFinite) ? list : undefined;
    },
    format: (value) => value.join('_'),
    validate: (value) => Array.isArray(value) && value.every((entry) => Number.isFinite(entry) && entry >= min && entry <= max),
  };
}

/**
 * @typedef {object} State
 * @property {(key: string) => any} get
 * @property {(key: string, value: unknown) => boolean} set false, and no change, if not valid
 * @property {(values: Record<string, unknown>) => boolean} assign sets several together; all or none
 * @property {(key: string) => Field<any>} field
 * @property {() => number} version counts the changes of any key; read from a signal
 * @property {() => string} query the state as a link has it: `key=value&key=value`, encoded as in a query
 * @property {(keys: string) => { key: string, text: string }[]} open becomes what a link with these keys opens: those that
 *   it leaves out get their defaults, except the reader's own (language, theme). A link without any that is declared
 *   changes nothing. Returns what was ignored
 * @property {{ key: string, text: string }[]} invalid what the link had that was ignored
 */

/**
 * What a link says of the keys that are declared.
 * @param {Schema} schema
 * @param {string} keys
 */
function readKeys(schema, keys) {
  /** @type {Map<string, any>} */
  const values = new Map();
  /** @type {{ key: string, text: string }[]} */
  const invalid = [];
  // Unknown keys are left alone: a link may carry what a newer or an older page understands, and
  // trackers append keys of their own.
  for (const [key, raw] of new URLSearchParams(keys)) {
    const field = Object.hasOwn(schema, key) ? schema[key] : undefined;
    if (!field) continue;
    const value = field.parse(raw);
    if (value !== undefined && field.validate(value)) values.set(key, value);
    else invalid.push({ key, text: raw });
  }
  return { values, invalid };
}

/**
 * @param {Schema} schema
 * @param {string} [keys] of the link to start from, as in a query
 * @returns {State}
 */
export function createState(schema, keys = '') {
  const link = readKeys(schema, keys);
  const values = new Map(Object.entries(schema).map(([key, field]) => [key, signal(link.values.has(key) ? link.values.get(key) : field.default)]));

  /** @param {string} key */
  function fieldOf(key) {
    if (!Object.hasOwn(schema, key)) throw new RangeError(`state key '${key}' is not declared`);
    return schema[key];
  }

  /** @param {string} key */
  function signalOf(key) {
    fieldOf(key);
    return /** @type {import('@preact/signals-core').Signal<any>} */ (values.get(key));
  }

  const version = signal(0);

  /** @param {string} key @param {any} value */
  function put(key, value) {
    const field = fieldOf(key);
    const held = signalOf(key);
    if (field.format(held.peek()) === field.format(value)) return;
    batch(() => {
      held.value = value;
      version.value = version.peek() + 1;
    });
  }

  return {
    invalid: link.invalid,
    get: (key) => signalOf(key).value,
    set(key, value) {
      if (!fieldOf(key).validate(value)) return false;
      put(key, value);
      return true;
    },
    assign(entries) {
      const list = Object.entries(entries);
      if (!list.every(([key, value]) => fieldOf(key).validate(value))) return false;
      batch(() => list.forEach(([key, value]) => put(key, value)));
      return true;
    },
    field: fieldOf,
    version: () => version.value,
    query() {
      const query = new URLSearchParams();
      for (const [key, field] of Object.entries(schema)) {
        if (field.private) continue;
        const written = field.format(signalOf(key).value);
        if (field.always || written !== field.format(field.default)) query.set(key, written);
      }
      return query.toString();
    },
    open(given) {
      const opened = readKeys(schema, given);
      if (opened.values.size + opened.invalid.length === 0) return [];
      batch(() => {
        for (const [key, field] of Object.entries(schema)) {
          if (opened.values.has(key)) put(key, opened.values.get(key));
          else if (!field.always && !field.private) put(key, field.default);
        }
      });
      return opened.invalid;
    },
  };
}
