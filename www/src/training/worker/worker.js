/**
 * The training worker: owns the engine, the data and the run loop. It answers requests (`../common/requests.js`) and
 * tells of progress (`../common/protocol.js`); what a request does is in `run.js`.
 *
 * @module
 */

import { codedError } from '../../common/coded-error.js';
import { createTurns } from '../common/turns.js';
import { loadTrainingEngine } from './engine-host.js';
import { evaluateForPage } from './evaluation.js';
import { Feed } from './feed.js';
import { FirstRun } from './first-run.js';
import { Instruments } from './instruments.js';
import { Jury } from './jury.js';
import { keepNoData } from './kept-data.js';
import { accuraciesMoved } from './moved.js';
import { nearest, typicalDistances } from './novelty.js';
import { Run } from './run.js';
import { Runs } from './runs.js';
import { yieldToMessages } from './slices.js';
import { Trial } from './trial.js';

/** @typedef {import('../common/protocol.js').PlainError} PlainError */

/** @type {any} */
let engine = null;
/** Where the data sets are. @type {URL} */
let folder;
/** The one that the run is on. */
let wanted = '';
/** @type {Feed} */
let feed;
/** @type {Run} */
let run;
/** @type {Instruments} */
let instruments;
/** @type {Runs} */
let runs;
/** @type {Jury} */
let jury;
/** @type {FirstRun} */
let firstRun;
/** @type {Trial} */
let trial;

/**
 * @param {import('../common/requests.js').FromWorker} message
 * @param {Transferable[]} [transfer]
 */
const post = (message, transfer = []) => self.postMessage(message, { transfer });
/** @type {(event: import('../common/protocol.js').WorkerEvent, transfer?: Transferable[]) => void} */
const emit = post;

/** Tells that the start has come so far. @param {string} name */
const stage = (name) => emit({ event: 'stage', name });

/**
 * An error in a form that survives `postMessage`. An error without a code is either a trap of WebAssembly, after which
 * the instance's memory can't be trusted, or a fault of the page's own.
 *
 * @param {unknown} error
 * @returns {PlainError}
 */
function plain(error) {
  const { code, message = String(error), details } = /** @type {any} */ (error ?? {});
  if (typeof code === 'string') return { code, message, details: details ?? {} };
  const trapped = error instanceof WebAssembly.RuntimeError || /recursive use of an object|null pointer/.test(message);
  return { code: trapped ? 'engine_stopped' : 'internal', message, details: { message }, fatal: trapped };
}

/** @param {string} name of a data set */
const manifestOf = (name) => new URL(`${name}/manifest.json`, folder);

/** A run is replaced only when the one before it has been: what comes last is what is live in the end. */
const inTurn = createTurns();

/** The session, for requests that need one. */
function session() {
  if (!run?.session) throw codedError('no_session');
  return run.session;
}

