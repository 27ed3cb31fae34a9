/**
 * The page's store of an ensemble: trains its members beside the live run, in turn or side by side, keeps the weights of
 * those that are done and nothing else of them, and has them vote on the test images. Of half-trained ones a snapshot is
 * kept now and then, to go on from after a reload or when the worker has died.
 *
 * @module
 */

import { signal } from '../../base/signals.js';
import { History } from './history.js';
import { KEPT } from './member-store.js';
import { arrival } from './side-runs.js';
import { sortVotes } from './votes.js';

/** @typedef {import('../common/protocol.js').RunConfig} RunConfig */
/** @typedef {import('../common/protocol.js').PlainError} PlainError */

/**
 * @typedef {object} Member
 * @property {string} id what it is: the same data, settings and steps make the same network
 * @property {RunConfig} config
 * @property {number} goal its last step
 * @property {History} history
 * @property {Uint8Array | null} weights once it is trained
 * @property {{ step: number, bytes: Uint8Array } | null} snapshot where it can be gone on from, while it is half-trained
 * @property {PlainError | null} error why it can't be trained
 */

/** The group of runs in the worker. */
const KEY = 'ensemble';
/** How long the worker stays with the members before it looks at its inbox, milliseconds. */
const STRETCH_MS = 40;
/** Half-trained members are kept this often, milliseconds. */
const KEEP_MS = 10_000;
/** Codes of files that can't be read: none of these is kept. */
const UNREADABLE = /^(checkpoint|tensor)/;
/** Images that the members are asked about in one message, all members together. */
const IMAGES = 100;
/** While members train or vote, the page is told this often, milliseconds: to draw takes from both. */
const TELL_MS = 150;
/** The speed is a mean over about so long, milliseconds. */
const MEAN_MS = 5000;

/**
 * @param {import('./trainer.js').Trainer} trainer
 * @param {{ memberStore: import('./member-store.js').MemberStore, onTrouble: (error: unknown) => void }} options
 */
