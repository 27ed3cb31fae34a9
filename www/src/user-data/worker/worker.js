/**
 * The worker that reads a person's images: it lives for one reading, so it can be ended without harm, and what a file does
 * to it touches neither the page nor the training.
 *
 * @module
 */

import { codedError } from '../../common/coded-error.js';
import { loadFiguresEngine } from '../../common/figures-engine.js';
import { requireSameVersion } from '../../common/same-version.js';
import { readUserData } from './read.js';

/** Told at most so often, milliseconds. */
const TELL_MS = 100;

/** @param {import('../common/protocol.js').Told} told @param {Transferable[]} [transfer] */
const tell = (told, transfer = []) => self.postMessage(told, { transfer });

self.onmessage = async (/** @type {MessageEvent<import('../common/protocol.js').Reading>} */ { data: { version, variant, given, wish } }) => {
  let told = 0;
  try {
    requireSameVersion(version);
    const engine = await loadFiguresEngine(variant).catch((error) => {
      throw codedError('engine_load', { message: String(error) });
    });
    const result = await readUserData(given, wish, engine.resize_picture, (done, count) => {
      if (performance.now() - told < TELL_MS) return;
      told = performance.now();
      tell({ progress: { done, count } });
    });
    const buffers = Object.values(result.data.splits).flatMap(({ pixels, labels }) => [pixels.buffer, labels.buffer]);
    tell({ result }, /** @type {Transferable[]} */ (buffers));
  } catch (error) {
    const { code = 'internal', message = String(error), details = { message } } = /** @type {any} */ (error ?? {});
    tell({ error: { code, message, details } });
  }
};
