/**
 * The page's store of the run that is being trained: what every cell that follows the model reads, and what the training
 * cell's buttons do. It survives the worker: if the engine has to be started again, the run goes on from the last good
 * snapshot.
 *
 * @module
 */

import { EngineClient } from '../engine-client.js';
import { History } from './history.js';
import { Questions } from './questions.js';
import { receive } from './receive.js';
import { teach } from './taught.js';

/** @typedef {import('./protocol.js').RunConfig} RunConfig */
/** @typedef {import('./protocol.js').PlainError} PlainError */
/** @typedef {import('./protocol.js').Split} Split */

/** @typedef {import('./protocol.js').SnapshotEvent} Snapshot */
/** @typedef {Partial<Record<Split, import('./protocol.js').Judgement>>} Judgements */

/**
 * What changed, for listeners that draw only that.
 * @typedef {'phase' | 'config' | 'progress' | 'history' | 'view' | 'data' | 'evaluation' | 'notice' | 'snapshot'} Topic
 */

/** @typedef {import('./protocol.js').PutAside} PutAside */

/** Restarts in a row without a step in between after which the engine is given up. */
const MAX_RESTARTS = 2;

const NO_PROGRESS = { step: 0, epoch: 0, batch: 0, batchesPerEpoch: 0, learningRate: 0, imagesPerSecond: 0 };

