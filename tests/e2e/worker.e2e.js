// The training worker alone, as the page talks to it: what it does with requests that come while it is busy with others.

import { folders } from './fixtures.js';
import { QUERY, runs } from './kept.js';
import { expect, openLab, pattern, test } from './lab.js';

/** @typedef {{ call: (method: string, ...args: unknown[]) => Promise<any>, answers: string[] }} Raw */

/** Opens a page that has a worker of its own, whose messages it sends one by one. @param {import('@playwright/test').Page} page */
async function openWorker(page) {
  await page.goto('./#lang=en');
  await page.evaluate((version) => {
    const worker = new Worker(`${version}/src/training/worker/worker.js`, { type: 'module' });
    /** @type {Map<number, { resolve: (value: any) => void, reject: (error: any) => void }>} */
    const waiting = new Map();
    worker.onmessage = ({ data }) => {
      const entry = waiting.get(data.id);
      if (data.error) entry?.reject(Object.assign(new Error(data.error.message), data.error));
      else entry?.resolve(data.value);
    };
    let serial = 0;
    const call = (/** @type {string} */ method, /** @type {unknown[]} */ ...args) =>
      new Promise((resolve, reject) => {
        serial += 1;
        waiting.set(serial, { resolve, reject });
        worker.postMessage({ id: serial, method, args });
      });
    Object.assign(window, { call });
    const { href } = new URL('data/', document.baseURI);
    return call('boot', { version, variant: 'simd', threads: 1 }, href, 'mnist');
  }, folders.page);
}

test('of two runs asked for at once the last one lives, also where the first needs other data', async ({ page }) => {
  await openWorker(page);
  const live = await page.evaluate(async () => {
    const { call } = /** @type {any} */ (window);
    const config = { spec: 'input 28x28x1\nflatten\ndense 10\n', batch_size: 100, optimizer: { kind: 'adam', learning_rate: 0.001 }, schedule: { kind: 'constant' } };
    await call('configure', { ...config, data: 'mnist', seed: 1 });
    await Promise.all([call('configure', { ...config, data: 'fashion-mnist', seed: 2 }), call('configure', { ...config, data: 'mnist', seed: 3 })]);
    return (await call('info')).seed;
  });
  expect(live).toBe(3);
});

test('a worker that hangs while it trains is found by its silence, and the run goes on from its last snapshot', async ({ page }) => {
  const parts = await openLab(page, { lang: 'en', query: QUERY });
  await parts.press('run');
  await expect.poll(async () => (await runs(page)).length).toBe(1);
  const worker = page.workers().find((each) => each.url().endsWith('worker.js'));
  // For ever: the answer never comes.
  worker?.evaluate(() => { for (;;); }).catch(() => {});
  // A step takes milliseconds, so ten seconds of silence are enough; without knowing that, a minute is.
  await expect(parts.cell.locator('.notice')).toHaveText(pattern('en', 'error.engine_recovered'), { timeout: 40_000 });
  await parts.press('one-batch');
  await expect(parts.cell.locator('.notice')).toBeHidden();
});
