/**
 * Starts the training engine in the worker: the build that was chosen, or the next simpler one if it won't start.
 *
 * @module
 */

import { codedError } from '../../common/coded-error.js';
import { engineFolder } from '../../common/places.js';
import { requireSameVersion } from '../../common/same-version.js';

/** @typedef {import('../../common/places.js').Variant} Variant */

/**
 * A session of the engine for a run of the page. What it is trained on is the feed's business.
 * @param {any} engine exports of `crates/cnn-wasm`
 * @param {import('../common/protocol.js').RunConfig} config
 */
export const newSession = (engine, { data: _feed, ...config }) => new engine.Session(config);

/** Threads that have not started by then won't: workers were refused, or their script is missing. */
const THREADS_TIMEOUT_MS = 15_000;

/**
 * @param {Promise<unknown>} promise
 * @param {number} ms
 */
function within(promise, ms) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer in ${ms} ms`)), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/**
 * @param {Variant} variant
 * @param {number} threads
 * @param {(stage: string) => void} onStage
 * @returns {Promise<{ engine: any, threads: number }>} one thread where the others won't start: it then does all work
 */
async function start(variant, threads, onStage) {
  const folder = engineFolder(variant);
  onStage('download');
  const engine = await import(new URL('cnn_wasm.js', folder).href);
  onStage('compile');
  await engine.default({ module_or_path: new URL('cnn_wasm_bg.wasm', folder) });
  onStage('threads');
  if (!variant.endsWith('-threads') || threads === 1) return { engine, threads: 1 };
  try {
    await within(engine.startThreads(threads), THREADS_TIMEOUT_MS);
    return { engine, threads };
  } catch (error) {
    console.warn(`engine ${variant} on one thread: ${/** @type {Error} */ (error).message}`);
    return { engine, threads: 1 };
  }
}

/**
 * @param {import('../common/requests.js').HostOptions} options
 * @param {(stage: string) => void} onStage told of each stage of the start: the page knows then that it goes on
 * @returns {Promise<{ engine: any, variant: Variant, threads: number }>}
 * @throws an error with code `engine_load`, if not even the simplest build starts, or `page_updated`
 */
export async function loadTrainingEngine({ version, variant, threads }, onStage) {
  requireSameVersion(version);
  const plainBuild = /** @type {Variant} */ (variant.replace('-threads', ''));
  const candidates = [...new Set([variant, plainBuild, /** @type {Variant} */ ('simd')])];
  let message = '';
  for (const candidate of candidates) {
    try {
      return { ...(await start(candidate, threads, onStage)), variant: candidate };
    } catch (error) {
      message = String(/** @type {Error} */ (error)?.message ?? error);
      console.warn(`engine ${candidate}: ${message}`);
    }
  }
  throw codedError('engine_load', { message }, message);
}
