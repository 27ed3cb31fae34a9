import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { afterEach, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { decimate, placeOn, sampleAt } from '../../www/src/charts/decimate.js';
import { createState } from '../../www/src/base/state.js';
import { History } from '../../www/src/training/page/history.js';
import { configOf, keysOf, sameRun, trainingSchema } from '../../www/src/training/page/settings.js';
import { fetchManifest, fetchShard, loadingOrder } from '../../www/src/training/worker/data.js';
import { Feed } from '../../www/src/training/worker/feed.js';

// ---- curves ----

test('decimating keeps every extreme, and buckets stay where they are while the row grows', () => {
  const values = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i * 12.9898) * 10);
  const { x, min, max, size } = decimate(values, 100);
  assert.ok(x.length <= 100);
  assert.equal(Math.log2(size) % 1, 0);
  x.forEach((end, b) => {
    const part = values.subarray(b * size, end);
    assert.equal(min[b], Math.min(...part));
    assert.equal(max[b], Math.max(...part));
  });
  assert.equal(x.at(-1), 1000);
  const longer = decimate(Float32Array.from({ length: 1010 }, (_, i) => values[i] ?? 0), 100);
  assert.deepEqual(longer.x.slice(0, 50), x.slice(0, 50));
});

test('short rows are drawn as they are', () => {
  const { x, min, max, size } = decimate(Float32Array.of(3, 1, 2), 100);
  assert.deepEqual([size, ...x], [1, 1, 2, 3]);
  assert.deepEqual([...min], [3, 1, 2]);
  assert.deepEqual(min, max);
  assert.equal(decimate(new Float32Array(0), 100).x.length, 0);
});

test('sparse points land in the bucket of their step, the last one counts', () => {
  const buckets = decimate(new Float32Array(8), 4);
  assert.deepEqual([...buckets.x], [2, 4, 6, 8]);
  const points = [1, 2, 5, 8].map((step) => ({ step }));
  assert.deepEqual(placeOn(points, ({ step }) => step, buckets), [2, null, 5, 8]);
  assert.deepEqual([...sampleAt(Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7), buckets)], [1, 3, 5, 7]);
});

// ---- history ----

/** @param {number} steps */
function historyOf(steps) {
  const history = new History();
  for (let i = 0; i < steps; i += 1) history.append([2 - i / steps], [i / steps]);
  return history;
}

test('smoothing begins at the first loss and forgets it in time', () => {
  const history = new History();
  history.append([5], [0]);
  assert.equal(history.lastSmooth, 5);
  for (let i = 0; i < 500; i += 1) history.append([1], [1]);
  assert.ok(Math.abs(history.lastSmooth - 1) < 1e-3);
  assert.ok(Number.isNaN(new History().lastSmooth));
});

test('a history grows past its first store, and going back makes it what it was', () => {
  const history = historyOf(3000);
  history.epochs.push({ epoch: 1, step: 1000, cost: 1, seconds: 1, accuracy: null });
  history.addCheck({ event: 'validation', step: 1000, epoch: 1, count: 5000, accuracy: 0.9, loss: 0.3 });
  history.addCheck({ event: 'validation', step: 2000, epoch: 0, count: 500, accuracy: 0.95, loss: 0.2 });
  assert.equal(history.steps, 3000);
  assert.equal(history.epochs[0].accuracy, 0.9);
  const past = history.upTo(1500);
  const again = historyOf(3000).upTo(1500);
  assert.deepEqual(past.smooth.values, again.smooth.values);
  assert.equal(past.lastSmooth, history.smooth.values[1499]);
  assert.deepEqual(past.checks.map(({ step }) => step), [1000]);
  // What follows goes on as if nothing had been undone.
  past.append(history.loss.values.subarray(1500), history.accuracy.values.subarray(1500));
  assert.equal(past.lastSmooth, history.lastSmooth);
});

