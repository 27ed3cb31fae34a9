import assert from 'node:assert/strict';
import { signal } from '../../www/src/base/signals.js';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { createState } from '../../www/src/base/state.js';
import { keys } from '../../www/src/cells/ensemble/keys.js';
import { createEnsemble } from '../../www/src/training/page/ensemble.js';
import { KEPT, MemberStore } from '../../www/src/training/page/member-store.js';
import { membersOf } from '../../www/src/training/page/members.js';
import { trainingSchema } from '../../www/src/training/page/settings.js';
import { sortVotes } from '../../www/src/training/page/votes.js';
import { Jury } from '../../www/src/training/worker/jury.js';

const bytes = (/** @type {number[]} */ ...values) => Uint8Array.from(values);
/** In the place of the engine's. @param {Uint8Array} of */
const digest = (of) => createHash('sha256').update(of).digest('hex').slice(0, 16);

// ---- votes ----

test('votes are sorted into what the ensemble saves, spoils, loses and all get wrong', () => {
  const sorted = sortVotes({
    //            all  saved disputed lost  failed  none voted for it
    labels: bytes(1, 2, 3, 4, 5, 6),
    predictions: bytes(1, 2, 3, 9, 0, 6),
    votes: [bytes(1, 7, 3, 4, 0, 1), bytes(1, 2, 3, 9, 0, 2), bytes(1, 2, 8, 9, 0, 3)],
  });
  assert.deepEqual(sorted.members, [3, 3, 2]);
  assert.equal(sorted.best, 0);
  assert.equal(sorted.correct, 4);
  assert.equal(sorted.unanimous, 1);
  assert.deepEqual(sorted.lists, { saved: [1, 5], disputed: [1, 2, 3, 5], lost: [3], failed: [4, 5] });
  // What the best member has, and what the ensemble adds to it and takes away, is what the ensemble has.
  assert.equal(sorted.members[sorted.best] + sorted.lists.saved.length - sorted.spoiled, sorted.correct);
});

// ---- settings ----

const PRESETS = [{ name: 'quick', spec: 'quick', batch_size: 100, optimizer: { kind: 'adam', learning_rate: 0.005 }, schedule: { kind: 'one_cycle', epochs: 3 } }];
const settings = (/** @type {string} */ search) => membersOf({ presets: () => PRESETS }, createState({ ...trainingSchema, ...keys.state }, search), 1000, null);

test('members differ in their seeds only, and a schedule ends with the training', () => {
  const { configs, goal } = settings('train.seed=4294967295&ensemble.count=2&ensemble.amount=25&ensemble.unit=batches');
  assert.equal(goal, 25);
  assert.deepEqual(configs.map(({ seed }) => seed), [4294967295, 0]);
  assert.deepEqual(configs[0].schedule, { kind: 'one_cycle', epochs: 3 });
  assert.deepEqual({ ...configs[0], seed: 0 }, configs[1]);
  assert.equal(settings('ensemble.amount=4').goal, 40);
  assert.deepEqual(settings('ensemble.amount=4').configs[0].schedule, { kind: 'one_cycle', epochs: 4 });
  const own = settings('ensemble.network=train&spec=mine&train.batch=10&train.optimizer=sgd&train.rate=0.2').configs[0];
  assert.deepEqual([own.spec, own.batch_size, own.optimizer], ['mine', 10, { kind: 'sgd', learning_rate: 0.2 }]);
});

// ---- training ----

