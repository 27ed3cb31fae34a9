// Other data: Fashion-MNIST, a zip of folders, IDX files; and files that can't be read.

import AxeBuilder from '@axe-core/playwright';
import { Buffer } from 'node:buffer';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { runs } from './kept.js';
import { allData, expect, lab, oneOf, openLab, pattern, test, text } from './lab.js';
import { digitPicture, digitsLabelled, hugePng, png } from './pictures.js';

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {import('./lab.js').Lang} Lang */

const TINY = 'input 28x28x1\nmaxpool 2x2\nconv 3x3 8\nrelu\nmaxpool 2x2\nflatten\ndense 10\n';
const QUERY = `&train.rate=0.01&train.batch=20&spec=${encodeURIComponent(TINY)}`;

/** @param {Page} page @param {Lang} lang */
function data(page, lang) {
  const cell = page.locator('#data');
  return {
    cell,
    files: cell.locator('.own input[type=file]').last(),
    status: cell.locator('.own > .own-status'),
    use: cell.getByRole('button', { name: text(lang, 'data.use') }),
    samples: cell.locator('.own .samples li'),
    live: cell.locator('.figure .samples li'),
  };
}

const COLOURS = /** @type {const} */ ([[220, 60, 50, 255], [40, 150, 70, 255], [50, 80, 210, 255]]);

/** Three digits in many images, each in a colour and size of its own, in folders. @param {number} each */
function folders(each) {
  /** @type {Record<string, Uint8Array>} */
  const files = { '__MACOSX/._x': Uint8Array.of(1), 'set/notes.txt': Buffer.from('not an image') };
  [0, 1, 7].forEach((digit, i) => {
    for (let n = 0; n < each; n += 1) {
      const [index] = digitsLabelled([digit], n);
      const picture = digitPicture(index, { scale: 1 + (n % 3), ink: [...COLOURS[(i + n) % 3]], sheet: n % 4 === 0 ? [120, 90] : undefined });
      files[`set/${['zero', '하나', 'seven'][i]}/${n}.png`] = png(picture);
    }
  });
  files['set/zero/broken.png'] = Buffer.from('\x89PNG and no more');
  files['set/zero/huge.png'] = hugePng(9000);
  return files;
}

/** @param {number[]} sizes @param {ArrayLike<number>} body */
function idx(sizes, body) {
  const bytes = Buffer.alloc(4 + 4 * sizes.length + body.length);
  bytes.set([0, 0, 8, sizes.length]);
  sizes.forEach((size, i) => bytes.writeUInt32BE(size, 4 + 4 * i));
  bytes.set(body, 4 + 4 * sizes.length);
  return bytes;
}

/** @param {string} name @param {Uint8Array} bytes */
const file = (name, bytes) => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) });

for (const lang of oneOf('ko')) {
  test(`Fashion-MNIST is fetched when it is chosen, and trains; MNIST can be taken back (${lang})`, async ({ page }) => {
    test.setTimeout(120_000);
    /** @type {string[]} */
    const asked = [];
    page.on('request', (request) => void (request.url().includes('fashion-mnist/') && asked.push(request.url())));
    const parts = await openLab(page, { lang, query: QUERY });
    await parts.oneBatch();
    await allData(parts, lang);
    expect(asked).toEqual([]);

    const { cell, live } = data(page, lang);
    await cell.scrollIntoViewIfNeeded();
    await expect(live).toHaveCount(10);
    await cell.getByRole('radio', { name: 'Fashion-MNIST' }).check();
    await expect(page).toHaveURL(/data=fashion-mnist/);
    await expect(cell.locator('.own-status').first()).toHaveText(pattern(lang, 'data.waiting'));
    await cell.getByRole('button', { name: text(lang, 'data.start') }).click();
    await expect(live.nth(9)).toContainText(text(lang, 'data.fashion-9'), { timeout: 30_000 });
    expect(asked.length).toBeGreaterThan(1);
    await parts.cell.locator('.run-bar').scrollIntoViewIfNeeded();
    await expect(parts.line).toHaveText(pattern(lang, 'train.status-ready'));

    const first = (await parts.oneBatch()).loss;
    await parts.press('go-on');
    await expect.poll(async () => (await parts.progress()).batch, { timeout: 60_000 }).toBeGreaterThan(60);
    await parts.press('pause');
    // A pause may come while the next images are waited for.
    await expect.poll(async () => (await parts.progress()).loss).toBeLessThan(0.75 * first);
    await expect(parts.cell.locator('.data-line')).toContainText('Fashion-MNIST');
    await parts.cell.locator('.batch-canvas').focus();
    await page.keyboard.press('ArrowRight');
    const names = Array.from({ length: 10 }, (_, i) => text(lang, `data.fashion-${i}`));
    await expect(parts.cell.locator('.batch-detail')).toContainText(new RegExp(names.join('|')));

    await parts.button('take-back').click();
    await expect(page).not.toHaveURL(/data=/);
    await expect(parts.cell.locator('.data-line')).toContainText(/(^|\s)MNIST/);
    await expect.poll(async () => (await parts.progress()).batch).toBe(1);
    await parts.oneBatch();
  });
}

