// The page's side of the training worker, against a worker that only pretends: what is asked, told and lost.

import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';

Object.assign(globalThis, { document: { hidden: false }, requestAnimationFrame: (/** @type {() => void} */ task) => setTimeout(task, 5) });
Object.assign(globalThis, { window: globalThis });

const { EngineClient } = await import('../../www/src/engine/engine-client.js');
const { configure, restoreGood, takeBack } = await import('../../www/src/training/page/replacing.js');
const { teach } = await import('../../www/src/training/page/taught.js');
const { Trainer } = await import('../../www/src/training/page/trainer.js');

/** A worker that keeps what it is sent and answers when told to. */
class FakeWorker {
  constructor() {
    /** @type {any[]} */
    this.sent = [];
    this.ended = false;
    /** @type {(event: { data: any }) => void} */
    this.onmessage = () => {};
    /** @type {(event: any) => void} */
    this.onerror = () => {};
    workers.push(this);
  }
  /** @param {any} message */
  postMessage(message) {
    this.sent.push(message);
    const answer = answers?.(message);
    if (answer !== undefined) queueMicrotask(() => this.say({ id: message.id, value: answer }));
  }
  terminate() {
    this.ended = true;
  }
  /** @param {any} data */
  say(data) {
    if (!this.ended) this.onmessage({ data });
  }
}

/** @type {import('../../www/src/training/common/requests.js').HostOptions} */
const HOST = { version: 'unbundled', variant: 'simd', threads: 1, keepData: true };

/** @type {import('../../www/src/training/common/protocol.js').RunConfig} */
const CONFIG = { spec: 'input 28x28x1\nflatten\ndense 10', seed: 1, batch_size: 100, optimizer: { kind: 'adam', learning_rate: 0.001 }, schedule: { kind: 'constant' } };

/** @type {FakeWorker[]} */
let workers = [];
/** Answers by itself, if set. @type {((message: any) => any) | null} */
let answers = null;
beforeEach(() => {
  workers = [];
  answers = null;
});

const frame = () => new Promise((resolve) => setTimeout(resolve, 25));

function client() {
  /** @type {any[]} */
  const heard = [];
  /** @type {any[]} */
  const deaths = [];
  const made = new EngineClient({
    spawn: () => /** @type {any} */ (new FakeWorker()),
    onEvent: (event) => heard.push(event),
    onDeath: (error) => deaths.push(error),
  });
  made.restart();
  return { made, heard, deaths, worker: workers[0] };
}

test('answers go to who asked, errors with their code and details', async () => {
  const { made, worker } = client();
  const [first, second] = [made.call('info'), made.call('configure', [CONFIG])];
  const [a, b] = worker.sent;
  worker.say({ id: b.id, error: { code: 'too_large', message: 'no', details: { limit: 7 } } });
  worker.say({ id: a.id, value: 42 });
  assert.equal(await first, 42);
  await assert.rejects(second, (/** @type {any} */ error) => error.code === 'too_large' && error.details.limit === 7);
  made.end({ code: 'engine_stopped', message: '', details: {} });
});

test('events come once a frame, in order, before the answer that follows them; progress is acknowledged when drawn', async () => {
  const { made, heard, worker } = client();
  const asked = made.call('pause');
  worker.say({ event: 'progress', step: 1 });
  worker.say({ event: 'epoch', epoch: 1 });
  assert.deepEqual(heard, []);
  worker.say({ id: worker.sent[0].id, value: null });
  await asked;
  assert.deepEqual(heard.map(({ event }) => event), ['progress', 'epoch']);
  assert.ok(worker.sent.some(({ ack }) => ack));
  worker.say({ event: 'progress', step: 2 });
  assert.equal(heard.length, 2);
  await frame();
  assert.equal(heard.length, 3);
  assert.equal(worker.sent.filter(({ ack }) => ack).length, 2);
  made.end({ code: 'engine_stopped', message: '', details: {} });
});