/** What the page can ask for. @type {import('../common/requests.js').Methods} */
const methods = {
  async boot(options, dataUrl, name) {
    if (!options.keepData) keepNoData();
    const loaded = await loadTrainingEngine(options, stage);
    engine = loaded.engine;
    folder = new URL(dataUrl);
    feed = new Feed(engine, manifestOf(name), (data) => emit({ event: 'data', data }));
    run = new Run(engine, feed, emit, plain);
    instruments = new Instruments(engine, feed, run);
    runs = new Runs(engine, feed);
    jury = new Jury(engine, feed);
    firstRun = new FirstRun(engine, manifestOf('mnist/first'));
    trial = new Trial(engine, () => firstRun.data());
    wanted = name;
    return { variant: loaded.variant, threads: loaded.threads, info: engine.engine_info() };
  },
  retryData: () => void feed.load(),
  need: (split, images) => feed.need(split, images),
  beginFirst: (config) => firstRun.begin(config),
  advanceFirst: (steps, check) => firstRun.advance(steps, check),
  beginTrial: (config, preparation) => trial.begin(config, preparation),
  advanceTrial: (steps) => trial.advance(steps),
  seeTrial: () => trial.see(),
  /** Until all of the new run can be, all of the one before stays. */
  configure: (config, snapshot = null, counts = null, fingerprint = '', userData = null, number = 0) => inTurn(async () => {
    // Not before there is a run: the opening's has data of its own.
    if (!feed.dataset && !feed.state.error) void feed.load();
    const name = config.data ?? wanted;
    const source = userData ?? manifestOf(name);
    const other = name !== wanted || (userData !== null && userData.id !== feed.state.id) ? await feed.prepare(source) : null;
    try {
      const info = await run.configure(config, snapshot, counts, fingerprint, number, () => {
        if (other) {
          runs.endAll();
          feed.use(other);
        }
        wanted = name;
      });
      instruments.forget();
      return info;
    } catch (error) {
      other?.dataset.free();
      throw error;
    }
  }),
  start(goal) {
    session();
    run.start(goal);
  },
  pause: () => run.pause(),
  /** The page may be gone in a moment. */
  emitSnapshot: () => void (run.training && run.emitSnapshot()),
  options: (options) => void Object.assign(run, options),
  setLearningRate: (rate) => session().set_learning_rate(rate),
  async evaluate(split, limit = Infinity) {
    session();
    const { calledOff } = run;
    // Of the training images those that are in will do.
    await feed.need(split, split === 'train' ? 1 : limit, () => calledOff !== run.calledOff);
    return calledOff === run.calledOff ? evaluateForPage(run, split, limit) : null;
  },
  callOff() {
    run.calledOff += 1;
    feed.stir();
  },
  predict: (pixels) => session().predict(pixels),
  look(pixels, layers) {
    const live = session();
    const parameters = layers.flatMap((layer) =>
      ['weight', 'bias'].flatMap((role) => live.parameter(`layer${layer}.${role}`) ?? []),
    );
    const { step } = live.info();
    return { step, trace: live.trace(pixels), probabilities: live.predict(pixels).probabilities, parameters };
  },
  parameters: () => session().parameters(),
  parameter: (name) => session().parameter(name),
  fingerprint: () => ({ step: session().info().step, fingerprint: session().fingerprint() }),
  info: () => session().info(),
  view: () => (session() && run.report ? run.view() : null),
  images(split, indices) {
    if (!feed?.dataset) throw codedError('no_data');
    const chosen = Uint32Array.from(indices);
    return { images: feed.dataset.images(split, chosen), labels: feed.dataset.labels(split, chosen) };
  },
  state: () => session() && run.state(),
  teach: (pixels, labels) => feed.teach(pixels, labels),
  nearest: (pixels, count) => nearest(feed.dataset, pixels, count),
  typicalDistances: () => typicalDistances(feed, yieldToMessages),
  timeLine: () => run.timeLine.list(),
  past: (step, pixels) => run.timeLine.predict(session(), step, pixels),
  pastAccuracy: (step) => run.timeLine.accuracy(session(), step),
  saveWeights: () => session().save_weights(),
  loadWeights(bytes) {
    session().load_weights(bytes);
    run.calledOff += 1;
    run.timeLine.begin(session());
    instruments.forget();
  },
  microscope: () => instruments.microscope(),
  undo: () => instruments.undo(),
  compare: (pixels) => instruments.compare(pixels),
  filters: (name, channel) => instruments.filters(name, channel),
  reasons: (pixels, layer) => instruments.reasons(pixels, layer),
  backprop: (pixels, label, layer, nudge = null) => instruments.backprop(pixels, label, layer, nudge),
  async activity(count) {
    await feed.need('validation', count);
    return instruments.activity(count);
  },
  beginRuns: (key, configs, snapshots) => runs.begin(key, configs, snapshots),
  advanceRuns: (key, ms, steps) => runs.advance(key, ms, steps),
  async checkRuns(key, split, count) {
    await feed.need(split, count);
    return runs.check(key, split, count);
  },
  async movedRuns(key, split, count, moves) {
    await feed.need(split, count);
    return accuraciesMoved(engine, feed, runs.group(key), split, count, moves);
  },
  inspectRun: (key, index, image) => runs.inspect(key, index, image),
  async spreadRuns(key, places, count) {
    await feed.need('validation', count);
    return runs.spread(key, places, count);
  },
  setRunRate: (key, index, rate) => runs.setRate(key, index, rate),
  snapshotRuns: (key) => runs.snapshots(key),
  runWeights: (key, index) => runs.weights(key, index),
  gatherJury: (files) => jury.gather(files),
  juryVotes: (split, start, count) => jury.votes(split, start, count),
  askJury: (pixels) => jury.ask(pixels),
  endRuns: (key) => runs.end(key),
};

/**
 * Buffers of an answer that nobody here needs any more, so that they move instead of being copied.
 * @param {any} value
 * @returns {Transferable[]}
 */
function owned(value) {
  const buffer = value instanceof Uint8Array || value instanceof Float32Array ? value.buffer : null;
  return buffer instanceof ArrayBuffer ? [buffer] : [];
}

self.onmessage = async (/** @type {MessageEvent<import('../common/requests.js').ToWorker>} */ { data }) => {
  if ('ack' in data) return run?.acknowledge();
  if ('ping' in data) return post({ pong: true });
  const { id, method, args } = data;
  try {
    if (method !== 'boot' && !engine) throw codedError('engine_not_ready');
    const value = await /** @type {(...args: unknown[]) => unknown} */ (methods[method])(...args);
    post({ id, value }, owned(value));
  } catch (error) {
    post({ id, error: plain(error) });
  }
};

stage('script');
