/**
 * One thing after the other: what replaces the run or is added to it must find the state that the one before it left.
 *
 * @module
 */

/**
 * @returns {<T>(task: () => T | Promise<T>) => Promise<T>} runs a task when all that were given before have ended, well or
 *   not. A task must not wait for another one of the same turns.
 */
export function createTurns() {
  /** @type {Promise<unknown>} */
  let last = Promise.resolve();
  return (task) => {
    const done = last.then(task);
    last = done.catch(() => {});
    return done;
  };
}
