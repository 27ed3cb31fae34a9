/**
 * The page's texts: Korean first, and English.
 *
 * A message is looked up by a dotted key and filled with values:
 * `{name}` inserts, `{n|image|images}` picks by whether n is 1, and `{n~은/는}` picks the Korean
 * particle that fits the sound n ends with. Elements are *bound* to a message, so that switching the
 * language needs no reload and touches nothing but text.
 */

import { rich } from './rich.js';
import { signal } from './signals.js';

/** @typedef {'ko' | 'en'} Lang */
/** @typedef {{ [key: string]: string | string[] | Messages }} Messages */

/** @type {readonly Lang[]} */
export const LANGS = ['ko', 'en'];

/** @type {Partial<Record<Lang, Messages>>} */
const loaded = {};
const current = signal(/** @type {Lang} */ ('ko'));
/** @type {Map<string, Intl.NumberFormat>} */
const formats = new Map();

/** The language the page now speaks. Like all that is worded in it, it is read from a signal. */
export function lang() {
  return current.value;
}

/**
 * Hands over messages of a language, by section (the page fetches them; tests read them from disk).
 * @param {Lang} name
 * @param {Record<string, Messages>} sections
 */
export function addMessages(name, sections) {
  const all = /** @type {Record<string, Messages>} */ ((loaded[name] ??= {}));
  for (const [section, messages] of Object.entries(sections)) all[section] = { ...all[section], ...messages };
}

/**
 * Speaks another language from now on; its messages must have been added.
 * @param {Lang} name
 */
export function setLang(name) {
  if (!loaded[name]) throw new Error(`no messages for '${name}'`);
  current.value = name;
}

/**
 * @param {string} key
 * @param {Lang} [name]
 * @returns {string | string[] | Messages | undefined}
 */
function lookup(key, name = current.value) {
  /** @type {string | string[] | Messages | undefined} */
  let node = loaded[name];
  for (const part of key.split('.')) {
    if (node === undefined || typeof node === 'string' || Array.isArray(node)) return undefined;
    node = Object.hasOwn(node, part) ? node[part] : undefined;
  }
  return node;
}

/**
 * What stands at a key: a message, a list of paragraphs or a section.
 * @param {string} key
 */
export function message(key) {
  return lookup(key);
}

/** @param {string} key */
export function has(key) {
  const found = lookup(key);
  return typeof found === 'string' || Array.isArray(found);
}

/**
 * A message in the current language. A missing one gives its key, which tests look for.
 * @param {string} key
 * @param {Record<string, unknown>} [args]
 * @returns {string}
 */
export function t(key, args = {}) {
  const found = lookup(key);
  const text = Array.isArray(found) ? found.join('\n') : found;
  return typeof text === 'string' ? fill(text, args) : key;
}

/**
 * The paragraphs of a message, which may be one string or a list.
 * @param {string} key
 * @param {Record<string, unknown>} [args]
 * @returns {string[]}
 */
export function paragraphs(key, args = {}) {
  const found = lookup(key);
  const list = Array.isArray(found) ? found : typeof found === 'string' ? [found] : [key];
  return list.map((text) => fill(text, args));
}

/** @param {string} text @param {Record<string, unknown>} args */
function fill(text, args) {
  return text.replace(/\{(\w+)(?:([|~])([^{}]*))?\}/g, (whole, name, kind, rest) => {
    if (!Object.hasOwn(args, name)) return whole;
    const value = args[name];
    if (kind === '|') {
      const [one, other = one] = rest.split('|');
      return Number(value) === 1 ? one : other;
    }
    if (kind === '~') return particle(plain(value), rest);
    return plain(value);
  });
}

/**
 * A value as it stands in a sentence.
 * @param {unknown} value
 * @returns {string}
 */
function plain(value) {
  if (typeof value === 'number') {
    return Number.isInteger(value) ? format.integer(value) : format.number(value, 4);
  }
  if (Array.isArray(value)) return value.map(plain).join('×');
  return String(value);
}

// Does the Korean reading of a digit end in a consonant? 영 일 이 삼 사 오 육 칠 팔 구. A final 0 is
// read as 영, 십, 백, 천 or 만, which all do.
const DIGIT_CODA = [true, true, false, true, false, false, true, true, true, false];
// 일, 칠, 팔 end in ㄹ, after which 으로 is 로.
const DIGIT_RIEUL = [false, true, false, false, false, false, false, true, true, false];
// Latin letters whose Korean names end in a consonant: 엘, 엠, 엔, 알.
const LETTER_CODA = 'lmnr';
// How words of a spec are read, where their last letter does not tell: 인풋, 드롭아웃, 패딩, 이닛, 풀 and so on. Of
// abbreviations and file names only the last letter is known.
/** @type {Record<string, string>} */
export const READINGS = {
  input: '인풋',
  conv: '컨브',
  convolution: '컨볼루션',
  maxpool: '맥스풀',
  avgpool: '애버리지풀',
  pool: '풀',
  pooling: '풀링',
  batchnorm: '배치놈',
  relu: '렐루',
  dropout: '드롭아웃',
  flatten: '플래튼',
  dense: '덴스',
  stride: '스트라이드',
  padding: '패딩',
  bias: '바이어스',
  init: '이닛',
  zeros: '제로스',
  constant: '콘스턴트',
  normal: '노멀',
  xavier: '자비에',
  xavier_normal: '자비에 노멀',
  he: '허',
  he_normal: '허 노멀',
  none: '논',
  same: '세임',
  valid: '밸리드',
  weight: '웨이트',
  batch: '배치',
  momentum: '모멘텀',
  eps: '엡실론',
};

