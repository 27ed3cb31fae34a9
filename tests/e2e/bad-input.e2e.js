// Bad input of every kind gets a message that says what is wrong; the model, its history and the drawing stay.

import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { PAGE } from '../../www/src/app/browsers.js';
import { expect, lab, oneOf, openLab, pattern, test, text } from './lab.js';
import { digitPicture, hugePng, png } from './pictures.js';

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {import('./lab.js').Lang} Lang */

/** Text of the network, code of the error, line it is on. @type {[string, string, string, number][]} */
const SPECS = [
  ['a kernel larger than its input', 'input 28x28x1\nconv 31x31 8\nflatten\ndense 10', 'kernel_too_large', 2],
  ['dense before flatten', 'input 28x28x1\nconv 3x3 8\ndense 10', 'needs_vector', 3],
  ['zero units', 'input 28x28x1\nflatten\ndense 0', 'zero_size', 3],
  ['shapes of gigabytes', 'input 28x28x1\nflatten\ndense 16384\ndense 16384\ndense 10', 'too_large', 4],
  ['a word that is no layer', 'input 28x28x1\nkonv 3x3 8\nflatten\ndense 10', 'unknown_layer', 2],
  ['a network without an input', 'conv 3x3 8\nflatten\ndense 10', 'missing_input', 1],
  ['a rate outside its range', 'input 28x28x1\ndropout 1.5\nflatten\ndense 10', 'out_of_range', 2],
  ['batch normalization by a negative number', 'input 28x28x1\nconv 3x3 8\nbatchnorm eps -1\nflatten\ndense 10', 'out_of_range', 3],
  ['batch normalization of the scores', 'input 28x28x1\nflatten\ndense 10\nbatchnorm', 'scores_normalized', 4],
  ['no text at all', '', 'missing_input', 1],
];

for (const lang of oneOf('en')) {
  test(`a network that can’t be: named, marked at its line, and the one before lives on (${lang})`, async ({ page }) => {
    test.setTimeout(180_000);
    const parts = await openLab(page, { lang });
    await parts.oneBatch();
    for (const [what, spec, code, line] of SPECS) {
      await parts.spec.fill(spec);
      await expect(parts.specError, what).toHaveText(pattern(lang, `error.${code}`));
      await expect(parts.spec, what).toHaveAttribute('aria-invalid', 'true');
      const marked = parts.cell.locator('.spec-gutter .bad');
      if (code !== 'too_large') await expect(marked, what).toHaveText(`✕ ${line}`);
      await expect(parts.button('apply')).toBeHidden();
    }
    expect((await parts.progress()).batch).toBe(1);
    expect((await parts.oneBatch()).batch).toBe(2);
    await expect(parts.line).toContainText('/550');
  });
}

test('a network that MNIST does not fit is shown, but not begun', async ({ page }) => {
  const parts = await openLab(page, { lang: 'en' });
  await parts.oneBatch();
  await parts.spec.fill('input 32x32x3\nconv 5x5 6\nrelu\nflatten\ndense 10');
  await expect(parts.cell.locator('.spec-notes')).toContainText('28×28×6');
  await expect(parts.specError).toHaveText(pattern('en', 'error.data_mismatch'));
  await expect(parts.button('apply')).toBeHidden();
  expect((await parts.oneBatch()).batch).toBe(2);
});

test('numbers that can’t be are named, and the ones before stay', async ({ page }) => {
  const parts = await openLab(page, { lang: 'en' });
  for (const [field, bad] of /** @type {const} */ ([[parts.batch, '0'], [parts.batch, '9999'], [parts.seed, '-1'], [parts.rate, 'fast'], [parts.rate, '0']])) {
    const before = await field.inputValue();
    await field.fill(bad);
    await expect(field).toHaveAttribute('aria-invalid', '');
    await expect(parts.cell.locator('.field-problem:not(:empty)')).toHaveCount(1);
    await field.fill(before);
    await expect(parts.cell.locator('.field-problem:not(:empty)')).toHaveCount(0);
  }
  await parts.oneBatch();
});