/** A worker that trains nothing: a member's weights are its seed, its snapshot has its steps too, and it says its seed of every image. */
class Worker {
  constructor() {
    /** @type {[string, any][]} */
    this.calls = [];
    /** @type {any[]} */
    this.group = [];
    this.done = 0;
    /** @type {number[]} */
    this.jury = [];
    this.hungry = false;
    this.diverges = -1;
  }
  /** @param {string} method @param {any[]} args */
  async call(method, args) {
    // The data are there.
    if (method === 'need') return;
    this.calls.push([method, args]);
    if (method === 'beginRuns') {
      this.group = args[1];
      const [done, ...others] = args[2].map((/** @type {Uint8Array | null} */ snapshot) => snapshot?.[1] ?? 0);
      assert.ok(others.every((/** @type {number} */ other) => other === done));
      this.done = done;
    }
    if (method === 'snapshotRuns') return this.group.map(({ seed }) => bytes(seed, this.done));
    if (method === 'endRuns') this.group = [];
    if (method === 'gatherJury') this.jury = args[0].map((/** @type {Uint8Array} */ file) => file[0]);
    if (method === 'runWeights') return bytes(this.group[args[1]].seed);
    if (method === 'juryVotes') {
      const count = args[2];
      const labels = new Uint8Array(count).fill(5);
      return { labels, predictions: labels, votes: this.jury.map((seed) => new Uint8Array(count).fill(seed)) };
    }
    if (method === 'advanceRuns') {
      // Time passes, in which a test can press a button.
      await new Promise(setImmediate);
      await new Promise(setImmediate);
      if (this.hungry) {
        this.hungry = false;
        throw Object.assign(new Error('no_data'), { code: 'no_data' });
      }
      const steps = Math.min(2, args[2]);
      this.done += steps;
      return {
        losses: this.group.map(() => new Float32Array(steps).fill(1)),
        errors: this.group.map(({ seed }) => (seed === this.diverges ? { code: 'not_finite', message: '', details: {} } : null)),
      };
    }
    return undefined;
  }
  async callLatest(/** @type {string} */ _key, /** @type {string} */ method, /** @type {any[]} */ args) {
    return this.call(method, args);
  }
}

/** Storage that is a map. */
function storeOf() {
  /** @type {Map<string, any>} */
  const map = new Map();
  return {
    map,
    keys: async () => [...map.keys()],
    get: async (/** @type {string} */ key) => map.get(key),
    setMany: async (/** @type {[string, any][]} */ entries) => entries.forEach(([key, value]) => map.set(key, value)),
    delMany: async (/** @type {string[]} */ keys) => keys.forEach((key) => map.delete(key)),
  };
}

/** @param {Worker} worker @param {MemberStore} [memberStore] */
function ensembleOn(worker, memberStore = new MemberStore(storeOf(), digest)) {
  const data = signal({ name: 'mnist', id: '', counts: { test: 250 }, available: { test: 250 } });
  const trainer = {
    engine: {},
    client: worker,
    get data() {
      return data.value;
    },
    set data(other) {
      data.value = other;
    },
  };
  /** @type {unknown[]} */
  const troubles = [];
  const ensemble = createEnsemble(/** @type {any} */ (trainer), { memberStore, onTrouble: (error) => troubles.push(error) });
  return { ensemble, troubles, trainer, arrive: () => void (data.value = { ...data.value }) };
}

const configs = (/** @type {number[]} */ ...seeds) => /** @type {any[]} */ (seeds.map((seed) => ({ spec: 's', seed })));

test('members are trained in turn, of each only the weights stay, and all vote on every test image', async () => {
  const worker = new Worker();
  const { ensemble, troubles } = ensembleOn(worker);
  ensemble.plan(configs(5, 6, 7), 3);
  await ensemble.train(false);
  assert.deepEqual(troubles, []);
  const names = worker.calls.map(([name]) => name);
  const each = ['beginRuns', 'advanceRuns', 'advanceRuns', 'runWeights', 'endRuns'];
  assert.deepEqual(names.slice(0, 15), [...each, ...each, ...each]);
  assert.equal(names[15], 'gatherJury');
  assert.deepEqual(ensemble.members().map(({ weights, history }) => [weights?.[0], history.steps]), [[5, 3], [6, 3], [7, 3]]);
  assert.deepEqual(ensemble.sorted()?.members, [250, 0, 0]);
  assert.equal(ensemble.left(), 0);

  // Fewer members: none is trained again. One more: that one alone.
  worker.calls = [];
  ensemble.plan(configs(5, 6), 3);
  assert.equal(ensemble.sorted(), null);
  await ensemble.train(false);
  assert.ok(!worker.calls.some(([name]) => name === 'beginRuns'));
  assert.deepEqual(ensemble.sorted()?.members, [250, 0]);
  ensemble.plan(configs(5, 6, 7, 8), 3);
  await ensemble.train(false);
  assert.deepEqual(worker.calls.filter(([name]) => name === 'beginRuns').map(([, args]) => args[1]), [configs(8)]);

  // Asked about one image, the jury that sits is not gathered again.
  worker.calls = [];
  await ensemble.ask(new Float32Array(1));
  assert.deepEqual(worker.calls.map(([name]) => name), ['askJury']);
});

