// The gallery of failures: each case differs from its cure in what is said, and images lie in the order that is said.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CASES, differences, FAULTS, IMAGES, planOf, specOf, STEPS } from '../../www/src/cells/failures/cases.js';
import { RUNS } from '../../www/src/cells/failures/keys.js';
import { createGallery } from '../../www/src/cells/failures/runs.js';
import { orderOf } from '../../www/src/training/worker/trial.js';

test('a cure changes one thing, and the seed is the same', () => {
  assert.equal(FAULTS.length, RUNS.length);
  const changed = Object.fromEntries(FAULTS.map((fault) => [fault, differences(CASES[fault].broken, CASES[fault].cured)]));
  assert.deepEqual(changed, { rate: ['rate'], few: ['images'], zeros: ['init'], sorted: ['shuffled'], dead: ['batchnorm'], scale: ['ink'] });
  for (const fault of FAULTS) {
    const [broken, cured] = [CASES[fault].broken, CASES[fault].cured].map(planOf);
    assert.equal(broken.config.seed, cured.config.seed);
    assert.deepEqual(cured.preparation, { images: IMAGES, sorted: false, passes: 5, ink: 1 });
  }
  assert.match(specOf(CASES.zeros.broken), /dense 64 init zeros\nrelu\ndense 10 init zeros\n$/);
  assert.equal(specOf(CASES.dead.cured).split('batchnorm\nrelu').length, 3);
});

test('sorted images come label by label, as they lie, one pass after the other', () => {
  const labels = [2, 0, 1, 0, 2, 1];
  assert.deepEqual([...orderOf(labels, { images: 6, sorted: true, passes: 2, ink: 1 })], [1, 3, 2, 5, 0, 4, 1, 3, 2, 5, 0, 4]);
  assert.deepEqual([...orderOf(labels, { images: 4, sorted: false, passes: 9, ink: 1 })], [0, 1, 2, 3]);
  assert.deepEqual([...orderOf(labels, { images: 99, sorted: false, passes: 1, ink: 1 })], [0, 1, 2, 3, 4, 5]);
  // Enough for every batch of a run, so that it never comes to the shuffled epochs.
  const { config, preparation } = planOf(CASES.sorted.broken);
  assert.ok(preparation.images * preparation.passes >= STEPS * config.batch_size);
});

/**
 * A gallery whose worker dies at the steps that are told: what is asked of it, and what goes wrong.
 * @param {number[]} deaths after so many steps, one after the other
 */
function dying(deaths) {
  const left = [...deaths];
  /** @type {unknown[]} */
  const failures = [];
  let steps = 0;
  const answers = {
    beginTrial: () => {
      steps = 0;
      return { loss: 2.3, accuracy: 0.1 };
    },
    advanceTrial: (/** @type {[number]} */ [count]) => {
      if (left.length > 0 && steps >= left[0]) {
        left.shift();
        throw Object.assign(new Error('gone'), { code: 'engine_restarted' });
      }
      steps += count;
      return { losses: Array(count).fill(1), accuracy: 0.5, check: { loss: 1, accuracy: 0.5 } };
    },
    seeTrial: () => ({}),
  };
  const ctx = {
    trainer: { client: { call: async (/** @type {keyof typeof answers} */ method, /** @type {any} */ args) => answers[method](args) } },
    startWorker: async () => {},
    fail: (/** @type {unknown} */ error) => void failures.push(error),
    reducedMotion: () => true,
  };
  const gallery = createGallery(/** @type {any} */ (ctx), { seen: () => true });
  return { gallery, failures, left };
}

test('a run outlives workers that die, as long as it gets further', async () => {
  const { gallery, failures, left } = dying([6, 12, 18, 24, 30, 36]);
  gallery.start('rate', 'broken');
  while (gallery.running('rate', 'broken')) await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual([failures, left], [[], []]);
  assert.equal(gallery.trace('rate', 'broken')?.losses.length, STEPS);
});

test('workers that die at the same place are given up, and another press tries again', async () => {
  const { gallery, failures, left } = dying([6, 6, 6, 6]);
  gallery.start('rate', 'broken');
  while (gallery.running('rate', 'broken')) await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual([failures.length, left.length], [1, 1]);
  gallery.start('rate', 'broken');
  while (gallery.running('rate', 'broken')) await new Promise((resolve) => setTimeout(resolve));
  assert.equal(gallery.trace('rate', 'broken')?.losses.length, STEPS);
});
