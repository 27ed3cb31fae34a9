/**
 * Errors and warnings of the engine, in the reader's language.
 *
 * The engine gives a code and fields; the sentences are in the language files, sections `error` and
 * `warning`. An error without a translation speaks with the engine's own (English) words.
 */

import { format, has, message, t } from './i18n.js';

/** @typedef {Record<string, any>} Details */

/**
 * Fields that a sentence can't use as they are.
 * @type {Record<string, (details: Details) => Details>}
 */
const ADAPT = {
  expected: ({ got }) => ({ got: got === null || got === undefined ? t('error.end-of-line') : `\`${got}\`` }),
  idx_magic: ({ got, expected }) => ({ got: hex(got), expected: hex(expected) }),
  idx_length: ({ got, expected }) => ({ got: Number(got), expected: Number(expected) }),
  pool_too_large: ({ size }) => ({ positions: size[0] * size[1] }),
  // 64-bit fields may arrive as BigInt.
  too_large: ({ bytes, limit }) => ({ bytes: format.bytes(Number(bytes)), limit: format.bytes(Number(limit)) }),
  own_large: ({ what, size, limit }) => ({ what: what || t('error.images'), size: format.bytes(size), limit: format.bytes(limit) }),
  unknown_layer: nearest,
  unknown_option: nearest,
};

/** @param {Details} details */
function nearest(details) {
  return { hint: details.nearest ? t('error.did-you-mean', { nearest: details.nearest }) : '' };
}

/** @param {number} word 32 bits */
function hex(word) {
  return `0x${word.toString(16).padStart(8, '0')}`;
}

/**
 * The engine's fixed phrases (`"the stride"`, `"batch_size"`) in the reader's language; anything
 * else stays.
 * @param {unknown} value
 */
function phrase(value) {
  const phrases = message('error.phrases');
  if (typeof value !== 'string' || typeof phrases !== 'object' || Array.isArray(phrases)) return value;
  return Object.hasOwn(phrases, value) ? phrases[value] : value;
}

/**
 * @param {string} section `error` or `warning`
 * @param {string} code
 * @param {Details} details
 */
function sentence(section, code, details) {
  const args = Object.fromEntries(Object.entries(details).map(([name, value]) => [name, phrase(value)]));
  const text = t(`${section}.${code}`, { ...args, ...ADAPT[code]?.(details) });
  return typeof details.line === 'number' ? t('error.at-line', { line: details.line, text }) : text;
}

/**
 * What went wrong.
 * @param {unknown} error
 * @returns {string}
 */
export function errorText(error) {
  if (error && typeof error === 'object' && 'code' in error && typeof error.code === 'string') {
    const details = 'details' in error && error.details && typeof error.details === 'object' ? error.details : {};
    if (has(`error.${error.code}`)) return sentence('error', error.code, details);
  }
  const own = error instanceof Error ? error.message : String(error ?? '');
  return own || t('error.unknown');
}

/**
 * What may not be meant: an entry of a summary's `warnings`.
 * @param {{ code: string, line?: number } & Details} warning without a `line`, its place is not named
 */
export function warningText(warning) {
  return sentence('warning', warning.code, warning);
}
