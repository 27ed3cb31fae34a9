/** Follows the live network with one image: asks for its way through the layers, not too often, and only while wanted. */

import { batch, computed, effect, signal, untracked, watch } from '../base/signals.js';

/** ms between two looks at a network that trains. */
const PACE = 250;

/** @typedef {import('../training/common/protocol.js').Look} Look */

/**
 * @param {import('../frame/cell.js').Context} ctx
 * @param {object} options what it reads is read from signals
 * @param {() => boolean} options.wanted whether anyone looks
 * @param {() => Float32Array | null} options.pixels the image; null while there is none
 * @param {() => number[]} options.layers whose parameters are wanted
 * @param {string} [options.asker] the cell
 */
export function followNetwork(ctx, { wanted, pixels, layers, asker = 'network' }) {
  const { trainer } = ctx;
  /** The newest look, and the image and the network that it is of. */
  const newest = signal(/** @type {{ look: Look, pixels: Float32Array, spec: string } | null} */ (null));
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
      const look = await trainer.look(asker, image, layers());
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
    /** The newest look, if it is of this image and this network. @returns {Look | null} */
    look: () => look.value,
    trouble: () => trouble.value,
    alive,
  };
}