test('only the learning rate may differ within one run', () => {
  /** @type {import('../../www/src/training/common/protocol.js').RunConfig} */
  const run = { spec: 'input 28x28x1\n', seed: 1, batch_size: 100, optimizer: { kind: 'adam', learning_rate: 0.001 }, schedule: { kind: 'constant' } };
  assert.ok(sameRun(run, { ...run, spec: 'input 28x28x1', optimizer: { kind: 'adam', learning_rate: 0.1 } }));
  assert.ok(!sameRun(run, { ...run, seed: 2 }));
  assert.ok(!sameRun(run, { ...run, batch_size: 10 }));
  assert.ok(!sameRun(run, { ...run, schedule: { kind: 'cosine', epochs: 3 } }));
  assert.ok(!sameRun(run, { ...run, optimizer: { kind: 'sgd', learning_rate: 0.001 } }));
  assert.ok(!sameRun(run, { ...run, label_smoothing: 0.1 }));
  assert.ok(!sameRun(run, { ...run, augment: { rotation: 10 } }));
  assert.ok(!sameRun(run, { ...run, optimizer: { kind: 'adam', learning_rate: 0.001, beta2: 0.95 } }));
  // The engine tells every constant, in single precision.
  const told = { kind: /** @type {const} */ ('adam'), learning_rate: 0.001, beta1: Math.fround(0.9), beta2: Math.fround(0.999), epsilon: Math.fround(1e-8) };
  assert.ok(sameRun(run, { ...run, optimizer: told, label_smoothing: 0, augment: {} }));
  const scaled = { ...run, augment: { scaling: 0.1 } };
  assert.ok(sameRun(scaled, { ...run, augment: { scaling: Math.fround(0.1) } }));
});

test('a configuration is made again from the keys that it makes', () => {
  const engine = { presets: () => [] };
  /** @type {[import('../../www/src/training/common/protocol.js').Optimizer, import('../../www/src/training/common/protocol.js').Schedule, number | undefined, import('../../www/src/training/common/protocol.js').Augment?][]} */
  const cases = [
    [{ kind: 'adam', learning_rate: 0.001 }, { kind: 'constant' }, undefined],
    [{ kind: 'adam', learning_rate: 0.006, beta2: 0.95 }, { kind: 'one_cycle', epochs: 1 }, 0.05],
    [{ kind: 'adamw', learning_rate: 0.003, beta1: 0.8, weight_decay: 0.05 }, { kind: 'warmup_cosine', warmup_epochs: 1, epochs: 7 }, 0.1],
    [{ kind: 'sgd', learning_rate: 0.1 }, { kind: 'warmup', warmup_epochs: 3 }, undefined, { shift: 1.5, elastic: 1 }],
  ];
  for (const [optimizer, schedule, label_smoothing, augment] of cases) {
    const config = { data: 'mnist', spec: 'input 28x28x1\nflatten\ndense 10', seed: 777, batch_size: 128, optimizer, schedule, ...(label_smoothing ? { label_smoothing } : {}), ...(augment ? { augment } : {}) };
    const state = createState(trainingSchema);
    state.assign(keysOf(engine, config));
    assert.deepEqual(configOf(engine, state), config);
  }
});

// ---- data ----

const realFetch = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = realFetch;
});

/** @type {Map<string, (tries: number) => Response>} */
const files = new Map();
/** @type {Map<string, number>} */
const asked = new Map();
function serve() {
  asked.clear();
  globalThis.fetch = async (url) => {
    const name = String(url).split('/').pop() ?? '';
    const tries = (asked.get(name) ?? 0) + 1;
    asked.set(name, tries);
    const answer = files.get(name);
    return answer ? answer(tries) : new Response('', { status: 404 });
  };
}