export class Trainer extends Questions {
  /**
   * @param {object} options
   * @param {() => Worker} options.spawn called by `boot`, and again whenever the engine has to be started anew
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
    /** @type {import('./engine-host.js').HostOptions | null} */
    this.host = null;
    this.dataUrl = dataUrl;
    /** Images that the person brought. @type {import('./protocol.js').OwnData | null} */
    this.own = null;
    /** The engine on its way. @type {Promise<{ variant: string, threads: number }> | null} */
    this.loading = null;
    /** @type {'booting' | 'idle' | 'running' | 'failed'} */
    this.phase = 'booting';
    /** Training waits for a shard. */
    this.waiting = false;
    /** Why the engine can't start, or why training stopped by itself. @type {PlainError | null} */
    this.error = null;
    /** What trains. @type {{ variant: string, threads: number } | null} */
    this.engine = null;
    /** Numbers the runs of this page. */
    this.runs = 0;
    /** The live one's. */
    this.run = 0;
    /** The configuration of the live session. @type {RunConfig | null} */
    this.config = null;
    this.progress = { ...NO_PROGRESS };
    this.history = new History();
    /** @type {import('./protocol.js').BatchView | null} */
    this.view = null;
    /** @type {import('./protocol.js').DataState | null} */
    this.data = null;
    /** @type {{ split: Split, done: number, count: number, correct: number } | null} */
    this.evaluation = null;
    /** How the live run's weights did on each split, when it was last measured. @type {Judgements} */
    this.judgements = {};
    /** Something that happened by itself and that the person should hear of. @type {PlainError | null} */
    this.notice = null;
    /** @type {Snapshot[]} */
    this.snapshots = [];
    /** @type {PutAside | null} */
    this.putAside = null;
    /** The live weights came from a file. */
    this.loaded = false;
    /** A person's own examples, part of every batch. @type {import('./taught.js').Example[]} */
    this.taught = [];
    this.restarts = 0;
    this.options = { checkEvery: 50, watching: true };
    /** @type {Set<(topics: Set<Topic>) => void>} */
    this.listeners = new Set();
    /** @type {Set<Topic>} */
    this.changed = new Set();
  }

  /** Whether the worker answers: it has begun, and not failed. */
  get alive() {
    return this.phase === 'idle' || this.phase === 'running';
  }

  /**
   * @param {(topics: Set<Topic>) => void} listener called soon after something changed
   * @returns {() => void} ends it
   */
  subscribe(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Calls back when one of these has changed. @param {Topic[]} topics @param {() => void} listener */
  on(topics, listener) {
    this.subscribe((changed) => topics.some((topic) => changed.has(topic)) && listener());
  }

  /** @param {Topic[]} topics */
  tell(...topics) {
    if (this.changed.size === 0) {
      queueMicrotask(() => {
        const delivered = this.changed;
        this.changed = new Set();
        for (const listener of [...this.listeners]) listener(delivered);
      });
    }
    for (const topic of topics) this.changed.add(topic);
  }

  /**
   * Starts a worker and its engine; `boot` does the rest. Called early, so that both load while the page builds itself.
   * @param {import('./engine-host.js').HostOptions} host which build
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
  async boot(config) {
    const data = config.data === 'own' ? undefined : config.data;
    if (!this.loading && this.host) this.load(this.host, data);
    if (!this.loading) return;
    try {
      const { variant, threads } = await this.loading;
      this.engine = { variant, threads };
      await this.client.call('options', [this.options]);
      const snapshot = this.snapshots.at(-1);
      await this.session(config, snapshot);
      if (this.taught.length > 0) await teach(this, this.taught);
      this.config = config;
      this.phase = 'idle';
      this.tell('phase', 'config');
    } catch (thrown) {
      const error = /** @type {any} */ (thrown);
      // A death in the midst of this has its own way back.
      if (error.code === 'engine_restarted' || error.code === 'engine_stopped') return;
      this.giveUp({ code: error.code ?? 'internal', message: error.message, details: error.details ?? {} });
    } finally {
      this.loading = null;
    }
  }

  /**
   * A new session in the worker, on the data that its configuration names.
   * @param {RunConfig} config
   * @param {Pick<Snapshot, 'bytes' | 'counts' | 'fingerprint'>} [snapshot]
   * @param {import('./protocol.js').OwnData | null} [own] images of the person's, if not those of the last run on such
   * @param {number} [run] its number
   */
  async session(config, snapshot, own = this.own, run = this.run) {
    const { bytes = null, counts = null, fingerprint = '' } = snapshot ?? {};
    const wanted = config.data === 'own' ? own : null;
    if (config.data === 'own' && !wanted) throw Object.assign(new Error('no images'), { code: 'own_missing', details: {} });
    // The worker may have these images already.
    const known = wanted !== null && this.data?.id === wanted.id;
    await this.client.call('configure', [config, bytes, counts, fingerprint, known ? null : wanted, run]);
    this.own = own;
  }

  /** There will be no training on this page. @param {PlainError} error why */
  giveUp(error) {
    this.client.end(error);
    this.phase = 'failed';
    this.error = error;
    this.tell('phase');
  }

  /** @param {import('../engine-client.js').EngineError} error why the worker is gone */
  async recover(error) {
    const { config } = this;
    this.restarts += 1;
    this.evaluation = null;
    this.waiting = false;
    if (!config || this.restarts > MAX_RESTARTS) return this.giveUp(error);
    this.phase = 'booting';
    this.data = null;
    const snapshot = this.snapshots.at(-1);
    this.rewind(snapshot?.step ?? 0, snapshot?.epoch ?? 0);
    this.notice = {
      code: 'engine_recovered',
      message: error.message,
      details: { step: snapshot?.step ?? 0, message: error.message },
    };
    this.tell('phase', 'notice', 'evaluation');
    await this.boot(config);
  }

  /** Whether something would be lost by starting over. */
  get touched() {
    return this.progress.step > 0 || this.loaded;
  }

  /** @param {number} step @param {number} epoch */
  rewind(step, epoch) {
    this.history = this.history.upTo(step);
    const { batchesPerEpoch } = this.progress;
    const batch = batchesPerEpoch > 0 ? step % batchesPerEpoch : 0;
    this.progress = { ...NO_PROGRESS, step, epoch, batch, batchesPerEpoch };
    this.view = null;
    this.error = null;
    this.judgements = {};
    this.tell('progress', 'history', 'view', 'phase', 'evaluation');
  }

  /**
   * Starts a new run. If the configuration can't be, the run before stays as it is; otherwise it is put aside.
   * @param {RunConfig} config
   * @param {import('./protocol.js').OwnData | null} [own] the person's images that it names
   */
  async configure(config, own = this.own) {
    const aside = this.touched ? await this.current() : null;
    await this.session(config, undefined, own, this.runs + 1);
    this.begin(config);
    this.putAside = aside;
    this.tell('config');
  }

  /** @param {RunConfig} config */
  begin(config) {
    this.config = config;
    this.runs += 1;
    this.run = this.runs;
    this.snapshots = [];
    this.progress = { ...NO_PROGRESS };
    this.history = new History();
    if (this.taught.length > 0) this.history.altered = 'taught';
    this.view = null;
    this.error = null;
    this.notice = null;
    this.evaluation = null;
    this.judgements = {};
    this.loaded = false;
    this.tell('config', 'progress', 'history', 'view', 'phase', 'notice', 'evaluation');
  }

  /** The live run, to come back to. @returns {Promise<PutAside | null>} */
  async current() {
    await this.pause();
    const { run, config, history, progress, own } = this;
    if (!config || this.error) return null;
    return { run, config, history, progress, own, snapshot: await this.client.call('state') };
  }

  /** Takes the last `configure` back. */
  async takeBack() {
    const aside = this.putAside;
    if (aside) await this.bring(aside);
    this.putAside = null;
  }

  /**
   * Goes on with a run of an earlier visit; the live one, if there is any, is put aside.
   * @param {Omit<PutAside, 'run'>} kept
   * @throws {import('../engine-client.js').EngineError} if it is damaged; the live run then stays
   */
  async resume(kept) {
    const aside = this.touched ? await this.current() : null;
    await this.bring({ ...kept, run: this.runs + 1 });
    this.putAside = aside;
  }

  /** @param {PutAside} aside */
  async bring({ run, config, history, progress, snapshot, own }) {
    await this.session(config, snapshot, own ?? this.own, run);
    this.begin(config);
    this.run = run;
    this.history = history;
    this.progress = progress;
    this.snapshots = [{ event: 'snapshot', step: progress.step, epoch: progress.epoch, ...snapshot }];
    this.tell('snapshot');
  }

  /**
   * After a divergence: back to the last good snapshot.
   * @param {number} [rate] another learning rate from there on
   */
  async restoreGood(rate) {
    const snapshot = this.snapshots.at(-1);
    if (!this.config) return;
    if (rate) this.config = { ...this.config, optimizer: { ...this.config.optimizer, learning_rate: rate } };
    await this.session(this.config, snapshot);
    this.tell('config');
    this.rewind(snapshot?.step ?? 0, snapshot?.epoch ?? 0);
    if (rate && snapshot?.step) this.history.altered ??= 'rate';
  }

  /** @param {{ steps?: number, epochs?: number }} [goal] neither: until paused */
  async start(goal = {}) {
    if (this.phase !== 'idle' || this.error) return;
    this.phase = 'running';
    this.notice = null;
    this.tell('phase', 'notice');
    await this.client.call('start', [goal]);
  }

  async pause() {
    if (this.phase === 'running') await this.client.call('pause');
  }

  /** @param {number} rate */
  async setLearningRate(rate) {
    if (!this.config) return;
    await this.client.call('setLearningRate', [rate]);
    if (this.progress.step > 0) this.history.altered ??= 'rate';
    this.config = { ...this.config, optimizer: { ...this.config.optimizer, learning_rate: rate } };
    this.tell('config');
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
  async loadWeights(bytes) {
    await this.client.call('loadWeights', [bytes]);
    this.error = null;
    this.loaded = true;
    this.history.altered ??= 'loaded';
    this.judgements = {};
    this.tell('config', 'phase', 'evaluation');
  }

  /** Fetches the batch last trained, which is not sent while nobody looks. */
  async refreshView() {
    if (this.phase !== 'idle' || this.progress.step === 0) return;
    this.view = await this.client.call('view');
    this.tell('view');
  }
}
