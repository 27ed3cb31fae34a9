/**
 * What an evaluation says beyond its accuracy: which classes are taken for which, and where the worst mistakes are.
 *
 * @module
 */

/** @typedef {import('../../training/common/protocol.js').Judgement} Judgement */
/** @typedef {Pick<Judgement, 'labels' | 'predictions'>} Pairs */

/**
 * How often each class was taken for each: rows are true classes, columns predicted ones.
 * @param {Pairs} pairs
 * @param {number} classes
 */
export function confusionOf({ labels, predictions }, classes) {
  const counts = new Uint32Array(classes * classes);
  const rows = new Uint32Array(classes);
  labels.forEach((label, i) => {
    counts[label * classes + predictions[i]] += 1;
    rows[label] += 1;
  });
  /** The share of a true class. @param {number} row @param {number} col */
  const share = (row, col) => (rows[row] > 0 ? counts[row * classes + col] / rows[row] : 0);
  let most = 0;
  counts.forEach((_, i) => {
    if (i % (classes + 1) !== 0) most = Math.max(most, share(Math.floor(i / classes), i % classes));
  });
  return {
    classes,
    counts,
    /** Images of each true class. */
    rows,
    /** The largest share of a class that was taken for another one. */
    most,
    share,
  };
}

/** @typedef {ReturnType<typeof confusionOf>} Confusion */

/**
 * Images by their loss, the largest first.
 * @param {Pairs & Pick<Judgement, 'losses'>} result
 * @param {{ row: number, col: number } | null} cell of the confusion matrix; null for all mistakes
 * @returns {number[]} indices
 */
export function worstFirst({ labels, predictions, losses }, cell) {
  /** @type {number[]} */
  const found = [];
  labels.forEach((label, i) => {
    if (cell ? label === cell.row && predictions[i] === cell.col : label !== predictions[i]) found.push(i);
  });
  return found.sort((a, b) => losses[b] - losses[a]);
}