const base = new URL('https://example.test/data/manifest.json');
/** @param {number} seed */
function shardOf(seed, split = 'train') {
  const content = Uint8Array.from({ length: 3000 }, (_, i) => (i * seed) % 251);
  const packed = gzipSync(content);
  const file = `${split}-${seed}.bin.gz`;
  /** @type {import('../../www/src/training/worker/data.js').Shard} */
  const shard = {
    file,
    split: /** @type {any} */ (split),
    count: 10,
    bytes: packed.length,
    sha256: createHash('sha256').update(content).digest('hex'),
    images_bytes: 2000,
  };
  files.set(file, () => new Response(packed));
  return { shard, content, packed };
}

test('a shard is unpacked and cut into images and labels, with or without Content-Encoding', async () => {
  serve();
  const { shard, content } = shardOf(7);
  let arrived = 0;
  const { images, labels } = await fetchShard(base, shard, (bytes) => (arrived = bytes));
  assert.deepEqual(images, content.subarray(0, 2000));
  assert.deepEqual(labels, content.subarray(2000));
  assert.equal(arrived, shard.bytes);
  // The browser has unpacked it already.
  files.set(shard.file, () => new Response(content));
  assert.deepEqual((await fetchShard(base, shard, () => {})).images, content.subarray(0, 2000));
});

/** @param {Promise<unknown>} promise */
async function codeOf(promise) {
  try {
    await promise;
  } catch (error) {
    return /** @type {any} */ (error).code;
  }
  return 'none';
}

test('missing, changed, truncated and unreachable shards have codes of their own', async () => {
  serve();
  const { shard, packed, content } = shardOf(11);
  const other = gzipSync(content.map((byte) => byte ^ 1));
  for (const [answer, code] of /** @type {[() => Response, string][]} */ ([
    [() => new Response('', { status: 404 }), 'data_missing'],
    [() => new Response(other), 'data_changed'],
    [() => new Response(packed.subarray(0, packed.length >> 1)), 'data_changed'],
    [() => new Response('<!doctype html>'), 'data_changed'],
    [() => { throw new TypeError('offline'); }, 'data_unreachable'],
  ])) {
    files.set(shard.file, answer);
    assert.equal(await codeOf(fetchShard(base, shard, () => {})), code);
  }
});

test('a stumble of the server or a stale cache is tried again', async () => {
  const { shard, packed, content } = shardOf(13);
  serve();
  files.set(shard.file, (tries) => (tries < 3 ? new Response('', { status: 503 }) : new Response(packed)));
  assert.equal((await fetchShard(base, shard, () => {})).images.length, 2000);
  serve();
  files.set(shard.file, (tries) => new Response(tries === 1 ? gzipSync(content.map((byte) => byte ^ 1)) : packed));
  assert.equal((await fetchShard(base, shard, () => {})).images.length, 2000);
  assert.equal(asked.get(shard.file), 2);
});

test('a manifest that is none is refused with what is wrong about it', async () => {
  serve();
  const good = {
    name: 'x', height: 28, width: 28, channels: 1, classes: 10, block: 10,
    counts: { train: 10, validation: 0, test: 0 }, shards: [shardOf(3).shard],
  };
  files.set('manifest.json', () => new Response(JSON.stringify(good)));
  assert.equal((await fetchManifest(base)).height, 28);
  const [shard] = good.shards;
  const others = [{ file: 1 }, null, { ...shard, file: '../x' }, { ...shard, split: 'trial' }, { ...shard, count: -1 }, { ...shard, bytes: 0.5 }];
  const changed = [{ width: 0 }, { name: 7 }, { counts: { train: 11, validation: 0, test: 0 } }, ...others.map((each) => ({ shards: [each] }))];
  for (const bad of ['{', 'null', ...changed.map((each) => JSON.stringify({ ...good, ...each }))]) {
    files.set('manifest.json', () => new Response(bad));
    assert.equal(await codeOf(fetchManifest(base)), 'data_manifest', bad);
  }
});

test('the first training shard comes first, the validation split next, the test split last', () => {
  const shards = ['train', 'train', 'train', 'validation', 'test'].map((split, i) => ({ ...shardOf(i + 1, split).shard }));
  assert.deepEqual(loadingOrder(shards).map(({ split }) => split), ['train', 'validation', 'train', 'train', 'test']);
  assert.deepEqual(new Set(loadingOrder(shards)), new Set(shards));
});

