// One engine, to which inputs are given one after the other; see fuzz-wasm.mjs.

import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

/** Milliseconds of processor time that an input may take. */
const TIME_MS = 2000;
/** Multiply-adds of a step up to which a network is trained. */
const WORK = 40e6;
/** Kinds of which the same inputs are refused as natively. In the others are numbers of more than 32 bits, which this engine has not. */
const SAME = ['weights', 'bit', 'spec'];
const TAKEN = ['taken', 'trained', 'not_finite', 'read, not trained'];

const { folder, seeds: seedsLine } = workerData;
const engine = await import(`${folder}cnn_wasm.js`);
engine.initSync({ module: readFileSync(new URL(`${folder}cnn_wasm_bg.wasm`)) });
/** @type {{ snapshot: Uint8Array, weights: Uint8Array, info: any }[]} */
const seeds = JSON.parse(seedsLine).seeds.map((/** @type {any} */ seed) => ({
  ...seed, snapshot: Uint8Array.from(seed.snapshot), weights: Uint8Array.from(seed.weights),
}));

/** What an input may not do. */
class Finding extends Error {}
/** @param {unknown} holds @param {string} what */
function hold(holds, what) {
  if (!holds) throw new Finding(what);
}

const hex = (/** @type {string} */ digits) => new Uint8Array(Buffer.from(digits, 'hex'));
const floats = (/** @type {number[]} */ bits) => new Float32Array(Uint32Array.from(bits).buffer);
const double = (/** @type {number} */ bits) => new Float64Array(BigUint64Array.of(BigInt(bits)).buffer)[0];
const same = (/** @type {Uint8Array} */ a, /** @type {Uint8Array} */ b) => Buffer.compare(a, b) === 0;

/**
 * The code of what a call throws; `taken` if it throws nothing. A trap, or anything without a code, is a finding.
 * @param {() => unknown} call
 */
function verdictOf(call) {
  try {
    call();
    return 'taken';
  } catch (error) {
    const { code, message } = /** @type {any} */ (error);
    if (error instanceof Finding || typeof code !== 'string' || error instanceof WebAssembly.RuntimeError) throw error;
    hold(typeof message === 'string' && message.length > 0, `an error without a message: ${code}`);
    return code;
  }
}

/** Images of noise as a data set. @param {any} info */
function images(info) {
  const data = new engine.Dataset(info);
  for (const [split, count] of Object.entries(info.counts)) {
    const pixels = Uint8Array.from({ length: count * info.height * info.width * info.channels }, (_, i) => (i * 37) % 251);
    data.append_pixels(split, pixels, Uint8Array.from({ length: count }, (_, i) => i % info.classes));
  }
  return data;
}

/** All of a run that can be kept; of one that has diverged, its weights and how far it is. @param {any} session */
function stateOf(session) {
  /** @type {Uint8Array[]} */
  const snapshots = [];
  verdictOf(() => snapshots.push(session.snapshot()));
  return snapshots.length > 0 ? engine.digest(snapshots[0]) : `${session.fingerprint()} ${JSON.stringify(session.info())}`;
}

/** @param {any} session @param {(session: any) => void} change what is refused leaves the run as it is */
function refusedChangesNothing(session, change) {
  const before = stateOf(session);
  const verdict = verdictOf(() => change(session));
  if (verdict !== 'taken') hold(stateOf(session) === before, `refused (${verdict}), it changed the run`);
  return verdict;
}

/** @param {any} session @param {any} data */
function goesOn(session, data) {
  const verdict = verdictOf(() => session.step(data));
  hold(verdict === 'taken' || verdict === 'not_finite', `it can't be trained: ${verdict}`);
}

