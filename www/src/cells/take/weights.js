/**
 * Saving the weights to a safetensors file and loading them again, from a chosen or a dropped file. A file of another
 * network brings that network along, if the person wants it.
 *
 * @module
 */

import { confirmDialog } from '../../base/confirm.js';
import { download } from '../../base/download.js';
import { h } from '../../base/dom.js';
import { createButton, enable } from '../../controls/choice.js';
import { createPicker, takeDrops } from '../../controls/files.js';
import { sayIn } from '../../base/rich.js';
import { configure } from '../../training/page/replacing.js';
import { specKey } from '../../training/page/settings.js';
import { networkName } from './names.js';

/** Larger than any network that the engine takes; a file beyond is no weights file and is not read. */
const MAX_BYTES = 512e6;

/**
 * The network's text that a file of the notebook's holds; null if there is none.
 * @param {Uint8Array} bytes of a safetensors file: the length of its header, the header in JSON, the values
 * @returns {string | null}
 */
export function specInside(bytes) {
  try {
    const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    return JSON.parse(header.__metadata__.cnn_notebook).spec ?? null;
  } catch {
    return null;
  }
}

/**
 * @param {import('../../frame/cell.js').Context} ctx
 * @param {{ fileName: () => string }} options
 */
export function createWeights(ctx, { fileName }) {
  const { t, format, trainer } = ctx;

  const save = createButton({ label: 'take.save', onPress: saveWeights });
  const [load, input] = createPicker({ label: 'take.load', accept: '.safetensors', onFiles: ([file]) => void loadFile(file) });
  const message = h('p', { class: 'weights-message', role: 'status' });
  const element = h(
    'div',
    { class: 'weights drop' },
    h('div', { class: 'weights-row' }, save, load, input, h('span', { class: 'weights-hint', i18n: 'take.drop-hint' })),
    message,
  );
  takeDrops(element, (dropped) => {
    const file = dropped?.files[0];
    if (file) void loadFile(file);
    else say(t('take.drop-nothing'), true);
  });

  /** @param {string} text @param {boolean} bad */
  function say(text, bad) {
    sayIn(message, text);
    message.classList.toggle('bad', bad);
  }

  async function saveWeights() {
    try {
      const bytes = await trainer.saveWeights();
      const name = fileName();
      download(/** @type {BlobPart} */ (bytes), 'application/octet-stream', name);
      say(t('take.saved', { name, size: format.bytes(bytes.length) }), false);
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
      const bytes = new Uint8Array(await file.arrayBuffer());
      const fits = await trainer.loadWeights(bytes).then(() => true, (error) => withNetwork(bytes, error));
      say(t(fits ? 'take.loaded' : 'take.not-loaded', { name: file.name }), false);
    } catch (error) {
      say(t('take.load-failed', { name: file.name, reason: ctx.errorText(error) }), true);
    }
  }

  /**
   * Weights that don't fit may bring the network that they fit.
   * @param {Uint8Array} bytes
   * @param {any} error why they don't
   * @returns {Promise<boolean>} false if the person would rather not
   */
  async function withNetwork(bytes, error) {
    const { engine, state } = ctx;
    const { config } = trainer;
    const spec = specInside(bytes);
    if (!spec || !config || !engine || !/^tensor_(missing|shape|unknown)$/.test(error.code)) throw error;
    const { parameters } = engine.summarize(spec, config.batch_size);
    const keys = { title: 'take.other-title', text: 'take.other-text', yes: 'take.other-yes', no: 'train.cancel' };
    if (!(await confirmDialog(keys, { network: networkName(ctx, spec), parameters }))) return false;
    await configure(trainer, { ...config, spec });
    state.set('spec', specKey(engine, spec));
    await trainer.loadWeights(bytes);
    return true;
  }

  return {
    element,
    update() {
      enable(save, trainer.alive && trainer.error === null);
      enable(load, trainer.alive);
    },
  };
}
