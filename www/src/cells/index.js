/** The cells of the notebook, in the order of the page. */

import { cell as data } from './data/cell.js';
import { cell as digit } from './digit/cell.js';
import { cell as dropout } from './dropout/cell.js';
import { cell as ensemble } from './ensemble/cell.js';
import { cell as filter } from './filter/cell.js';
import { cell as filters } from './filters/cell.js';
import { cell as intro } from './intro/cell.js';
import { cell as judge } from './judge/cell.js';
import { cell as layers } from './layers/cell.js';
import { cell as learned } from './learned/cell.js';
import { cell as microscope } from './microscope/cell.js';
import { cell as network } from './network/cell.js';
import { cell as padding } from './padding/cell.js';
import { cell as part } from './part/cell.js';
import { cell as pooling } from './pooling/cell.js';
import { cell as race } from './race/cell.js';
import { cell as stride } from './stride/cell.js';
import { cell as take } from './take/cell.js';
import { cell as train } from './train/cell.js';
import { cell as training } from './training/cell.js';

/** @type {import('../frame/cell.js').Cell[]} */
export const CELLS = [intro, part, filter, stride, padding, filters, layers, pooling, network, training, train, digit, microscope, learned, dropout, ensemble, race, judge, data, take];
