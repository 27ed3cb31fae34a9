/** How far a run is to be trained when it is simply started. */

import { endOf } from './settings.js';

/**
 * To the end of the schedule, where the rate has come down; without an end otherwise.
 * @param {import('./trainer.js').Trainer} trainer
 * @returns {{ epochs?: number }}
 */
export function goalOf({ config, progress }) {
  const left = (config ? endOf(config.schedule) : null) ?? 0;
  return left > progress.epoch ? { epochs: left - progress.epoch } : {};
}
