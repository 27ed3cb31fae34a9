/** What the classes of the data are called, in the reader's language. Every cell that names a class asks here. */

import { t } from './i18n.js';

/** @typedef {Pick<import('../training/common/protocol.js').DataState, 'name' | 'names'>} Named */

/** Whether the classes have names besides their numbers. @param {Named | null} data */
export const named = (data) => data !== null && (data.names !== null || data.name === 'fashion-mnist');

/**
 * @param {Named | null} data of the trainer; null for digits
 * @param {number} label
 */
export function className(data, label) {
  if (data?.names) return data.names[label] ?? String(label);
  return data?.name === 'fashion-mnist' ? t(`data.fashion-${label}`) : String(label);
}
