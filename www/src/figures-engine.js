/**
 * The engine on the page's own thread, for figures: small, synchronous calls of the same code that
 * trains in the worker.
 */

/**
 * The exports of the boundary crate, as declared by what wasm-bindgen writes next to the engine.
 * @typedef {any} Engine
 */

/** @type {Map<string, Promise<Engine>>} */
const loading = new Map();

/**
 * Loads a build of the engine, once.
 * @param {import('./engine-select.js').Variant} variant a build without threads
 * @returns {Promise<Engine>}
 */
export function loadFiguresEngine(variant) {
  let engine = loading.get(variant);
  if (!engine) {
    engine = load(variant);
    loading.set(variant, engine);
  }
  return engine;
}

/** @param {string} variant @returns {Promise<Engine>} */
async function load(variant) {
  const folder = new URL(`engine/${variant}/`, document.baseURI);
  // The address is computed, so that the build leaves the import alone and a page under any
  // sub-path finds its engine.
  const engine = await import(new URL('cnn_wasm.js', folder).href);
  await engine.default({ module_or_path: new URL('cnn_wasm_bg.wasm', folder) });
  return engine;
}
