/**
 * What the worker's events mean for the page's store.
 *
 * @module
 */

/** @typedef {import('../../engine/engine-client.js').RunEvent} RunEvent */

/** Good snapshots kept: the newest may already carry what is about to go wrong. */
const KEPT_SNAPSHOTS = 2;
/** A smoothed loss above so many times that of guessing, or the run's first, is no state to go back to. */
const GOOD_LOSS = 2;

/** Whether the run is worth going back to, as far as its loss tells. @param {import('./store.js').Store} trainer */
function good({ history, data }) {
  const bound = Math.max(GOOD_LOSS * Math.log(data?.classes || 10), history.loss.values[0] ?? 0);
  return !(history.lastSmooth > bound);
}

/** Tells data sets apart. @param {import('../common/protocol.js').DataState} data */
const dataKey = ({ name, id }) => `${name}/${id}`;

/**
 * @param {import('./store.js').Store} trainer
 * @param {RunEvent} event
 */
export function receive(trainer, event) {
  switch (event.event) {
    case 'progress': {
      const { step, epoch, batch, batchesPerEpoch, losses, accuracies, rates, learningRate, imagesPerSecond, view } = event;
      trainer.progress = { step, epoch, batch, batchesPerEpoch, learningRate, imagesPerSecond };
      trainer.history.append(losses, accuracies, rates);
      trainer.restarts = 0;
      trainer.tell('progress', 'history');
      if (view) {
        trainer.view = view;
        trainer.tell('view');
      }
      break;
    }
    case 'validation':
      trainer.history.addCheck(event);
      trainer.tell('history');
      break;
    case 'epoch':
      trainer.history.epochs.push({ ...event, accuracy: null });
      trainer.tell('history');
      break;
    case 'evaluation':
      trainer.evaluation = event;
      trainer.tell('evaluation');
      break;
    case 'snapshot':
      // A loss that has run away is not a state worth going back to.
      if (good(trainer)) {
        trainer.snapshots = [...trainer.snapshots, event].slice(-KEPT_SNAPSHOTS);
        trainer.tell('snapshot');
      }
      break;
    case 'waiting':
      trainer.waiting = event.waiting;
      trainer.tell('phase');
      break;
    case 'data':
      // What was taught are examples of the classes there were. A new worker does not know its data at first.
      if (event.data.name && trainer.data?.name && dataKey(event.data) !== dataKey(trainer.data)) trainer.taught = [];
      trainer.data = event.data;
      trainer.tell('data');
      break;
    case 'stopped':
      trainer.waiting = false;
      if (trainer.phase === 'running') trainer.phase = 'idle';
      if (event.reason === 'diverged') trainer.error = event.error;
      else if (event.error && !event.error.fatal) trainer.notice = event.error;
      trainer.tell('phase', 'progress', 'notice');
      break;
    default:
      /** @satisfies {never} every event has its case */ (event);
  }
}