test('side by side all begin at once; one that fails is left out', async () => {
  const worker = new Worker();
  worker.diverges = 6;
  const { ensemble } = ensembleOn(worker);
  ensemble.plan(configs(5, 6, 7), 4);
  await ensemble.train(true);
  assert.deepEqual(worker.calls.filter(([name]) => name === 'beginRuns').map(([, args]) => args[1].length), [3]);
  assert.deepEqual(ensemble.members().map(({ error }) => error?.code ?? null), [null, 'not_finite', null]);
  assert.deepEqual(worker.jury, [5, 7]);
  assert.equal(ensemble.sorted()?.count, 250);
});

test('a pause stops, data on its way is waited for, and going on goes on', async () => {
  const worker = new Worker();
  const { ensemble, arrive } = ensembleOn(worker);
  ensemble.plan(configs(5, 6), 4);
  worker.hungry = true;
  const training = ensemble.train(false);
  while (!ensemble.waiting()) await new Promise(setImmediate);
  arrive();
  while (ensemble.members()[0].history.steps === 0) await new Promise(setImmediate);
  ensemble.pause();
  await training;
  assert.equal(ensemble.phase(), 'idle');
  const { steps } = ensemble.members()[0].history;
  assert.ok(steps > 0 && !ensemble.tested());
  worker.calls = [];
  await ensemble.train(false);
  assert.ok(ensemble.tested());
  // The one that had begun was not begun anew.
  const begun = worker.calls.filter(([name]) => name === 'beginRuns').flatMap(([, args]) => args[1].map((/** @type {any} */ { seed }) => seed));
  assert.ok(!begun.includes(5));

  // A pause while waiting needs no data.
  ensemble.plan(configs(8, 9), 4);
  worker.hungry = true;
  const waiting = ensemble.train(false);
  while (!ensemble.waiting()) await new Promise(setImmediate);
  ensemble.pause();
  await waiting;
  assert.equal(ensemble.phase(), 'idle');
});

test('a worker that died takes half-trained members with it, not the trained ones', async () => {
  const worker = new Worker();
  const { ensemble, trainer, troubles } = ensembleOn(worker);
  ensemble.plan(configs(5, 6), 4);
  await ensemble.train(false);
  trainer.engine = {};
  worker.calls = [];
  await ensemble.ask(new Float32Array(1));
  assert.deepEqual(worker.calls.map(([name]) => name), ['gatherJury', 'askJury']);

  const call = worker.call.bind(worker);
  worker.call = async (method, args) => {
    if (method !== 'advanceRuns') return call(method, args);
    trainer.engine = {};
    throw Object.assign(new Error('gone'), { code: 'engine_restarted' });
  };
  ensemble.plan(configs(5, 7), 4);
  await ensemble.train(false);
  assert.equal(/** @type {any} */ (troubles[0]).code, 'engine_restarted');
  worker.call = call;
  await ensemble.train(false);
  assert.deepEqual(ensemble.sorted()?.members, [250, 0]);
});

test('other data take half-trained members with them, and what was trained on it is another member', async () => {
  const worker = new Worker();
  const { ensemble, trainer, troubles } = ensembleOn(worker);
  ensemble.plan(configs(5, 6), 4);
  await ensemble.train(false);
  const call = worker.call.bind(worker);
  worker.call = async (method, args) => {
    if (method === 'advanceRuns') throw Object.assign(new Error('no_session'), { code: 'no_session' });
    return call(method, args);
  };
  ensemble.plan(configs(5, 7), 4);
  await ensemble.train(false);
  assert.equal(/** @type {any} */ (troubles[0]).code, 'no_session');
  worker.call = call;
  trainer.data = { ...trainer.data, name: 'fashion-mnist' };
  ensemble.plan(configs(5, 7), 4);
  assert.deepEqual(ensemble.members().map(({ weights, history }) => [weights, history.steps]), [[null, 0], [null, 0]]);
  await ensemble.train(false);
  assert.ok(ensemble.tested());
  trainer.data = { ...trainer.data, name: 'mnist' };
  ensemble.plan(configs(5, 7), 4);
  assert.deepEqual(ensemble.members().map(({ weights }) => weights?.[0]), [5, undefined]);
});

