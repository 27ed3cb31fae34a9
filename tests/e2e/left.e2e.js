// Runs that are left, and come back: by address, with the page in the back/forward cache, cut off soon, on plain http, and
// on a computer that others use too.

import { zipSync } from 'fflate';
import { answer, nothingOffered, offer, QUERY, runs, stock, stored } from './kept.js';
import { expect, LANGS, openLab, pattern, test, text } from './lab.js';
import { digitPicture, png } from './pictures.js';
import { BROWSER_ARGS, WHOLE_BROWSER } from './playwright.config.mjs';

// As people's browsers have it.
test.use({ launchOptions: { executablePath: WHOLE_BROWSER, args: BROWSER_ARGS, ignoreDefaultArgs: ['--disable-back-forward-cache'] } });

test('a run that was left for another page is offered on coming back by address, and by the way back it goes on itself', async ({ page }) => {
  const parts = await openLab(page, { lang: 'en', query: QUERY });
  for (let i = 0; i < 3; i += 1) await parts.oneBatch();
  await stored(page, 3);
  await page.evaluate(() => window.addEventListener('pageshow', ({ persisted }) => persisted && Object.assign(window, { back: true })));
  await page.goto('about:blank');
  await page.goto('./#train&lang=en');
  await expect(offer(page, 'en')).toContainText('3', { timeout: 30_000 });
  await page.evaluate(() => history.go(-2));
  await expect.poll(() => page.evaluate(() => Reflect.get(window, 'back')).catch(() => false)).toBe(true);
  // It holds its run again, which is kept anew, and trains on.
  await stored(page, 3);
  expect((await parts.oneBatch()).batch).toBe(4);
  await stored(page, 4);
  const other = await page.context().newPage();
  await openLab(other, { lang: 'en' });
  await nothingOffered(other);
});

test('a run is kept soon after it begins, so that one that is cut off early is not lost', async ({ page }) => {
  const parts = await openLab(page, { lang: 'en', query: QUERY });
  await parts.press('run');
  // No pause and no end of an epoch: the first snapshots are due after one and three seconds.
  await expect.poll(async () => (await runs(page)).length, { timeout: 8000 }).toBe(1);
  const [{ step }] = await runs(page);
  expect(step).toBeGreaterThan(0);
  await expect.poll(async () => (await runs(page))[0].step, { timeout: 8000 }).toBeGreaterThan(step);
  await expect(parts.button('pause')).toBeVisible();
});

test('without locks, as on plain http, the run of a tab that is gone is offered and that of a living one is not', async ({ page, context }) => {
  await context.addInitScript(() => Object.defineProperty(navigator, 'locks', { value: undefined }));
  const parts = await openLab(page, { lang: 'en', query: QUERY });
  await parts.oneBatch();
  await stored(page, 1);
  const second = await context.newPage();
  const other = await openLab(second, { lang: 'en', query: QUERY });
  await nothingOffered(second);
  for (let i = 0; i < 2; i += 1) await other.oneBatch();
  await stored(second, 2);
  // What it writes removes nothing of the first tab's.
  expect((await runs(second)).map(({ step }) => step)).toEqual([2, 1]);
  await page.close();
  await second.close();
  const third = await context.newPage();
  await openLab(third, { lang: 'en', query: QUERY });
  await expect(offer(third, 'en')).toContainText('batch 2');
});

/** What is spoilt, where it stands in the record, and what is put there; without a value one bit is another. @type {[string, (string | number)[], unknown?][]} */
const SPOILT = [
  ['the optimizer’s memory', ['snapshot', 'bytes', -5]],
  ['the counts', ['snapshot', 'counts', 'session'], null],
  ['a loss of the history', ['history', 'loss', 1], 2],
  ['the seed', ['config', 'seed'], 8],
];
for (const [what, path, value] of SPOILT) {
  test(`a kept run with another bit in ${what} is said to be damaged, and not used`, async ({ page }) => {
    const parts = await openLab(page, { lang: 'ko', query: QUERY });
    const { loss } = await parts.oneBatch();
    await parts.oneBatch();
    await stored(page, 2);
    await page.evaluate(
      ([path, value]) =>
        new Promise((resolve) => {
          const opening = indexedDB.open('cnn-notebook');
          opening.onsuccess = () => {
            const table = opening.result.transaction('runs', 'readwrite').objectStore('runs');
            table.openCursor(IDBKeyRange.bound('run/', 'run0')).onsuccess = ({ target }) => {
              const cursor = /** @type {IDBRequest<IDBCursorWithValue>} */ (target).result;
              const record = cursor.value;
              const node = path.slice(0, -1).reduce((/** @type {any} */ at, /** @type {any} */ key) => at[key], record);
              const last = path[path.length - 1] < 0 ? node.length + path[path.length - 1] : path[path.length - 1];
              node[last] = value === undefined ? node[last] ^ 1 : value;
              cursor.update(record).onsuccess = () => resolve(opening.result.close());
            };
          };
        }),
      /** @type {[any[], unknown]} */ ([path, value]),
    );
    const again = await openLab(page, { lang: 'ko', query: QUERY });
    await answer(page, 'ko', 'continue').click();
    await expect(page.locator('#toasts')).toContainText(text('ko', 'error.kept_damaged'));
    await expect(offer(page, 'ko')).toHaveCount(0);
    expect(await runs(page)).toEqual([]);
    // The run that lives is the one of the settings, from its start.
    expect(await again.oneBatch()).toMatchObject({ batch: 1, loss });
  });
}

