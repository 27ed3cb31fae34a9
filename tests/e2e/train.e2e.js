// Training in the tab on the real MNIST: every control, in both languages, by mouse and by keyboard.

import { readFileSync } from 'node:fs';
import { expect, lab, oneOf, openLab, pattern, SMALL, test, testAccuracy, text } from './lab.js';

/** A batch mean that only a network which has learned reaches: guessing costs ln 10 ≈ 2.3. */
const LOSS_BOUND = 0.35;

test('lab11-2 learns the real MNIST in one epoch: loss below the bound, more than 95 % on the test images', async ({ trained }) => {
  test.setTimeout(600_000);
  expect(trained.loss).toBeLessThan(LOSS_BOUND);
  expect(trained.accuracy).toBeGreaterThan(0.95);
  expect(trained.log).toMatch(/Epoch: 0001, Cost: \d\.\d{9}/);
  expect(trained.log).toMatch(/validation accuracy 9\d\.\d+%/);
});

for (const [lang, width] of /** @type {const} */ ([['en', 1280], ['en', 360], ['ko', 360]])) {
  test(`the buttons stay where they are while the data comes (${lang}, ${width} px)`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    const parts = await openLab(page, { lang, query: `${SMALL}&train.batch=500` });
    await parts.button('run').scrollIntoViewIfNeeded();
    const seen = parts.cell.evaluate(
      (cell, all) =>
        new Promise((resolve) => {
          const [line, buttons] = ['.data-line', '.run-buttons'].map((css) => /** @type {Element} */ (cell.querySelector(css)));
          /** @type {Set<number>} */
          const places = new Set();
          /** @type {Set<string>} */
          const lines = new Set();
          const look = () => {
            places.add(buttons.getBoundingClientRect().top - cell.getBoundingClientRect().top);
            lines.add(line.textContent ?? '');
            if (line.textContent?.includes(all)) resolve({ places: [...places], lines: lines.size });
            else requestAnimationFrame(look);
          };
          look();
        }),
      '55,000',
    );
    await parts.press('run');
    const { places, lines } = /** @type {{ places: number[], lines: number }} */ (await seen);
    // Shards came one after the other, and each time the data's line said something else.
    expect(lines).toBeGreaterThan(4);
    expect(places).toHaveLength(1);
  });
}

