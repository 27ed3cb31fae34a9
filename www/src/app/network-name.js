/** What a network is called where there is little room. */

import { presetName } from '../training/page/settings.js';

/** @param {import('../frame/cell.js').Context} ctx @param {string} spec */
export function shortName({ engine, t }, spec) {
  const name = presetName(engine, spec);
  return name ? t(`train.preset-${name}`).split(' · ')[0] : t('kept.own-network');
}
