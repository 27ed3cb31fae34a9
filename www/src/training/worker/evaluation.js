/**
 * How a network does on the first images of a split, in slices between which messages are handled.
 *
 * @module
 */

import { yieldToMessages } from './slices.js';

/** Images evaluated in one call of the engine. */
const CHUNK = 100;
/** The page is told how far it is this often, milliseconds. */
const TELL_MS = 50;

/**
 * @param {any} session of the engine
 * @param {any} dataset of the engine
 * @param {object} options
 * @param {import('../common/protocol.js').Split} options.split
 * @param {number} options.count images
 * @param {() => boolean} [options.cancelled] asked before each slice
 * @param {(done: number, correct: number) => void} [options.onProgress]
 * @returns {Promise<import('../common/protocol.js').Evaluation | null>} null if cancelled
 */
export async function evaluate(session, dataset, { split, count, cancelled = () => false, onProgress = () => {} }) {
  const predictions = new Uint8Array(count);
  const confidences = new Float32Array(count);
  const losses = new Float32Array(count);
  let correct = 0;
  let loss = 0;
  for (let start = 0; start < count; start += CHUNK) {
    if (cancelled()) return null;
    const part = session.evaluate(dataset, split, start, Math.min(CHUNK, count - start));
    predictions.set(part.predictions, start);
    confidences.set(part.confidences, start);
    losses.set(part.losses, start);
    correct += part.correct;
    loss += part.loss_sum;
    onProgress(start + part.count, correct);
    await yieldToMessages();
  }
  return { count, correct, loss: loss / count, predictions, confidences, losses };
}

/**
 * Evaluates the first images of a split for the page; training waits meanwhile, so that all meet the same weights.
 * @param {import('./run.js').Run} run
 * @param {import('../common/protocol.js').Split} split
 * @param {number} limit images, at most
 * @returns {Promise<import('../common/protocol.js').Judgement | null>} null if it was called off, or the run is another one
 */
export async function evaluateForPage(run, split, limit) {
  const { session, calledOff, feed } = run;
  const { dataset } = feed;
  const count = Math.min(limit, dataset?.available(split) ?? 0);
  let told = 0;
  run.evaluations += 1;
  try {
    const result = await evaluate(session, dataset, {
      split,
      count,
      cancelled: () => calledOff !== run.calledOff || session !== run.session,
      onProgress(done, correct) {
        const now = performance.now();
        if (done < count && now - told < TELL_MS) return;
        told = now;
        run.emit({ event: 'evaluation', split, done, count, correct });
      },
    });
    if (!result || session !== run.session) return null;
    const labels = count > 0 ? dataset.labels(split, Uint32Array.from({ length: count }, (_, i) => i)) : new Uint8Array(0);
    return { ...result, split, labels, step: session.info().step };
  } finally {
    run.evaluations -= 1;
  }
}
