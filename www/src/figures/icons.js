/** The few signs that buttons carry, as drawings: not every font has them. */

import { s } from '../base/dom.js';

const PATHS = {
  play: 'M5 3.2v9.6L13 8z',
  pause: 'M4.5 3h2.5v10h-2.5zM9 3h2.5v10H9z',
  back: 'M11.5 3.5v9L5.5 8zM3.5 3.5H5v9H3.5z',
  next: 'M4.5 3.5v9l6-4.5zM11 3.5h1.5v9H11z',
  keep: 'M7 1.5h2v6.1l2.3-2.3 1.4 1.4L8 11.4 3.3 6.7l1.4-1.4L7 7.6zM2 12.5h12v2H2z',
  erase: 'M3.6 2.5 8 6.9l4.4-4.4 1.1 1.1L9.1 8l4.4 4.4-1.1 1.1L8 9.1l-4.4 4.4-1.1-1.1L6.9 8 2.5 3.6z',
};

/** @typedef {keyof typeof PATHS} IconName */

/** @param {IconName} name */
export function icon(name) {
  return s('svg', { viewBox: '0 0 16 16', class: 'icon-sign', 'aria-hidden': 'true' }, s('path', { d: PATHS[name] }));
}
