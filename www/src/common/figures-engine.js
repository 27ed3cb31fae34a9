/**
 * The engine outside of training: on the page's own thread, for figures, and where a person's images are read. Small,
 * synchronous calls of the same code that trains in the worker.
 */

import { withoutThreads } from './engine-select.js';
import { engineFolder } from './places.js';

/**
 * The exports of the boundary crate, as declared by what wasm-bindgen writes next to the engine.
 * @typedef {any} Engine
 */

/** @type {Map<string, Promise<Engine>>} */
const loading = new Map();

/**
 * Loads a build of the engine, once. One with threads serves here too, as one that has started none: so the build that will
 * train is the only one that is downloaded.
 * @param {import('./places.js').Variant} variant
 * @returns {Promise<Engine>}
 */
export function loadFiguresEngine(variant) {
  let engine = loading.get(variant);
  if (!engine) {
    // Where there is no room for another shared memory, the plain build does the same.
    engine = load(variant).catch((error) => (variant === withoutThreads(variant) ? Promise.reject(error) : load(withoutThreads(variant))));
    loading.set(variant, engine);
  }
  return engine;
}

/** @param {string} variant @returns {Promise<Engine>} */
async function load(variant) {
  const folder = engineFolder(variant);
  // The address is computed, so that the build leaves the import alone.
  const engine = await import(new URL('cnn_wasm.js', folder).href);
  await engine.default({ module_or_path: new URL('cnn_wasm_bg.wasm', folder) });
  return engine;
}