test('a link with a network that can’t be keeps its text, and a lecture’s network lives', async ({ page }) => {
  const parts = await openLab(page, { lang: 'en', query: `&spec=${encodeURIComponent('input 28x28x1\nflatten\ndense 0')}` });
  await expect(parts.spec).toHaveValue('input 28x28x1\nflatten\ndense 0');
  await expect(parts.specError).toHaveText(pattern('en', 'error.zero_size'));
  await parts.oneBatch();
});

for (const lang of oneOf('ko')) {
  test(`weights files that can’t be loaded change nothing (${lang})`, async ({ page }) => {
    const parts = await openLab(page, { lang, query: '&train.seed=9' });
    await parts.oneBatch();
    const downloading = page.waitForEvent('download');
    await parts.press('save');
    const own = readFileSync(await (await downloading).path());
    // What the second batch costs if nothing was changed.
    const other = await openLab(page, { lang, query: `&spec=${encodeURIComponent('input 28x28x1\nflatten\ndense 10')}` });
    const download = page.waitForEvent('download');
    await other.press('save');
    const foreign = readFileSync(await (await download).path());

    const losses = [];
    for (const spoil of [false, true]) {
      const again = await openLab(page, { lang, query: '&train.seed=9' });
      await again.oneBatch();
      if (spoil) {
        const notFinite = Buffer.from(own);
        notFinite.writeUInt32LE(0x7fc00000, own.length - 8);
        // Another network's weights bring it along only if the person says so.
        await again.files.setInputFiles({ name: 'other-model.safetensors', mimeType: 'application/octet-stream', buffer: foreign });
        await page.getByRole('dialog').getByRole('button', { name: text(lang, 'train.cancel') }).click();
        await expect(again.weightsMessage).toHaveText(pattern(lang, 'take.not-loaded'));
        // A file that does not say which network it is of is told why it does not fit.
        const nameless = Buffer.from(foreign.toString('latin1').replace('cnn_notebook', 'cnn_nonotebo'), 'latin1');
        for (const [name, buffer, code] of /** @type {[string, Buffer, string][]} */ ([
          ['nameless.safetensors', nameless, 'tensor_missing'],
          ['truncated.safetensors', own.subarray(0, own.length >> 1), 'checkpoint_corrupt'],
          ['corrupt.safetensors', Buffer.concat([Buffer.from([255, 255, 255, 255, 255, 255, 255, 255]), own]), 'checkpoint_corrupt'],
          ['empty.safetensors', Buffer.alloc(0), 'checkpoint_corrupt'],
          ['picture.png', png(digitPicture(0)), 'checkpoint_corrupt'],
          ['nan.safetensors', notFinite, 'checkpoint_altered'],
        ])) {
          await again.files.setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
          await expect(again.weightsMessage).toContainText(name);
          await expect(again.weightsMessage).toHaveText(pattern(lang, 'take.load-failed'));
          await expect(again.weightsMessage, name).toHaveText(pattern(lang, `error.${code}`));
        }
        expect((await again.progress()).batch).toBe(1);
      }
      losses.push((await again.oneBatch()).loss);
    }
    expect(losses[1]).toBe(losses[0]);
  });
}

