/**
 * The page's side of the training worker: requests become promises, events reach their listener once a frame at most,
 * and a worker that dies or hangs is noticed.
 *
 * @module
 */

/** @typedef {import('./training/protocol.js').PlainError} PlainError */
/** @typedef {import('./training/protocol.js').WorkerEvent} WorkerEvent */

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

const TICK_MS = 5000;
/**
 * A worker that says nothing for so many ticks of the watchdog is taken for dead. A slow phone's step takes seconds.
 * Ticks are counted, not seconds: in a hidden page or with the lid closed they come late, and the worker may too.
 */
const SILENT_TICKS = 12;

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
   * @param {(event: WorkerEvent) => void} options.onEvent
   * @param {(error: EngineError) => void} options.onDeath the worker can't go on; `restart()` gives a new one
   */
  constructor({ spawn, onEvent, onDeath }) {
    this.spawn = spawn;
    this.onEvent = onEvent;
    this.onDeath = onDeath;
    /** @type {Map<number, { resolve: (value: any) => void, reject: (error: EngineError) => void }>} */
    this.waiting = new Map();
    /** @type {Map<string, { args: unknown[], settle: Array<(value: any) => void> } | null>} */
    this.latest = new Map();
    this.serial = 0;
    /** Told by the worker and not handed over yet. @type {WorkerEvent[]} */
    this.events = [];
    this.silentTicks = 0;
    this.watchdog = 0;
    this.training = false;
    /** @type {Worker | null} */
    this.worker = null;
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
  }

  /** @param {PlainError} error for whoever still waits */
  end(error) {
    this.worker?.terminate();
    this.worker = null;
    this.rest();
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

  /** While training runs or an answer is due, a silence that lasts too long means that the worker hangs. */
  watch() {
    if (this.watchdog) return;
    this.silentTicks = 0;
    this.watchdog = window.setInterval(() => {
      if (this.waiting.size === 0) {
        if (!this.training) return this.rest();
        // Nothing is due, as when training waits for data: ask for a sign of life.
        this.call('info').catch(() => {});
      }
      this.silentTicks += 1;
      if (this.silentTicks > SILENT_TICKS) this.die('engine_silent', 'the worker does not answer');
    }, TICK_MS);
  }

  rest() {
    clearInterval(this.watchdog);
    this.watchdog = 0;
  }

  /** @param {any} data */
  receive(data) {
    this.silentTicks = 0;
    if (data.event) {
      this.events.push(data);
      if (this.events.length === 1) nextFrame(() => this.deliver());
      return;
    }
    // What the worker told before it answered is heard before the answer.
    this.deliver();
    const entry = this.waiting.get(data.id);
    this.waiting.delete(data.id);
    if (!entry) return;
    if (!data.error) entry.resolve(data.value);
    else {
      entry.reject(new EngineError(data.error));
      if (data.error.fatal) this.die('engine_stopped', data.error.message);
    }
  }

  /** Hands the events over in their order, and asks for more. */
  deliver() {
    const events = this.events.splice(0);
    for (const event of events) {
      if (event.event === 'stopped') this.training = false;
      this.onEvent(event);
      if (event.event === 'progress') this.worker?.postMessage({ ack: true });
      if (event.event === 'stopped' && event.error?.fatal) this.die('engine_stopped', event.error.message);
    }
  }

  /**
   * @param {string} method one of the worker's requests
   * @param {unknown[]} [args]
   * @param {Transferable[]} [transfer]
   * @returns {Promise<any>} rejects with an `EngineError`
   */
  call(method, args = [], transfer = []) {
    const { worker } = this;
    if (!worker) {
      return Promise.reject(new EngineError({ code: 'engine_stopped', message: 'no engine', details: {} }));
    }
    this.serial += 1;
    if (method === 'start') this.training = true;
    const id = this.serial;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      worker.postMessage({ id, method, args }, transfer);
      this.watch();
    });
  }

  /**
   * Like `call`, for questions of which only the newest matters (a drawing that changes): while one is being answered,
   * the newest of those that follow waits and the others share its answer.
   *
   * @param {string} key what the question is about
   * @param {string} method
   * @param {unknown[]} args
   * @returns {Promise<any>}
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
      return await this.call(method, args);
    } finally {
      const next = this.latest.get(key);
      this.latest.delete(key);
      if (next) {
        const answer = this.callLatest(key, method, next.args);
        for (const settle of next.settle) settle(answer);
      }
    }
  }
}
