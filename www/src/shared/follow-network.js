/** Follows the live network with one image: asks for its way through the layers, not too often, and only while wanted. */

import { batch, computed, effect, signal, untracked, watch } from '../base/signals.js';

/** ms between two looks at a network that trains. */
const PACE = 250;

/** @typedef {import('../training/common/protocol.js').Look} Look */

/**
 * @template {object} [T=Look]
 * @param {import('../frame/cell.js').Context} ctx
 * @param {object} options what it reads is read from signals
 * @param {() => boolean} options.wanted whether anyone looks
 * @param {() => Float32Array | null} options.pixels the image; null while there is none
 * @param {() => number[]} options.layers whose parameters are wanted; of a `query` what else it asks, which is asked at once
 *   where it changes
 * @param {string} [options.asker] the cell
 * @param {(image: Float32Array) => Promise<T>} [options.query] what is asked, if not the image's way through the layers
 */
export function followNetwork(ctx, { wanted, pixels, layers, asker = 'network', query }) {
  const { trainer } = ctx;
  const put = query ?? /** @type {(image: Float32Array) => Promise<any>} */ ((image) => trainer.look(asker, image, layers()));
  /** The newest look, and the image and the network that it is of. */
  const newest = signal(/** @type {{ look: T, pixels: Float32Array, spec: string } | null} */ (null));
  const trouble = signal(/** @type {unknown} */ (null));
  let asking = false;
  let again = false;
  let asked = 0;
  let timer = 0;

  const alive = () => trainer.alive && trainer.config !== null;

  async function ask() {
    clearTimeout(timer);
    timer = 0;
    const image = pixels();
    if (!wanted() || !alive() || !image) return;
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    asked = performance.now();
    const spec = trainer.config?.spec ?? '';
    try {
      const look = await put(image);
      batch(() => {
        newest.value = { look, pixels: image, spec };
        trouble.value = null;
      });
    } catch (error) {
      trouble.value = error;
    }
    asking = false;
    if (again) {
      again = false;
      void ask();
    }
  }

  const parameters = computed(() => layers().join());
  effect(() => {
    // Another image, network or layer is asked about at once.
    const on = wanted() && alive() && pixels() !== null;
    parameters.value;
    trainer.origin;
    trainer.phase;
    untracked(() => {
      if (on) return void ask();
      clearTimeout(timer);
      timer = 0;
    });
  });
  // The same one soon, but no sooner than the pace allows.
  watch(
    () => trainer.progress,
    () => {
      if (wanted() && !timer) timer = window.setTimeout(ask, Math.max(0, asked + PACE - performance.now()));
    },
  );

  const look = computed(() => {
    const now = newest.value;
    return now && now.pixels === pixels() && now.spec === trainer.config?.spec ? now.look : null;
  });
  return {
    /** The newest look, if it is of this image and this network. @returns {T | null} */
    look: () => look.value,
    trouble: () => trouble.value,
    alive,
  };
}

/**
 * The live network by its text; without one, or without the figures' engine, there are no layers.
 * @param {import('../frame/cell.js').Context} ctx
 */
export function liveNetwork(ctx) {
  const spec = computed(() => ctx.trainer.config?.spec ?? '');
  /** @type {import('@preact/signals-core').ReadonlySignal<{ input: number[], layers: import('../figures/strip/outline.js').LayerSummary[] }>} */
  const network = computed(() => (spec.value && ctx.engine ? ctx.engine.summarize(spec.value) : { input: [28, 28, 1], layers: [] }));
  return { spec, network };
}
