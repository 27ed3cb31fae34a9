/**
 * The page's side of the run that is being trained: what every cell that follows the model reads and asks, and what the
 * training cell's buttons do. It survives the worker: if the engine has to be started again, the run goes on from the
 * last good snapshot.
 *
 * @module
 */

import { EngineClient } from '../../engine/engine-client.js';
import { createTurns } from '../common/turns.js';
import { ModelQueries } from './model-queries.js';
import { receive } from './receive.js';
import { session } from './replacing.js';
import { putTaught } from './taught.js';

/** @typedef {import('../common/protocol.js').RunConfig} RunConfig */
/** @typedef {import('../common/protocol.js').PlainError} PlainError */

/** Restarts in a row without a step in between after which the engine is given up. */
const MAX_RESTARTS = 2;

export class Trainer extends ModelQueries {
  /**
   * @param {object} options
   * @param {() => Worker} options.spawn called by `load`, and again whenever the engine has to be started anew
   * @param {string} options.dataUrl address of the folder that each data set has its own in
   */
  constructor({ spawn, dataUrl }) {
    super(
      new EngineClient({
        spawn,
        onEvent: (event) => receive(this, event),
        onDeath: (error) => void this.recover(error),
      }),
    );
    /** @type {import('../common/requests.js').HostOptions | null} */
    this.host = null;
    this.dataUrl = dataUrl;
    /** The engine on its way. @type {Promise<import('../common/requests.js').Booted> | null} */
    this.loading = null;
    /** Whether a run has been asked for: the worker alone may be there before. */
    this.wanted = false;
    this.options = { checkEvery: 50, watching: true };
    /** What changes the run waits for its turn: each change finds the run as the one before left it. */
    this.inTurn = createTurns();
  }

  /**
   * Starts a worker and its engine; `boot` does the rest. Called early, so that both load while the page builds itself.
   * @param {import('../common/requests.js').HostOptions} host which build
   * @param {string} [data] the built-in data set to begin with
   */
  load(host, data = 'mnist') {
    this.host = host;
    this.client.restart();
    this.loading = this.client.call('boot', [host, this.dataUrl, data]);
    // Whoever boots hears of a failure.
    this.loading.catch(() => {});
  }

  /**
   * Begins the first session, once the engine is there.
   * @param {RunConfig} config
   */
  boot(config) {
    this.wanted = true;
    return this.inTurn(() => this.bootNow(config));
  }

  /** The part of `boot` that is a turn. @param {RunConfig} config */
  async bootNow(config) {
    const data = config.data === 'own' ? undefined : config.data;
    if (!this.loading && this.host) this.load(this.host, data);
    if (!this.loading) return;
    try {
      const { variant, threads } = await this.loading;
      this.engineIs({ variant, threads });
      await this.client.call('options', [this.options]);
      await session(this, config, this.snapshots.at(-1));
      if (this.taught.length > 0) await putTaught(this, this.taught);
      this.ready(config);
    } catch (thrown) {
      const error = /** @type {any} */ (thrown);
      // A death in the midst of this has its own way back.
      if (error.code === 'engine_restarted' || error.code === 'engine_stopped') return;
      this.giveUp({ code: error.code ?? 'internal', message: error.message, details: error.details ?? {} });
    } finally {
      this.loading = null;
    }
  }

  /** There will be no training on this page. @param {PlainError} error why */
  giveUp(error) {
    this.client.end(error);
    this.failed(error);
  }

  /** @param {import('../../engine/engine-client.js').EngineError} error why the worker is gone */
  async recover(error) {
    const { config } = this;
    this.workerDied();
    // The opening alone has asked for anything: it begins anew with the next worker.
    if (!this.wanted && this.restarts <= MAX_RESTARTS) {
      this.loading = null;
      return;
    }
    if (!config || this.restarts > MAX_RESTARTS) return this.giveUp(error);
    const { message } = error;
    this.restarting((step) => ({ code: 'engine_recovered', message, details: { step, message } }));
    await this.boot(config);
  }

  /** @param {{ steps?: number, epochs?: number }} [goal] neither: until paused */
  async start(goal = {}) {
    if (this.phase !== 'idle' || this.error) return;
    this.started();
    try {
      await this.client.call('start', [goal]);
    } catch (error) {
      this.notStarted();
      throw error;
    }
  }

  async pause() {
    if (this.phase === 'running') await this.client.call('pause');
  }

  /** @param {number} rate */
  setLearningRate(rate) {
    return this.inTurn(async () => {
      if (!this.config) return;
      await this.client.call('setLearningRate', [rate]);
      this.rateIs(rate);
    });
  }

  /** @param {{ checkEvery?: number, watching?: boolean }} options */
  setOptions(options) {
    Object.assign(this.options, options);
    if (this.engine) this.client.call('options', [options]).catch(() => {});
  }

  /**
   * Replaces the weights by those of a file; if it does not fit, everything stays.
   * @param {Uint8Array} bytes
   */
  loadWeights(bytes) {
    return this.inTurn(async () => {
      await this.client.call('loadWeights', [bytes]);
      this.weightsLoaded();
      // A worker that dies must not take them with it: what it would go on from is of the weights before.
      if (this.phase === 'running') return void (await this.client.call('emitSnapshot'));
      const { step, epoch } = this.progress;
      this.snapshotIs({ event: 'snapshot', step, epoch, ...(await this.client.call('state')) });
    });
  }

  /** Fetches the batch last trained, which is not sent while nobody looks. */
  async refreshView() {
    if (this.phase !== 'idle' || this.progress.step === 0) return;
    this.viewIs(await this.client.call('view'));
  }
}
