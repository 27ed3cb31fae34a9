/** The cells of the notebook, in the order of the page. */

import { cell as data } from './data.js';
import { cell as digit } from './digit.js';
import { cell as dropout } from './dropout.js';
import { cell as ensemble } from './ensemble.js';
import { cell as filter } from './filter.js';
import { cell as filters } from './filters.js';
import { cell as intro } from './intro.js';
import { cell as judge } from './judge.js';
import { cell as layers } from './layers.js';
import { cell as learned } from './learned.js';
import { cell as microscope } from './microscope.js';
import { cell as network } from './network.js';
import { cell as padding } from './padding.js';
import { cell as part } from './part.js';
import { cell as pooling } from './pooling.js';
import { cell as race } from './race.js';
import { cell as stride } from './stride.js';
import { cell as take } from './take.js';
import { cell as train } from './train.js';
import { cell as training } from './training.js';

/** @type {import('./cell.js').Cell[]} */
export const CELLS = [intro, part, filter, stride, padding, filters, layers, pooling, network, training, train, digit, microscope, learned, dropout, ensemble, race, judge, data, take];
