/**
 * When a loss has run away although it is still a number.
 *
 * A network that answers the same for every class costs ln(classes) an image: it needs no weights for that. A run is
 * taken for diverging when fifty batches in a row cost three times as much, when that is far worse than the run itself
 * has been, and when it does not get better within them. A bad beginning that improves, however slowly, goes on.
 *
 * @module
 */

import { codedError } from '../../common/coded-error.js';

/** Batches in a row. */
const WINDOW = 50;
/** Times the loss of guessing. */
const ABOVE_GUESSING = 3;
/** Times the best batch of the run. */
const ABOVE_BEST = 2;
/** The later half of the window is no better than this share of the earlier one. */
const RECOVERING = 0.9;

/** @param {number[]} values */
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

export class Watch {
  /** @param {number} classes */
  constructor(classes) {
    /** What a guess costs. */
    this.guess = Math.log(classes);
    this.best = Infinity;
    /** Losses of the batches in a row that cost too much. @type {number[]} */
    this.row = [];
  }

  /**
   * @param {number} loss mean of a batch
   * @returns {boolean} whether the run is diverging
   */
  push(loss) {
    this.best = Math.min(this.best, loss);
    if (loss <= ABOVE_GUESSING * this.guess) {
      this.row = [];
      return false;
    }
    this.row = [...this.row, loss].slice(-WINDOW);
    if (this.row.length < WINDOW || mean(this.row) <= ABOVE_BEST * this.best) return false;
    return mean(this.row.slice(WINDOW / 2)) > RECOVERING * mean(this.row.slice(0, WINDOW / 2));
  }

  /**
   * What is told of it: where the gradient is steepest, too.
   * @param {{ name: string, grad: Float32Array }[]} parameters
   */
  report(parameters) {
    const size = (/** @type {Float32Array} */ grad) => Math.sqrt(grad.reduce((sum, g) => sum + g * g, 0) / grad.length);
    const [steepest] = parameters.map(({ name, grad }) => ({ name, size: size(grad) })).sort((a, b) => b.size - a.size);
    const [layer] = steepest.name.match(/\d+/) ?? ['0'];
    const round = (/** @type {number} */ value) => Number(value.toPrecision(3));
    const details = { steps: WINDOW, loss: round(mean(this.row)), guess: round(this.guess), layer: Number(layer), name: steepest.name };
    return codedError('diverging', details, 'the loss diverges');
  }
}
