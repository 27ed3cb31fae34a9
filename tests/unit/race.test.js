import assert from 'node:assert/strict';
import { test } from 'node:test';
import { climb } from '../../www/src/base/ladder.js';
import { createState } from '../../www/src/base/state.js';
import { keys } from '../../www/src/cells/race/keys.js';
import { fixedPart, places, raceConfigs, raceOf, without } from '../../www/src/training/page/race.js';
import { trainingSchema } from '../../www/src/training/page/settings.js';
import { Runs } from '../../www/src/training/worker/runs.js';

const stateOf = (/** @type {string} */ search = '') => createState({ ...trainingSchema, ...keys.state }, search);
const ENGINE = { presets: () => [{ name: 'lab11-2', spec: 'input 28x28x1\nflatten\ndense 10\n' }] };

test('a number climbs by 1, 2, 5, and from between two rungs to the next one', () => {
  assert.deepEqual([1, 2, 3].map((n) => climb(0.001, n)), [0.002, 0.005, 0.01]);
  assert.deepEqual([-1, -2, -3].map((n) => climb(0.001, n)), [0.0005, 0.0002, 0.0001]);
  assert.deepEqual([climb(0.003, 1), climb(0.003, -1), climb(0.003, -2)], [0.005, 0.002, 0.001]);
  assert.deepEqual([climb(0.003, 0), climb(7, 1), climb(10, -1)], [0.003, 10, 5]);
  // Up and down again is where it began, over all orders of magnitude.
  for (let rung = -18; rung < 4; rung += 1) assert.equal(climb(climb(1, rung), -rung), 1);
});

test('the runs of a race differ in nothing but optimizer and schedule', () => {
  const configs = raceConfigs(ENGINE, stateOf('race.count=3&race.rate2=0.02&race.schedule3=step&race.schedule2=cosine&race.epochs=5&train.seed=9'));
  assert.equal(configs.length, 3);
  assert.equal(new Set(configs.map(({ spec, seed, batch_size }) => JSON.stringify([spec, seed, batch_size]))).size, 1);
  assert.equal(configs[0].seed, 9);
  assert.deepEqual(configs[1].optimizer, { kind: 'momentum', learning_rate: 0.02 });
  assert.deepEqual(configs.map(({ schedule }) => schedule), [{ kind: 'constant' }, { kind: 'cosine', epochs: 5 }, { kind: 'step', every_epochs: 1, factor: 0.5 }]);
  assert.equal(raceConfigs(ENGINE, stateOf('race.network=train'))[0].spec, ENGINE.presets()[0].spec);
});

test('a learning rate may change while a race is on, nothing else', () => {
  const fixed = (/** @type {string} */ search) => fixedPart(raceConfigs(ENGINE, stateOf(search)));
  assert.equal(fixed('race.rate1=0.5'), fixed(''));
  for (const other of ['race.optimizer1=adam', 'race.schedule2=cosine', 'race.count=3', 'train.seed=1', 'race.network=train']) assert.notEqual(fixed(other), fixed(''));
});

test('without one run the others move up, and it comes back at the end', () => {
  const state = stateOf('race.rate1=0.5&race.schedule1=cosine');
  assert.ok(state.assign(without(state, 0)));
  const runs = () => [1, 2, 3, 4].map((n) => ['optimizer', 'rate', 'schedule'].map((part) => state.get(`race.${part}${n}`)).join(' '));
  assert.equal(state.get('race.count'), 3);
  assert.deepEqual(runs(), ['momentum 0.01 constant', 'rmsprop 0.001 constant', 'adam 0.001 constant', 'sgd 0.5 cosine']);
  assert.ok(state.assign(without(state, 1)));
  assert.deepEqual(runs().slice(0, 3), ['momentum 0.01 constant', 'adam 0.001 constant', 'rmsprop 0.001 constant']);
  assert.ok(state.assign(raceOf(['sgd', 1, 'step'], ['adam', 0.01, 'constant'])));
  assert.deepEqual(runs().slice(0, 2), ['sgd 1 step', 'adam 0.01 constant']);
});

test('the places of the rates’ chart are steps from the first to the last', () => {
  assert.deepEqual([...places(3, 10)], [1, 2, 3]);
  const some = places(1100, 240);
  assert.deepEqual([some.length, some[0], some.at(-1)], [240, 1, 1100]);
  assert.deepEqual([...some], [...new Set(some)].sort((a, b) => a - b));
  assert.deepEqual([...places(1, 10)], [1]);
});

/** An engine whose sessions lose a tenth of their loss a step, and diverge at step `seed` if that is not 0. */
class Session {
  /** @param {{ seed: number }} config */
  constructor({ seed }) {
    this.seed = seed;
    this.step_ = 0;
    this.rate = 1;
  }
  ready() {
    return true;
  }
  step() {
    if (this.step_ + 1 === this.seed) throw Object.assign(new Error('loss'), { code: 'not_finite', details: { layer: 0 } });
    this.step_ += 1;
    return { loss: 0.9 ** this.step_, learning_rate: this.rate };
  }
  /** @param {number} rate */
  set_learning_rate(rate) {
    this.rate = rate;
  }
  evaluate() {
    return { correct: 1, loss_sum: 2 };
  }
  free() {}
}

test('a run that diverges stops, and the others go on', () => {
  const runs = new Runs({ Session }, /** @type {any} */ ({ dataset: { available: () => 4 }, complete: true, want() {} }));
  runs.begin('race', /** @type {any} */ ([{ seed: 0 }, { seed: 3 }]));
  runs.setRate('race', 0, 0.5);
  const { losses, rates, errors } = runs.advance('race', Infinity, 4);
  assert.equal(losses[0].length, 4);
  assert.deepEqual([...losses[1]].map(Number.isNaN), [false, false, true, true]);
  assert.deepEqual([...rates[0], rates[1][1]], [0.5, 0.5, 0.5, 0.5, 1]);
  assert.deepEqual(errors.map((error) => error?.code ?? null), [null, 'not_finite']);
  assert.deepEqual(runs.check('race', 'validation', 2), [{ loss: 1, accuracy: 0.5 }, null]);
  runs.end('race');
  assert.throws(() => runs.advance('race', 1), { code: 'no_session' });
});
