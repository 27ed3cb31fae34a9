/**
 * The page's side of the training worker: requests become promises, events reach their listener once a frame at most,
 * and a worker that dies or hangs is noticed.
 *
 * @module
 */

import { Watchdog } from './watchdog.js';

/** @typedef {import('../training/common/protocol.js').PlainError} PlainError */
/** @typedef {import('../training/common/protocol.js').WorkerEvent} WorkerEvent */
/** @typedef {import('../training/common/requests.js').Method} Method */
/** @template {Method} M @typedef {import('../training/common/requests.js').Args<M>} Args */
/** @template {Method} M @typedef {import('../training/common/requests.js').Answer<M>} Answer */
/** What the trainer hears of; how far the start has come concerns the watchdog alone. @typedef {Exclude<WorkerEvent, { event: 'stage' }>} RunEvent */
/**
 * What follows a request's name: its arguments, which may be left out where there are none.
 * @template {Method} M
 * @typedef {[] extends Args<M> ? [args?: Args<M>, transfer?: Transferable[]] : [args: Args<M>, transfer?: Transferable[]]} Passed
 */

/** An error of the engine or of the worker, with the code that chooses its sentence. */
export class EngineError extends Error {
  /** @param {PlainError} plain */
  constructor({ code, message, details, fatal = false }) {
    super(message);
    this.name = 'EngineError';
    this.code = code;
    this.details = details;
    this.fatal = fatal;
  }
}

/** Questions that take no longer than a step of the run. */
const SHORT = new Set(/** @type {Method[]} */ (['callOff', 'emitSnapshot', 'fingerprint', 'images', 'info', 'options', 'parameter', 'parameters', 'pause', 'predict', 'setLearningRate', 'start', 'view']));
/** What makes the run's steps take another time. */
const REPLACING = new Set(/** @type {Method[]} */ (['configure', 'start']));

/** A frame that has not come by then won't soon: the page is hidden. Milliseconds. */
const FRAME_MS = 250;

/**
 * Runs something in the next frame, or soon after if no frame comes.
 * @param {() => void} task
 */
function nextFrame(task) {
  let done = false;
  const once = () => {
    if (!done) task();
    done = true;
  };
  requestAnimationFrame(once);
  setTimeout(once, FRAME_MS);
}

export class EngineClient {
  /**
   * @param {object} options
   * @param {() => Worker} options.spawn starts a worker
   * @param {(event: RunEvent) => void} options.onEvent
   * @param {(error: EngineError) => void} options.onDeath the worker can't go on; `restart()` gives a new one
   */
  constructor({ spawn, onEvent, onDeath }) {
    this.spawn = spawn;
    this.onEvent = onEvent;
    this.onDeath = onDeath;
    /** @type {Map<number, { resolve: (value: any) => void, reject: (error: EngineError) => void, method: Method }>} */
    this.waiting = new Map();
    /** @type {Map<string, { args: unknown[], settle: Array<(value: any) => void> } | null>} */
    this.latest = new Map();
    this.serial = 0;
    /** Told by the worker and not handed over yet. @type {RunEvent[]} */
    this.events = [];
    this.training = false;
    /** @type {Worker | null} */
    this.worker = null;
    this.watchdog = new Watchdog({
      ping: () => this.post({ ping: true }),
      onSilence: () => this.die('engine_silent', 'the worker does not answer'),
      due: () => this.due(),
    });
  }