/** What each kind of input is given to. @type {Record<string, (input: any) => string>} */
const KINDS = {
  weights({ seed, file }) {
    const [session, data] = [engine.Session.from_snapshot(seeds[seed].snapshot), images(seeds[seed].info)];
    const verdict = refusedChangesNothing(session, () => session.load_weights(hex(file)));
    const ensemble = new engine.Ensemble();
    ensemble.push(seeds[seed].weights);
    const pushed = verdictOf(() => ensemble.push(hex(file)));
    hold(ensemble.length === (pushed === 'taken' ? 2 : 1), `${ensemble.length} members`);
    ensemble.free();
    goesOn(session, data);
    session.free();
    data.free();
    return verdict;
  },
  snapshot({ seed, file }) {
    const [session, data] = [engine.Session.from_snapshot(seeds[seed].snapshot), images(seeds[seed].info)];
    const verdict = refusedChangesNothing(session, () => session.restore(hex(file)));
    if (verdict === 'taken') {
      const kept = session.snapshot();
      const twin = engine.Session.from_snapshot(kept);
      hold(same(twin.snapshot(), kept), 'kept and restored, it is another');
      twin.free();
      session.info();
    } else goesOn(session, data);
    session.free();
    data.free();
    return verdict;
  },
  bit({ seed, snapshot, bit }) {
    const file = Uint8Array.from(snapshot ? seeds[seed].snapshot : seeds[seed].weights);
    const at = bit % (8 * file.length);
    file[at >> 3] ^= 1 << (at & 7);
    if (snapshot) {
      const verdict = verdictOf(() => engine.Session.from_snapshot(file));
      hold(verdict !== 'taken', 'a snapshot with one changed bit was taken');
      return verdict;
    }
    const session = engine.Session.from_snapshot(seeds[seed].snapshot);
    const before = session.fingerprint();
    const verdict = refusedChangesNothing(session, () => session.load_weights(file));
    hold(session.fingerprint() === before, 'weights with one changed bit were taken');
    session.free();
    return verdict;
  },
  idx({ shape: [height, width, channels], classes, images: pixels, labels }) {
    const info = { name: 'any', height, width, channels, classes, counts: { train: 7, validation: 0, test: 0 }, block: 7 };
    const data = new engine.Dataset(info);
    const verdict = verdictOf(() => data.append('train', hex(pixels), hex(labels)));
    if (verdict !== 'taken') hold(data.available('train') === 0, 'refused, it left images');
    data.free();
    return verdict;
  },
  spec({ text, batch_size: batchSize }) {
    engine.outline(text);
    /** @type {any[]} */
    const summaries = [];
    const verdict = verdictOf(() => summaries.push(engine.summarize(text, batchSize)));
    if (summaries.length === 0) return verdict;
    const [summary] = summaries;
    const { input: [height, width, channels], classes, multiply_adds: products, activation_bytes: bytes, parameters, text: written } = summary;
    hold(engine.summarize(written, batchSize).text === written, 'written and read, it is another');
    if ((3 * products + bytes + parameters) * batchSize > WORK) return 'read, not trained';
    const optimizer = { kind: 'adam', learning_rate: 0.001 };
    const session = new engine.Session({ spec: text, seed: 1, batch_size: batchSize, optimizer });
    const data = images({ name: 'any', height, width, channels, classes, counts: { train: batchSize + 1, validation: 0, test: 0 }, block: batchSize });
    let end = 'trained';
    for (let step = 0; step < 2; step += 1) {
      const of = verdictOf(() => session.step(data));
      hold(of === 'taken' || of === 'not_finite', `it can't be trained: ${of}`);
      if (of !== 'taken') end = of;
    }
    session.free();
    data.free();
    return end;
  },
  digit: ({ rgba, width, height }) => verdictOf(() => engine.prepare_digit(hex(rgba), width, height)),
  picture: ({ rgba, from, to, channels }) => verdictOf(() => engine.resize_picture(hex(rgba), from, to, channels)),
  operation({ name, input, shape, weight, bias, out_channels: out, argmax, window: { kernel, stride, padding } }) {
    const { top, bottom, left, right } = padding.explicit ?? {};
    const window = { kernel, stride, padding: padding.explicit ? [top, bottom, left, right] : padding };
    const values = floats(input);
    return verdictOf(() => {
      if (name === 'conv2d') engine.conv2d(values, shape, floats(weight), bias && floats(bias), out, window);
      else if (name === 'max_pool2d') engine.max_pool2d(values, shape, window);
      else if (name === 'max_pool2d_backward') engine.max_pool2d_backward(Uint32Array.from(argmax), values, shape);
      else if (name === 'avg_pool2d') engine.avg_pool2d(values, shape, window);
      else engine.avg_pool2d_backward(values, shape, window);
    });
  },
  calls({ seed, calls }) {
    const [session, data] = [engine.Session.from_snapshot(seeds[seed].snapshot), images(seeds[seed].info)];
    for (const call of calls) refusedChangesNothing(session, () => CALLS[call.call](session, data, call));
    session.free();
    data.free();
    return 'taken';
  },
};

