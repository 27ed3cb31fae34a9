/**
 * Saving the weights to a safetensors file and loading them again, from a chosen or a dropped file.
 *
 * @module
 */

import { h } from '../../dom.js';
import { sayIn } from '../../rich.js';

/** Larger than any network that the engine takes; a file beyond is no weights file and is not read. */
const MAX_BYTES = 512e6;

/**
 * @param {Blob} blob
 * @param {string} name
 */
export function download(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = h('a', { href: url, download: name });
  link.click();
  // The browser has taken the address over by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/**
 * @param {import('../cell.js').Context} ctx
 * @param {{ modelName: () => string }} options a short name for the file
 */
export function createWeights(ctx, { modelName }) {
  const { t, format } = ctx;
  /** @type {import('../../training/trainer.js').Trainer} */
  const trainer = ctx.trainer;

  const save = h('button', { type: 'button', class: 'button', i18n: 'train.save', on: { click: saveWeights } });
  const input = h('input', {
    type: 'file',
    class: 'visually-hidden',
    accept: '.safetensors',
    tabindex: '-1',
    'aria-hidden': 'true',
    on: { change: chosen },
  });
  const load = h('button', { type: 'button', class: 'button', i18n: 'train.load', on: { click: () => input.click() } });
  const message = h('p', { class: 'weights-message', role: 'status' });
  const element = h(
    'div',
    {
      class: 'weights drop',
      on: {
        dragover: (/** @type {DragEvent} */ event) => {
          event.preventDefault();
          element.classList.add('over');
        },
        dragleave: () => element.classList.remove('over'),
        drop: dropped,
      },
    },
    h('div', { class: 'weights-row' }, save, load, input, h('span', { class: 'weights-hint', i18n: 'train.drop-hint' })),
    message,
  );

  /** @param {string} text @param {boolean} bad */
  function say(text, bad) {
    sayIn(message, text);
    message.classList.toggle('bad', bad);
  }

  async function saveWeights() {
    if (save.getAttribute('aria-disabled') === 'true') return;
    try {
      const bytes = await trainer.saveWeights();
      const name = `${modelName()}-step${trainer.progress.step}.safetensors`;
      download(new Blob([/** @type {BlobPart} */ (bytes)], { type: 'application/octet-stream' }), name);
      say(t('train.saved', { name, size: format.bytes(bytes.length) }), false);
    } catch (error) {
      say(ctx.errorText(error), true);
    }
  }

  /** @param {File} file */
  async function loadFile(file) {
    try {
      if (file.size > MAX_BYTES) {
        throw { code: 'file_too_large', message: 'too large', details: { size: format.bytes(file.size), limit: format.bytes(MAX_BYTES) } };
      }
      await trainer.loadWeights(new Uint8Array(await file.arrayBuffer()));
      say(t('train.loaded', { name: file.name }), false);
    } catch (error) {
      say(t('train.load-failed', { name: file.name, reason: ctx.errorText(error) }), true);
    }
  }

  function chosen() {
    const [file] = input.files ?? [];
    // The same file can be chosen again.
    if (file) void loadFile(file).finally(() => (input.value = ''));
  }

  /** @param {DragEvent} event */
  function dropped(event) {
    event.preventDefault();
    element.classList.remove('over');
    const file = event.dataTransfer?.files[0];
    if (file) void loadFile(file);
    else say(t('train.drop-nothing'), true);
  }

  return {
    element,
    update() {
      const ready = trainer.phase === 'idle' || trainer.phase === 'running';
      save.setAttribute('aria-disabled', String(!ready || trainer.error !== null));
      load.setAttribute('aria-disabled', String(!ready));
    },
  };
}
