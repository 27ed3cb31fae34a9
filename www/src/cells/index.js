/** The cells of the notebook, in the order of the page. */

import { cell as digit } from './digit.js';
import { cell as intro } from './intro.js';
import { cell as train } from './train.js';

/** @type {import('./cell.js').Cell[]} */
export const CELLS = [intro, train, digit];