test('of questions that overtake each other only the newest is asked, and all who wait get its answer', async () => {
  const { made, worker } = client();
  const all = [1, 2, 3, 4].map((n) => made.callLatest('digit', 'predict', [Float32Array.of(n)]));
  assert.deepEqual(worker.sent.map(({ args }) => args[0][0]), [1]);
  worker.say({ id: worker.sent[0].id, value: 'one' });
  await frame();
  assert.deepEqual(worker.sent.map(({ args }) => args[0][0]), [1, 4]);
  worker.say({ id: worker.sent[1].id, value: 'four' });
  assert.deepEqual(await Promise.all(all), ['one', 'four', 'four', 'four']);
  made.end({ code: 'engine_stopped', message: '', details: {} });
});

test('a trap is a death: everyone who waits hears of it, the worker is ended, late messages are not heard', async () => {
  const { made, heard, deaths, worker } = client();
  const [asked, other] = [made.call('predict', [Float32Array.of()]), made.call('info')];
  const failures = Promise.allSettled([asked, other]);
  worker.say({ id: worker.sent[0].id, error: { code: 'engine_stopped', message: 'unreachable', details: {}, fatal: true } });
  assert.deepEqual((await failures).map(({ status }) => status), ['rejected', 'rejected']);
  assert.equal(deaths.length, 1);
  assert.ok(worker.ended);
  worker.onmessage({ data: { event: 'progress', step: 9 } });
  await frame();
  assert.deepEqual(heard, []);
  await assert.rejects(made.call('info'), (/** @type {any} */ error) => error.code === 'engine_stopped');
});

test('what a dead worker told before it died, and nobody has heard yet, is not heard', async () => {
  const { made, heard, deaths, worker } = client();
  made.onEvent = (event) => {
    heard.push(event.event);
    // A page's listener that finds the worker dead; a trap in an event does the same.
    if (event.event === 'epoch') made.die('engine_stopped', 'gone');
  };
  for (const event of ['progress', 'epoch', 'snapshot', 'validation']) worker.say({ event });
  await frame();
  assert.deepEqual(heard, ['progress', 'epoch']);
  assert.equal(deaths.length, 1);
});

// ---- silence ----

/** Counts ticks of the watchdog; a worker that is alive answers pings. @param {ReturnType<typeof client>} of @param {(of: FakeWorker) => void} [live] */
function clockOf({ worker }, live = () => {}) {
  return (/** @type {number} */ ticks) => {
    for (let i = 0; i < ticks; i += 1) {
      mock.timers.tick(1000);
      live(worker);
    }
  };
}
/** @param {FakeWorker} worker */
const pong = (worker) => worker.sent.splice(0).some(({ ping }) => ping) && worker.say({ pong: true });

test('a start that takes long is no death as long as it goes on, and one that stands still is', (t) => {
  mock.timers.enable({ apis: ['setInterval'] });
  t.after(() => mock.timers.reset());
  const slow = client();
  slow.made.call('boot', [HOST, 'data/', 'mnist']).catch(() => {});
  // The script itself comes slowly: there is nobody to answer yet.
  clockOf(slow)(100);
  slow.worker.say({ event: 'stage', name: 'script' });
  // The engine comes slowly; the worker waits for it, and answers.
  clockOf(slow, pong)(200);
  slow.worker.say({ event: 'stage', name: 'compile' });
  clockOf(slow, pong)(200);
  assert.deepEqual(slow.deaths, []);
  assert.deepEqual(slow.heard, [], 'stages are the client’s own business');
  // Nothing has come for five minutes, though the worker answers.
  clockOf(slow, pong)(101);
  assert.deepEqual(slow.deaths.map(({ code }) => code), ['engine_silent']);

  const stuck = client();
  stuck.made.call('boot', [HOST, 'data/', 'mnist']).catch(() => {});
  const worker = workers[1];
  worker.say({ event: 'stage', name: 'script' });
  for (let i = 0; i < 61; i += 1) mock.timers.tick(1000);
  assert.deepEqual(stuck.deaths.map(({ code }) => code), ['engine_silent'], 'it does not answer');
});