test('a run of an older version of the page is said to be one, and not used', async ({ page }) => {
  await openLab(page, { lang: 'en' });
  await nothingOffered(page);
  await page.evaluate(
    () =>
      new Promise((resolve) => {
        const opening = indexedDB.open('cnn-notebook');
        opening.onsuccess = () => {
          const { transaction } = opening.result.transaction('runs', 'readwrite').objectStore('runs').put({ version: 1, saved: 1, spec: 'lab11-2', step: 7, accuracy: null }, 'label/1-2.1');
          if (transaction) transaction.oncomplete = () => resolve(opening.result.close());
        };
      }),
  );
  await openLab(page, { lang: 'en' });
  await expect(page.locator('#toasts')).toContainText(text('en', 'error.kept_old'));
  expect(await runs(page)).toEqual([]);
});

/** Twelve images in two folders. */
const zip = () =>
  zipSync(Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`mine/${['my-cat', 'my-dog'][i % 2]}/${i}.png`, png(digitPicture(i))])), { level: 0 });

for (const lang of LANGS) {
  test(`the next person at the computer sees nothing of the one before until they agree, and can erase it (${lang})`, async ({ page, context }) => {
    test.setTimeout(150_000);
    const parts = await openLab(page, { lang, query: '&train.batch=4' });
    const cell = page.locator('#data');
    await cell.scrollIntoViewIfNeeded();
    await cell.locator('.own input[type=file]').last().setInputFiles([{ name: 'mine.zip', mimeType: 'application/zip', buffer: Buffer.from(zip()) }]);
    await cell.getByRole('button', { name: text(lang, 'data.use'), exact: true }).click({ timeout: 30_000 });
    await expect(cell.locator('.own > .own-status')).toHaveText(text(lang, 'data.using'), { timeout: 30_000 });
    await parts.cell.scrollIntoViewIfNeeded();
    await parts.oneBatch();
    await stored(page, 1);
    await expect.poll(async () => Object.keys((await stock(page))['cnn-notebook'])).toContain('own');
    const address = page.url();
    await page.close();

    // The next one: the address that the browser remembers names the data, and the page opens on MNIST.
    const next = await context.newPage();
    await next.goto(address);
    await expect(offer(next, lang)).toBeVisible({ timeout: 30_000 });
    await expect(next.locator('#train .data-line')).toContainText('MNIST');
    await expect(next.locator('body')).not.toContainText(/my-cat|my-dog/);
    await expect(offer(next, lang)).toContainText(pattern(lang, 'kept.text-plain'));

    // Agreed: all of it is there again.
    const again = await openLab(next, { lang });
    await answer(next, lang, 'continue').click();
    await expect(again.cell.locator('.data-line')).toContainText(text(lang, 'data.name-own'));
    await next.locator('#data').scrollIntoViewIfNeeded();
    await expect(next.locator('#data')).toContainText('my-cat');
    await next.close();

    // Or not: run and images are gone.
    const third = await context.newPage();
    await third.goto(address);
    await answer(third, lang, 'discard').click({ timeout: 30_000 });
    await expect(offer(third, lang)).toHaveCount(0);
    await expect.poll(async () => Object.keys((await stock(third))['cnn-notebook'])).toEqual([]);
    await third.goto('about:blank');
    await third.goto(address);
    await nothingOffered(third);
    await expect(third.locator('#toasts')).toContainText(text(lang, 'data.not-in-link'));
  });
}

test('images of one’s own without a run are offered too, where the address asks for them', async ({ page }) => {
  const parts = await openLab(page, { lang: 'en', query: '&train.batch=4' });
  const cell = page.locator('#data');
  await cell.scrollIntoViewIfNeeded();
  await cell.locator('.own input[type=file]').last().setInputFiles([{ name: 'mine.zip', mimeType: 'application/zip', buffer: Buffer.from(zip()) }]);
  await cell.getByRole('button', { name: text('en', 'data.use'), exact: true }).click({ timeout: 30_000 });
  await expect.poll(async () => Object.keys((await stock(page))['cnn-notebook'])).toEqual(['own']);
  await expect(page).toHaveURL(/data=own/);
  await page.reload();
  await expect(offer(page, 'en')).toContainText('12 images', { timeout: 30_000 });
  await answer(page, 'en', 'use-images').click();
  await parts.cell.scrollIntoViewIfNeeded();
  await expect(parts.cell.locator('.data-line')).toContainText('My images is ready · 8 images');
  await parts.oneBatch();
});
