/**
 * The oldest versions of the browsers that the page runs in. The README's table, the page's messages and the words of
 * `index.html` say these; `tests/unit/browsers.test.js` compares them.
 *
 * From MDN's browser-compat-data 8.1.9. Chrome's versions are Edge's too.
 *
 * @module
 */

/** @typedef {{ chrome: string, firefox: string, safari: string }} Versions */

/**
 * All of the page: of what it uses the `popover` attribute came last. What WebAssembly SIMD and threads need is older.
 * @type {Versions}
 */
export const PAGE = { chrome: '114', firefox: '125', safari: '17' };

/** Multiply and add in one rounding, for the faster engine. @type {Versions} */
export const RELAXED_SIMD = { chrome: '114', firefox: '146', safari: '27.3' };
