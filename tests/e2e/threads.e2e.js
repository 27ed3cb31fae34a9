// The engine's threads, without the page around it: the same bits with any number of them, and nobody waits for ever.

import { expect, folders, test } from './fixtures.js';

/**
 * What runs in a worker, as training does: a few steps of a network that takes every fast path, on made-up images.
 * @param {{ url: string, threads: number, fail: boolean, refuse: boolean }} job
 */
async function train({ url, threads, fail, refuse }) {
  const engine = await import(url);
  await engine.default({});
  const { Worker } = globalThis;
  // The second of the helpers is refused.
  let left = refuse ? 1 : Infinity;
  globalThis.Worker = class extends Worker {
    /** @param {string | URL} script @param {WorkerOptions} [options] */
    constructor(script, options) {
      if ((left -= 1) < 0) throw new Error('refused');
      super(script, options);
    }
  };
  const problem = await engine.startThreads(threads).then(() => '', String);
  const dataset = new engine.Dataset({
    name: 'noise', height: 28, width: 28, channels: 1, classes: 10, block: 60, counts: { train: 60, validation: 0, test: 0 },
  });
  const noise = (/** @type {number} */ n, /** @type {number} */ below) =>
    Uint8Array.from({ length: n }, (_, i) => (Math.imul(i + 1, 0x9e3779b1) >>> 8) % below);
  dataset.append_pixels('train', noise(60 * 784, 256), noise(60, 10));
  const { spec, optimizer } = engine.presets().find((/** @type {{ name: string }} */ { name }) => name === 'lab11-3');
  const session = new engine.Session({ spec, optimizer, seed: 1, batch_size: 20, schedule: { kind: 'constant' } });
  const losses = [1, 2, 3, 4].map(() => session.step(dataset).loss);
  if (!fail) return { problem, losses, fingerprint: session.fingerprint() };
  engine.helperFailed();
  try {
    session.step(dataset);
    return { losses, message: 'went on' };
  } catch (error) {
    return { losses, message: String(error) };
  }
}

/**
 * @param {import('@playwright/test').Page} page
 * @param {{ threads: number, variant?: string, fail?: boolean, refuse?: boolean }} job
 */
async function inWorker(page, { threads, variant = 'relaxed-threads', fail = false, refuse = false }) {
  return page.evaluate(
    ([code, job]) => {
      const url = new URL(`${job.engine}/${job.variant}/cnn_wasm.js`, document.baseURI).href;
      const script = `(${code})(${JSON.stringify({ ...job, url })}).then(postMessage, (e) => postMessage({ error: String(e) }))`;
      const worker = new Worker(URL.createObjectURL(new Blob([script], { type: 'text/javascript' })), { type: 'module' });
      return new Promise((done) => {
        worker.onmessage = ({ data }) => {
          worker.terminate();
          done(data);
        };
      });
    },
    /** @type {const} */ ([String(train), { engine: folders.engine, threads, variant, fail, refuse }]),
  );
}

// A page that does nothing of its own, isolated as threads need it.
test.beforeEach(async ({ page }) => {
  const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
  const body = '<!doctype html><title>Empty</title><link rel="icon" href="data:,">';
  await page.route('**/empty.html', (route) => route.fulfill({ contentType: 'text/html', headers, body }));
  await page.goto('empty.html');
});

test('1, 2, 3 and 8 threads give the same bits', async ({ page }) => {
  const alone = await inWorker(page, { threads: 1 });
  expect(alone.losses).toHaveLength(4);
  expect(alone.fingerprint).toMatch(/^[0-9a-f]{16}$/);
  for (const threads of [2, 3, 8]) expect(await inWorker(page, { threads }), `${threads} threads`).toEqual(alone);
});

test('when a helper can’t be started, the others are let go and one thread does the work', async ({ page }) => {
  const alone = await inWorker(page, { threads: 1 });
  const { problem, ...rest } = await inWorker(page, { threads: 3, refuse: true });
  expect(problem).toContain('refused');
  expect({ problem: '', ...rest }).toEqual(alone);
});

test('when a helper dies, work ends with an exception in place of waiting', async ({ page }) => {
  const { message } = await inWorker(page, { threads: 2, fail: true });
  // A trap, whose message is left out of the engine that is downloaded.
  expect(message).toBe('RuntimeError: unreachable');
});
