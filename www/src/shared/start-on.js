/** Starts over on another data set, with the network made to fit. */

import { adapt } from '../base/spec-lines.js';
import { codedError } from '../common/coded-error.js';
import { configure } from '../training/page/replacing.js';
import { configOf, outlineOf, specKey, specText } from '../training/page/settings.js';

/**
 * @param {import('../frame/cell.js').Context} ctx
 * @param {string} name of the data set
 * @param {import('../training/common/protocol.js').UserData | null} [userData] the person's images, if it is they
 * @throws what keeps the run from beginning; the one before then goes on
 */
export async function startOn({ engine, state, trainer }, name, userData = trainer.userData) {
  const outline = outlineOf(name, userData);
  if (!outline) throw codedError('own_missing');
  const spec = adapt(specText(engine, state.get('spec')), outline.shape, outline.classes);
  await configure(trainer, { ...configOf(engine, state), data: name, spec }, userData);
  state.assign({ data: name, spec: specKey(engine, spec) });
}