export function createEnsemble(trainer, { memberStore, onTrouble }) {
  /** Trained members by what they are, oldest first. @type {Map<string, Member>} */
  const finished = new Map();
  /** Those that are wanted now. @type {Member[]} */
  let members = [];
  let planned = '';
  /** The store has been asked for all of them. @type {Promise<void>} */
  let recalled = Promise.resolve();
  /** Those whose sessions the worker has, and the engine that it runs. @type {{ members: Member[], engine: unknown } | null} */
  let open = null;
  /** @type {'idle' | 'training' | 'testing'} */
  let phase = 'idle';
  let stopping = false;
  let waiting = false;
  /** What is going on, to its end. @type {Promise<void>} */
  let active = Promise.resolve();
  let wake = () => {};
  let told = 0;
  let kept = 0;
  /** Decaying sums of the time spent and of the steps of all members done in it. */
  let spent = 0;
  let steps = 0;
  /** What has been asked so far. @type {(import('./votes.js').Votes & { done: number, count: number, of: string, seeds: number[] }) | null} */
  let ballot = null;
  /** @type {import('./votes.js').Sorted | null} */
  let sorted = null;
  /** The members that the worker's jury has. */
  let seated = '';
  /** @type {unknown} */
  let seatedIn = null;

  /** Counts the changes of all that is known of them: histories and votes grow where they are. */
  const changes = signal(0);
  const changed = () => {
    changes.value = changes.peek() + 1;
  };
  /** @template T @param {() => T} read @returns {() => T} the same, read from a signal */
  const tracked = (read) => () => {
    changes.value;
    return read();
  };

  const { client } = trainer;
  /** What they are trained on: a name, and for a person's own images what tells them from others. */
  const dataOf = () => `${trainer.data?.name ?? ''}${trainer.data?.id ?? ''}`;
  const trained = () => members.filter(({ weights }) => weights);
  const toTrain = () => members.filter(({ weights, error }) => !weights && !error);
  const electorate = () => trained().map(({ id }) => id).join();
  /** @param {string} id @param {RunConfig} config @param {number} goal @returns {Member} */
  const newMember = (id, config, goal) => ({ id, config, goal, history: new History(), weights: null, snapshot: null, error: null });

  /**
   * Says which members are wanted; those that are there, trained or begun, are taken over.
   * @param {RunConfig[]} configs
   * @param {number} goal steps of each
   */
  function plan(configs, goal) {
    const wanted = JSON.stringify([dataOf(), configs, goal]);
    if (wanted === planned || phase !== 'idle') return;
    planned = wanted;
    members = configs.map((config) => {
      const id = JSON.stringify([dataOf(), config, goal]);
      return finished.get(id) ?? open?.members.find((member) => member.id === id) ?? newMember(id, config, goal);
    });
    // Before the data is known there is no telling what they are.
    if (trainer.data?.name) recalled = recall();
    changed();
  }

  /** Members that were trained before, by this page or another, or begun, are taken from the store. */
  async function recall() {
    for (const member of members.filter(({ weights, history }) => !weights && history.steps === 0)) {
      const found = await memberStore.load(member.id).catch((error) => void onTrouble(error));
      if (!found || member.weights || member.history.steps > 0) continue;
      const { weights = null, snapshot, losses } = found;
      member.history.append(losses, losses.map(() => NaN));
      member.weights = weights;
      if (weights) finished.set(member.id, member);
      else if (snapshot) member.snapshot = { step: losses.length, bytes: snapshot };
      changed();
    }
  }

  /** Keeps the open members as they are, to go on from. */
  async function keep() {
    kept = performance.now();
    if (!open || open.engine !== trainer.engine) return;
    const begun = open.members;
    const snapshots = await client.call('snapshotRuns', [KEY]);
    for (const [i, member] of begun.entries()) {
      const { steps, loss } = member.history;
      if (!snapshots[i] || member.snapshot?.step === steps) continue;
      member.snapshot = { step: steps, bytes: snapshots[i] };
      await memberStore.save(member.id, { snapshot: snapshots[i], losses: loss.values.slice() }, Date.now());
    }
  }

  /** The sessions in the worker are gone, or go: what is half-trained is as it was kept. */
  async function close() {
    for (const member of open?.members ?? []) if (!member.weights && !member.error) member.history = member.history.upTo(member.snapshot?.step ?? 0);
    const there = open?.engine === trainer.engine;
    open = null;
    if (there) await client.call('endRuns', [KEY]);
  }

  /** @param {boolean} together all that are left at once, not one after the other */
  async function openNext(together) {
    if (open && open.engine === trainer.engine && open.members.every((member) => members.includes(member))) return;
    await close();
    const [first, ...others] = toTrain();
    // A group is as far in all its members.
    const next = [first, ...others.filter(({ history }) => together && history.steps === first.history.steps)];
    try {
      await client.call('beginRuns', [KEY, next.map(({ config }) => config), next.map(({ snapshot }) => snapshot?.bytes ?? null)]);
    } catch (error) {
      if (UNREADABLE.test(/** @type {any} */ (error).code)) await forget(next);
      throw error;
    }
    kept = performance.now();
    open = { members: next, engine: trainer.engine };
  }

  /** One stretch of the open members. */
  async function stretch() {
    const { members: group } = /** @type {NonNullable<typeof open>} */ (open);
    const [{ history, goal }] = group;
    const start = performance.now();
    const part = await client.call('advanceRuns', [KEY, STRETCH_MS, goal - history.steps]);
    const ms = performance.now() - start;
    const keep = Math.exp(-ms / MEAN_MS);
    spent = spent * keep + ms;
    steps = steps * keep + part.losses[0].length * group.length;
    group.forEach((member, i) => {
      member.history.append(part.losses[i], part.losses[i].map(() => NaN));
      member.error ??= part.errors[i];
    });
    if (history.steps >= goal || group.every(({ error }) => error)) await finish(group);
  }

  /** Of a trained member only the weights stay. @param {Member[]} group */
  async function finish(group) {
    for (const [i, member] of group.entries()) {
      if (member.error) continue;
      const weights = await client.call('runWeights', [KEY, i]);
      member.weights = weights;
      member.snapshot = null;
      finished.set(member.id, member);
      await memberStore.save(member.id, { weights, losses: member.history.loss.values.slice() }, Date.now());
    }
    for (const [id, member] of finished) if (finished.size > KEPT && !members.includes(member)) finished.delete(id);
    await close();
  }

  /** Training or a vote has gone on a little. */
  function progressed() {
    const now = performance.now();
    if (now - told < TELL_MS) return;
    told = now;
    changed();
  }

  /** Waits for images that are on their way, or for a pause. */
  async function wait() {
    waiting = true;
    changed();
    await Promise.race([arrival(trainer), new Promise((/** @type {(value?: undefined) => void} */ resolve) => (wake = resolve))]);
    waiting = false;
  }

  /** @param {boolean} together */
  async function trainAll(together) {
    phase = 'training';
    stopping = false;
    changed();
    await recalled;
    try {
      while (!stopping && toTrain().length > 0) {
        try {
          await openNext(together);
          await stretch();
          if (performance.now() - kept > KEEP_MS) await keep();
        } catch (error) {
          if (/** @type {any} */ (error).code !== 'no_data') throw error;
          await wait();
        }
        progressed();
      }
      await (stopping ? keep() : testAll());
    } catch (error) {
      // With its engine, or with the data that it learned from, the worker's part of them has gone.
      if (open?.engine !== trainer.engine || /** @type {any} */ (error).code === 'no_session') await close();
      onTrouble(error);
    }
    phase = 'idle';
    changed();
  }

  /** Seats the trained members in the worker's jury, unless they sit there. */
  async function seat() {
    const wanted = electorate();
    if (seated === wanted && seatedIn === trainer.engine) return;
    seated = '';
    try {
      await client.call('gatherJury', [trained().flatMap(({ weights }) => weights ?? [])]);
    } catch (error) {
      // A file that can't be read is not kept.
      if (UNREADABLE.test(/** @type {any} */ (error).code)) await forget(members);
      throw error;
    }
    seated = wanted;
    seatedIn = trainer.engine;
  }

  /** Asks all trained members about all test images; goes on where it was stopped. */
  async function testAll() {
    const count = trainer.data?.counts.test ?? 0;
    if (trained().length < 2 || tested()) return;
    phase = 'testing';
    const of = electorate();
    if (ballot?.of !== of || ballot.count !== count) {
      const fresh = () => new Uint8Array(count);
      ballot = { labels: fresh(), predictions: fresh(), votes: trained().map(fresh), done: 0, count, of, seeds: trained().map(({ config }) => config.seed) };
      sorted = null;
    }
    changed();
    // What fails is told with the data.
    client.call('need', ['test']).catch(() => {});
    await seat();
    while (!stopping && ballot.done < count) {
      if ((trainer.data?.available.test ?? 0) < count) {
        await wait();
        continue;
      }
      const { done } = ballot;
      const part = await client.call('juryVotes', ['test', done, Math.min(Math.ceil(IMAGES / ballot.votes.length), count - done)]);
      ballot.labels.set(part.labels, done);
      ballot.predictions.set(part.predictions, done);
      ballot.votes.forEach((votes, i) => votes.set(part.votes[i], done));
      ballot.done = done + part.labels.length;
      if (ballot.done === count) sorted = sortVotes(ballot);
      progressed();
    }
  }

  /** These members are as if they had never been. @param {Member[]} gone */
  async function forget(gone) {
    const ids = gone.map(({ id }) => id);
    for (const id of ids) finished.delete(id);
    await memberStore.drop(ids);
    await close();
    members = members.map((member) => (gone.includes(member) ? newMember(member.id, member.config, member.goal) : member));
    planned = '';
    changed();
  }

  /** Whether the members that are wanted have voted on every image. */
  const tested = () => sorted !== null && ballot?.of === electorate();

  return {
    plan,
    /** Trains until all are trained, then has them vote. @param {boolean} together side by side, not one after the other */
    train(together) {
      if (phase === 'idle') active = trainAll(together);
      return active;
    },
    pause() {
      stopping = true;
      wake();
    },
    /** Keeps what is half-trained as soon as the worker has a moment: the page may not be asked again. */
    keepSoon() {
      kept = -Infinity;
    },
    /** Forgets the wanted members, trained or not, so that they begin anew. */
    async reset() {
      stopping = true;
      wake();
      await active;
      await forget(members);
    },
    /**
     * What each and all say of one image.
     * @param {Float32Array} pixels
     */
    async ask(pixels) {
      await seat();
      return client.callLatest('ensemble', 'askJury', [pixels]);
    },
    // What is known of them, read from a signal.
    members: tracked(() => members),
    phase: tracked(() => phase),
    waiting: tracked(() => waiting),
    tested: tracked(tested),
    /** The vote, as far as it is. */
    ballot: tracked(() => (ballot?.of === electorate() ? ballot : null)),
    sorted: tracked(() => (tested() ? sorted : null)),
    /** Milliseconds until all members are trained at the speed of the last seconds; null while that is not known. */
    left: tracked(() => {
      const rest = toTrain().reduce((sum, { goal, history }) => sum + goal - history.steps, 0);
      return steps > 0 ? (rest * spent) / steps : null;
    }),
  };
}
