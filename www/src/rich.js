/**
 * The inline markup of the language files, turned into nodes.
 *
 * `**strong**`, `*emphasis*`, `` `code` ``, `[text](address)` and `$N_{out}$`, which becomes MathML.
 * Everything else is text; nothing is ever parsed as HTML.
 */

const MATHML = 'http://www.w3.org/1998/Math/MathML';

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
 * A small part of TeX's mathematics: letters, numbers, operators, `_`, `^` and groups in braces. A
 * run of letters in a group is one name (`N_{out}`).
 * @param {string} source
 * @returns {Element}
 */
export function inlineMath(source) {
  const math = document.createElementNS(MATHML, 'math');
  /** @type {string[]} */
  const tokens = source.match(/[A-Za-zα-ωΔΣ]|\d+(?:\.\d+)?|[{}_^]|\\[a-z]+|[^\s]/g) ?? [];
  let at = 0;

  /** @param {string} tag @param {string} content */
  const leaf = (tag, content) => {
    const element = document.createElementNS(MATHML, tag);
    element.textContent = content;
    return element;
  };

  /** @param {Node[]} nodes */
  const row = (nodes) => {
    if (nodes.length === 1) return nodes[0];
    const element = document.createElementNS(MATHML, 'mrow');
    element.append(...nodes);
    return element;
  };

  /** One atom: a leaf or a group. @returns {Node} */
  const atom = () => {
    const token = tokens[at];
    at += 1;
    if (token === '{') {
      const close = tokens.indexOf('}', at);
      const inside = tokens.slice(at, close < 0 ? tokens.length : close);
      if (inside.length > 0 && inside.every((part) => /^[A-Za-z]$/.test(part))) {
        at += inside.length + 1;
        const name = leaf('mi', inside.join(''));
        return name;
      }
      const group = row(sequence());
      at += 1;
      return group;
    }
    if (/^[\d.]+$/.test(token)) return leaf('mn', token);
    if (/^[A-Za-zα-ωΔΣ]$/.test(token)) return leaf('mi', token);
    return leaf('mo', token === '-' ? '−' : token === '*' ? '×' : token);
  };

  /** Atoms with their scripts, up to the end of a group. @returns {Node[]} */
  const sequence = () => {
    /** @type {Node[]} */
    const nodes = [];
    while (at < tokens.length && tokens[at] !== '}') {
      const base = atom();
      const script = tokens[at];
      if ((script === '_' || script === '^') && at + 1 < tokens.length) {
        at += 1;
        const element = document.createElementNS(MATHML, script === '_' ? 'msub' : 'msup');
        element.append(base, atom());
        nodes.push(element);
      } else {
        nodes.push(base);
      }
    }
    return nodes;
  };

  math.append(row(sequence()));
  return math;
}
