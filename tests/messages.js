// The page's texts, as tests look for them.

import { fileURLToPath } from 'node:url';
import { allTexts, readTexts } from '../scripts/texts.mjs';

/** @typedef {'ko' | 'en'} Lang */

/** @type {Lang[]} */
export const LANGS = ['ko', 'en'];

/**
 * The languages of a test that differ in nothing but the words: one is enough, and the next such test takes the other.
 * `./build.sh campaign languages` runs them in both.
 * @param {Lang} lang
 */
export const oneOf = (lang) => (process.env.BOTH_LANGUAGES ? LANGS : [lang]);

/** @param {Lang} lang */
const messagesOf = (lang) => /** @type {any} */ (allTexts(readTexts(fileURLToPath(new URL('../www', import.meta.url)), lang)));
const MESSAGES = { ko: messagesOf('ko'), en: messagesOf('en') };

/**
 * A message's text without its markup.
 * @param {Lang} lang
 * @param {string} key
 */
export function text(lang, key) {
  const message = key.split('.').reduce((node, part) => node?.[part], MESSAGES[lang]);
  if (typeof message !== 'string') throw new Error(`no message ${key}`);
  return message.replace(/`|\*\*/g, '');
}

/**
 * A pattern that any filling of a message matches.
 * @param {Lang} lang
 * @param {string} key
 */
export function pattern(lang, key) {
  const escaped = text(lang, key).split(/\{[^}]*\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(escaped.join('[^]*?'));
}