test('a link opens with Fashion-MNIST', async ({ page }) => {
  const parts = await openLab(page, { lang: 'en', query: `${QUERY}&data=fashion-mnist` });
  await parts.oneBatch();
  await expect(parts.cell.locator('.data-line')).toContainText('Fashion-MNIST');
});

test('a zip of coloured images in three classes: read, split, trained, kept after a reload', async ({ page }) => {
  test.setTimeout(150_000);
  const parts = await openLab(page, { lang: 'en', query: QUERY });
  await parts.oneBatch();
  const own = data(page, 'en');
  await own.cell.scrollIntoViewIfNeeded();
  await own.files.setInputFiles([file('mine.zip', zipSync(folders(40), { level: 0 }))]);
  await expect(own.status).toHaveText('120 images in 3 classes, 32×32×3 each: 84 to train, 18 to validate, 18 to test.', { timeout: 30_000 });
  await expect(own.samples).toHaveText([/seven40/, /zero40/, /하나40/]);
  await own.cell.locator('.own-skipped summary').click();
  const skipped = own.cell.locator('.own-skipped li');
  await expect(skipped).toHaveCount(3);
  await expect(own.cell.locator('.own-skipped')).toContainText('set/zero/broken.png');
  await expect(own.cell.locator('.own-skipped')).toContainText(text('en', 'data.own_image_size'));

  expect((await new AxeBuilder({ page }).include('#data').analyze()).violations).toEqual([]);

  // Other settings read the same files again; then back.
  await own.cell.getByRole('radio', { name: text('en', 'data.channels-grey') }).check();
  await expect(own.status).toContainText('32×32×1', { timeout: 30_000 });
  await own.cell.getByRole('radio', { name: text('en', 'data.channels-colour') }).check();
  await expect(own.status).toContainText('32×32×3', { timeout: 30_000 });

  await own.use.click();
  await expect(own.status).toHaveText(text('en', 'data.using'));
  await parts.cell.scrollIntoViewIfNeeded();
  await expect(parts.spec).toHaveValue('input 32x32x3\nmaxpool 2x2\nconv 3x3 8\nrelu\nmaxpool 2x2\nflatten\ndense 3\n');
  await expect(parts.cell.locator('.data-line')).toHaveText('My images is ready · 84 images to train, 18 to validate, 18 to test');
  const first = (await parts.oneBatch()).loss;
  await parts.press('go-on');
  await expect.poll(async () => Number((await parts.line.textContent())?.match(/epoch (\d+)/)?.[1]), { timeout: 60_000 }).toBeGreaterThan(15);
  await parts.press('pause');
  expect((await parts.progress()).loss).toBeLessThan(first / 2);
  await parts.press('test');
  await expect(parts.cell.locator('.test-result[role=status]')).toContainText('of 18 images');
  await parts.press('get-one');
  await expect(parts.cell.locator('.one-verdict')).toContainText(/zero|하나|seven/);

  // The digit's cell takes any image now, in the size that the network has.
  const digit = page.locator('#digit');
  await digit.scrollIntoViewIfNeeded();
  await digit.locator('input[type=file]').setInputFiles({ name: 'one.png', mimeType: 'image/png', buffer: png(digitPicture(digitsLabelled([1])[0], { ink: [...COLOURS[1]] })) });
  await expect(digit.locator('.digit-verdict')).toHaveText(/zero|하나|seven/);
  await expect(digit.locator('.digit-note')).toContainText('32×32×3');

  // What is kept of the run and of the images goes on after a reload; a link to them elsewhere says that it can't.
  await expect.poll(async () => (await runs(page))[0]?.step ?? 0).toBeGreaterThan(0);
  await page.reload();
  const again = lab(page, 'en');
  await expect(again.button('one-batch')).toHaveAttribute('aria-disabled', 'false', { timeout: 30_000 });
  await page.getByRole('group', { name: text('en', 'kept.offer') }).getByRole('button', { name: text('en', 'kept.continue') }).click();
  await expect(again.line).toHaveText(pattern('en', 'train.status-paused'));
  await again.press('one-batch');
  await expect(again.cell.locator('.data-line')).toContainText('My images');
});

