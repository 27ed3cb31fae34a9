/**
 * What a network is called, in sentences and in the names of files.
 *
 * @module
 */

import { presetName } from '../../training/page/settings.js';

/** @param {any} engine @param {string | undefined} spec @returns {string | null} null for one's own network */
function preset(engine, spec) {
  return engine && spec ? presetName(engine, spec) : null;
}

/** @param {any} engine @param {string} [spec] */
export const fileStem = (engine, spec) => preset(engine, spec) ?? 'cnn';

/** @param {import('../../frame/cell.js').Context} ctx @param {string} spec */
export function networkName({ engine, t }, spec) {
  const name = preset(engine, spec);
  return name ? t(`train.preset-${name}`) : t('take.own-network');
}
