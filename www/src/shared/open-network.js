/** The way from other cells to the full network's. */

import { goTo } from '../base/anchor.js';

/**
 * Opens the cell of the full network with an image of the data.
 * @param {import('../base/state.js').State} state
 * @param {import('../training/common/protocol.js').Split} split
 * @param {number} index of the image in its split
 */
export function openNetwork(state, split, index) {
  if (state.assign({ 'network.source': split, 'network.digit': index })) goTo('network');
}
