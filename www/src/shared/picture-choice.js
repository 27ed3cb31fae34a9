/** Which picture the figures look at: one drawn here, or the person's own. */

import { readImage } from '../base/image-input.js';
import { draw } from '../base/scheduler.js';
import { createChoice } from '../controls/choice.js';
import { createPicker } from '../controls/files.js';
import { encode, fromImage } from '../figures/picture.js';
import { PICTURES } from '../keys/picture.js';

/**
 * @param {import('../frame/cell.js').Context} ctx
 * @param {{ upload?: boolean, dropOn?: HTMLElement }} [options] `upload`: a button for a file; `dropOn`: where one may
 *   be dropped
 */
export function createPictureChoice(ctx, { upload = false, dropOn } = {}) {
  const { state } = ctx;
  const choice = createChoice(ctx, { key: 'filter.picture', label: 'picture.label', values: PICTURES, words: 'picture.' });
  const own = choice.element.querySelector('input[value="own"]')?.closest('label');
  draw(choice.element, () => {
    if (own instanceof HTMLElement) own.hidden = state.get('filter.own') === '';
  });
  if (!upload) return choice;

  choice.element.querySelector('.choice-options')?.append(...createPicker({ label: 'picture.upload', accept: 'image/*', onFiles: ([file]) => void take(file) }));

  /** The last one that was given: a large one before it may be read for longer. @type {File | null} */
  let last = null;

  /** @param {File} chosen */
  async function take(chosen) {
    last = chosen;
    try {
      const image = await readImage(chosen, chosen.name);
      if (chosen !== last) return;
      state.assign({ 'filter.own': encode(fromImage(image)), 'filter.picture': 'own' });
    } catch (error) {
      // The picture that was there stays.
      ctx.fail(error);
    }
  }

  dropOn?.addEventListener('dragover', (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
  });
  dropOn?.addEventListener('drop', (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    void take(event.dataTransfer.files[0]);
  });
  return choice;
}
