/** The cells of the notebook, in the order of the page. */

import { cell as intro } from './intro.js';

/** @type {import('./cell.js').Cell[]} */
export const CELLS = [intro];
