/** Which picture the figures look at: one drawn here, or the person's own. */

import { createLastImage } from '../base/image-input.js';
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

  // Where one can't be read, the picture that was there stays.
  const take = createLastImage((image) => state.assign({ 'filter.own': encode(fromImage(image)), 'filter.picture': 'own' }), ctx.fail);
  choice.element.querySelector('.choice-options')?.append(...createPicker({ label: 'picture.upload', accept: 'image/*', onFiles: ([file]) => void take(file, file.name) }));

  dropOn?.addEventListener('dragover', (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
  });
  dropOn?.addEventListener('drop', (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    const [file] = event.dataTransfer.files;
    void take(file, file.name);
  });
  return choice;
}