test('IDX files are taken as they are, and a link to own images says that it can’t carry them', async ({ page }) => {
  const parts = await openLab(page, { lang: 'ko', query: '&data=own' });
  await expect(page.locator('#toasts')).toContainText(text('ko', 'data.not-in-link'));
  await expect(page).not.toHaveURL(/data=own/);
  const own = data(page, 'ko');
  await own.cell.scrollIntoViewIfNeeded();
  const images = idx([60, 12, 10], Uint8Array.from({ length: 60 * 120 }, (_, i) => (Math.floor(i / 120) % 2 ? 250 : i % 60)));
  const labels = idx([60], Uint8Array.from({ length: 60 }, (_, i) => i % 2));
  await own.files.setInputFiles([file('train-images-idx3-ubyte.gz', gzipSync(images)), file('train-labels-idx1-ubyte', labels)]);
  await expect(own.status).toContainText('12×10×1', { timeout: 30_000 });
  await own.use.click();
  await expect(own.status).toHaveText(text('ko', 'data.using'));
  await parts.cell.scrollIntoViewIfNeeded();
  await expect(parts.spec).toHaveValue(/^input 12x10x1\n[^]*dense 2 /);
  await parts.oneBatch();
  // Back by the radio button: the network has to be fitted again, and becomes the preset.
  await own.cell.getByRole('radio', { name: 'MNIST', exact: true }).check();
  await parts.cell.scrollIntoViewIfNeeded();
  await expect(parts.specError).toHaveText(pattern('ko', 'error.data_mismatch'));
  await parts.cell.getByRole('button', { name: text('ko', 'train.adapt') }).click();
  await parts.button('apply').click();
  await expect(parts.line).toHaveText(pattern('ko', 'train.status-ready'));
  await expect(parts.cell.getByRole('button', { name: text('ko', 'train.preset-lab11-2') })).toHaveAttribute('aria-pressed', 'true');
  await parts.oneBatch();
});

test('a folder with splits of its own, chosen and dropped, by keyboard to the run', async ({ page }, info) => {
  const parts = await openLab(page, { lang: 'en', query: QUERY });
  const own = data(page, 'en');
  await own.cell.scrollIntoViewIfNeeded();
  const root = info.outputPath('mine');
  [['train', 20], ['test', 6]].forEach(([split, each]) => {
    [0, 1].forEach((digit) => {
      const folder = join(root, String(split), String(digit));
      mkdirSync(folder, { recursive: true });
      for (let n = 0; n < Number(each); n += 1) writeFileSync(join(folder, `${n}.png`), png(digitPicture(digitsLabelled([digit], n)[0], { scale: 1 })));
    });
  });
  await own.cell.locator('.own input[type=file]').first().setInputFiles(root);
  // 15 % of each class's training images validate; the folder says which ones test.
  await expect(own.status).toHaveText('52 images in 2 classes, 32×32×3 each: 34 to train, 6 to validate, 12 to test.', { timeout: 30_000 });
  const zip = Buffer.from(zipSync(folders(3), { level: 0 })).toString('base64');
  const transfer = await page.evaluateHandle((base64) => {
    const dropped = new DataTransfer();
    dropped.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], 'dropped.zip'));
    return dropped;
  }, zip);
  await own.cell.locator('.own').dispatchEvent('drop', { dataTransfer: transfer });
  await expect(own.status).toContainText('9 images in 3 classes', { timeout: 30_000 });
  await own.use.focus();
  await page.keyboard.press('Enter');
  await expect(own.status).toHaveText(text('en', 'data.using'));
  await parts.cell.scrollIntoViewIfNeeded();
  await parts.oneBatch();
});

for (const lang of oneOf('en')) {
  test(`files that can’t be a data set are named, and everything stays (${lang})`, async ({ page }) => {
    const parts = await openLab(page, { lang, query: QUERY });
    await parts.oneBatch();
    const own = data(page, lang);
    await own.cell.scrollIntoViewIfNeeded();
    const bomb = zipSync({ 'x/a.png': new Uint8Array(9), 'x/b.png': new Uint8Array(9) });
    const view = new DataView(bomb.buffer);
    for (let at = 0; at + 46 < bomb.length; at += 1) if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, 6e8, true);
    for (const [files, code] of /** @type {[ReturnType<typeof file>[], string][]} */ ([
      [[file('cut.zip', zipSync(folders(2)).subarray(0, 400))], 'own_zip'],
      [[file('bomb.zip', bomb)], 'own_large'],
      [[file('flat.zip', zipSync({ 'a.png': png(digitPicture(1)), 'b.png': png(digitPicture(2)) }))], 'own_no_folders'],
      [[file('one.zip', zipSync({ 'cat/a.png': png(digitPicture(1)) }))], 'own_one_class'],
      [[file('text.txt', Buffer.from('hello, this is not an image at all'))], 'own_no_folders'],
      [[file('images', idx([2, 2, 2], new Uint8Array(8))), file('labels', idx([3], Uint8Array.of(0, 1, 1)))], 'count_mismatch'],
      [[file('images', idx([2, 2, 2], new Uint8Array(5)))], 'idx_length'],
    ])) {
      await own.files.setInputFiles(files);
      await expect(own.status, code).toHaveText(pattern(lang, `error.${code}`), { timeout: 20_000 });
      await expect(own.use).toBeHidden();
    }
    // A file that is gone between the drop and the reading.
    await own.cell.locator('.own').evaluate((target) => {
      const entry = { isFile: true, fullPath: '/gone.png', file: (/** @type {unknown} */ _found, /** @type {(error: Error) => void} */ lost) => lost(new DOMException('gone.png is gone', 'NotFoundError')) };
      const dataTransfer = { items: [{ webkitGetAsEntry: () => entry }], files: [] };
      target.dispatchEvent(Object.defineProperty(new Event('drop', { cancelable: true }), 'dataTransfer', { value: dataTransfer }));
    });
    await expect(own.status).toHaveText('gone.png is gone');
    expect((await parts.oneBatch()).batch).toBe(2);
  });
}