test('a jury that can not be gathered leaves the one that sits', () => {
  const freed = { count: 0 };
  class Ensemble {
    /** @param {Uint8Array} file */
    push(file) {
      if (file.length === 0) throw Object.assign(new Error('corrupt'), { code: 'checkpoint_corrupt' });
    }
    predict() {
      return { class: 3 };
    }
    free() {
      freed.count += 1;
    }
  }
  const jury = new Jury({ Ensemble }, /** @type {any} */ ({ dataset: null }));
  assert.throws(() => jury.ask(new Float32Array(1)), { code: 'no_session' });
  jury.gather([bytes(1)]);
  assert.throws(() => jury.gather([bytes(1), bytes()]), { code: 'checkpoint_corrupt' });
  assert.equal(freed.count, 1);
  assert.equal(jury.ask(new Float32Array(1)).class, 3);
  assert.throws(() => jury.votes('test', 0, 1), { code: 'no_data' });
});

test('members that were trained before are found again, until they are forgotten or can not be read', async () => {
  const store = storeOf();
  const first = ensembleOn(new Worker(), new MemberStore(store, digest)).ensemble;
  first.plan(configs(5, 6), 3);
  await first.train(false);
  await new Promise(setImmediate);
  assert.equal(store.map.size, 2);

  // Another page: nothing is trained, all vote.
  const worker = new Worker();
  const { ensemble } = ensembleOn(worker, new MemberStore(store, digest));
  ensemble.plan(configs(6, 5), 3);
  await ensemble.train(true);
  assert.deepEqual(worker.calls.map(([name]) => name).slice(0, 2), ['gatherJury', 'juryVotes']);
  assert.deepEqual(ensemble.sorted()?.members, [0, 250]);
  assert.deepEqual([...ensemble.members()[0].history.loss.values], [1, 1, 1]);
  await ensemble.reset();
  assert.equal(store.map.size, 0);
  ensemble.plan(configs(6, 5), 3);
  assert.deepEqual(ensemble.members().map(({ weights, history }) => [weights, history.steps]), [[null, 0], [null, 0]]);

  // Files that can't be read are thrown away.
  await ensemble.train(true);
  const broken = new Worker();
  const { ensemble: again, troubles } = ensembleOn(broken, new MemberStore(store, digest));
  const call = broken.call.bind(broken);
  broken.call = async (method, args) => {
    if (method === 'gatherJury') throw Object.assign(new Error('corrupt'), { code: 'checkpoint_corrupt' });
    return call(method, args);
  };
  again.plan(configs(6, 5), 3);
  await again.train(true);
  assert.equal(/** @type {any} */ (troubles[0]).code, 'checkpoint_corrupt');
  assert.equal(store.map.size, 0);
});

/** Trains until so much is done, and pauses. @param {ReturnType<typeof ensembleOn>['ensemble']} ensemble @param {boolean} together @param {(steps: number[]) => boolean} enough */
async function trainUntil(ensemble, together, enough) {
  const training = ensemble.train(together);
  while (!enough(ensemble.members().map(({ history }) => history.steps))) await new Promise(setImmediate);
  ensemble.pause();
  await training;
}

const begun = (/** @type {Worker} */ worker) => worker.calls.filter(([name]) => name === 'beginRuns').map(([, [, group, snapshots]]) => group.map((/** @type {any} */ { seed }, /** @type {number} */ i) => [seed, snapshots[i]?.[1] ?? 0]));

test('what is half-trained goes on on another page where it was paused, in turn or side by side', async () => {
  const store = storeOf();
  const first = ensembleOn(new Worker(), new MemberStore(store, digest)).ensemble;
  first.plan(configs(5, 6, 7), 8);
  await trainUntil(first, false, ([, second]) => second >= 2);
  const { steps } = first.members()[1].history;
  assert.ok(steps > 0 && steps < 8);

  const worker = new Worker();
  const { ensemble, troubles } = ensembleOn(worker, new MemberStore(store, digest));
  ensemble.plan(configs(5, 6, 7), 8);
  while (ensemble.members()[1].history.steps === 0) await new Promise(setImmediate);
  assert.deepEqual(ensemble.members().map(({ weights, history }) => [weights?.[0], history.steps]), [[5, 8], [undefined, steps], [undefined, 0]]);
  // A group is as far in all its members: the one that is ahead is trained by itself.
  await ensemble.train(true);
  assert.deepEqual([begun(worker), troubles], [[[[6, steps]], [[7, 0]]], []]);
  assert.deepEqual(ensemble.members().map(({ weights, history }) => [weights?.[0], history.steps]), [[5, 8], [6, 8], [7, 8]]);
  // Only the weights stay.
  assert.ok([...store.map.values()].every(({ weights, snapshot }) => weights && !snapshot));
});

