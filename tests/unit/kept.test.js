import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { isWhole } from '../../www/src/storage/seal.js';
import { Tabs } from '../../www/src/storage/tabs.js';
import { History } from '../../www/src/training/page/history.js';
import { pack, RunStore, unpack, VERSION } from '../../www/src/training/page/run-store.js';
import { Watch } from '../../www/src/training/worker/diverging.js';

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

// ---- the store of runs ----

/** In the place of the engine's. @param {Uint8Array} bytes */
const digest = (bytes) => createHash('sha256').update(bytes).digest('hex').slice(0, 16);

/** A store in memory, locks that tabs hold, and a channel between them. @param {{ locks?: boolean }} [options] plain http has no locks */
function browser({ locks = true } = {}) {
  /** @type {Map<string, any>} */
  const map = new Map();
  /** @type {Set<string>} */
  const held = new Set();
  /** @type {Set<any>} */
  const channels = new Set();
  let free = Infinity;
  return {
    map,
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
    tabs() {
      /** @type {any} */
      const channel = {
        onmessage: null,
        postMessage: (/** @type {any} */ data) => {
          for (const other of channels) if (other !== channel) queueMicrotask(() => other.onmessage?.({ data }));
        },
      };
      channels.add(channel);
      const request = async (/** @type {string} */ name, /** @type {() => Promise<unknown>} */ until) => {
        held.add(name);
        await until();
        held.delete(name);
      };
      const query = async () => ({ held: [...held].map((name) => ({ name })) });
      const tabs = new Tabs({ locks: locks ? /** @type {any} */ ({ request, query }) : null, channel });
      return { tabs, channel, freeze: () => channels.delete(channel) };
    },
  };
}

const DAY = 86_400_000;
let clock = 1e12;
/** @param {ReturnType<typeof browser>} world */
function tab({ store, tabs: open }) {
  let troubles = 0;
  const { tabs, freeze } = open();
  const runStore = new RunStore({ store, tabs, digest, now: () => (clock += 1), onTrouble: () => (troubles += 1) });
  return { runStore, tabs, freeze, close: () => tabs.leave(), troubles: () => troubles };
}

/** What is offered, or null. @param {RunStore} runStore */
async function offered(runStore) {
  const found = await runStore.offer();
  return typeof found === 'object' ? found : null;
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
    snapshot: { bytes: Uint8Array.of(step), digest: digest(Uint8Array.of(step)), counts: { pendingValidationEpoch: 0 }, fingerprint: 'abc' },
    loaded: false,
    userDataId: '',
    taught: [{ pixels: Uint8Array.of(1, 2), label: 1, before: 0.25 }],
  });
}

test('a run comes back as it was, once its tab is gone', async () => {
  const world = browser();
  const first = tab(world);
  await first.runStore.save(1, run(30));
  const second = tab(world);
  assert.equal(await second.runStore.offer(), 'later', 'its tab is still open');
  assert.equal(await first.runStore.offer(), null, 'one’s own is no offer');
  first.close();
  const found = await offered(second.runStore);
  assert.equal(found?.label.step, 30);
  assert.equal(found?.label.accuracy, 0.75);
  const { history, ...rest } = await second.runStore.take(found?.id ?? '');
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
  await tabs[0].runStore.save(1, run(10));
  await tabs[1].runStore.save(1, run(20));
  for (const each of tabs) each.close();
  const third = tab(world);
  const found = await offered(third.runStore);
  assert.equal(found?.label.step, 20);
  await third.runStore.discard(found?.id ?? '');
  assert.equal((await offered(third.runStore))?.label.step, 10);
});

