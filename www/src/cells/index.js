/** The cells of the notebook, in the order of the page. */

import { cell as data } from './data/cell.js';
import { keys as dataKeys } from './data/keys.js';
import { cell as digit } from './digit/cell.js';
import { keys as digitKeys } from './digit/keys.js';
import { cell as dropout } from './dropout/cell.js';
import { keys as dropoutKeys } from './dropout/keys.js';
import { cell as ensemble } from './ensemble/cell.js';
import { keys as ensembleKeys } from './ensemble/keys.js';
import { cell as filter } from './filter/cell.js';
import { keys as filterKeys } from './filter/keys.js';
import { cell as filters } from './filters/cell.js';
import { keys as filtersKeys } from './filters/keys.js';
import { cell as intro } from './intro/cell.js';
import { keys as introKeys } from './intro/keys.js';
import { cell as judge } from './judge/cell.js';
import { keys as judgeKeys } from './judge/keys.js';
import { cell as layers } from './layers/cell.js';
import { keys as layersKeys } from './layers/keys.js';
import { cell as learned } from './learned/cell.js';
import { keys as learnedKeys } from './learned/keys.js';
import { cell as microscope } from './microscope/cell.js';
import { keys as microscopeKeys } from './microscope/keys.js';
import { cell as network } from './network/cell.js';
import { keys as networkKeys } from './network/keys.js';
import { cell as padding } from './padding/cell.js';
import { keys as paddingKeys } from './padding/keys.js';
import { cell as part } from './part/cell.js';
import { keys as partKeys } from './part/keys.js';
import { cell as pooling } from './pooling/cell.js';
import { keys as poolingKeys } from './pooling/keys.js';
import { cell as race } from './race/cell.js';
import { keys as raceKeys } from './race/keys.js';
import { cell as stride } from './stride/cell.js';
import { keys as strideKeys } from './stride/keys.js';
import { cell as take } from './take/cell.js';
import { keys as takeKeys } from './take/keys.js';
import { cell as train } from './train/cell.js';
import { keys as trainKeys } from './train/keys.js';
import { cell as training } from './training/cell.js';
import { keys as trainingKeys } from './training/keys.js';

/** @type {(import('../frame/cell.js').Keys & import('../frame/cell.js').Cell)[]} */
export const CELLS = [
  { ...introKeys, ...intro },
  { ...partKeys, ...part },
  { ...filterKeys, ...filter },
  { ...strideKeys, ...stride },
  { ...paddingKeys, ...padding },
  { ...filtersKeys, ...filters },
  { ...layersKeys, ...layers },
  { ...poolingKeys, ...pooling },
  { ...networkKeys, ...network },
  { ...trainingKeys, ...training },
  { ...trainKeys, ...train },
  { ...digitKeys, ...digit },
  { ...microscopeKeys, ...microscope },
  { ...learnedKeys, ...learned },
  { ...dropoutKeys, ...dropout },
  { ...ensembleKeys, ...ensemble },
  { ...raceKeys, ...race },
  { ...judgeKeys, ...judge },
  { ...dataKeys, ...data },
  { ...takeKeys, ...take },
];
