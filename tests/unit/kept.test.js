import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Watch } from '../../www/src/training/diverging.js';
import { History } from '../../www/src/training/history.js';
import { pack, Shelf, unpack, VERSION } from '../../www/src/training/shelf.js';

// ---- a loss that runs away ----

/** @param {(i: number) => number} loss @param {number} steps @returns {number} the step that was taken for diverging, or -1 */
function watched(loss, steps = 1000) {
  const watch = new Watch(10);
  for (let i = 0; i < steps; i += 1) if (watch.push(loss(i))) return i;
  return -1;
}

test('a loss that blows up and stays up is diverging after fifty batches', () => {
  assert.equal(watched((i) => (i < 20 ? 1 : 40 + (i % 3))), 69);
  assert.equal(watched((i) => 2.3 * 1.1 ** i, 100), 61); // it passes 3 ln 10 after the eleventh
});

test('what is bad and gets better, however slowly, is not', () => {
  assert.equal(watched((i) => 300 * 0.999 ** i), -1, 'a large beginning that falls');
  assert.equal(watched((i) => 60 + (i % 7)), -1, 'a large beginning that stands: it was never better');
  assert.equal(watched((i) => (i % 40 === 0 ? 1 : 50)), -1, 'peaks');
  assert.equal(watched((i) => (i < 10 ? 1 : 100 * 0.99 ** i)), -1, 'one peak that is overcome');
  assert.equal(watched(() => Math.log(10)), -1, 'guessing');
});

test('the report names the layer with the steepest gradient, and what guessing costs', () => {
  const watch = new Watch(10);
  for (let i = 0; i < 50; i += 1) watch.push(i === 0 ? 8 : 30);
  const error = watch.report([
    { name: 'layer0.weight', grad: Float32Array.of(1, -1, 1, -1) },
    { name: 'layer7.bias', grad: Float32Array.of(0, 3) },
  ]);
  assert.equal(error.code, 'diverging');
  assert.deepEqual(error.details, { steps: 50, loss: 29.6, guess: 2.3, layer: 7, name: 'layer7.bias' });
});

// ---- the shelf ----

/** A store in memory, and locks that tabs hold. */
function browser() {
  /** @type {Map<string, any>} */
  const map = new Map();
  const held = new Set();
  let free = Infinity;
  return {
    map,
    held,
    /** @param {number} entries */
    shrink: (entries) => void (free = entries),
    store: {
      keys: async () => [...map.keys()],
      get: async (/** @type {string} */ key) => structuredClone(map.get(key)),
      setMany: async (/** @type {[string, any][]} */ entries) => {
        if (new Set([...map.keys(), ...entries.map(([key]) => key)]).size > free) throw new Error('QuotaExceededError');
        for (const [key, value] of entries) map.set(key, structuredClone(value));
      },
      delMany: async (/** @type {string[]} */ names) => void names.forEach((name) => map.delete(name)),
    },
    locks: /** @type {any} */ ({
      request: async (/** @type {string} */ name) => void held.add(name),
      query: async () => ({ held: [...held].map((name) => ({ name })) }),
    }),
  };
}

let clock = 0;
/** @param {ReturnType<typeof browser>} world */
function tab({ store, locks }) {
  let troubles = 0;
  const shelf = new Shelf({ store, locks, now: () => (clock += 1), onTrouble: () => (troubles += 1) });
  return { shelf, close: (/** @type {any} */ world) => world.held.delete(`cnn-notebook/${shelf.tab}`), troubles: () => troubles };
}

/** @param {number} step */
function run(step) {
  const history = new History();
  for (let i = 0; i < step; i += 1) history.append(Float32Array.of(2 / (i + 1)), Float32Array.of(i / step));
  history.checks.push({ step, count: 500, accuracy: 0.75, loss: 0.5 });
  return /** @type {any} */ ({
    config: { spec: 'lab', seed: 1, batch_size: 100, optimizer: { kind: 'adam', learning_rate: 0.001 }, schedule: { kind: 'constant' } },
    history,
    progress: { step, epoch: 0, batch: step, batchesPerEpoch: 550, learningRate: 0.001, imagesPerSecond: 900 },
    snapshot: { bytes: Uint8Array.of(step), counts: { owed: 0 }, fingerprint: 'abc' },
    loaded: false,
    ownId: '',
    taught: [{ pixels: Uint8Array.of(1, 2), label: 1, before: 0.25 }],
  });
}