  /** Ends the worker, if there is one, and starts another. What was asked and not answered fails. */
  restart() {
    this.end({ code: 'engine_restarted', message: 'the engine was started again', details: {} });
    const worker = this.spawn();
    worker.onmessage = ({ data }) => {
      if (this.worker === worker) this.receive(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      if (this.worker === worker) this.die('engine_stopped', event.message ?? 'worker error');
    };
    this.worker = worker;
    this.watchdog.renew();
  }

  /** @param {PlainError} error for whoever still waits */
  end(error) {
    this.worker?.terminate();
    this.worker = null;
    this.watchdog.rest();
    this.training = false;
    this.events = [];
    const waiting = [...this.waiting.values()];
    this.waiting.clear();
    for (const { reject } of waiting) reject(new EngineError(error));
  }

  /** @param {string} code @param {string} message */
  die(code, message) {
    const error = { code, message, details: { message }, fatal: true };
    this.end(error);
    this.onDeath(new EngineError(error));
  }

  /** What the worker is expected to do. */
  due() {
    const methods = [...this.waiting.values()].map(({ method }) => method);
    if (methods.includes('boot')) return 'start';
    if (this.training) return methods.every((method) => SHORT.has(method)) ? 'steps' : 'other';
    return methods.length > 0 ? 'other' : 'nothing';
  }

  /** @param {import('../training/common/requests.js').ToWorker} message @param {Transferable[]} [transfer] */
  post(message, transfer = []) {
    this.worker?.postMessage(message, transfer);
  }

  /** @param {import('../training/common/requests.js').FromWorker} data */
  receive(data) {
    this.watchdog.heard('event' in data ? data.event : undefined);
    if ('pong' in data) return;
    if ('event' in data) {
      if (data.event === 'stage') return;
      this.events.push(data);
      // A page that is put away may have no other moment to keep it.
      if (data.event === 'snapshot' && document.hidden) this.deliver();
      else if (this.events.length === 1) nextFrame(() => this.deliver());
      return;
    }
    // What the worker told before it answered is heard before the answer.
    this.deliver();
    const entry = this.waiting.get(data.id);
    this.waiting.delete(data.id);
    if (!entry) return;
    if (!('error' in data)) entry.resolve(data.value);
    else {
      entry.reject(new EngineError(data.error));
      if (data.error.fatal) this.die('engine_stopped', data.error.message);
    }
  }

  /** Hands the events over in their order, and asks for more. */
  deliver() {
    const { worker } = this;
    for (const event of this.events.splice(0)) {
      // One of those before it ended the worker: the others are of a run that goes on from its snapshot.
      if (this.worker !== worker) return;
      if (event.event === 'stopped') this.training = false;
      this.onEvent(event);
      if (event.event === 'progress') this.post({ ack: true });
      if (event.event === 'stopped' && event.error?.fatal) this.die('engine_stopped', event.error.message);
    }
  }

  /**
   * @template {Method} M
   * @param {M} method one of the worker's requests
   * @param {Passed<M>} passed its arguments, and what of them moves to the worker instead of being copied
   * @returns {Promise<Answer<M>>} rejects with an `EngineError`
   */
  call(method, ...passed) {
    const [args = [], transfer] = passed;
    if (!this.worker) {
      return Promise.reject(new EngineError({ code: 'engine_stopped', message: 'no engine', details: {} }));
    }
    this.serial += 1;
    if (method === 'start') this.training = true;
    if (REPLACING.has(method)) this.watchdog.anotherRun();
    const id = this.serial;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject, method });
      this.post(/** @type {import('../training/common/requests.js').Request} */ ({ id, method, args }), transfer);
      this.watchdog.watch();
    });
  }

  /**
   * Like `call`, for questions of which only the newest matters (a drawing that changes): while one is being answered,
   * the newest of those that follow waits and the others share its answer.
   *
   * @template {Method} M
   * @param {string} key what the question is about
   * @param {M} method
   * @param {Args<M>} args
   * @returns {Promise<Answer<M>>}
   */
  async callLatest(key, method, args) {
    const queued = this.latest.get(key);
    if (queued !== undefined) {
      const entry = queued ?? { args, settle: [] };
      entry.args = args;
      this.latest.set(key, entry);
      return new Promise((resolve) => entry.settle.push(resolve));
    }
    this.latest.set(key, null);
    try {
      return await this.call(method, .../** @type {Passed<M>} */ (/** @type {unknown} */ ([args])));
    } finally {
      const next = this.latest.get(key);
      this.latest.delete(key);
      if (next) {
        const answer = this.callLatest(key, method, /** @type {Args<M>} */ (next.args));
        for (const settle of next.settle) settle(answer);
      }
    }
  }
}