for (const lang of oneOf('en')) {
  test(`files that are no image, empty drawings and 400 million pixels (${lang})`, async ({ page }) => {
    test.setTimeout(120_000);
    await openLab(page, { lang });
    const cell = page.locator('#digit');
    await cell.scrollIntoViewIfNeeded();
    const message = cell.locator('.digit-message');
    const pad = cell.locator('.pad');
    // Something is drawn, and stays through all of it.
    await pad.focus();
    await page.keyboard.press('Space');
    for (let i = 0; i < 9; i += 1) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await expect(cell.locator('.digit-verdict')).toHaveText(/^\d · /);
    const drawing = () => pad.evaluate((element) => /** @type {HTMLCanvasElement} */ (element).toDataURL());
    await pad.blur();
    const before = await drawing();

    for (const [name, mimeType, buffer] of /** @type {[string, string, Buffer][]} */ ([
      ['notes.txt', 'text/plain', Buffer.from('hello')],
      ['empty.png', 'image/png', Buffer.alloc(0)],
      ['cut.png', 'image/png', png(digitPicture(3)).subarray(0, 60)],
      ['not-a.jpg', 'image/jpeg', Buffer.from('GIF89a but no more')],
    ])) {
      await cell.locator('input[type=file]').setInputFiles({ name, mimeType, buffer });
      await expect(message, name).toHaveText(pattern(lang, 'error.image_unreadable'));
      await expect(message).toContainText(name);
    }

    await page.evaluate(() => {
      const { createImageBitmap } = window;
      Object.assign(window, { decoded: 0 });
      window.createImageBitmap = /** @type {any} */ ((/** @type {Parameters<typeof createImageBitmap>} */ ...args) => {
        /** @type {any} */ (window).decoded += 1;
        return createImageBitmap(...args);
      });
    });
    await cell.locator('input[type=file]').setInputFiles({ name: 'wall.png', mimeType: 'image/png', buffer: hugePng(20_000) });
    await expect(message).toHaveText(pattern(lang, 'error.image_huge'));
    await expect(message).toContainText('20,000×20,000');
    // None of its pixels were asked for.
    expect(await page.evaluate(() => /** @type {any} */ (window).decoded)).toBe(0);

    // A sheet of one colour has nothing on it.
    const blank = digitPicture(0, { ink: [255, 255, 255, 255] });
    await cell.locator('input[type=file]').setInputFiles({ name: 'blank.png', mimeType: 'image/png', buffer: png(blank) });
    await expect(message).toHaveText(pattern(lang, 'error.digit_empty'));

    const empty = await page.evaluateHandle(() => {
      const data = new DataTransfer();
      data.setData('text/plain', 'no file');
      return data;
    });
    await cell.locator('.digit').dispatchEvent('drop', { dataTransfer: empty });
    await expect(message).toHaveText(text(lang, 'error.no_image'));

    expect(await drawing()).toBe(before);
    await cell.getByRole('button', { name: text(lang, 'digit.ask'), exact: true }).click();
    await expect(message).toBeHidden();
  });

  test(`a shard that is missing or changed: said so, trained on what is there, loaded on request (${lang})`, async ({ page, problems }) => {
    for (const [kind, code] of /** @type {const} */ ([['missing', 'data_missing'], ['changed', 'data_changed']])) {
      await page.route('**/train-02.bin.gz', (route) =>
        kind === 'missing' ? route.fulfill({ status: 404 }) : route.fulfill({ body: gzipSync(Buffer.alloc(3_925_024, 7)) }),
      );
      const parts = await openLab(page, { lang });
      await parts.button('data-rest').click();
      await expect(parts.cell.locator('.data-problem')).toHaveText(pattern(lang, `error.${code}`), { timeout: 30_000 });
      await expect(parts.cell.locator('.data-problem')).toContainText('train-02.bin.gz');
      await parts.oneBatch();
      await page.unroute('**/train-02.bin.gz');
      await parts.button('data-retry').click();
      await expect(parts.cell.locator('.data-line')).toHaveText(pattern(lang, 'train.data-all'), { timeout: 30_000 });
      await expect(parts.cell.locator('.data-problem')).toHaveText('');
      expect((await parts.oneBatch()).batch).toBe(2);
      // The next one is asked for again.
      await page.evaluate(() => caches.delete('cnn-notebook data'));
    }
    expect(problems.every((problem) => /404/.test(problem))).toBe(true);
    problems.length = 0;
  });

  test(`a list of the data that is wrong: said so, and read again on request (${lang})`, async ({ page }) => {
    await page.route('**/mnist/manifest.json', async (route) => {
      const manifest = await (await route.fetch()).json();
      manifest.shards[2].sha256 = 'f'.repeat(64);
      await route.fulfill({ json: manifest });
    });
    const parts = await openLab(page, { lang });
    await parts.button('data-rest').click();
    await expect(parts.cell.locator('.data-problem')).toHaveText(pattern(lang, 'error.data_changed'), { timeout: 30_000 });
    await parts.oneBatch();
    await page.unroute('**/mnist/manifest.json');
    await parts.button('data-retry').click();
    await expect(parts.cell.locator('.data-line')).toHaveText(pattern(lang, 'train.data-all'), { timeout: 30_000 });
    expect((await parts.oneBatch()).batch).toBe(2);
  });

  test(`a browser without SIMD: said so, and the lecture can be read (${lang})`, async ({ page }) => {
    await page.addInitScript(() => {
      WebAssembly.validate = () => false;
    });
    await page.goto(`./#train&lang=${lang}`);
    await expect(page.locator('#toasts')).toContainText(pattern(lang, 'page.no-simd'));
    for (const version of Object.values(PAGE)) await expect(page.locator('#toasts')).toContainText(version);
    const parts = lab(page, lang);
    await expect(parts.cell.locator('.notice-text')).toHaveText(pattern(lang, 'error.no_simd'));
    await expect(parts.line).toHaveText(text(lang, 'train.status-failed'));
    await expect(parts.button('one-batch')).toHaveAttribute('aria-disabled', 'true');
    await page.locator('#digit').scrollIntoViewIfNeeded();
    await expect(page.locator('#digit .digit-note')).toHaveText(text(lang, 'digit.no-trainer'));
  });
}

