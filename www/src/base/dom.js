/**
 * Elements without a framework: `h` for HTML, `s` for SVG, `m` for MathML.
 *
 * Text never goes through `innerHTML`: children are nodes or become text nodes.
 */

import { bindAttribute, bindText } from './i18n.js';
import { signal } from './signals.js';

/**
 * @typedef {Node | string | number | null | undefined | false} Child
 * @typedef {Child | Child[]} Children
 *
 * @typedef {object} SpecialProps
 * @property {string} [class]
 * @property {string} [i18n] key of the message that is its content, in every language
 * @property {Record<string, unknown>} [i18nArgs] values for that message
 * @property {string} [i18nLabel] key of its `aria-label`
 * @property {string} [i18nTitle] key of its `title`
 * @property {Record<string, (event: any) => void>} [on] listeners by event name
 * @property {Record<string, string | number>} [css] style properties, custom ones included
 * @property {Record<string, string | number>} [data] `data-*` attributes
 *
 * @typedef {SpecialProps & Record<string, unknown>} Props
 */

const SVG = 'http://www.w3.org/2000/svg';
const MATHML = 'http://www.w3.org/1998/Math/MathML';

/**
 * Sets attributes, listeners and bound texts. `true` gives an empty attribute, `false`, `null` and
 * `undefined` remove it.
 * @param {Element} element
 * @param {Props} props
 */
export function assign(element, props) {
  for (const [name, value] of Object.entries(props)) {
    switch (name) {
      case 'i18n':
        if (value) bindText(element, String(value), props.i18nArgs);
        break;
      case 'i18nArgs':
        break;
      case 'i18nLabel':
        if (value) bindAttribute(element, 'aria-label', String(value));
        break;
      case 'i18nTitle':
        if (value) bindAttribute(element, 'title', String(value));
        break;
      case 'on':
        for (const [type, listener] of Object.entries(props.on ?? {})) {
          element.addEventListener(type, listener);
        }
        break;
      case 'css':
        for (const [property, setting] of Object.entries(props.css ?? {})) {
          /** @type {HTMLElement | SVGElement} */ (element).style.setProperty(property, String(setting));
        }
        break;
      case 'data':
        for (const [key, datum] of Object.entries(props.data ?? {})) {
          element.setAttribute(`data-${key}`, String(datum));
        }
        break;
      default:
        if (value === false || value === null || value === undefined) element.removeAttribute(name);
        else element.setAttribute(name, value === true ? '' : String(value));
    }
  }
}

/**
 * @param {Element | DocumentFragment} parent
 * @param {Children[]} children
 */
export function append(parent, ...children) {
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    parent.append(child instanceof Node ? child : String(child));
  }
}

/**
 * Sets an attribute where it is another: told the same again, browsers still look at whom it may concern.
 * @param {Element} element
 * @param {string} name
 * @param {string} value
 */
export function setIfChanged(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/**
 * An HTML element.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Props} [props]
 * @param {...Children} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  append(element, ...children);
  assign(element, props);
  return element;
}

/**
 * An SVG element.
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} tag
 * @param {Props} [props]
 * @param {...Children} children
 * @returns {SVGElementTagNameMap[K]}
 */
export function s(tag, props = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  append(element, ...children);
  assign(element, props);
  return element;
}

/**
 * A MathML element.
 * @param {string} tag
 * @param {Props} [props]
 * @param {...Children} children
 * @returns {Element}
 */
export function m(tag, props = {}, ...children) {
  const element = document.createElementNS(MATHML, tag);
  append(element, ...children);
  assign(element, props);
  return element;
}

/**
 * Replaces the children of an element.
 * @param {Element} parent
 * @param {...Children} children
 */
export function setChildren(parent, ...children) {
  parent.replaceChildren();
  append(parent, ...children);
}

/**
 * Replaces the children of an element only where the new ones look different: what stays the same is not laid out
 * again, and a live region does not speak again.
 * @param {Element} parent
 * @param {...Children} children without listeners
 */
export function morphChildren(parent, ...children) {
  const fresh = document.createDocumentFragment();
  append(fresh, ...children);
  follow(parent, fresh);
}

/** Makes the children of one node look like those of another. @param {Node} parent @param {Node} fresh */
function follow(parent, fresh) {
  const [now, next] = [[...parent.childNodes], [...fresh.childNodes]];
  next.forEach((node, index) => {
    const old = now[index];
    if (!old) parent.appendChild(node);
    else if (!alike(old, node)) parent.replaceChild(node, old);
    else if (!(old instanceof CharacterData)) follow(old, node);
    else if (old.data !== node.nodeValue) old.data = node.nodeValue ?? '';
  });
  for (const old of now.slice(next.length)) parent.removeChild(old);
}

/** Whether two nodes differ in nothing but what they hold. @param {Node} old @param {Node} node */
function alike(old, node) {
  if (old.nodeName !== node.nodeName) return false;
  if (!(old instanceof Element) || !(node instanceof Element)) return true;
  return old.attributes.length === node.attributes.length && [...node.attributes].every(({ name, value }) => old.getAttribute(name) === value);
}

/**
 * Follows the width of an element. To ask for it while drawing would make the browser lay the page out there and then.
 * @param {Element} element
 * @param {() => void} changed called when the width has become another
 * @returns {() => number} px, whole; 0 before the element was laid out
 */
export function widthOf(element, changed) {
  let width = 0;
  new ResizeObserver(([entry]) => {
    const now = Math.floor(entry.contentRect.width);
    if (now === width || now === 0) return;
    width = now;
    changed();
  }).observe(element);
  return () => width;
}

/**
 * The width of an element as a signal: what reads it is drawn again when it has become another.
 * @param {Element} element
 * @returns {import('@preact/signals-core').ReadonlySignal<number>} px, whole; 0 before the element was laid out
 */
export function widthSignal(element) {
  const width = signal(0);
  const now = widthOf(element, () => {
    width.value = now();
  });
  return width;
}

let serial = 0;

/**
 * An id that no other element of the page has.
 * @param {string} prefix
 */
export function uniqueId(prefix) {
  serial += 1;
  return `${prefix}-${serial}`;
}