test('of a tab’s runs the last two stay, and of those of tabs that are gone', async () => {
  const world = browser();
  for (const step of [1, 2, 3]) {
    const gone = tab(world);
    await gone.runStore.save(1, run(step));
    gone.close();
  }
  const { runStore } = tab(world);
  for (const number of [1, 2, 3, 4]) await runStore.save(number, run(100 * number));
  const labels = [...world.map].filter(([key]) => key.startsWith('label/')).map(([, label]) => label.step);
  assert.deepEqual(labels.sort((a, b) => a - b), [2, 3, 300, 400]);
  assert.equal(world.map.size, 8);
});

test('of two tabs that died at once both runs come back, one after the other, and neither twice', async () => {
  const world = browser();
  const dead = [tab(world), tab(world)];
  await dead[0].runStore.save(1, run(10));
  await dead[1].runStore.save(1, run(20));
  for (const each of dead) each.close();
  // The browser opens both again; each is offered the newest.
  const [one, other] = [tab(world), tab(world)];
  const found = [await offered(one.runStore), await offered(other.runStore)];
  assert.deepEqual(found.map((each) => each?.label.step), [20, 20]);
  await one.runStore.take(found[0]?.id ?? '');
  await one.runStore.save(1, run(20));
  await one.runStore.remove(found[0]?.id ?? '');
  await assert.rejects(other.runStore.take(found[1]?.id ?? ''), { code: 'kept_taken' });
  assert.equal((await offered(other.runStore))?.label.step, 10);
});

test('while one write is on its way only the newest of what follows is written', async () => {
  const world = browser();
  /** @type {number[]} */
  const written = [];
  const { setMany } = world.store;
  /** Lets the write go on that is on its way. */
  let go = () => {};
  /** @type {() => void} */
  let begun = () => {};
  /** Once a write has begun. */
  const writing = () => new Promise((resolve) => (begun = () => resolve(undefined)));
  world.store.setMany = async (entries) => {
    written.push(entries[0][1].step);
    await new Promise((resolve) => {
      go = () => resolve(undefined);
      begun();
    });
    return setMany(entries);
  };
  const { runStore } = tab(world);
  for (const steps of [
    [1, 2, 3, 4],
    [5, 6, 7, 8],
  ]) {
    const first = writing();
    const saves = [runStore.save(1, run(steps[0]))];
    await first;
    saves.push(...steps.slice(1).map((step) => runStore.save(1, run(step))));
    const second = writing();
    go();
    await second;
    go();
    await Promise.all(saves);
  }
  assert.deepEqual(written, [1, 4, 5, 8]);
});

test('full storage makes room, and if there is none says so once and stops', async () => {
  const world = browser();
  const old = tab(world);
  await old.runStore.save(1, run(1));
  old.close();
  world.shrink(2);
  const { runStore, troubles } = tab(world);
  await runStore.save(1, run(5));
  assert.deepEqual([troubles(), [...world.map.values()][0].step], [0, 5]);
  world.shrink(0);
  await runStore.save(1, run(6));
  await runStore.save(1, run(7));
  assert.equal(troubles(), 1);
});

test('storage that is denied costs nothing but the offer', async () => {
  const deny = async () => {
    throw new DOMException('denied', 'SecurityError');
  };
  const { runStore, troubles } = tab({ ...browser(), store: { keys: deny, get: deny, setMany: deny, delMany: deny } });
  await runStore.save(1, run(5));
  await runStore.save(1, run(6));
  assert.equal(troubles(), 1);
  await assert.rejects(runStore.offer(), { name: 'SecurityError' });
});

