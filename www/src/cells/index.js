/** The cells of the notebook: what the page knows of each, in the order of the page. Their scripts are fetched by `cell-parts.js`. */

import { keys as augment } from './augment/keys.js';
import { keys as backprop } from './backprop/keys.js';
import { keys as data } from './data/keys.js';
import { keys as digit } from './digit/keys.js';
import { keys as dropout } from './dropout/keys.js';
import { keys as ensemble } from './ensemble/keys.js';
import { keys as failures } from './failures/keys.js';
import { keys as filter } from './filter/keys.js';
import { keys as filters } from './filters/keys.js';
import { keys as intro } from './intro/keys.js';
import { keys as judge } from './judge/keys.js';
import { keys as layers } from './layers/keys.js';
import { keys as learned } from './learned/keys.js';
import { keys as microscope } from './microscope/keys.js';
import { keys as network } from './network/keys.js';
import { keys as norm } from './norm/keys.js';
import { keys as padding } from './padding/keys.js';
import { keys as part } from './part/keys.js';
import { keys as pooling } from './pooling/keys.js';
import { keys as race } from './race/keys.js';
import { keys as sharing } from './sharing/keys.js';
import { keys as stride } from './stride/keys.js';
import { keys as take } from './take/keys.js';
import { keys as train } from './train/keys.js';
import { keys as training } from './training/keys.js';

/**
 * The acts of the page and their cells: what is seen, what is trained, and what goes deeper.
 * @type {{ id: string, cells: import('../frame/cell.js').Keys[] }[]}
 */
export const ACTS = [
  { id: 'see', cells: [part, filter, stride, padding, filters, layers, pooling, network, training] },
  { id: 'train', cells: [train, digit, judge] },
  { id: 'deeper', cells: [sharing, backprop, microscope, learned, norm, dropout, augment, failures, ensemble, race, data, take] },
];

/** The opening, then the acts. @type {import('../frame/cell.js').Keys[]} */
export const CELLS = [intro, ...ACTS.flatMap(({ cells }) => cells)];
