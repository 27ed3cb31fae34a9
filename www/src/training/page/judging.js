/**
 * How the live run does on a split, asked for by the page. What was measured stays in the trainer's `judgements`.
 *
 * @module
 */

/** @typedef {import('./trainer.js').Trainer} Trainer */

/**
 * Looks at the first images of a split, which are fetched if they are not in; of the training images those that are in have
 * to do. Training waits meanwhile.
 * @param {Trainer} trainer
 * @param {import('../common/protocol.js').Split} split
 * @param {number} [limit] images
 * @returns {Promise<import('../common/protocol.js').Judgement | null>} null if it was called off
 */
export async function evaluate(trainer, split, limit = Infinity) {
  const images = trainer.data?.[split === 'train' ? 'available' : 'counts'][split] ?? 0;
  trainer.evaluating({ split, done: 0, count: Math.min(limit, images), correct: 0 });
  try {
    const result = await trainer.client.call('evaluate', [split, limit]);
    if (result) trainer.judged(result);
    return result;
  } finally {
    trainer.evaluating(null);
  }
}

/** Ends the evaluations that are under way. @param {Trainer} trainer */
export const callOff = (trainer) => trainer.client.call('callOff');