test('the feed appends shards in order, stops at a bad one and goes on from there', async () => {
  serve();
  const all = [2, 3, 4].map((seed) => shardOf(seed));
  const manifest = {
    name: 'x', height: 28, width: 28, channels: 1, classes: 10, block: 10,
    counts: { train: 30, validation: 0, test: 0 }, shards: all.map(({ shard }) => shard),
  };
  files.set('manifest.json', () => new Response(JSON.stringify(manifest)));
  const good = files.get(all[1].shard.file);
  files.delete(all[1].shard.file);
  /** @type {number[]} */
  const appended = [];
  class Dataset {
    /** @param {string} _split @param {Uint8Array} images */
    append(_split, images) {
      appended.push(images[1]);
    }
    available(/** @type {string} */ split) {
      return split === 'train' ? 10 * appended.length : 0;
    }
    free() {}
  }
  /** @type {import('../../www/src/training/common/protocol.js').DataState[]} */
  const told = [];
  const feed = new Feed({ Dataset }, base, (state) => told.push(state));
  feed.want('train');
  const first = feed.arrival();
  await feed.load();
  await first;
  assert.deepEqual(appended, [2]);
  assert.equal(told.at(-1)?.error?.code, 'data_missing');
  assert.deepEqual(told.at(-1)?.shards, ['ready', 'failed', 'waiting']);
  assert.equal(feed.complete, false);
  files.set(all[1].shard.file, /** @type {any} */ (good));
  await feed.load();
  assert.deepEqual(appended, [2, 3, 4]);
  assert.equal(told.at(-1)?.error, null);
  assert.equal(told.at(-1)?.loaded, told.at(-1)?.total);
  assert.equal(feed.complete, true);
});

test('whatever was wrong with manifest or shard, trying again recovers once it is right, and keeps what is in', async () => {
  const all = [2, 3, 4].map((seed) => shardOf(seed));
  const right = {
    name: 'x', height: 28, width: 28, channels: 1, classes: 10, block: 10,
    counts: { train: 30, validation: 0, test: 0 }, shards: all.map(({ shard }) => shard),
  };
  const packed = all.map(({ packed }) => packed);
  const rightly = () => {
    files.set('manifest.json', () => new Response(JSON.stringify(right)));
    all.forEach(({ shard }, i) => files.set(shard.file, () => new Response(packed[i])));
  };
  /** @param {any} change of the second shard */
  const withShard = (change) => ({ ...right, shards: right.shards.map((shard, i) => (i === 1 ? { ...shard, ...change } : shard)) });
  /** What is wrong at first, and how many shards are fetched anew. @type {[string, () => void, number][]} */
  const wrongs = [
    ['no manifest', () => files.set('manifest.json', () => new Response('', { status: 404 })), 3],
    ['half a manifest', () => files.set('manifest.json', () => new Response(JSON.stringify(right).slice(0, 99))), 3],
    ['a sum', () => files.set('manifest.json', () => new Response(JSON.stringify(withShard({ sha256: 'f'.repeat(64) })))), 3],
    ['the length of the images', () => files.set('manifest.json', () => new Response(JSON.stringify(withShard({ images_bytes: 2999 })))), 3],
    ['a name', () => files.set('manifest.json', () => new Response(JSON.stringify(withShard({ file: 'none.bin.gz' })))), 3],
    ['the height', () => files.set('manifest.json', () => new Response(JSON.stringify({ ...right, height: 27 }))), 3],
    ['a shard', () => files.set(all[1].shard.file, () => new Response(packed[2])), 2],
    ['no shard', () => files.delete(all[1].shard.file), 2],
  ];
  let freed = 0;
  class Dataset {
    /** @param {{ height: number }} info */
    constructor({ height }) {
      this.height = height;
      this.images = 0;
    }
    /** @param {string} _split @param {Uint8Array} images */
    append(_split, images) {
      if (this.height !== 28 || images.length !== 2000) throw new Error('idx');
      this.images += 10;
    }
    available(/** @type {string} */ split) {
      return split === 'train' ? this.images : 0;
    }
    free() {
      freed += 1;
    }
  }
  for (const [what, spoil, fetched] of wrongs) {
    serve();
    rightly();
    spoil();
    freed = 0;
    const feed = new Feed({ Dataset }, base, () => {});
    feed.want('train');
    await feed.load();
    assert.ok(feed.state.error, what);
    assert.equal(feed.complete, false, what);
    rightly();
    asked.clear();
    await feed.load();
    assert.equal(feed.state.error, null, what);
    assert.ok(feed.complete, what);
    assert.equal(feed.dataset.images, 30, what);
    const shards = [...asked].filter(([name]) => name !== 'manifest.json').reduce((sum, [, times]) => sum + times, 0);
    assert.equal(shards, fetched, what);
    // Of the data sets that were made all but the last are gone.
    assert.equal(freed, /manifest$/.test(what) ? 0 : 1, what);
  }
});

