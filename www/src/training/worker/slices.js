/**
 * Giving way to the worker's inbox between two slices of work.
 *
 * @module
 */

/** @type {Array<() => void>} */
const waiting = [];
/** Where a message to oneself is sent. @type {MessagePort | null} */
let inbox = null;

/**
 * Lets the messages that have arrived be handled. A timer would cost 4 ms each time; a message to itself does not.
 * @returns {Promise<void>}
 */
export function yieldToMessages() {
  if (!inbox) {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => waiting.shift()?.();
    inbox = port2;
  }
  const port = inbox;
  return new Promise((resolve) => {
    waiting.push(resolve);
    port.postMessage(null);
  });
}
