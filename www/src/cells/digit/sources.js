/** Every way in for an image that is not drawn: a file, a drop, the clipboard, the camera. */

import { createLastImage } from '../../base/image-input.js';
import { createButton } from '../../controls/choice.js';
import { createPicker, takeDrops } from '../../controls/files.js';
import { createCamera, hasCamera } from './camera.js';

/** @typedef {{ name: string, data: ImageData }} Picture an image that was given, not drawn */

/**
 * @param {import('../../frame/cell.js').Context} ctx
 * @param {object} options
 * @param {HTMLElement} options.target where images are dropped
 * @param {() => boolean} options.shown whether what is pasted somewhere on the page is meant for this cell
 * @param {(picture: Picture) => void} options.onPicture
 * @param {(error: unknown) => void} options.onTrouble
 */
export function createSources(ctx, { target, shown, onPicture, onTrouble }) {
  const { t } = ctx;
  const [upload, input] = createPicker({ label: 'digit.upload', accept: 'image/*', onFiles: ([file]) => void take(file, file.name) });
  const camera = createCamera({ onPicture: (data) => onPicture({ name: t('digit.camera-name'), data }), onTrouble });
  const noImage = () => onTrouble({ code: 'no_image', details: {} });

  const take = createLastImage((data, name) => onPicture({ name, data }), onTrouble);

  /** @param {DataTransfer | null} transfer @returns {File | undefined} */
  const imageIn = (transfer) => [...(transfer?.files ?? [])].find((file) => file.type.startsWith('image/')) ?? transfer?.files[0];

  takeDrops(target, (dropped) => {
    const file = imageIn(dropped);
    if (file) void take(file, file.name);
    else noImage();
  });

  document.addEventListener('paste', (event) => {
    const at = /** @type {HTMLElement} */ (event.target);
    if (!shown() || at.closest?.('input, textarea, [contenteditable]')) return;
    const file = imageIn(event.clipboardData);
    if (file) {
      event.preventDefault();
      void take(file, file.name);
    } else if (target.contains(document.activeElement)) noImage();
  });

  /** What the clipboard holds, for those who have no keys to paste with. */
  async function paste() {
    try {
      for (const item of await navigator.clipboard.read()) {
        const type = item.types.find((each) => each.startsWith('image/'));
        if (type) return await take(await item.getType(type), t('digit.pasted-name'));
      }
      noImage();
    } catch (error) {
      const { name, message } = /** @type {DOMException} */ (error);
      onTrouble(name === 'NotAllowedError' ? { code: 'clipboard_denied', details: {} } : { code: 'internal', details: { message } });
    }
  }

  return {
    buttons: [
      upload,
      hasCamera() ? createButton({ label: 'digit.camera', onPress: () => void camera.start() }) : null,
      typeof navigator.clipboard?.read === 'function' ? createButton({ label: 'digit.paste', onPress: () => void paste() }) : null,
      input,
    ],
    camera,
  };
}