test('a record of another version is thrown away with a word, and so is one that is none', async () => {
  const [, good] = pack(run(3), 1, digest);
  assert.ok(unpack(structuredClone(good), digest));
  for (const [bad, code] of /** @type {[any, string][]} */ ([
    [undefined, 'kept_damaged'],
    [7, 'kept_damaged'],
    [{}, 'kept_damaged'],
    [{ ...good, version: VERSION - 1 }, 'kept_old'],
    [{ ...good, snapshot: { bytes: 'x' } }, 'kept_damaged'],
    [{ ...good, seal: undefined }, 'kept_damaged'],
    [{ ...good, extra: 1 }, 'kept_damaged'],
  ])) {
    assert.throws(() => unpack(bad, digest), { code });
    const world = browser();
    const gone = tab(world);
    await gone.runStore.save(1, run(3));
    gone.close();
    const [name] = [...world.map.keys()].filter((key) => key.startsWith('run/'));
    world.map.set(name, bad);
    const { runStore } = tab(world);
    const found = await offered(runStore);
    await assert.rejects(runStore.take(found?.id ?? ''), { code });
    assert.equal(world.map.size, 0);
  }
  const world = browser();
  world.map.set('label/1.1', { version: VERSION - 1, saved: 5, spec: 'x', step: 3 });
  await assert.rejects(tab(world).runStore.offer(), { code: 'kept_old' });
  assert.equal(world.map.size, 0);
});

/**
 * Every value in a record that can be another, with what makes it so: one bit of a number or of a letter, in every place.
 * @param {any} value
 * @param {string} [path]
 * @returns {{ path: string, spoil: (record: any) => void }[]}
 */
function places(value, path = '') {
  const keys = path === '' ? [] : path.split('/');
  const put = (/** @type {any} */ record, /** @type {any} */ changed) => {
    const last = keys.at(-1) ?? '';
    keys.slice(0, -1).reduce((node, key) => node[key], record)[last] = changed;
  };
  if (ArrayBuffer.isView(value)) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    return Array.from(bytes, (_, i) => ({
      path: `${path}[${i}]`,
      spoil(record) {
        const array = keys.reduce((node, key) => node[key], record);
        new Uint8Array(array.buffer, array.byteOffset, array.byteLength)[i] ^= 1 << i % 8;
      },
    }));
  }
  if (typeof value === 'number') {
    return Array.from({ length: 64 }, (_, bit) => ({
      path: `${path} bit ${bit}`,
      spoil(record) {
        const number = new Float64Array([value]);
        new Uint8Array(number.buffer)[bit >> 3] ^= 1 << (bit & 7);
        put(record, number[0]);
      },
    }));
  }
  if (typeof value === 'string') {
    return Array.from(value, (letter, i) => ({ path: `${path}[${i}]`, spoil: (record) => put(record, value.slice(0, i) + String.fromCharCode(letter.charCodeAt(0) ^ 1) + value.slice(i + 1)) }));
  }
  if (typeof value === 'boolean') return [{ path, spoil: (record) => put(record, !value) }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => places(each, path === '' ? key : `${path}/${key}`));
}

test('one bit changed anywhere in what is kept is found, and nothing of it is used', async () => {
  const [label, kept] = pack(run(3), clock, digest);
  for (const record of [label, kept]) {
    const all = places(record);
    assert.ok(all.length > 200, `only ${all.length} places`);
    for (const { path, spoil } of all) {
      const spoilt = structuredClone(record);
      spoil(spoilt);
      assert.equal(isWhole(spoilt, digest), false, path);
    }
    assert.ok(isWhole(structuredClone(record), digest));
  }
  // What the offer says is looked at before it is said.
  const world = browser();
  const gone = tab(world);
  await gone.runStore.save(1, run(3));
  gone.close();
  const [name] = [...world.map.keys()].filter((key) => key.startsWith('label/'));
  world.map.get(name).step += 1;
  await assert.rejects(tab(world).runStore.offer(), { code: 'kept_damaged' });
  assert.equal(world.map.size, 0);
});

// ---- a person's own images ----

const IMAGES = /** @type {any} */ ({
  id: 'abc', height: 1, width: 2, channels: 1, names: ['cat', 'dog'],
  splits: { train: { pixels: Uint8Array.of(1, 2, 3, 4), labels: Uint8Array.of(0, 1) }, validation: { pixels: new Uint8Array(0), labels: new Uint8Array(0) }, test: { pixels: new Uint8Array(0), labels: new Uint8Array(0) } },
});

