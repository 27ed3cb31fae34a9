/** The next step of a run of a group from close up, asked for whenever what it depends on has changed. */

import { batch, signal } from '../../base/signals.js';

/** @typedef {import('../common/requests.js').Inspection} Inspection */

/**
 * @param {ReturnType<typeof import('./side-runs.js').createRuns>} runs
 * @param {object} options
 * @param {() => boolean} options.ready whether there are an engine and images
 * @param {() => Promise<void>} options.begin begins the group, or does nothing if it is there
 * @param {() => number} options.image of the training data
 * @param {() => unknown} options.of all else that what is seen depends on, the step among it; as a text it is compared
 */
export function createInspection(runs, { ready, begin, image, of }) {
  const seen = signal(/** @type {Inspection | null} */ (null));
  const trouble = signal(/** @type {unknown} */ (null));
  let asked = '';
  return {
    /** What was seen last, which says of which step it is: the runs may have gone on. Null before. */
    seen,
    /** Why nothing could be seen; null if something was. */
    trouble,
    /** To be called in a drawing: reads all that it depends on, and asks if that has changed. */
    async look() {
      const key = `${of()}/${image()}/${runs.alive()}`;
      if (!ready() || asked === key) return;
      asked = key;
      try {
        await begin();
        const found = await runs.inspect(0, image());
        batch(() => {
          seen.value = found;
          trouble.value = null;
        });
      } catch (error) {
        trouble.value = error;
        // The images may be on their way, or another worker: with the next change it is asked for again.
        if (asked === key) asked = '';
      }
    },
  };
}
