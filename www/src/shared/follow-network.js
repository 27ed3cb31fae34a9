/** Follows the live network with one image: asks for its way through the layers, not too often, and only while wanted. */

/** ms between two looks at a network that trains. */
const PACE = 250;

/** @typedef {import('../training/common/protocol.js').Look} Look */

/**
 * @param {import('../frame/cell.js').Context} ctx
 * @param {object} options
 * @param {() => Float32Array | null} options.pixels the image; null while there is none
 * @param {() => number[]} options.layers whose parameters are wanted
 * @param {() => void} options.onChange there is a new look, or a reason why there is none
 * @param {string} [options.asker] the cell
 */
export function followNetwork(ctx, { pixels, layers, onChange, asker = 'network' }) {
  const { trainer } = ctx;
  /** @type {Look | null} */
  let look = null;
  /** The image and the network that the look is of. */
  let of = { pixels: /** @type {Float32Array | null} */ (null), spec: '' };
  /** @type {unknown} */
  let trouble = null;
  let on = false;
  let asking = false;
  let again = false;
  let asked = 0;
  let timer = 0;

  const alive = () => trainer.alive && trainer.config !== null;

  async function ask() {
    clearTimeout(timer);
    timer = 0;
    const image = pixels();
    if (!on || !alive() || !image) return;
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    asked = performance.now();
    const spec = trainer.config?.spec ?? '';
    try {
      look = await trainer.look(asker, image, layers());
      of = { pixels: image, spec };
      trouble = null;
    } catch (error) {
      trouble = error;
    }
    asking = false;
    onChange();
    if (again) {
      again = false;
      void ask();
    }
  }

  /** Soon, but no sooner than the pace allows. */
  function askSoon() {
    if (!on || timer) return;
    timer = window.setTimeout(ask, Math.max(0, asked + PACE - performance.now()));
  }

  trainer.subscribe((/** @type {Set<string>} */ topics) => {
    if (topics.has('config') || topics.has('phase')) {
      onChange();
      void ask();
    } else if (topics.has('progress')) askSoon();
  });

  return {
    ask: () => void ask(),
    /** @param {boolean} wanted */
    want(wanted) {
      on = wanted;
      if (on) void ask();
      else {
        clearTimeout(timer);
        timer = 0;
      }
    },
    /** The newest look, if it is of this image and this network. @returns {Look | null} */
    look: () => (look && of.pixels === pixels() && of.spec === trainer.config?.spec ? look : null),
    trouble: () => trouble,
    alive,
  };
}
