/**
 * Going to a cell and staying there while the figures around it take shape: from the page's address, from any link
 * inside the page, and, in browsers without scroll anchoring, wherever the reader is.
 */

import { pushPlace, readHash } from './address.js';

/** What a reader does that ends the holding of a cell. */
const ACTIONS = ['wheel', 'touchstart', 'pointerdown', 'keydown'];

/** How far, in px, a cell may be from where it was put before something else must have scrolled. */
const TOLERANCE = 2;

/** How many windows away it must be for that while the page grows. */
const FAR = 2;

/** Whether the browser itself keeps what is read in place when something above it changes its height. */
const hasScrollAnchoring = () => CSS.supports('overflow-anchor', 'auto');

/**
 * @param {HTMLElement} content what grows
 * @returns what goes to a cell and holds it at the top of the window until the reader does anything, or something else scrolls
 */
function createHolder(content) {
  let release = () => {};
  return (/** @type {HTMLElement} */ target) => {
    release();
    const stop = new AbortController();
    let [height, top] = [0, 0];
    const scroll = () => {
      target.scrollIntoView({ behavior: 'instant' });
      [height, top] = [content.offsetHeight, target.getBoundingClientRect().top];
    };
    const observer = new ResizeObserver(scroll);
    release = () => {
      observer.disconnect();
      stop.abort();
    };
    const listen = { signal: stop.signal, passive: true };
    for (const type of ACTIONS) window.addEventListener(type, release, listen);
    // A page that grew, or a window of another size, moves the cell too: then it is brought back, not let go.
    window.addEventListener('resize', scroll, listen);
    window.addEventListener(
      'scroll',
      () => {
        const moved = Math.abs(target.getBoundingClientRect().top - top);
        // While the page grows it moves a little; so far only something else can have scrolled.
        if (moved > (content.offsetHeight === height ? TOLERANCE : FAR * window.innerHeight)) release();
      },
      listen,
    );
    observer.observe(content);
    scroll();
  };
}

/**
 * Where the browser has no scroll anchoring (WebKit): when what is wholly above the window changes its height, the page
 * is scrolled by as much.
 * @param {HTMLElement} content whose children are watched
 */
function keepInPlace(content) {
  /** @type {WeakMap<Element, number>} */
  const heights = new WeakMap();
  const observer = new ResizeObserver((entries) => {
    let grown = 0;
    for (const { target } of entries) {
      const { height, bottom } = target.getBoundingClientRect();
      const before = heights.get(target);
      heights.set(target, height);
      if (before !== undefined && bottom - (height - before) + grown <= 0) grown += height - before;
    }
    if (grown !== 0) window.scrollBy({ top: grown, behavior: 'instant' });
  });
  for (const child of content.children) observer.observe(child);
}

/** Has what is closed of a place opened (`app/folding.js`). @param {HTMLElement} target */
const reveal = (target) => void target.dispatchEvent(new CustomEvent('reveal'));

/** Goes to an element and holds it, once `followAnchors` was called. @type {(target: HTMLElement) => void} */
let hold = (target) => target.scrollIntoView();

/**
 * Goes to a place in the page as a link to it does.
 * @param {string} place id of an element
 * @returns {boolean} whether there is such a place
 */
export function goTo(place) {
  const target = document.getElementById(place);
  if (!target) {
    // A page that shows one cell alone opens the others elsewhere (classroom/embed.js).
    if (place) window.dispatchEvent(new CustomEvent('elsewhere', { detail: place }));
    return false;
  }
  pushPlace(place);
  reveal(target);
  hold(target);
  // As after following a link: reading and the Tab key go on from there.
  const start = target.matches('[tabindex]') ? target : target.querySelector('[tabindex="-1"]');
  /** @type {HTMLElement | null} */ (start)?.focus({ preventScroll: true });
  return true;
}

/**
 * Makes every link to a place in the page land there, and opens the page at the cell of its address.
 * @param {HTMLElement} content the cells; all are there by now
 */
export function followAnchors(content) {
  hold = createHolder(content);
  document.addEventListener('click', (event) => {
    const link = /** @type {Element} */ (event.target).closest?.('a[href^="#"]');
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (!link || !plain || event.defaultPrevented) return;
    // The browser would scroll to where the target is now, on a way that the cells it passes make longer.
    if (goTo(readHash(link.getAttribute('href') ?? '').place)) event.preventDefault();
  });
  if (!hasScrollAnchoring()) keepInPlace(content);
  // The cells were not there yet when the browser looked for the address's anchor.
  const target = document.getElementById(readHash(location.hash).place);
  if (!target) return;
  reveal(target);
  hold(target);
}
