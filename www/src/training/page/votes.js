/**
 * Who said what of which image, sorted into what a reader wants to see.
 *
 * @module
 */

/**
 * @typedef {object} Votes
 * @property {Uint8Array} labels true class of each image
 * @property {Uint8Array} predictions the ensemble's class
 * @property {Uint8Array[]} votes each member's class
 *
 * @typedef {object} Sorted
 * @property {number} count images
 * @property {number} correct of the ensemble
 * @property {number[]} members right answers of each member
 * @property {number} best the member with most of them, the first of equals
 * @property {number} unanimous images that every member has right
 * @property {number} spoiled how often the best member is right and the ensemble wrong
 * @property {Record<Kind, number[]>} lists images by number
 *
 * @typedef {typeof KINDS[number]} Kind
 */

/**
 * - `saved`: the best member is wrong, the ensemble right
 * - `disputed`: the members do not all say the same
 * - `lost`: the ensemble is wrong though some member is right
 * - `failed`: every member is wrong
 */
export const KINDS = /** @type {const} */ (['saved', 'disputed', 'lost', 'failed']);

/** @param {Votes} votes @returns {Sorted} */
export function sortVotes({ labels, predictions, votes }) {
  const right = (/** @type {Uint8Array} */ said) => labels.reduce((sum, label, i) => sum + Number(said[i] === label), 0);
  const members = votes.map(right);
  const best = members.indexOf(Math.max(...members));
  /** @type {Record<Kind, number[]>} */
  const lists = { saved: [], disputed: [], lost: [], failed: [] };
  let unanimous = 0;
  let spoiled = 0;
  labels.forEach((label, i) => {
    const together = predictions[i] === label;
    const alone = votes[best][i] === label;
    const agreeing = votes.filter((said) => said[i] === label).length;
    if (agreeing === votes.length) unanimous += 1;
    if (alone && !together) spoiled += 1;
    if (together && !alone) lists.saved.push(i);
    if (votes.some((said) => said[i] !== votes[0][i])) lists.disputed.push(i);
    if (!together && agreeing > 0) lists.lost.push(i);
    if (agreeing === 0) lists.failed.push(i);
  });
  return { count: labels.length, correct: right(predictions), members, best, unanimous, spoiled, lists };
}