test('a worker that hangs is found soon once its steps are known, and not before', (t) => {
  mock.timers.enable({ apis: ['setInterval'] });
  t.after(() => {
    mock.timers.reset();
    Object.assign(globalThis, { document: { hidden: false } });
  });
  /** A run that has told so often of its progress, a message every so many seconds. @param {number} messages @param {number} seconds */
  function training(messages, seconds = 1) {
    workers = [];
    const made = client();
    made.made.call('start', [{}]).catch(() => {});
    made.worker.say({ id: made.worker.sent[0].id, value: null });
    made.worker.sent = [];
    for (let i = 0; i < messages; i += 1) {
      clockOf(made)(seconds);
      made.worker.say({ event: 'progress', step: i + 1 });
    }
    return made;
  }
  /** Seconds until it is taken for dead. @param {ReturnType<typeof client>} made @param {number} most */
  function found(made, most = 100) {
    for (let i = 1; i <= most; i += 1) {
      clockOf(made)(1);
      if (made.deaths.length > 0) return i;
    }
    return Infinity;
  }
  assert.equal(found(training(2)), 61, 'its steps are not known');
  assert.equal(found(training(30)), 11, 'steps of a second');
  assert.equal(found(training(30, 4)), 41, 'steps of four seconds');
  const asked = training(30);
  asked.made.call('nearest', [Float32Array.of(), 1]).catch(() => {});
  assert.equal(found(asked), 61, 'what was asked may take long');
  const predicting = training(30);
  predicting.made.call('predict', [Float32Array.of()]).catch(() => {});
  assert.equal(found(predicting), 11, 'a prediction takes no longer than a step');
  const other = training(30);
  other.made.call('configure', [CONFIG]).catch(() => {});
  assert.equal(found(other), 61, 'another run has other steps');
  Object.assign(globalThis, { document: { hidden: true } });
  assert.equal(found(training(30)), 61, 'hidden pages are slowed down');
  // Training may wait for data as long as it takes: the worker answers.
  const waiting = training(30);
  clockOf(waiting, pong)(1000);
  assert.deepEqual(waiting.deaths, []);
  waiting.made.end({ code: 'engine_stopped', message: '', details: {} });
});

// ---- the store on top of it ----

/** @param {any} message */
function obliging({ method }) {
  if (method === 'boot') return { variant: 'relaxed', threads: 1, keepData: true };
  if (method === 'state') return { bytes: Uint8Array.of(9), counts: null, fingerprint: 'f' };
  return method ? null : undefined;
}

/** @param {number} from @param {number} to */
const progress = (from, to, loss = 1) => ({
  event: 'progress', step: to, epoch: 0, batch: to, batchesPerEpoch: 550, learningRate: 0.001, imagesPerSecond: 1000, view: null,
  losses: new Float32Array(to - from + 1).fill(loss), accuracies: new Float32Array(to - from + 1),
});

async function booted() {
  answers = obliging;
  const trainer = new Trainer({ spawn: () => /** @type {any} */ (new FakeWorker()), dataUrl: 'x' });
  trainer.load({ version: 'x', variant: 'relaxed', threads: 1, keepData: true });
  await trainer.boot(CONFIG);
  assert.equal(trainer.phase, 'idle');
  return trainer;
}

/** A trainer whose run is five steps old. */
async function trained() {
  const trainer = await booted();
  await trainer.start({ steps: 5 });
  workers[0].say(progress(1, 5));
  workers[0].say({ event: 'stopped', reason: 'done', error: null });
  await frame();
  return trainer;
}

const COUNTS = { trainedMs: 1, trainedImages: 2, epochCost: 3, epochSteps: 4, epochMs: 5, pendingValidationEpoch: 0 };