test('a worker that dies costs what was trained since it was kept last; a snapshot that can not be read costs only itself', async () => {
  const store = storeOf();
  const worker = new Worker();
  const { ensemble, trainer, troubles } = ensembleOn(worker, new MemberStore(store, digest));
  ensemble.plan(configs(5, 6), 8);
  await trainUntil(ensemble, true, ([, second]) => second >= 2);
  const { steps } = ensemble.members()[0].history;
  const call = worker.call.bind(worker);
  let stretches = 0;
  worker.call = async (method, args) => {
    if (method !== 'advanceRuns' || (stretches += 1) < 2) return call(method, args);
    trainer.engine = {};
    throw Object.assign(new Error('gone'), { code: 'engine_restarted' });
  };
  await ensemble.train(true);
  assert.equal(/** @type {any} */ (troubles[0]).code, 'engine_restarted');
  assert.deepEqual(ensemble.members().map(({ history }) => history.steps), [steps, steps]);

  worker.call = async (method, args) => {
    if (method === 'beginRuns' && args[2].some(Boolean)) throw Object.assign(new Error('corrupt'), { code: 'checkpoint_corrupt' });
    return call(method, args);
  };
  await ensemble.train(true);
  assert.equal(/** @type {any} */ (troubles[1]).code, 'checkpoint_corrupt');
  assert.deepEqual([ensemble.members().map(({ history }) => history.steps), store.map.size], [[0, 0], 0]);
  await ensemble.train(true);
  assert.ok(ensemble.tested());
});

test('storage that is full or denied takes nothing from training', async () => {
  const full = { ...storeOf(), setMany: async () => Promise.reject(new Error('full')) };
  const { ensemble, troubles } = ensembleOn(new Worker(), new MemberStore(full, digest));
  ensemble.plan(configs(5, 6), 8);
  await trainUntil(ensemble, true, ([one]) => one >= 2);
  await ensemble.train(true);
  assert.deepEqual([ensemble.tested(), troubles], [true, []]);
});

test('the memberStore keeps the newest of each, so many, and storage that fails costs nothing', async () => {
  const store = storeOf();
  const memberStore = new MemberStore(store, digest);
  const member = (/** @type {number} */ n) => ({ weights: bytes(n), losses: Float32Array.of(n) });
  for (let n = 0; n < KEPT + 2; n += 1) await memberStore.save(`id ${n}`, member(n), n);
  await memberStore.save('id 9', member(99), 100);
  assert.equal(store.map.size, KEPT);
  assert.equal(await memberStore.load('id 1'), null);
  assert.equal((await memberStore.load('id 9'))?.weights?.[0], 99);
  await memberStore.drop(['id 9']);
  assert.equal(await memberStore.load('id 9'), null);
  const denied = new MemberStore({ ...store, keys: async () => Promise.reject(new Error('denied')) }, digest);
  await denied.save('id', member(1), 1);
  await denied.drop(['id']);
  assert.equal(await denied.load('id'), null);
});

test('a member that is no longer as it was kept is thrown away with a word, and trained anew', async () => {
  for (const spoil of [
    (/** @type {any} */ member) => void (member.weights[0] ^= 1),
    (/** @type {any} */ member) => void (member.losses[1] += 1),
    (/** @type {any} */ member) => void (member.id = member.id.replace('"seed":5', '"seed":4')),
  ]) {
    const store = storeOf();
    const first = ensembleOn(new Worker(), new MemberStore(store, digest)).ensemble;
    first.plan(configs(5, 6), 3);
    await first.train(false);
    const [key] = [...store.map.keys()].filter((name) => name.includes('"seed":5'));
    spoil(store.map.get(key));
    const worker = new Worker();
    const { ensemble, troubles } = ensembleOn(worker, new MemberStore(store, digest));
    ensemble.plan(configs(5, 6), 3);
    await ensemble.train(false);
    assert.deepEqual(troubles.map((error) => /** @type {any} */ (error).code), ['member_damaged']);
    assert.deepEqual([begun(worker), ensemble.tested()], [[[[5, 0]]], true]);
  }
});
