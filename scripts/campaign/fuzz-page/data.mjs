// Manifests and shards as a host may send them: changed, cut, of another version. What is wrong is said, and once the host
// is well again, trying again brings all of the data.

import { readFileSync } from 'node:fs';
import { changed, changedText } from '../random.mjs';
import { text } from './page.mjs';

const MANIFEST = readFileSync('dist/data/mnist/manifest.json', 'utf8');
const SHARDS = JSON.parse(MANIFEST).shards.map((/** @type {{ file: string }} */ { file }) => file);

/** A property of the manifest given another value. @param {import('../random.mjs').Random} random */
function edited(random) {
  const manifest = JSON.parse(MANIFEST);
  const shard = random.pick(manifest.shards);
  const target = /** @type {any} */ (random.pick([manifest, manifest.counts, shard, shard, shard]));
  const key = random.pick(Object.keys(target));
  const other = random.pick([null, 0, -1, 1.5, '', 'x', [], {}, random.edge(), 'train', '../../index.html', 'f'.repeat(64), random.pick(SHARDS)]);
  if (random.chance(10)) manifest.shards.push({ ...shard });
  if (random.chance(15)) delete target[key];
  else target[key] = other;
  return JSON.stringify(manifest);
}

/** @type {import('../fuzz-page.mjs').Kind} */
export const data = {
  share: 4,
  each: 1,
  open: async () => {},
  async give(page, random, note) {
    const file = random.chance(50) ? 'manifest.json' : random.pick(SHARDS);
    const right = readFileSync(`dist/data/mnist/${file}`);
    const body = file !== 'manifest.json' ? changed(random, right) : random.chance(60) ? Buffer.from(edited(random)) : Buffer.from(changedText(random, MANIFEST));
    note(`${file}\n${file === 'manifest.json' ? body : body.toString('base64')}`);
    const status = random.chance(85) ? 200 : random.pick([404, 500, 204]);
    await page.page.route(`**/mnist/${file}`, (route) => (status === 200 ? route.fulfill({ body }) : route.fulfill({ status })));
    await page.goto('?lang=en#train');
    await page.page.waitForFunction(() => document.documentElement.dataset.ready === 'engine');
    const line = page.page.locator('#train .data-line');
    await line.scrollIntoViewIfNeeded();
    const complete = page.page.locator('#train .data-line', { hasText: /70,000|60,000|55,000/ });
    const rest = page.page.locator('#train').getByRole('button', { name: text('train.data-rest'), exact: true });
    const retry = page.page.locator('#train').getByRole('button', { name: text('train.data-retry'), exact: true });
    await rest.or(retry).first().waitFor({ timeout: 45_000 });
    if (await rest.isVisible()) await rest.click();
    await complete.or(retry).first().waitFor({ timeout: 45_000 });
    const troubled = await retry.isVisible();
    await page.page.unroute(`**/mnist/${file}`);
    if (troubled) await retry.click();
    await page.page.waitForFunction(() => !document.querySelector('#train .data-problem')?.textContent);
    await page.step();
    return troubled ? 'said, and loaded when tried again' : 'taken';
  },
};
