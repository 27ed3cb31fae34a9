/** The camera as a source: it is on only while its picture is shown, and off as soon as one is taken. */

import { h } from '../../base/dom.js';
import { createButton } from '../../controls/choice.js';

/** Side of the picture that is taken, pixels. */
const SIDE = 400;

/** What the browser says, and what it means. @type {Record<string, string>} */
const CODES = {
  NotAllowedError: 'camera_denied',
  SecurityError: 'camera_denied',
  NotFoundError: 'camera_missing',
  OverconstrainedError: 'camera_missing',
};

/** Whether this page may ask for a camera at all: only secure ones may. */
export const hasCamera = () => typeof navigator.mediaDevices?.getUserMedia === 'function';

/**
 * @param {{ onPicture: (data: ImageData) => void, onTrouble: (error: unknown) => void }} options
 */
export function createCamera({ onPicture, onTrouble }) {
  const video = h('video', { class: 'digit-video', playsinline: true, i18nLabel: 'digit.camera-label' });
  video.muted = true;
  const shoot = createButton({ label: 'digit.camera-take', primary: true, onPress: take });
  const element = h('div', { class: 'digit-camera', hidden: true }, video, h('div', { class: 'digit-buttons' }, shoot, createButton({ label: 'digit.camera-off', onPress: () => stop(true) })));
  /** @type {MediaStream | null} */
  let stream = null;
  let asking = false;
  /** Where the focus was. @type {Element | null} */
  let from = null;

  async function start() {
    if (stream || asking) return;
    asking = true;
    from = document.activeElement;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: 'environment', width: { ideal: 640 }, height: { ideal: 480 } } });
      video.srcObject = stream;
      await video.play();
      element.hidden = false;
      shoot.focus();
    } catch (error) {
      stop(false);
      const { name, message } = /** @type {DOMException} */ (error);
      onTrouble({ code: CODES[name] ?? 'camera_failed', message, details: { message } });
    }
    asking = false;
  }

  /** @param {boolean} back whether the focus returns to where it was */
  function stop(back) {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
    video.srcObject = null;
    element.hidden = true;
    if (back && from instanceof HTMLElement) from.focus();
  }

  /** The middle square of what is seen. */
  function take() {
    const side = Math.min(video.videoWidth, video.videoHeight);
    const pen = new OffscreenCanvas(SIDE, SIDE).getContext('2d', { willReadFrequently: true });
    if (!stream || side === 0 || !pen) return;
    pen.drawImage(video, (video.videoWidth - side) / 2, (video.videoHeight - side) / 2, side, side, 0, 0, SIDE, SIDE);
    const data = pen.getImageData(0, 0, SIDE, SIDE);
    stop(true);
    onPicture(data);
  }

  document.addEventListener('visibilitychange', () => document.hidden && stop(false));

  return { element, start, stop };
}
