/**
 * Giving way to the worker's inbox between two slices of work.
 *
 * @module
 */

/** Lets the messages that have arrived be handled. A timer would cost 4 ms each time; a message to itself does not. */
export const giveWay = (() => {
  const { port1, port2 } = new MessageChannel();
  /** @type {Array<() => void>} */
  const waiting = [];
  port1.onmessage = () => waiting.shift()?.();
  return () =>
    new Promise((/** @type {(value?: undefined) => void} */ resolve) => {
      waiting.push(resolve);
      port2.postMessage(null);
    });
})();
