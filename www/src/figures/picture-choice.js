/** Which picture the figures look at: one drawn here, or the person's own. */

import { h } from '../dom.js';
import { readImage } from '../image-input.js';
import { createButton, createChoice } from './choice.js';
import { encode, fromImage, PICTURES } from './picture.js';

/**
 * @param {import('../cells/cell.js').Context} ctx
 * @param {{ upload?: boolean, dropOn?: HTMLElement }} [options] `upload`: a button for a file; `dropOn`: where one may
 *   be dropped
 */
export function createPictureChoice(ctx, { upload = false, dropOn } = {}) {
  const { state } = ctx;
  const choice = createChoice(ctx, { key: 'filter.picture', label: 'picture.label', values: PICTURES, words: 'picture.' });
  const own = choice.element.querySelector('input[value="own"]')?.closest('label');
  const showOwn = () => {
    if (own instanceof HTMLElement) own.hidden = state.get('filter.own') === '';
  };
  showOwn();
  state.subscribe(['filter.own'], showOwn);
  if (!upload) return choice;

  const file = h('input', { type: 'file', accept: 'image/*', class: 'visually-hidden', tabindex: '-1', 'aria-hidden': 'true', on: { change: () => take(file.files?.[0]) } });
  const button = createButton({ label: 'picture.upload', onPress: () => file.click() });
  choice.element.querySelector('.choice-options')?.append(button, file);

  /** @param {File | undefined} chosen */
  async function take(chosen) {
    if (!chosen) return;
    try {
      const image = await readImage(chosen, chosen.name);
      state.assign({ 'filter.own': encode(fromImage(image)), 'filter.picture': 'own' });
    } catch (error) {
      // The picture that was there stays.
      ctx.fail(error);
    } finally {
      file.value = '';
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
