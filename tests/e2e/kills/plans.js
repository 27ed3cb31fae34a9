// Which kills there are, in an order and at moments that follow from a seed.

import { RUNS } from './kinds.js';

/** @typedef {import('./chain.js').Plan} Plan */

/** One round: each kind, storage and number of tabs as often as it stands here. @type {[number, Omit<Plan, 'wait' | 'seed'>][]} */
const ROUND = [
  [4, { kind: 'tab closed' }],
  [4, { kind: 'tab left, beforeunload first' }],
  [4, { kind: 'renderer crashed' }],
  [3, { kind: 'renderer killed' }],
  [4, { kind: 'browser killed' }],
  [3, { kind: 'worker died' }],
  [1, { kind: 'worker gone without a word' }],
  [1, { kind: 'worker hung' }],
  [1, { kind: 'tab closed', resuming: true }],
  [1, { kind: 'renderer crashed', resuming: true }],
  [1, { kind: 'browser killed', resuming: true }],
  [1, { kind: 'tab closed', storage: 'filled' }],
  [1, { kind: 'renderer crashed', storage: 'filled' }],
  [1, { kind: 'browser killed', storage: 'filled' }],
  [1, { kind: 'tab left, beforeunload first', storage: 'full' }],
  [1, { kind: 'worker died', storage: 'full' }],
  [1, { kind: 'renderer killed', storage: 'denied' }],
  [1, { kind: 'worker died', storage: 'denied' }],
  [1, { kind: 'tab closed', two: true }],
  [1, { kind: 'renderer killed', two: true }],
  [1, { kind: 'browser killed', two: true }],
];
/** So many kills one run is put through. */
const LENGTH = 8;

/** Numbers from 0 to 1 that follow from a seed (mulberry32). @param {number} seed */
export function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A moment: most soon after the start, where the states to go back to are being taken; some late. @param {() => number} random */
function moment(random) {
  const kind = random();
  if (kind < 0.2) return 1000 * random();
  if (kind < 0.85) return 1000 + 3000 * random();
  return 4000 + 8000 * random();
}

/** @param {number} count @param {number} seed @returns {Plan[]} */
export function plans(count, seed) {
  const random = randomOf(seed);
  const seeds = /** @type {import('./chain.js').Seed[]} */ (Object.keys(RUNS).map(Number));
  /** @type {Plan[]} */
  const all = [];
  /** @type {Omit<Plan, 'wait' | 'seed'>[]} */
  let round = [];
  for (let i = 0; i < count; i += 1) {
    if (round.length === 0) round = ROUND.flatMap(([times, plan]) => Array(times).fill(plan));
    const [plan] = round.splice(Math.floor(random() * round.length), 1);
    const silent = /hung|without/.test(plan.kind);
    // Silence is told from long steps soon only after some steps.
    all.push({ ...plan, fresh: i % LENGTH === 0, wait: Math.round(moment(random) + (silent ? 1500 : 0)), seed: seeds[Math.floor(random() * seeds.length)] });
  }
  return all;
}
