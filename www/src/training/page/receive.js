/**
 * What the worker's events mean for what the page knows of the run.
 *
 * @module
 */

/** @typedef {import('../../engine/engine-client.js').RunEvent} RunEvent */
/** @typedef {import('./run-state.js').RunState} RunState */

/** A smoothed loss above so many times that of guessing, or the run's first, is no state to go back to. */
const GOOD_LOSS = 2;

/** Whether the run is worth going back to, as far as its loss tells. @param {RunState} run */
function good({ history, data }) {
  const bound = Math.max(GOOD_LOSS * Math.log(data?.classes || 10), history.loss.values[0] ?? 0);
  return !(history.lastSmooth > bound);
}

/** Tells data sets apart. @param {import('../common/protocol.js').DataState} data */
const dataKey = ({ name, id }) => `${name}/${id}`;

/**
 * @param {RunState} run
 * @param {RunEvent} event
 */
export function receive(run, event) {
  switch (event.event) {
    case 'progress':
      run.progressed(event);
      break;
    case 'validation':
      run.validated(event);
      break;
    case 'epoch':
      run.epochEnded(event);
      break;
    case 'evaluation':
      run.evaluating(event);
      break;
    case 'snapshot':
      // A loss that has run away is not a state worth going back to.
      if (good(run)) run.snapshotTaken(event);
      break;
    case 'waiting':
      run.waits(event.waiting);
      break;
    case 'data':
      // A new worker does not know its data at first.
      run.dataIs(event.data, Boolean(event.data.name && run.data?.name && dataKey(event.data) !== dataKey(run.data)));
      break;
    case 'stopped':
      if (event.reason === 'diverged') run.stopped({ error: event.error });
      else run.stopped(event.error && !event.error.fatal ? { notice: event.error } : {});
      break;
    default:
      /** @satisfies {never} every event has its case */ (event);
  }
}