test('training waits for a shard that is late, can be paused meanwhile, and goes on by itself', async ({ page }) => {
  test.setTimeout(180_000);
  /** @type {(value?: unknown) => void} */
  let release = () => {};
  const late = new Promise((resolve) => (release = resolve));
  await page.route(/train-0[1-9]|train-10/, async (route) => {
    await late;
    await route.continue().catch(() => {});
  });
  const spec = encodeURIComponent('input 28x28x1\nmaxpool 4x4\nflatten\ndense 10');
  const parts = await openLab(page, { lang: 'en', query: `&train.batch=500&spec=${spec}` });
  await parts.press('run');
  await expect(parts.line).toHaveText(text('en', 'train.status-waiting'), { timeout: 60_000 });
  await parts.press('pause');
  await expect(parts.line).toContainText('batch 10/110');
  await parts.press('go-on');
  await expect(parts.line).toHaveText(text('en', 'train.status-waiting'));
  release();
  await expect.poll(async () => (await parts.progress()).batch, { timeout: 30_000 }).toBeGreaterThan(12);
  await parts.press('pause');
});

test('a loss that runs away stops training at its layer and offers the last good state', async ({ page }) => {
  test.setTimeout(180_000);
  // Linear layers without a ReLU that could die: with steps this large their product grows without end.
  const spec = encodeURIComponent('input 28x28x1\nflatten\ndense 64\ndense 64\ndense 10');
  const parts = await openLab(page, { lang: 'en', query: `&spec=${spec}&train.optimizer=sgd&train.rate=0.01` });
  await parts.oneBatch();
  await parts.rate.fill('10');
  await parts.press('go-on');
  const notice = parts.cell.locator('.notice');
  await expect(notice).toHaveText(pattern('en', 'error.not_finite'), { timeout: 60_000 });
  await expect(parts.button('one-batch')).toHaveAttribute('aria-disabled', 'true');
  await parts.rate.fill('0.01');
  await notice.getByRole('button', { name: pattern('en', 'train.restore'), exact: true }).last().click();
  await expect(notice).toBeHidden();
  await expect.poll(async () => (await parts.progress()).batch).toBe(1);
  const { loss } = await parts.oneBatch();
  expect(loss).toBeLessThan(4);
});

test('a worker that dies is started again from the last snapshot', async ({ page, problems }) => {
  test.setTimeout(120_000);
  const parts = await openLab(page, { lang: 'en' });
  await parts.oneBatch();
  await parts.oneBatch();
  const reference = await parts.oneBatch();
  const [worker] = page.workers();
  await worker.evaluate(() => {
    setTimeout(() => {
      throw new Error('struck down by the test');
    });
  });
  await expect(parts.cell.locator('.notice')).toHaveText(pattern('en', 'error.engine_recovered'), { timeout: 30_000 });
  await expect.poll(async () => (await parts.progress()).batch).toBe(3);
  expect((await parts.progress()).loss).toBe(reference.loss);
  expect((await parts.oneBatch()).batch).toBe(4);
  problems.length = 0;
});
