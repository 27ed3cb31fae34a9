/**
 * The rungs 1, 2, 5, 10, 20, … on which a number climbs that is chosen by its order of magnitude, such as a learning rate.
 *
 * @module
 */

const RUNGS = [1, 2, 5];

/** @param {number} rung counted from 0 at 1 */
const value = (rung) => Number(`${RUNGS[((rung % 3) + 3) % 3]}e${Math.floor(rung / 3)}`);

/**
 * The number so many rungs above or below; from between two rungs the first step goes to the next one.
 * @param {number} from above 0
 * @param {number} steps a whole number
 */
export function climb(from, steps) {
  if (steps === 0) return from;
  // The last rung that is not above the number.
  let rung = 3 * Math.floor(Math.log10(from)) + 3;
  while (value(rung) > from * (1 + 1e-9)) rung -= 1;
  const between = value(rung) < from * (1 - 1e-9);
  return value(rung + steps + (between && steps < 0 ? 1 : 0));
}