test('of the data what is wanted is fetched, and nothing else', async () => {
  const all = [...[2, 3, 4, 5, 6].map((seed) => shardOf(seed)), shardOf(7, 'validation'), shardOf(8, 'test'), shardOf(9, 'test')];
  const manifest = {
    name: 'x', height: 28, width: 28, channels: 1, classes: 10, block: 10,
    counts: { train: 50, validation: 10, test: 20 }, shards: all.map(({ shard }) => shard),
  };
  serve();
  files.set('manifest.json', () => new Response(JSON.stringify(manifest)));
  for (const { shard, packed } of all) files.set(shard.file, () => new Response(packed));
  class Dataset {
    images = { train: 0, validation: 0, test: 0 };
    append(/** @type {'train' | 'validation' | 'test'} */ split) {
      this.images[split] += 10;
    }
    available(/** @type {'train' | 'validation' | 'test'} */ split) {
      return this.images[split];
    }
    free() {}
  }
  const feed = new Feed({ Dataset }, base, () => {});
  const quiet = async () => {
    while (feed.loading) await new Promise((resolve) => setTimeout(resolve, 5));
    return feed.dataset.images;
  };
  await feed.load();
  assert.deepEqual(await quiet(), { train: 10, validation: 0, test: 0 });
  // One batch of the first block: nothing more.
  feed.reach(0, 4, 6);
  assert.deepEqual(await quiet(), { train: 10, validation: 0, test: 0 });
  // No end in sight: two shards ahead.
  feed.reach(0, 4);
  assert.deepEqual(await quiet(), { train: 30, validation: 0, test: 0 });
  feed.reach(0, 9);
  assert.deepEqual(await quiet(), { train: 30, validation: 0, test: 0 });
  feed.want('validation', 3);
  feed.reach(0, 10);
  assert.deepEqual(await quiet(), { train: 40, validation: 10, test: 0 });
  // The second epoch takes from all of them.
  feed.reach(1, 0, 5);
  assert.deepEqual(await quiet(), { train: 50, validation: 10, test: 0 });
  assert.ok(feed.complete);
  await feed.need('test', 10);
  assert.deepEqual(await quiet(), { train: 50, validation: 10, test: 10 });
  // A need hears of a failure; the next one tries again.
  const good = files.get(all[7].shard.file);
  files.delete(all[7].shard.file);
  await assert.rejects(feed.need('test'), { code: 'data_missing' });
  feed.want('test');
  assert.deepEqual(await quiet(), { train: 50, validation: 10, test: 10 });
  files.set(all[7].shard.file, /** @type {any} */ (good));
  await feed.need('test');
  assert.deepEqual(await quiet(), { train: 50, validation: 10, test: 20 });
  assert.equal([...asked].reduce((sum, [, times]) => sum + times, 0), 1 + all.length + 1 + 1);
});