test('a worker that traps while it trains is started again from the last snapshot, history and all', async () => {
  const trainer = await booted();
  await trainer.start();
  workers[0].say(progress(1, 30));
  workers[0].say({ event: 'snapshot', step: 30, epoch: 0, bytes: Uint8Array.of(1, 2, 3), counts: COUNTS });
  workers[0].say(progress(31, 40));
  workers[0].say({ event: 'stopped', reason: 'failed', error: { code: 'engine_stopped', message: 'unreachable', details: {}, fatal: true } });
  await frame();
  await frame();
  assert.equal(workers.length, 2);
  const configured = workers[1].sent.find(({ method }) => method === 'configure');
  assert.deepEqual(configured.args, [CONFIG, Uint8Array.of(1, 2, 3), COUNTS, '', null, 0]);
  assert.equal(trainer.phase, 'idle');
  assert.equal(trainer.progress.step, 30);
  assert.equal(trainer.history.steps, 30);
  assert.equal(trainer.notice?.code, 'engine_recovered');
  trainer.client.watchdog.rest();
});

test('an engine that stops again and again is given up, not started for ever', async () => {
  const trainer = await booted();
  for (let i = 0; i < 5; i += 1) {
    workers.at(-1)?.onerror({ preventDefault() {}, message: 'gone' });
    await frame();
  }
  assert.equal(trainer.phase, 'failed');
  assert.ok(workers.length <= 3);
  trainer.client.watchdog.rest();
});

test('a divergence keeps the last state whose loss was sound, and goes back to it with the rate as it is now', async () => {
  const trainer = await booted();
  await trainer.start();
  workers[0].say(progress(1, 10));
  workers[0].say({ event: 'snapshot', step: 10, epoch: 0, bytes: Uint8Array.of(1) });
  workers[0].say(progress(11, 60, 1e6));
  workers[0].say({ event: 'snapshot', step: 60, epoch: 0, bytes: Uint8Array.of(2) });
  workers[0].say({ event: 'stopped', reason: 'diverged', error: { code: 'not_finite', message: '', details: {} } });
  await frame();
  assert.equal(trainer.error?.code, 'not_finite');
  await trainer.start();
  assert.equal(workers[0].sent.filter(({ method }) => method === 'start').length, 1, 'no training on a lost state');
  await trainer.setLearningRate(0.0001);
  await restoreGood(trainer);
  const { args } = workers[0].sent.filter(({ method }) => method === 'configure').at(-1);
  assert.equal(args[0].optimizer.learning_rate, 0.0001);
  assert.deepEqual(args[1], Uint8Array.of(1));
  assert.equal(trainer.error, null);
  assert.equal(trainer.history.steps, 10);
  trainer.client.watchdog.rest();
});

test('starting over can be taken back; a configuration that can’t be loses nothing', async () => {
  const trainer = await trained();
  await configure(trainer, { ...CONFIG, seed: 2 });
  assert.equal(trainer.progress.step, 0);
  assert.equal(trainer.config?.seed, 2);
  await takeBack(trainer);
  // By its number the worker knows the run again.
  assert.deepEqual(workers[0].sent.filter(({ method }) => method === 'configure').map(({ args }) => args[5]), [0, 1, 0]);
  assert.equal(trainer.config?.seed, 1);
  assert.equal(trainer.progress.step, 5);
  assert.equal(trainer.history.steps, 5);

  const before = trainer.history;
  answers = ({ id, method }) => {
    if (method !== 'configure') return obliging({ method });
    queueMicrotask(() => workers[0].say({ id, error: { code: 'too_large', message: '', details: {} } }));
    return undefined;
  };
  await assert.rejects(configure(trainer, { ...CONFIG, batch_size: 1e9 }));
  assert.equal(trainer.config?.seed, 1);
  assert.equal(trainer.history, before);
  trainer.client.watchdog.rest();
});

test('a run that was replaced before its first step leaves the one before to be taken back', async () => {
  const trainer = await trained();
  await configure(trainer, { ...CONFIG, seed: 2 });
  await configure(trainer, { ...CONFIG, seed: 3 });
  await takeBack(trainer);
  assert.equal(trainer.config?.seed, 1);
  assert.equal(trainer.history.steps, 5);
  trainer.client.watchdog.rest();
});