for (const lang of oneOf('ko')) {
  test(`every control of the training cell (${lang})`, async ({ page }) => {
    test.setTimeout(240_000);
    const parts = await openLab(page, { lang });
    const { cell, line } = parts;

    // One batch: its hundred images, with what was right and what was wrong.
    await parts.oneBatch();
    await expect(cell.locator('.batch-count')).toHaveText(pattern(lang, 'train.batch-all'));
    await cell.locator('.batch-canvas').focus();
    await page.keyboard.press('ArrowRight');
    await expect(cell.locator('.batch-detail')).toHaveText(pattern(lang, 'train.batch-detail'));
    await expect(cell.locator('.chart-plot').first()).toHaveAttribute('aria-label', pattern(lang, 'train.chart-loss-text'));

    // Run and pause: the count goes up, then stays.
    await parts.press('go-on');
    await expect(line).toHaveText(pattern(lang, 'train.status-running'));
    await expect.poll(async () => (await parts.progress()).batch, { timeout: 30_000 }).toBeGreaterThan(3);
    // The learning rate, while it runs.
    await parts.rate.fill('0.002');
    await expect(page).toHaveURL(/train\.rate=0\.002/);
    await parts.press('pause');
    await expect(line).toHaveText(pattern(lang, 'train.status-paused'));
    const stopped = (await parts.progress()).batch;
    // Nothing was trained meanwhile: the next batch is the next one.
    await parts.press('one-batch');
    await expect.poll(async () => (await parts.progress()).batch).toBeGreaterThan(stopped);
    const paused = stopped + 1;
    expect((await parts.progress()).batch).toBe(paused);

    // Seed, batch size and optimizer need a new run, and say so.
    const before = await parts.seed.inputValue();
    await parts.button('new-seed').click();
    await expect(parts.seed).not.toHaveValue(before);
    await parts.batch.fill('50');
    await parts.optimizer.selectOption('sgd');
    await expect(cell.locator('.pending')).toBeVisible();
    expect((await parts.progress()).batch).toBe(paused);
    await parts.button('apply').click();
    await expect(line).toHaveText(pattern(lang, 'train.status-ready'));
    await parts.oneBatch();
    await expect(line).toContainText('1/1,100');

    // Taken back: the run before is there again, with its history.
    await parts.button('take-back').click();
    await expect.poll(async () => (await parts.progress()).batch).toBe(paused);
    await expect(line).toContainText('/550');

    // Start over: asks first; no keeps everything.
    await parts.press('reset');
    await page.getByRole('dialog').getByRole('button', { name: text(lang, 'train.cancel') }).click();
    expect((await parts.progress()).batch).toBe(paused);
    await parts.press('reset');
    await page.getByRole('dialog').getByRole('button', { name: text(lang, 'train.reset-yes') }).click();
    await expect(line).toHaveText(pattern(lang, 'train.status-ready'));

    // The other network, then one's own text, with shapes and counts at once.
    await cell.getByRole('button', { name: text(lang, 'train.preset-lab11-3') }).click();
    await expect(cell.locator('.spec-notes')).toContainText('2048');
    await expect(page).toHaveURL(/spec=lab11-3/);
    await parts.spec.fill('input 28x28x1\nconv 5x5 4 padding valid\nrelu\nmaxpool 2x2\nflatten\ndense 10\n');
    await expect(cell.locator('.spec-notes')).toContainText('24×24×4 · 104');
    await expect(cell.locator('.spec-totals')).toContainText((104 + 576 * 10 + 10).toLocaleString('en-US'));
    await expect(line).toHaveText(pattern(lang, 'train.status-ready'));
    await parts.oneBatch();

    // Test accuracy on demand, one random test image, and the language in place.
    expect(await testAccuracy(parts, lang)).toBeGreaterThan(0);
    await parts.press('get-one');
    await expect(cell.locator('.one-verdict')).toHaveText(/Label: \[\d\]Prediction: \[\d\]/);
    const other = lang === 'ko' ? 'en' : 'ko';
    await page.getByRole('button', { name: other === 'en' ? 'English' : '한국어' }).click();
    await expect(lab(page, other).button('one-batch')).toBeVisible();
    await expect(line).toHaveText(pattern(other, 'train.status-paused'));
    await expect(cell.locator('.test-result[role=status]')).toHaveText(pattern(other, 'train.test-done'));
  });
}

test('one epoch writes a line as the lecture does, and counts go on from there', async ({ page }) => {
  test.setTimeout(240_000);
  // A small network and large batches, so that an epoch is short.
  const spec = encodeURIComponent('input 28x28x1\nmaxpool 4x4\nflatten\ndense 10\n');
  const parts = await openLab(page, { lang: 'en', query: `&train.batch=1000&spec=${spec}` });
  await parts.press('one-epoch');
  await expect(parts.log.locator('> div')).toHaveCount(1, { timeout: 60_000 });
  await expect(parts.log).toContainText(/Epoch: 0001, Cost: \d\.\d{9}/);
  await expect(parts.log).toContainText(/validation accuracy [\d.]+%/);
  await expect(parts.line).toContainText('55/55');
  await parts.press('one-batch');
  await expect(parts.line).toContainText('epoch 2 · batch 1/55');
});

test('the quick network runs to the end of its schedule and stops there', async ({ page }) => {
  test.setTimeout(600_000);
  const parts = await openLab(page, { lang: 'en' });
  await parts.cell.getByRole('button', { name: text('en', 'train.preset-quick') }).click();
  await expect(parts.rate).toHaveValue('0.005');
  await expect(page).toHaveURL(/train\.schedule=one_cycle/);
  await expect(parts.cell.locator('.spec-notes')).toContainText('28×28×16');
  // One epoch of a cycle, so that the test is short: up and down within it.
  await parts.cell.getByLabel(text('en', 'train.epochs'), { exact: true }).fill('1');
  await expect(parts.line).toHaveText(text('en', 'train.status-ready'));
  // At once: what was just set is what is trained.
  await parts.press('run');
  await expect(parts.line).toContainText('rate now');
  await expect(parts.log.locator('> div')).toHaveCount(1, { timeout: 400_000 });
  await expect(parts.line).toHaveText(pattern('en', 'train.status-paused'), { timeout: 60_000 });
  await expect(parts.line).toContainText('550/550');
  expect(await testAccuracy(parts, 'en')).toBeGreaterThan(0.98);
});

