/**
 * What the page knows of the run that is being trained, and who is told when that changes. It asks and does nothing: the
 * worker's events fill it in (`receive.js`).
 *
 * @module
 */

import { History } from './history.js';

/** @typedef {import('../common/protocol.js').PlainError} PlainError */
/** @typedef {import('../common/protocol.js').RunConfig} RunConfig */
/** @typedef {import('../common/protocol.js').Split} Split */

/**
 * A run that was put aside, so that a reset can be taken back, or that comes from an earlier visit.
 * @typedef {object} PutAside
 * @property {number} run its number on this page
 * @property {RunConfig} config
 * @property {History} history
 * @property {Store['progress']} progress
 * @property {boolean} loaded its weights came from a file
 * @property {import('./taught.js').Example[]} taught a person's own examples, then
 * @property {import('../common/protocol.js').SavedState} snapshot
 * @property {import('../common/protocol.js').UserData | null} userData images that it was trained on, if they were the person's
 */

/**
 * What changed, for listeners that draw only that.
 * @typedef {'phase' | 'config' | 'progress' | 'history' | 'view' | 'data' | 'evaluation' | 'notice' | 'snapshot'} Topic
 */

const NO_PROGRESS = { step: 0, epoch: 0, batch: 0, batchesPerEpoch: 0, learningRate: 0, imagesPerSecond: 0 };

export class Store {
  constructor() {
    /** Images that the person brought. @type {import('../common/protocol.js').UserData | null} */
    this.userData = null;
    /** @type {'booting' | 'idle' | 'running' | 'failed'} */
    this.phase = 'booting';
    /** Training waits for a shard. */
    this.waiting = false;
    /** Why the engine can't start, or why training stopped by itself. @type {PlainError | null} */
    this.error = null;
    /** What trains. @type {{ variant: string, threads: number } | null} */
    this.engine = null;
    /** How often in a row the engine had to be started again without a step in between. */
    this.restarts = 0;
    /** Numbers the runs of this page. */
    this.runs = 0;
    /** The live one's. */
    this.run = 0;
    /** The configuration of the live session. @type {RunConfig | null} */
    this.config = null;
    this.progress = { ...NO_PROGRESS };
    this.history = new History();
    /** @type {import('../common/protocol.js').BatchView | null} */
    this.view = null;
    /** @type {import('../common/protocol.js').DataState | null} */
    this.data = null;
    /** @type {{ split: Split, done: number, count: number, correct: number } | null} */
    this.evaluation = null;
    /** How the live run's weights did on each split, when it was last measured. @type {Partial<Record<Split, import('../common/protocol.js').Judgement>>} */
    this.judgements = {};
    /** Something that happened by itself and that the person should hear of. @type {PlainError | null} */
    this.notice = null;
    /** @type {import('../common/protocol.js').SnapshotEvent[]} */
    this.snapshots = [];
    /** The run before, to be had again. @type {PutAside | null} */
    this.putAside = null;
    /** The live weights came from a file. */
    this.loaded = false;
    /** A person's own examples, part of every batch. @type {import('./taught.js').Example[]} */
    this.taught = [];
    /** @type {Set<(topics: Set<Topic>) => void>} */
    this.listeners = new Set();
    /** @type {Set<Topic>} */
    this.changed = new Set();
  }

  /** Whether the worker answers: it has begun, and not failed. */
  get alive() {
    return this.phase === 'idle' || this.phase === 'running';
  }

  /** Whether something would be lost by starting over. */
  get touched() {
    return this.progress.step > 0 || this.loaded;
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

  /** A new run: nothing is known of it yet. @param {RunConfig} config */
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

  /**
   * The live run as it was earlier: what came after is forgotten.
   * @param {import('../common/protocol.js').SnapshotEvent} [snapshot] none: as it began
   */
  rewind(snapshot) {
    const { step = 0, epoch = 0 } = snapshot ?? {};
    this.history = this.history.upTo(step);
    const { batchesPerEpoch } = this.progress;
    const batch = batchesPerEpoch > 0 ? step % batchesPerEpoch : 0;
    this.progress = { ...NO_PROGRESS, step, epoch, batch, batchesPerEpoch };
    this.view = null;
    this.error = null;
    this.judgements = {};
    this.tell('progress', 'history', 'view', 'phase', 'evaluation');
  }
}
