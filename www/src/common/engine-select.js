/**
 * Which build of the engine this browser can run.
 *
 * A feature is there if the browser accepts a module of a few bytes that uses it.
 *
 * @typedef {{ simd: boolean, relaxed: boolean, threads: boolean }} Features
 * @typedef {import('./places.js').Variant} Variant
 */

/** Magic and version, then one type `() -> ()`, one function of that type. */
const HEAD = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0];

/**
 * A module whose only function has this body.
 * @param {number[]} body instructions, without the final `end`
 * @param {number[]} [before] sections between the function and the code section
 */
function moduleOf(body, before = []) {
  const code = [0, ...body, 11];
  return new Uint8Array([...HEAD, ...before, 10, code.length + 2, 1, code.length, ...code]);
}

const V128_ZERO = [253, 12, ...new Array(16).fill(0)];
const PROBES = {
  // v128.const 0; drop
  simd: moduleOf([...V128_ZERO, 26]),
  // three constants; f32x4.relaxed_madd; drop
  relaxed: moduleOf([...V128_ZERO, ...V128_ZERO, ...V128_ZERO, 253, 133, 2, 26]),
  // a shared memory of 1 page; i32.const 0; i32.atomic.load; drop
  threads: moduleOf([65, 0, 254, 16, 2, 0, 26], [5, 4, 1, 3, 1, 1]),
};

/** @param {Uint8Array} bytes */
function accepts(bytes) {
  try {
    return typeof WebAssembly === 'object' && WebAssembly.validate(/** @type {BufferSource} */ (bytes));
  } catch {
    return false;
  }
}

/**
 * What this browser has. Threads also need a page that is cross-origin isolated, without which
 * shared memory is withheld.
 * @returns {Features}
 */
export function detectFeatures() {
  const simd = accepts(PROBES.simd);
  return {
    simd,
    relaxed: simd && accepts(PROBES.relaxed),
    threads:
      simd &&
      accepts(PROBES.threads) &&
      typeof SharedArrayBuffer === 'function' &&
      globalThis.crossOriginIsolated === true,
  };
}

/**
 * The build to train with: the one asked for if it can run here, else the best there is.
 * @param {Features} features
 * @param {string} [asked] `auto` or a variant's name
 * @returns {{ variant: Variant | null, refused: boolean }} no variant without SIMD; `refused` if
 *   what was asked for can't run here
 */
export function chooseVariant(features, asked = 'auto') {
  if (!features.simd) return { variant: null, refused: asked !== 'auto' };
  const wantsThreads = asked.endsWith('-threads');
  const wantsRelaxed = asked.startsWith('relaxed');
  const possible = asked !== 'auto' && (!wantsThreads || features.threads) && (!wantsRelaxed || features.relaxed);
  if (possible) return { variant: /** @type {Variant} */ (asked), refused: false };
  const base = features.relaxed ? 'relaxed' : 'simd';
  return {
    variant: /** @type {Variant} */ (features.threads ? `${base}-threads` : base),
    refused: asked !== 'auto',
  };
}

/**
 * The single-threaded build with the same arithmetic, for where another shared memory
 * can't be had.
 * @param {Variant} variant
 * @returns {Variant}
 */
export function withoutThreads(variant) {
  return variant.startsWith('relaxed') ? 'relaxed' : 'simd';
}

/**
 * How many threads to train with.
 * @param {number} asked 0 for as many as the machine has
 * @param {number} [available] logical cores
 */
export function chooseThreads(asked, available = globalThis.navigator?.hardwareConcurrency ?? 1) {
  // Above 8 the batch of 100 is cut too finely to pay, and phones report their slow cores too.
  return Math.max(1, Math.min(asked || available, 8));
}
