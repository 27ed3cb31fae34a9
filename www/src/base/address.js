/**
 * What stands behind the `#` of the page's address: where it opens, and its state. Behind a `?` it would be in requests,
 * and so in a host's log, pictures that somebody brought included; what is behind the `#` never leaves the browser.
 *
 *     #PLACE&KEY=VALUE&KEY=VALUE…
 *
 * PLACE is an element's id and has no `=`; either part may be missing. Keys and values are encoded as in a query. What a
 * page doesn't understand, it leaves alone.
 *
 * @module
 */

import { watch } from './signals.js';

/** Marks the entries of the tab's history that the page itself wrote: another one was typed, or is of a link. */
const WRITTEN = 'written';
/** Browsers throttle `replaceState`, and it takes a good part of a frame, which a number that is dragged needs for itself. */
const REST_MS = 250;

/**
 * @param {string} hash with or without its `#`; nothing in it is an error
 * @returns {{ place: string, keys: string }} `place`: empty if there is none, or one that can't be decoded; `keys` as in a query
 */
export function readHash(hash) {
  const [first, ...rest] = hash.replace(/^#/, '').split('&');
  if (first.includes('=')) return { place: '', keys: [first, ...rest].join('&') };
  const keys = rest.join('&');
  try {
    return { place: decodeURIComponent(first), keys };
  } catch {
    return { place: '', keys };
  }
}

/** @param {string} place @param {string} keys as in a query @returns {string} with its `#`, or empty */
export function writeHash(place, keys) {
  const parts = [encodeURIComponent(place), keys].filter((part) => part !== '');
  return parts.length > 0 ? `#${parts.join('&')}` : '';
}

/**
 * Makes an entry of the tab's history for a place: going back leads to where the reader was, and changes nothing else.
 * @param {string} place
 */
export function pushPlace(place) {
  const now = readHash(location.hash);
  if (now.place !== place) history.pushState({ [WRITTEN]: true }, '', writeHash(place, now.keys));
}

/**
 * Keeps address and state alike: the state is written once it has rested, and an address that somebody gives this tab
 * (typed, pasted, by a script) is opened as if the page had been opened with it.
 *
 * Going back and forth in the tab's history leads from place to place and leaves the state alone: whatever has been set
 * or drawn since would be lost.
 *
 * @param {import('./state.js').State} state
 * @param {Window} window
 * @param {(place: string, invalid: { key: string, text: string }[]) => void} onOpen another address was opened; `invalid`: what was ignored of it
 */
export function mirrorInAddress(state, window, onOpen) {
  const { location, history } = window;
  const mark = (/** @type {string} */ url) => history.replaceState({ ...history.state, [WRITTEN]: true }, '', url);
  let timer = 0;
  const write = () => mark(location.pathname + writeHash(readHash(location.hash).place, state.query()));
  watch(state.version, () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(write, REST_MS);
  });
  window.addEventListener('hashchange', () => {
    const { place, keys } = readHash(location.hash);
    const given = !history.state?.[WRITTEN];
    const invalid = given ? state.open(keys) : [];
    // A place alone, or an entry of before: a reload must find the state here too.
    write();
    if (given) onOpen(place, invalid);
  });
  mark(location.href);
}
