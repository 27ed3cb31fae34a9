/**
 * What the page shows of the batch last trained.
 *
 * @module
 */

/** Images of a batch that are shown. */
const SHOWN = 100;

/**
 * @param {any} session of the engine, with at least one step taken
 * @param {import('./feed.js').Feed} feed
 * @param {number} step that trained the batch
 * @returns {import('../common/protocol.js').BatchView}
 */
export function batchView(session, feed, step) {
  const { split, indices, labels, predictions, losses, probabilities } = session.batch();
  // What a person taught stands at the end, and may have been taken back since.
  const taught = indices.findIndex((/** @type {number} */ index) => index >= feed.state.counts.train);
  const shown = Math.min(taught < 0 ? indices.length : taught, SHOWN);
  const classes = probabilities.length / indices.length;
  const first = indices.slice(0, shown);
  const chosen = predictions.slice(0, shown);
  const [height, width, channels] = feed.state.shape;
  return {
    split,
    step,
    size: indices.length,
    indices: first,
    // As the network saw them.
    images: session.batch_images(shown),
    height,
    width,
    channels,
    labels: labels.slice(0, shown),
    predictions: chosen,
    losses: losses.slice(0, shown),
    probabilities: Float32Array.from(chosen, (prediction, i) => probabilities[i * classes + prediction]),
  };
}
