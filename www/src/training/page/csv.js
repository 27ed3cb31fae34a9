/**
 * A run's history as a table.
 *
 * @module
 */

import { toCsv } from '../../base/csv.js';

/** @typedef {import('../../base/csv.js').Value} Value */

/** Single-precision numbers with as many digits as tell them apart, and no more. @param {number} value */
const single = (value) => Number(value.toPrecision(9));

/** @typedef {'record' | 'step' | 'epoch' | 'loss' | 'accuracy' | 'learning_rate' | 'images' | 'correct' | 'seconds'} Name */
/** @type {Name[]} */
const COLUMNS = ['record', 'step', 'epoch', 'loss', 'accuracy', 'learning_rate', 'images', 'correct', 'seconds'];

/**
 * Everything that a run has been through, in the order of its steps. `record` says what a line is: `step` (the batch that
 * was trained: its loss, the share that was right, the learning rate), `validation` (a look at so many images of the
 * validation split), `epoch` (mean loss of its batches, seconds of training, accuracy on the whole validation split) or
 * `test`.
 *
 * @param {import('./history.js').History} history
 * @param {number} [batchesPerEpoch] 0 if not known
 * @returns {string}
 */
export function historyCsv(history, batchesPerEpoch = 0) {
  /** @param {number} step */
  const epochOf = (step) => (batchesPerEpoch > 0 ? Math.ceil(step / batchesPerEpoch) : null);
  /** @type {Partial<Record<Name, Value>>[]} */
  const records = Array.from(history.loss.values, (loss, i) => ({
    record: 'step',
    step: i + 1,
    loss: single(loss),
    accuracy: single(history.accuracy.store[i]),
    learning_rate: single(history.rate.store[i]),
  }));
  for (const { step, count, accuracy, loss } of history.checks) records.push({ record: 'validation', step, loss, accuracy, images: count });
  for (const { step, epoch, cost, seconds, accuracy } of history.epochs) records.push({ record: 'epoch', step, epoch, loss: cost, accuracy, seconds });
  for (const { step, accuracy, correct, count } of history.tests) records.push({ record: 'test', step, accuracy, images: count, correct });
  records.sort((a, b) => Number(a.step) - Number(b.step));
  return toCsv([COLUMNS, ...records.map((record) => COLUMNS.map((name) => record[name] ?? (name === 'epoch' ? epochOf(Number(record.step)) : null)))]);
}
