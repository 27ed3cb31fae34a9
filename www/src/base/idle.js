/** What can wait until nothing else is to be done. */

/** Waited for at most, milliseconds: on a page that always moves its turn comes too. */
const PATIENCE_MS = 2000;

/** @returns {Promise<void>} resolves when the page's thread has time */
export const whenIdle = () =>
  new Promise((resolve) => {
    // Safari has no such call.
    if (typeof requestIdleCallback === 'function') requestIdleCallback(() => resolve(), { timeout: PATIENCE_MS });
    else setTimeout(resolve, 200);
  });
