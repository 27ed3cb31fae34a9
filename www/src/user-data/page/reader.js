/**
 * The page's side of the worker that reads a person's images.
 *
 * @module
 */

import { ofVersion } from '../../common/places.js';
import { BUILD } from '../../common/version.js';

/**
 * Starts a worker that reads these files.
 * @param {Omit<import('../common/protocol.js').Reading, 'version'>} reading
 * @param {(told: import('../common/protocol.js').Told) => void} onTold
 * @param {() => void} onCrash the worker is gone without a word
 * @returns {() => void} ends the reading
 */
export function startReading(reading, onTold, onCrash) {
  const worker = new Worker(ofVersion('src/user-data/worker/worker.js'), { type: 'module', name: 'images' });
  worker.onmessage = ({ data }) => onTold(data);
  worker.onerror = (event) => {
    event.preventDefault();
    onCrash();
  };
  /** @type {import('../common/protocol.js').Reading} */
  const message = { version: BUILD, ...reading };
  worker.postMessage(message);
  return () => worker.terminate();
}
