/**
 * Both ends of the thread pool's start: `startHelpers` runs where the engine trains, and each helper is a worker of
 * this same script, told apart by its name.
 *
 * @module
 */

const NAME = 'cnn helper';

/** @typedef {{ url: string, module: WebAssembly.Module, memory: WebAssembly.Memory, index: number }} Start */

/** Kept so that no browser collects workers that are at work. @type {Worker[]} */
let helpers = [];

/**
 * Starts helpers 1, …, `threads` − 1; resolves when each is about to work.
 *
 * @param {string} url address of the engine's script
 * @param {WebAssembly.Module} module
 * @param {WebAssembly.Memory} memory shared
 * @param {number} threads
 * @returns {Promise<void>} rejected, with all helpers ended, if one does not start
 */
export async function startHelpers(url, module, memory, threads) {
  const start = (/** @type {number} */ index) =>
    new Promise((ready, failed) => {
      const worker = new Worker(new URL(import.meta.url), { type: 'module', name: NAME });
      helpers.push(worker);
      worker.onmessage = ({ data: problem }) => (problem === '' ? ready(undefined) : failed(new Error(problem)));
      worker.onerror = (event) => failed(new Error(event.message || 'a helper did not start'));
      worker.postMessage({ url, module, memory, index });
    });
  try {
    await Promise.all(Array.from({ length: threads - 1 }, (_, i) => start(i + 1)));
  } catch (error) {
    for (const helper of helpers) helper.terminate();
    helpers = [];
    throw error;
  }
}

const scope = /** @type {DedicatedWorkerGlobalScope} */ (/** @type {unknown} */ (globalThis));
if (scope.name === NAME) {
  scope.onmessage = async (/** @type {MessageEvent<Start>} */ { data: { url, module, memory, index } }) => {
    let engine;
    try {
      engine = await import(url);
      await engine.default({ module_or_path: module, memory });
      scope.postMessage('');
    } catch (error) {
      scope.postMessage(String(error));
      return;
    }
    try {
      engine.help(index);
    } catch (error) {
      engine.helperFailed();
      throw error;
    }
  };
}
