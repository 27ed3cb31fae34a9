// Nothing is lost: a run goes on after a reload as if there had been none, and storage that fails costs only that.

import AxeBuilder from '@axe-core/playwright';
import { answer, nothingOffered, offer, QUERY, SPEC, stored, weights } from './kept.js';
import { expect, oneOf, openLab, pattern, test, text } from './lab.js';
import { digitPicture, png } from './pictures.js';

for (const lang of oneOf('en')) {
  test(`a run goes on after a reload bit for bit, curves and settings too (${lang})`, async ({ page }) => {
    test.setTimeout(120_000);
    const parts = await openLab(page, { lang, query: QUERY });
    for (let i = 0; i < 3; i += 1) await parts.oneBatch();
    await stored(page, 3);
    const chart = parts.cell.locator('.chart-plot').first();
    const curve = await chart.getAttribute('aria-label');
    // As without the reload.
    const { loss } = await parts.oneBatch();
    const expected = await weights(page, parts);
    await stored(page, 4);

    // The same three batches again, in a tab of its own, then the reload; the first tab's run is older by then.
    const again = await openLab(page, { lang, query: QUERY });
    await answer(page, lang, 'discard').click();
    await expect(offer(page, lang)).toHaveCount(0);
    for (let i = 0; i < 3; i += 1) await again.oneBatch();
    await stored(page, 3);
    await page.goto('about:blank');
    const after = await openLab(page, { lang, query: '' });
    await expect(offer(page, lang)).toContainText(pattern(lang, 'kept.text'));
    await expect(offer(page, lang)).toContainText('3');
    expect((await new AxeBuilder({ page }).include('#toasts').analyze()).violations).toEqual([]);
    await answer(page, lang, 'continue').focus();
    await page.keyboard.press('Enter');
    await expect(after.line).toContainText('3/275');
    await expect(after.spec).toHaveValue(SPEC);
    await expect(after.seed).toHaveValue('9');
    await expect(page).toHaveURL(/train\.batch=200/);
    await expect(after.cell.locator('.pending')).toBeHidden();
    await expect(after.cell.locator('.chart-plot').first()).toHaveAttribute('aria-label', curve ?? '');
    const next = await after.oneBatch();
    expect(next.batch).toBe(4);
    expect(next.loss).toBe(loss);
    expect((await weights(page, after)).equals(expected)).toBe(true);

    // Another language, and what was thrown away does not come back.
    await page.goto('about:blank');
    await openLab(page, { lang, query: '' });
    const other = lang === 'ko' ? 'en' : 'ko';
    await page.getByRole('button', { name: other === 'en' ? 'English' : '한국어' }).click();
    await expect(offer(page, other)).toContainText(pattern(other, 'kept.text'));
    await answer(page, other, 'discard').click();
    await expect(offer(page, other)).toHaveCount(0);
    await page.reload();
    await nothingOffered(page);
    await expect(offer(page, other)).toHaveCount(0);
  });
}

test('a digit that was taught is taught on after a reload', async ({ page }) => {
  test.setTimeout(120_000);
  /** Teaches one digit and trains two batches. */
  async function taught() {
    const parts = await openLab(page, { lang: 'en', query: QUERY });
    const digit = page.locator('#digit');
    await digit.scrollIntoViewIfNeeded();
    await digit.locator('input[type=file]').setInputFiles({ name: 'digit.png', mimeType: 'image/png', buffer: png(digitPicture(7)) });
    await digit.locator('.digit-teach .chip').nth(3).click();
    await expect(digit.locator('.taught-list li')).toHaveCount(1);
    await parts.cell.scrollIntoViewIfNeeded();
    await parts.oneBatch();
    await parts.oneBatch();
    return parts;
  }
  const parts = await taught();
  await parts.oneBatch();
  const expected = await weights(page, parts);
  await taught();
  await stored(page, 2);
  const after = await openLab(page, { lang: 'en' });
  await answer(page, 'en', 'continue').click();
  await expect(after.line).toContainText('2/275');
  await after.oneBatch();
  expect((await weights(page, after)).equals(expected)).toBe(true);
  await page.locator('#digit').scrollIntoViewIfNeeded();
  await expect(page.locator('#digit .taught-list li')).toHaveCount(1);
});