test('a run comes back as it was, once its tab is gone', async () => {
  const world = browser();
  const first = tab(world);
  await first.shelf.keep(1, run(30));
  const second = tab(world);
  assert.equal(await second.shelf.offer(), null, 'its tab is still open');
  assert.equal(await first.shelf.offer(), null, 'one’s own is no offer');
  first.close(world);
  const found = await second.shelf.offer();
  assert.equal(found?.label.step, 30);
  assert.equal(found?.label.accuracy, 0.75);
  const { history, ...rest } = await second.shelf.take(found?.id ?? '');
  const { history: before, ...expected } = run(30);
  assert.deepEqual(rest, expected);
  assert.deepEqual(history.smooth.values, before.smooth.values);
  history.append([1], [1]);
  before.append([1], [1]);
  assert.equal(history.lastSmooth, before.lastSmooth);
});

test('two tabs keep their runs apart, and the newest is offered first', async () => {
  const world = browser();
  const tabs = [tab(world), tab(world)];
  await tabs[0].shelf.keep(1, run(10));
  await tabs[1].shelf.keep(1, run(20));
  for (const each of tabs) each.close(world);
  const third = tab(world);
  const found = await third.shelf.offer();
  assert.equal(found?.label.step, 20);
  await third.shelf.discard(found?.id ?? '');
  assert.equal((await third.shelf.offer())?.label.step, 10);
});

test('of a tab’s runs the last two stay, of those of other tabs the newest', async () => {
  const world = browser();
  for (const step of [1, 2]) {
    const gone = tab(world);
    await gone.shelf.keep(1, run(step));
    gone.close(world);
  }
  const { shelf } = tab(world);
  for (const number of [1, 2, 3, 4]) await shelf.keep(number, run(100 * number));
  const labels = [...world.map].filter(([key]) => key.startsWith('label/')).map(([, label]) => label.step);
  assert.deepEqual(labels.sort((a, b) => a - b), [2, 300, 400]);
  assert.equal(world.map.size, 6);
});

test('while one write is on its way only the newest of what follows is written', async () => {
  const world = browser();
  /** @type {number[]} */
  const written = [];
  const { setMany } = world.store;
  world.store.setMany = async (entries) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    written.push(entries[0][1].step);
    return setMany(entries);
  };
  const { shelf } = tab(world);
  await Promise.all([1, 2, 3, 4].map((step) => shelf.keep(1, run(step))));
  assert.deepEqual(written, [1, 4]);
  void shelf.keep(1, run(5));
  await new Promise((resolve) => setTimeout(resolve, 1));
  await Promise.all([6, 7, 8].map((step) => shelf.keep(1, run(step))));
  assert.deepEqual(written, [1, 4, 5, 8]);
});

test('full storage makes room, and if there is none says so once and stops', async () => {
  const world = browser();
  const old = tab(world);
  await old.shelf.keep(1, run(1));
  old.close(world);
  world.shrink(2);
  const { shelf, troubles } = tab(world);
  await shelf.keep(1, run(5));
  assert.deepEqual([troubles(), [...world.map.values()][0].step], [0, 5]);
  world.shrink(0);
  await shelf.keep(1, run(6));
  await shelf.keep(1, run(7));
  assert.equal(troubles(), 1);
});

test('storage that is denied costs nothing but the offer', async () => {
  const deny = async () => {
    throw new DOMException('denied', 'SecurityError');
  };
  const { shelf, troubles } = tab({ ...browser(), store: { keys: deny, get: deny, setMany: deny, delMany: deny } });
  await shelf.keep(1, run(5));
  await shelf.keep(1, run(6));
  assert.equal(troubles(), 1);
  await assert.rejects(shelf.offer(), { name: 'SecurityError' });
});

test('an old or damaged record is thrown away with a word', async () => {
  const [, good] = pack(run(3), 1);
  assert.ok(unpack(structuredClone(good)));
  for (const bad of [
    undefined,
    7,
    {},
    { ...good, version: VERSION + 1 },
    { ...good, snapshot: { bytes: 'x' } },
    { ...good, history: { loss: Float32Array.of(1), accuracy: new Float32Array(0), checks: [], epochs: [], tests: [] } },
    { ...good, config: null },
  ]) {
    assert.equal(unpack(bad), null);
    const world = browser();
    const gone = tab(world);
    await gone.shelf.keep(1, run(3));
    gone.close(world);
    const [name] = [...world.map.keys()].filter((key) => key.startsWith('run/'));
    world.map.set(name, bad);
    const { shelf } = tab(world);
    const found = await shelf.offer();
    await assert.rejects(shelf.take(found?.id ?? ''), { code: 'kept_damaged' });
    assert.equal(world.map.size, 0);
  }
  const world = browser();
  world.map.set('label/1.1', { version: VERSION + 1, saved: 5 });
  await assert.rejects(tab(world).shelf.offer(), { code: 'kept_damaged' });
  assert.equal(world.map.size, 0);
});
