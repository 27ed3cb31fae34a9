/**
 * The inline markup of the language files, turned into nodes.
 *
 * `**strong**`, `*emphasis*`, `` `code` ``, `[text](address)` and `$N_{out}$`, which becomes MathML.
 * Everything else is text; nothing is ever parsed as HTML.
 */

import { MATHML, parse, row, tokensOf } from './tex.js';

// Code and mathematics come first so that their stars and brackets stay their own.
const TOKEN = /`([^`]+)`|\$([^$]+)\$|\*\*(\S.*?)\*\*(?!\*)|\*([^\s*](?:[^*]*[^\s*])?)\*|\[([^\]]+)\]\(([^)\s]+)\)/g;

/** Addresses that a link of the language files may have. */
const ADDRESS = /^(https:\/\/|#|\.\/)/;

/**
 * @param {string} source
 * @returns {DocumentFragment}
 */
export function rich(source) {
  const fragment = document.createDocumentFragment();
  let end = 0;
  for (const match of source.matchAll(TOKEN)) {
    fragment.append(source.slice(end, match.index));
    end = match.index + match[0].length;
    const [, code, math, strong, emphasis, label, address] = match;
    if (code !== undefined) fragment.append(wrap('code', code));
    else if (math !== undefined) fragment.append(inlineMath(math));
    else if (strong !== undefined) fragment.append(wrap('strong', rich(strong)));
    else if (emphasis !== undefined) fragment.append(wrap('em', rich(emphasis)));
    else fragment.append(link(label, address));
  }
  fragment.append(source.slice(end));
  return fragment;
}

/**
 * Only `` `code` `` as markup: for messages that quote what somebody typed, which must not become
 * links.
 * @param {string} source
 * @returns {DocumentFragment}
 */
export function plainRich(source) {
  const fragment = document.createDocumentFragment();
  source.split('`').forEach((part, index) => fragment.append(index % 2 === 1 ? wrap('code', part) : part));
  return fragment;
}

/**
 * Makes a message that quotes somebody the content of an element; the same message again changes
 * nothing, so that a screen reader does not say it twice.
 * @param {HTMLElement} element
 * @param {string} source
 */
export function sayIn(element, source) {
  if (element.dataset.said === source) return;
  element.dataset.said = source;
  element.replaceChildren(plainRich(source));
}

/** @param {string} tag @param {Node | string} content */
function wrap(tag, content) {
  const element = document.createElement(tag);
  element.append(content);
  return element;
}

/** @param {string} label @param {string} address */
function link(label, address) {
  if (!ADDRESS.test(address)) return document.createTextNode(label);
  const anchor = document.createElement('a');
  anchor.href = address;
  if (address.startsWith('https:')) anchor.rel = 'noopener';
  anchor.append(rich(label));
  return anchor;
}

/**
 * Mathematics within a line.
 * @param {string} source
 * @returns {Element}
 */
export function inlineMath(source) {
  const math = document.createElementNS(MATHML, 'math');
  math.append(row(parse(tokensOf(source))));
  return math;
}