test('a run that is taken back has its loaded weights to lose, and what was taught with its data', async () => {
  const trainer = await booted();
  const data = (/** @type {string} */ name) => workers[0].say({ event: 'data', data: { name, id: '' } });
  data('mnist');
  const taught = { pixels: Uint8Array.of(1, 2), label: 3, before: 0 };
  await teach(trainer, () => [taught]);
  await configure(trainer, { ...CONFIG, data: 'mnist' });
  await trainer.loadWeights(Uint8Array.of(1));
  answers = (message) => {
    if (message.method === 'configure') data(message.args[0].data);
    return obliging(message);
  };
  await configure(trainer, { ...CONFIG, data: 'fashion-mnist' });
  assert.deepEqual([trainer.taught, trainer.touched], [[], false]);
  await takeBack(trainer);
  assert.equal(trainer.touched, true);
  assert.deepEqual(trainer.taught, [taught]);
  assert.deepEqual(workers[0].sent.at(-1).args, [taught.pixels, Uint8Array.of(3)]);
  // On the same data they stay as they are now.
  await configure(trainer, { ...CONFIG, data: 'mnist', seed: 2 });
  await teach(trainer, () => []);
  await takeBack(trainer);
  assert.deepEqual(trainer.taught, []);
  trainer.client.watchdog.rest();
});

test('a worker that dies does not take weights with it that came from a file', async () => {
  const trainer = await booted();
  await trainer.loadWeights(Uint8Array.of(1));
  workers[0].onerror({ preventDefault() {}, message: 'gone' });
  await frame();
  const configured = workers[1].sent.find(({ method }) => method === 'configure');
  assert.deepEqual(configured.args[1], Uint8Array.of(9));
  assert.equal(trainer.loaded, true);
  trainer.client.watchdog.rest();
});

test('two examples taught at once are both taught, and two presses of undo take two back', async () => {
  const trainer = await booted();
  const example = (/** @type {number} */ label) => ({ pixels: Uint8Array.of(label, label), label, before: 0 });
  await Promise.all([3, 4, 5].map((label) => teach(trainer, (taught) => [...taught, example(label)])));
  assert.deepEqual(trainer.taught.map(({ label }) => label), [3, 4, 5]);
  const last = workers[0].sent.filter(({ method }) => method === 'teach').at(-1);
  assert.deepEqual(last.args, [Uint8Array.of(3, 3, 4, 4, 5, 5), Uint8Array.of(3, 4, 5)]);
  await Promise.all([1, 2].map(() => teach(trainer, (taught) => taught.slice(0, -1))));
  assert.deepEqual(trainer.taught.map(({ label }) => label), [3]);
  trainer.client.watchdog.rest();
});

test('of two runs begun at once the second waits for the first, and is the one that lives', async () => {
  const trainer = await booted();
  answers = (message) => (message.method === 'configure' ? undefined : obliging(message));
  const begun = [2, 3].map((seed) => configure(trainer, { ...CONFIG, seed }));
  const asked = () => workers[0].sent.filter(({ method }) => method === 'configure').slice(1);
  await frame();
  assert.deepEqual(asked().map(({ args }) => args[0].seed), [2]);
  workers[0].say({ id: asked()[0].id, error: { code: 'too_large', message: '', details: {} } });
  await assert.rejects(begun[0], { code: 'too_large' });
  await frame();
  assert.deepEqual(asked().map(({ args }) => args[0].seed), [2, 3]);
  workers[0].say({ id: asked()[1].id, value: null });
  await begun[1];
  assert.equal(trainer.config?.seed, 3);
  trainer.client.watchdog.rest();
});

/**
 * What `tsc` must refuse: if it let one of these pass, it would say that the line above has nothing to expect.
 * @param {InstanceType<typeof EngineClient>} client
 * @param {import('../../www/src/training/common/requests.js').Methods} methods
 */
export function refused(client, methods) {
  // @ts-expect-error there is no such request
  void client.call('stop');
  // @ts-expect-error a number is wanted
  void client.call('setLearningRate', ['0.1']);
  // @ts-expect-error an argument is missing
  void client.call('predict');
  // @ts-expect-error the answer is no number
  void client.call('pause').then((/** @type {number} */ answer) => answer);
  // @ts-expect-error the worker answers with weights
  methods.saveWeights = () => 'weights';
  // @ts-expect-error it does not get more than is passed
  methods.undo = (/** @type {number} */ steps) => steps;
}