test('who erases the run that is offered erases the images that were brought, unless a tab that lives has them', async () => {
  const world = browser();
  const first = tab(world);
  await first.runStore.saveUserData(IMAGES);
  await first.runStore.save(1, { ...run(3), userDataId: 'abc' });
  const second = tab(world);
  assert.deepEqual(await second.runStore.userData('abc'), IMAGES);
  assert.equal(await second.runStore.userData('other'), null);
  first.close();
  const found = await offered(second.runStore);
  await second.runStore.discard(found?.id ?? '');
  assert.equal(world.map.size, 0);

  const living = tab(world);
  await living.runStore.saveUserData(IMAGES);
  const gone = tab(world);
  await gone.runStore.save(1, run(3));
  gone.close();
  await second.runStore.discard((await offered(second.runStore))?.id ?? '');
  assert.deepEqual([...world.map.keys()], ['own']);
});

test('images that are no longer as they were brought are not used', async () => {
  const world = browser();
  await tab(world).runStore.saveUserData(IMAGES);
  world.map.get('own').userData.splits.train.pixels[2] ^= 4;
  await assert.rejects(tab(world).runStore.userData(), { code: 'own_damaged' });
  assert.equal(world.map.size, 0);
});

// ---- which tabs live ----

test('a page that is put by lets its run be taken over, and holds it again when it is back', async () => {
  const world = browser();
  const first = tab(world);
  await first.runStore.save(1, run(30));
  const second = tab(world);
  assert.equal(await second.runStore.offer(), 'later');
  first.tabs.leave();
  assert.equal((await offered(second.runStore))?.label.step, 30);
  first.tabs.comeBack();
  assert.equal(await second.runStore.offer(), 'later');
});

test('a page that had nothing to hold holds nothing when it is back', async () => {
  const world = browser();
  const { tabs } = tab(world);
  tabs.leave();
  tabs.comeBack();
  assert.deepEqual(await tabs.others(), { living: new Set(), sure: true });
});

test('without locks a living tab’s run is neither offered nor removed, and a frozen one’s is not removed', async () => {
  const world = browser({ locks: false });
  const [living, frozen] = [tab(world), tab(world)];
  await living.runStore.save(1, run(10));
  await frozen.runStore.save(1, run(20));
  frozen.freeze();
  const third = tab(world);
  assert.equal((await offered(third.runStore))?.label.step, 20, 'who does not answer may be gone');
  const steps = () => [...world.map].filter(([key]) => key.startsWith('label/')).map(([, label]) => label.step).sort((a, b) => a - b);
  await third.runStore.save(1, run(30));
  await third.runStore.save(1, run(40));
  assert.deepEqual(steps(), [10, 20, 40]);
  // Full storage does not change that.
  world.shrink(6);
  await third.runStore.save(2, run(50));
  assert.deepEqual([third.troubles(), ...steps()], [0, 10, 20, 50]);
  // A day later it is gone for good: of those the newest stays, as with locks.
  clock += DAY;
  const late = tab(world);
  await late.runStore.save(1, run(60));
  late.close();
  clock += DAY;
  const fourth = tab(world);
  world.shrink(Infinity);
  await fourth.runStore.save(1, run(70));
  assert.deepEqual(steps(), [10, 50, 60, 70]);
});

test('what is sealed stays as it was, also when an epoch learns its accuracy later', () => {
  const history = new History();
  history.append(Float32Array.of(1), Float32Array.of(0.5), Float32Array.of(0.1));
  history.epochs.push({ epoch: 1, step: 1, cost: 1, seconds: 1, accuracy: null });
  const packed = history.upTo(1).pack();
  history.addCheck({ event: 'validation', step: 1, epoch: 1, count: 10, accuracy: 0.9, loss: 0.3 });
  assert.equal(history.epochs[0].accuracy, 0.9);
  assert.equal(packed.epochs[0].accuracy, null);
  assert.deepEqual(packed.checks, []);
});
