/**
 * Networks so small that they are trained while a thumbnail is drawn: 8×8 pictures of upright and lying bars are told apart.
 * For cells about how training goes, of which the opening's one run is no example.
 */

/** Side of a picture, pictures, and batches. */
const [SIDE, COUNT, STEPS] = [8, 64, 120];
const SPEC = `input ${SIDE}x${SIDE}x1\nflatten\ndense 8\nrelu\ndense 2\n`;

/** @typedef {import('../training/common/protocol.js').Optimizer} Optimizer */

/** @type {WeakMap<object, any>} */
const made = new WeakMap();

/** The pictures, in shades of grey that follow from their place. @param {any} engine */
function pictures(engine) {
  let data = made.get(engine);
  if (!data) {
    data = new engine.Dataset({ name: 'bars', height: SIDE, width: SIDE, channels: 1, classes: 2, counts: { train: COUNT, validation: 0, test: 0 }, block: COUNT });
    const pixels = Uint8Array.from({ length: COUNT * SIDE * SIDE }, (_, i) => {
      const [n, row, col] = [Math.floor(i / SIDE ** 2), Math.floor(i / SIDE) % SIDE, i % SIDE];
      const on = (n % 2 === 0 ? row : col) === Math.floor(n / 2) % SIDE;
      // Noise that is the same each time.
      return (on ? 195 : 0) + ((i * 2654435761) >>> 16) % 60;
    });
    data.append_pixels('train', pixels, Uint8Array.from({ length: COUNT }, (_, n) => n % 2));
    made.set(engine, data);
  }
  return data;
}

/**
 * Trains one from a seed. @param {any} engine @param {Optimizer} optimizer @param {number} [seed]
 * @returns {{ losses: number[], probabilities: Float32Array }} `losses` of its batches, up to where they are no longer finite;
 *   `probabilities`: how sure it is of each class for the first picture, half faded
 */
export function tinyRun(engine, optimizer, seed = 1) {
  const data = pictures(engine);
  const session = new engine.Session({ spec: SPEC, seed, batch_size: 16, optimizer, schedule: { kind: 'constant' } });
  /** @type {number[]} */
  const losses = [];
  try {
    while (losses.length < STEPS) losses.push(session.step(data).loss);
  } catch (error) {
    if (/** @type {any} */ (error).code !== 'not_finite') throw error;
  }
  const picture = Float32Array.from(data.images('train', Uint32Array.of(0)), (grey) => grey / 510);
  const { probabilities } = session.predict(picture);
  session.free();
  return { losses, probabilities };
}
