/**
 * The languages that code is shown in; one choice for all cells.
 *
 * @module
 */

import { choice } from '../base/state.js';

/** In the order of the tabs: the lecture's, today's, and the notebook's own. */
export const LANGUAGES = /** @type {const} */ (['tensorflow', 'torch', 'keras', 'numpy', 'rust']);

/** @typedef {typeof LANGUAGES[number]} Language */

/** @type {import('../base/state.js').Schema} */
export const codeSchema = { code: choice({ default: /** @type {Language} */ ('torch'), values: LANGUAGES }) };
