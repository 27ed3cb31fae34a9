/** What the axes of losses and accuracies show. */

import { format } from '../base/i18n.js';

/** @param {number} _min @param {number} max @returns {[number, number]} */
export const lossRange = (_min, max) => [0, Number.isFinite(max) && max > 0 ? max * 1.05 : 2.5];

/** @param {number} min @returns {[number, number]} */
export const accuracyRange = (min) => {
  if (!Number.isFinite(min)) return [0, 1];
  // Zooms in on what is left to win, in steps, so that the axis does not move with every batch.
  const floors = [0.98, 0.95, 0.9, 0.8, 0.6, 0];
  return [floors.find((floor) => min >= floor) ?? 0, 1];
};

/** @param {number} value 0 to 1 */
export const percentTick = (value) => format.percent(value, Math.abs(value * 100 - Math.round(value * 100)) < 1e-6 ? 0 : 1);
