// Eight kills in mid-training, in a browser of their own each time it takes one: `./build.sh campaign kills` does many.

import { rmSync } from 'node:fs';
import { Chain } from './kills/chain.js';
import { References } from './kills/reference.js';
import { Stage } from './kills/tab.js';
import { expect, test } from './fixtures.js';

test('a run that is killed goes on as if nobody had, whatever was killed and whatever the storage takes', async ({ server }, info) => {
  test.setTimeout(400_000);
  const folder = (/** @type {string} */ name) => info.outputPath(name);
  const stage = new Stage(server, folder('killed'));
  const references = new References(new Stage(server, folder('undisturbed')));
  const chain = new Chain(stage, references);
  /** @type {[import('./kills/chain.js').Plan, import('./kills/chain.js').Result['outcome']][]} */
  const kills = [
    [{ kind: 'tab closed', wait: 3000, seed: 11 }, 'resumed'],
    [{ kind: 'renderer crashed', wait: 200, resuming: true, seed: 11 }, 'resumed'],
    [{ kind: 'worker died', wait: 1500, seed: 11 }, 'resumed'],
    [{ kind: 'browser killed', wait: 1000, seed: 11 }, 'resumed'],
    [{ kind: 'tab left, beforeunload first', wait: 500, seed: 11 }, 'resumed'],
    [{ kind: 'browser killed', wait: 300, resuming: true, seed: 11 }, 'resumed'],
    [{ kind: 'renderer killed', two: true, wait: 500, seed: 11 }, 'resumed'],
    [{ kind: 'tab closed', storage: 'denied', wait: 0, seed: 11 }, 'told'],
  ];
  try {
    for (const [plan, outcome] of kills) {
      await test.step(`${plan.kind}, storage ${plan.storage ?? 'normal'}`, async () => {
        expect((await chain.kill(plan)).outcome).toBe(outcome);
      });
    }
    await chain.settle();
  } finally {
    await stage.close();
    await references.stage.close();
    for (const name of ['killed', 'undisturbed']) rmSync(folder(name), { recursive: true, force: true });
  }
});