/**
 * The particle that follows a word: `particle('7', '을/를')` is `을`.
 * @param {string} word
 * @param {string} pair the form after a consonant, a slash, the form after a vowel
 */
export function particle(word, pair) {
  const [closed, open] = pair.split('/');
  const bare = word.replace(/[^0-9A-Za-z가-힣]+$/u, '');
  const [spelled] = bare.match(/[A-Za-z_]+$/) ?? [''];
  const key = spelled.toLowerCase();
  const last = (Object.hasOwn(READINGS, key) ? READINGS[key] : bare).slice(-1);
  let coda = false;
  let rieul = false;
  if (/[0-9]/.test(last)) {
    coda = DIGIT_CODA[Number(last)];
    rieul = DIGIT_RIEUL[Number(last)];
  } else if (/[가-힣]/.test(last)) {
    const final = (last.charCodeAt(0) - 0xac00) % 28;
    coda = final !== 0;
    rieul = final === 8;
  } else {
    coda = LETTER_CODA.includes(last.toLowerCase()) && last !== '';
    rieul = 'lr'.includes(last.toLowerCase()) && last !== '';
  }
  return coda && !(rieul && open === '로') ? closed : open;
}

/** @param {Intl.NumberFormatOptions} options */
function formatter(options) {
  const name = current.value + JSON.stringify(options);
  let found = formats.get(name);
  if (!found) {
    found = new Intl.NumberFormat(current.value === 'ko' ? 'ko-KR' : 'en-US', options);
    formats.set(name, found);
  }
  return found;
}

/** Numbers as the current language writes them, with a true minus sign. */
export const format = {
  /** @param {number} value */
  integer: (value) => minus(formatter({ maximumFractionDigits: 0 }).format(value)),
  /** @param {number} value @param {number} [digits] at most so many decimals */
  number: (value, digits = 2) => minus(formatter({ maximumFractionDigits: digits }).format(value)),
  /** @param {number} value @param {number} [digits] exactly so many decimals */
  fixed: (value, digits = 2) =>
    minus(formatter({ minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value)),
  /** @param {number} fraction 0 … 1 @param {number} [digits] */
  percent: (fraction, digits = 1) =>
    formatter({ style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits }).format(fraction),
  /** @param {number} value such as 1.2만 or 12K */
  compact: (value) => minus(formatter({ notation: 'compact', maximumFractionDigits: 1 }).format(value)),
  /** @param {number} count */
  bytes: (count) => {
    const units = ['B', 'KB', 'MB', 'GB', 'TB'];
    let value = count;
    let unit = 0;
    while (value >= 1000 && unit < units.length - 1) {
      value /= 1000;
      unit += 1;
    }
    return `${formatter({ maximumFractionDigits: unit && value < 10 ? 1 : 0 }).format(value)} ${units[unit]}`;
  },
};

/** @param {string} written */
function minus(written) {
  return written.replace('-', '−');
}

/**
 * Makes a message the content of an element, in every language.
 * @param {Element} element
 * @param {string} key
 * @param {Record<string, unknown>} [args]
 */
export function bindText(element, key, args) {
  element.setAttribute('data-i18n', key);
  if (args) element.setAttribute('data-i18n-args', JSON.stringify(args));
  else element.removeAttribute('data-i18n-args');
  renderText(element);
}

/**
 * Makes a message an attribute of an element, in every language.
 * @param {Element} element
 * @param {'aria-label' | 'title'} attribute
 * @param {string} key
 */
export function bindAttribute(element, attribute, key) {
  element.setAttribute(`data-i18n-${attribute}`, key);
  element.setAttribute(attribute, t(key));
}

/** @param {Element} element */
function renderText(element) {
  const key = element.getAttribute('data-i18n') ?? '';
  const args = element.getAttribute('data-i18n-args');
  const content = t(key, args ? JSON.parse(args) : {});
  if (element.namespaceURI === 'http://www.w3.org/2000/svg') element.textContent = content;
  else element.replaceChildren(rich(content));
}

/**
 * Renders every bound text below a root in the current language.
 * @param {Document | Element} root
 */
export function translate(root) {
  for (const element of root.querySelectorAll('[data-i18n]')) renderText(element);
  for (const attribute of ['aria-label', 'title', 'content']) {
    for (const element of root.querySelectorAll(`[data-i18n-${attribute}]`)) {
      element.setAttribute(attribute, t(element.getAttribute(`data-i18n-${attribute}`) ?? ''));
    }
  }
}