test('the same seed gives the same losses; another gives others', async ({ page }) => {
  const losses = [];
  for (const seed of [5, 5, 6]) {
    const parts = await openLab(page, { query: `&train.seed=${seed}` });
    await parts.oneBatch();
    losses.push((await parts.oneBatch()).loss);
  }
  expect(losses[0]).toBe(losses[1]);
  expect(losses[0]).not.toBe(losses[2]);
});

test('weights are saved as safetensors and loaded again: the same accuracy, by choosing and by dropping', async ({ page, trained }) => {
  test.setTimeout(600_000);
  const header = readFileSync(trained.weights);
  const length = Number(header.readBigUInt64LE(0));
  const tensors = JSON.parse(header.subarray(8, 8 + length).toString('utf8'));
  expect(Object.keys(tensors)).toContain('layer0.weight');
  expect(tensors['layer0.weight'].shape).toEqual([3, 3, 1, 32]);

  const parts = await openLab(page, { lang: 'en' });
  await parts.files.setInputFiles(trained.weights);
  await expect(parts.weightsMessage).toHaveText(pattern('en', 'take.loaded'));
  expect(await testAccuracy(parts, 'en')).toBeCloseTo(trained.accuracy, 6);

  await page.reload();
  await expect(parts.button('one-batch')).toHaveAttribute('aria-disabled', 'false', { timeout: 30_000 });
  const bytes = readFileSync(trained.weights).toString('base64');
  const transfer = await page.evaluateHandle((base64) => {
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], 'dropped.safetensors'));
    return data;
  }, bytes);
  await page.locator('#take .weights').dispatchEvent('drop', { dataTransfer: transfer });
  await expect(parts.weightsMessage).toHaveText(/dropped\.safetensors/);
  await expect(parts.weightsMessage).toHaveText(pattern('en', 'take.loaded'));
});

test('it trains wherever it is hosted: isolated by headers, by a service worker, or not at all', async ({ browser, server, plainServer }) => {
  test.setTimeout(180_000);
  /** @type {string[]} */
  const losses = [];
  for (const [baseURL, serviceWorkers, threaded] of /** @type {const} */ ([
    [server, 'block', true],
    [plainServer, 'allow', true],
    [plainServer, 'block', false],
  ])) {
    const context = await browser.newContext({ baseURL, serviceWorkers });
    const page = await context.newPage();
    // The service worker loads the page anew, once, to isolate it.
    await page.goto('./');
    await expect.poll(() => page.evaluate(() => crossOriginIsolated).catch(() => null)).toBe(threaded);
    const parts = await openLab(page, { lang: 'en', query: '&threads=2' });
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(threaded);
    await expect(page.locator('.bar-engine')).toContainText(threaded ? '2 threads' : '1 thread');
    await parts.oneBatch();
    losses.push(String((await parts.oneBatch()).loss));
    await context.close();
  }
  // The same bits, with one thread or two.
  expect(new Set(losses).size, losses.join(' ')).toBe(1);
});

test('by keyboard alone: train, pause, start over, and read the curve', async ({ page }) => {
  const parts = await openLab(page, { lang: 'en' });
  await parts.button('one-batch').focus();
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await parts.progress()).batch).toBe(1);
  // The focus stays on the button although it could not be used for a moment.
  await expect(parts.button('one-batch')).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await expect(parts.button('go-on')).toBeFocused();
  await page.keyboard.press('Space');
  await expect.poll(async () => (await parts.progress()).batch, { timeout: 30_000 }).toBeGreaterThan(2);
  await page.keyboard.press('Space');
  await expect(parts.line).toHaveText(pattern('en', 'train.status-paused'));
  await parts.cell.locator('.chart-plot').first().focus();
  await page.keyboard.press('Home');
  await expect(parts.cell.locator('.chart-position').first()).toHaveText('batch 1');
  await page.keyboard.press('ArrowRight');
  await expect(parts.cell.locator('.chart-position').first()).toHaveText('batch 2');
  await parts.button('reset').focus();
  await page.keyboard.press('Enter');
  // Cancel has the focus; Escape means the same.
  await page.keyboard.press('Escape');
  await expect(parts.line).toHaveText(pattern('en', 'train.status-paused'));
  await expect(parts.button('reset')).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(parts.line).toHaveText(pattern('en', 'train.status-ready'));
});