/** @param {string} kind @param {[string, number][]} numbers */
const rule = (kind, numbers) => ({ kind, ...Object.fromEntries(numbers.map(([name, bits]) => [name, double(bits)])) });

/** @type {Record<string, (session: any, data: any, call: any) => void>} */
const CALLS = {
  step: (session, data) => verdictOf(() => session.step(data)),
  microscope: (session, data) => verdictOf(() => session.step_under_microscope(data)),
  learning_rate: (session, _data, { rate }) => session.set_learning_rate(floats([rate])[0]),
  learn_taught: (session, _data, { on }) => session.learn_taught(on),
  teach: (_session, data, { pixels, labels }) => data.teach(Uint8Array.from(pixels), Uint8Array.from(labels)),
  predict: (session, _data, { pixels }) => session.predict(floats(pixels)),
  look(session, _data, { pixels, layer, class: index }) {
    session.trace(floats(pixels));
    verdictOf(() => session.grad_cam(floats(pixels), layer, index));
    session.image_gradient(floats(pixels), index);
    session.loss_gradients(floats(pixels), index, layer);
    verdictOf(() => session.nudged_loss(floats(pixels), index, layer, 0, 0.01));
  },
  evaluate: (session, data, { split, start, count }) => session.evaluate(data, split, start, count),
  activity: (session, data, { indices }) => session.relu_activity(data, 'train', Uint32Array.from(indices)),
  nearest: (_session, data, { pixels, n }) => data.nearest(floats(pixels), n),
  new(session, data, { optimizer, numbers, schedule, schedule_numbers: others, batch_size: batchSize }) {
    const { spec } = session.info();
    const config = { spec, seed: 3, batch_size: batchSize, optimizer: rule(optimizer, numbers), schedule: rule(schedule, others) };
    const other = new engine.Session(config);
    verdictOf(() => other.step(data));
    other.free();
  },
  data(_session, _data, { shape: [height, width, channels], classes, counts: [train, validation, test], block }) {
    new engine.Dataset({ name: 'any', height, width, channels, classes, counts: { train, validation, test }, block }).free();
  },
};

parentPort?.on('message', (/** @type {string} */ line) => {
  const { input, verdict: native } = JSON.parse(line);
  const { kind } = input;
  const before = process.cpuUsage();
  try {
    const verdict = KINDS[kind](input);
    const { user, system } = process.cpuUsage(before);
    hold((user + system) / 1000 <= TIME_MS, `it took ${(user + system) / 1000} ms`);
    const comparable = SAME.includes(kind) && native !== null && !(input.batch_size >= 2 ** 32);
    hold(!comparable || TAKEN.includes(verdict) === TAKEN.includes(native), `${verdict}, natively ${native}`);
    parentPort?.postMessage({ kind, verdict });
  } catch (error) {
    // After a trap nothing of the engine's memory can be trusted.
    parentPort?.postMessage({ kind, broken: /** @type {Error} */ (error).stack ?? String(error), again: true });
  }
});