test('a run that a crash cut off goes on from the last snapshot, and one of an open tab is not offered', async ({ page, context }) => {
  const parts = await openLab(page, { lang: 'en', query: QUERY });
  await parts.press('run');
  await expect.poll(async () => (await parts.progress()).batch, { timeout: 30_000 }).toBeGreaterThan(5);
  // Put away, as when the lid closes: what is trained is written at once.
  await page.evaluate(() => {
    Object.defineProperty(document, 'hidden', { value: true, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  const second = await context.newPage();
  await openLab(second, { lang: 'en' });
  await nothingOffered(second);
  await expect(offer(second, 'en')).toHaveCount(0);
  await page.close({ runBeforeUnload: false });
  const third = await context.newPage();
  const opened = await openLab(third, { lang: 'en' });
  await answer(third, 'en', 'continue').click();
  await expect(opened.line).toHaveText(pattern('en', 'train.status-paused'));
  expect((await opened.progress()).batch).toBeGreaterThan(3);
  const { line } = await opened.progress();
  await opened.press('one-batch');
  await expect(opened.line).not.toHaveText(line);
});

test('a damaged record is thrown away with a word; the page works on', async ({ page }) => {
  const parts = await openLab(page, { lang: 'en', query: QUERY });
  await parts.oneBatch();
  await stored(page, 1);
  await page.evaluate(
    () =>
      new Promise((resolve) => {
        const opening = indexedDB.open('cnn-notebook');
        opening.onsuccess = () => {
          const table = opening.result.transaction('runs', 'readwrite').objectStore('runs');
          const walking = table.openCursor();
          walking.onsuccess = () => {
            const cursor = walking.result;
            if (!cursor) return resolve(opening.result.close());
            const value = cursor.value;
            // A single bit of the first weight, behind the header and its length.
            if (value.snapshot) {
              const { bytes } = value.snapshot;
              bytes[8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))] ^= 1;
            }
            cursor.update(value);
            cursor.continue();
          };
        };
      }),
  );
  const again = await openLab(page, { lang: 'en', query: QUERY });
  await answer(page, 'en', 'continue').click();
  await expect(page.locator('#toasts')).toContainText(text('en', 'error.kept_damaged'));
  expect((await again.oneBatch()).batch).toBe(1);
});

for (const [what, spoil] of /** @type {[string, () => void][]} */ ([
  ['denied', () => Object.defineProperty(window, 'indexedDB', { get: () => { throw new DOMException('denied', 'SecurityError'); } })],
  ['refused', () => { IDBFactory.prototype.open = () => { throw new DOMException('private', 'InvalidStateError'); }; }],
  ['full', () => { IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); }; }],
])) {
  test(`storage that is ${what} is told once and costs nothing else`, async ({ page }) => {
    await page.addInitScript(spoil);
    const parts = await openLab(page, { lang: 'en', query: QUERY });
    await parts.oneBatch();
    const toast = page.locator('#toasts .toast', { hasText: text('en', 'kept.trouble') });
    await expect(toast).toHaveCount(1);
    await toast.getByRole('button').click();
    await parts.oneBatch();
    await parts.oneBatch();
    // Whatever the last snapshot led to is drawn.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
    await expect(toast).toHaveCount(0);
  });
}

test('a loss that runs away stops training, names the layer, and goes back with a smaller rate', async ({ page }) => {
  // Linear, so that no dead unit ends it, and with steps that are bounded, so that it stays a number.
  const spec = 'input 28x28x1\nmaxpool 2x2\nflatten\ndense 10\n';
  const parts = await openLab(page, { lang: 'en', query: `&spec=${encodeURIComponent(spec)}` });
  for (let i = 0; i < 3; i += 1) await parts.oneBatch();
  await parts.rate.fill('10');
  await parts.press('go-on');
  const notice = parts.cell.locator('.notice');
  await expect(notice).toHaveText(pattern('en', 'error.diverging'), { timeout: 60_000 });
  await expect(notice).toContainText('layer 2');
  await expect(parts.line).toHaveText(pattern('en', 'train.status-stopped'));
  await notice.getByRole('button', { name: pattern('en', 'train.restore-slower') }).click();
  await expect(notice).toBeHidden();
  await expect(parts.rate).toHaveValue('1');
  expect((await parts.oneBatch()).batch).toBe(4);
});
