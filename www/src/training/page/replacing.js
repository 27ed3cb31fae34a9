/**
 * One run in the place of another: a new one, the one before, one of an earlier visit, or the live one as it was at its
 * last good snapshot. If the worker can't have it, the live run stays as it is. Two at once happen one after the other.
 *
 * @module
 */

import { codedError } from '../../common/coded-error.js';
import { putTaught } from './taught.js';

/** @typedef {import('./run-state.js').PutAside} PutAside */
/** @typedef {import('../common/protocol.js').RunConfig} RunConfig */
/** @typedef {import('./trainer.js').Trainer} Trainer */

/**
 * A new session in the worker, on the data that its configuration names: a part of a turn.
 * @param {Trainer} trainer
 * @param {RunConfig} config
 * @param {Pick<import('../common/protocol.js').SnapshotEvent, 'bytes' | 'counts' | 'fingerprint'>} [snapshot]
 * @param {import('../common/protocol.js').UserData | null} [userData] images of the person's, if not those of the last run on such
 * @param {number} [run] its number
 */
export async function session(trainer, config, snapshot, userData = trainer.userData, run = trainer.run) {
  const { bytes = null, counts = null, fingerprint = '' } = snapshot ?? {};
  const wanted = config.data === 'own' ? userData : null;
  if (config.data === 'own' && !wanted) throw codedError('own_missing');
  // The worker may have these images already.
  const known = wanted !== null && trainer.data?.id === wanted.id;
  await trainer.client.call('configure', [config, bytes, counts, fingerprint, known ? null : wanted, run]);
  trainer.userDataIs(userData);
}

/** The live run, to come back to, if something would be lost. @param {Trainer} trainer @returns {Promise<PutAside | null>} */
async function current(trainer) {
  if (!trainer.touched) return null;
  await trainer.pause();
  const { run, config, history, progress, userData, loaded, taught } = trainer;
  if (!config || trainer.error) return null;
  return { run, config, history, progress, userData, loaded, taught, snapshot: await trainer.client.call('state') };
}

/** What a run is trained on. @param {Pick<PutAside, 'config' | 'userData'>} run */
const dataOf = ({ config, userData }) => `${config.data}/${config.data === 'own' ? userData?.id : ''}`;

/** @param {Trainer} trainer @param {PutAside} run @param {PutAside | null} aside the run before */
async function bring(trainer, run, aside) {
  await session(trainer, run.config, run.snapshot, run.userData ?? trainer.userData, run.run);
  trainer.resume(run, aside);
}

/**
 * Starts a new run; the one before is put aside.
 * @param {Trainer} trainer
 * @param {RunConfig} config
 * @param {import('../common/protocol.js').UserData | null} [userData] the person's images that it names
 */
export function configure(trainer, config, userData) {
  return trainer.inTurn(async () => {
    const aside = await current(trainer);
    await session(trainer, config, undefined, userData, trainer.nextRun);
    // A run that was replaced before anything came of it leaves the one before to be had again.
    trainer.begin(config, aside ?? trainer.putAside);
  });
}

/** Takes the last `configure` back. @param {Trainer} trainer */
export function takeBack(trainer) {
  return trainer.inTurn(async () => {
    const { putAside: aside, config, userData } = trainer;
    if (!aside) return;
    const other = config !== null && dataOf(aside) !== dataOf({ config, userData });
    await bring(trainer, aside, null);
    // What was taught went with the data whose classes it was of.
    if (other && aside.taught.length > 0) await putTaught(trainer, aside.taught);
  });
}

/**
 * Goes on with a run of an earlier visit; the live one, if there is any, is put aside.
 * @param {Trainer} trainer
 * @param {Omit<PutAside, 'run'>} kept
 * @throws {import('../../engine/engine-client.js').EngineError} if it is damaged
 */
export function resume(trainer, kept) {
  return trainer.inTurn(async () => {
    const aside = await current(trainer);
    await bring(trainer, { ...kept, run: trainer.nextRun }, aside ?? trainer.putAside);
    if (kept.taught.length + trainer.taught.length > 0) await putTaught(trainer, kept.taught);
  });
}

/**
 * After a divergence: back to the last good snapshot.
 * @param {Trainer} trainer
 * @param {number} [rate] another learning rate from there on
 */
export function restoreGood(trainer, rate) {
  return trainer.inTurn(async () => {
    const snapshot = trainer.snapshots.at(-1);
    const { config } = trainer;
    if (!config) return;
    const optimizer = { ...config.optimizer, learning_rate: rate ?? config.optimizer.learning_rate };
    await session(trainer, { ...config, optimizer }, snapshot);
    trainer.rewind(snapshot, rate);
  });
}
