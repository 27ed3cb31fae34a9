// Everything on this device is erased: after a question that says what is there, in all tabs, and nothing comes back.

import AxeBuilder from '@axe-core/playwright';
import { nothingOffered, offer, QUERY, runs, stock, stored } from './kept.js';
import { expect, LANGS, openLab, pattern, test, text } from './lab.js';

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {import('./lab.js').Lang} Lang */

/** @param {Page} page @param {Lang} lang */
const button = (page, lang) => page.locator('footer').getByRole('button', { name: text(lang, 'erase.button') });
/** @param {Page} page @param {Lang} lang */
const yes = (page, lang) => page.getByRole('dialog').getByRole('button', { name: text(lang, 'erase.yes') });

/** Presses the button by keyboard and waits for the question. @param {Page} page @param {Lang} lang */
async function ask(page, lang) {
  await button(page, lang).focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: text(lang, 'erase.title') });
  await expect(dialog).toBeVisible();
  return dialog;
}

/** Puts a member of an ensemble, a setting and a cache where the page has its own, and others beside them. @param {Page} page */
const furnish = (page) =>
  page.evaluate(async () => {
    await new Promise((resolve) => {
      const opening = indexedDB.open('cnn-notebook-ensemble');
      opening.onupgradeneeded = () => opening.result.createObjectStore('members');
      opening.onsuccess = () => {
        const { transaction } = opening.result.transaction('members', 'readwrite').objectStore('members').put({ weights: new Uint8Array(1000), losses: new Float32Array(6) }, '1 x');
        if (transaction) transaction.oncomplete = () => resolve(opening.result.close());
      };
    });
    localStorage.setItem('cnn-notebook.theme', 'dark');
    localStorage.setItem('another page', 'stays');
    await caches.open('cnn-notebook-1');
    await caches.open('another page');
  });

/** What is left of it all. @param {Page} page */
const left = async (page) => ({
  ...(await page.evaluate(async () => ({ local: Object.keys(localStorage), session: Object.keys(sessionStorage), caches: await caches.keys() }))),
  // A page looks for runs as soon as it opens; that makes the database, but puts nothing there.
  stored: Object.values(await stock(page)).flatMap((table) => Object.keys(table)),
});

for (const lang of LANGS) {
  test(`all of it goes, after a question that says what is there, and the page is as on a first visit (${lang})`, async ({ page }) => {
    const parts = await openLab(page, { lang, query: QUERY });
    for (let i = 0; i < 2; i += 1) await parts.oneBatch();
    await stored(page, 2);
    await furnish(page);

    // No is no.
    const dialog = await ask(page, lang);
    await expect(dialog.getByRole('listitem')).toHaveText([pattern(lang, 'erase.runs'), pattern(lang, 'erase.members'), pattern(lang, 'erase.settings'), pattern(lang, 'erase.caches'), text(lang, 'erase.page')]);
    await expect(dialog.getByRole('listitem').first()).toContainText('2');
    expect((await new AxeBuilder({ page }).include('dialog').analyze()).violations).toEqual([]);
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await expect(button(page, lang)).toBeFocused();
    expect(await runs(page)).toHaveLength(1);

    await ask(page, lang);
    await yes(page, lang).click();
    const done = page.getByRole('dialog', { name: new RegExp(`${text('ko', 'erase.done')}|${text('en', 'erase.done')}`) });
    await expect(done).toBeVisible({ timeout: 30_000 });
    await expect(done.getByRole('listitem')).toHaveCount(5);
    expect(new URL(page.url()).search + new URL(page.url()).hash).not.toMatch(/spec|seed/);
    await done.getByRole('button').click();
    await nothingOffered(page);
    expect(await left(page)).toEqual({ local: ['another page'], session: [], caches: ['another page'], stored: [] });

    // It is said once.
    await page.reload();
    await nothingOffered(page);
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(page.locator('#toasts > *')).toHaveCount(0);
  });
}

test('a tab that trains beside it starts over as well, and writes nothing back', async ({ page, context }) => {
  const parts = await openLab(page, { lang: 'en', query: QUERY });
  await parts.press('run');
  await expect.poll(async () => (await runs(page)).length).toBe(1);
  const second = await context.newPage();
  await openLab(second, { lang: 'en' });
  await ask(second, 'en');
  await yes(second, 'en').click();
  await expect(page.getByRole('dialog')).toContainText(text('en', 'erase.elsewhere'), { timeout: 30_000 });
  await expect(second.getByRole('dialog', { name: text('en', 'erase.done') })).toBeVisible({ timeout: 30_000 });
  for (const each of [page, second]) await nothingOffered(each);
  expect(await left(page)).toEqual({ local: [], session: [], caches: [], stored: [] });
});

test('the offer of a run has the button too; storage that another tab holds is emptied, and that is said', async ({ page, context }) => {
  const parts = await openLab(page, { lang: 'en', query: QUERY });
  await parts.oneBatch();
  await stored(page, 1);
  await openLab(page, { lang: 'en' });
  // A page of another version, which hears nothing and does not let go.
  const other = await context.newPage();
  await other.addInitScript(() => Object.assign(window, { BroadcastChannel: class { postMessage() {} } }));
  await other.goto('./#lang=en');
  await other.evaluate(
    () =>
      new Promise((resolve) => {
        const opening = indexedDB.open('cnn-notebook');
        opening.onsuccess = () => resolve(Object.assign(window, { held: opening.result }).name);
      }),
  );
  await offer(page, 'en').getByRole('button', { name: text('en', 'erase.button') }).click();
  await yes(page, 'en').click();
  const dialog = page.getByRole('dialog', { name: text('en', 'erase.failed') });
  await expect(dialog).toContainText(text('en', 'erase.blocked'), { timeout: 30_000 });
  await other.close();
  await dialog.getByRole('button').click();
  await nothingOffered(page);
  expect(await runs(page)).toEqual([]);
});

test('where storage is denied the button says so', async ({ page }) => {
  await page.addInitScript(() => Object.defineProperty(window, 'indexedDB', { get: () => { throw new DOMException('denied', 'SecurityError'); } }));
  await page.goto('./#lang=en');
  await expect(page.locator('html')).toHaveAttribute('data-ready', 'engine', { timeout: 30_000 });
  const dialog = await ask(page, 'en');
  // No runs nor images; whether the worker has kept some of the data already is a race.
  await expect(dialog.getByRole('listitem').last()).toHaveText(text('en', 'erase.page'));
  expect(await dialog.getByRole('listitem').count()).toBeLessThanOrEqual(2);
  await yes(page, 'en').click();
  await expect(page.getByRole('dialog', { name: text('en', 'erase.failed') })).toContainText(text('en', 'erase.denied'), { timeout: 30_000 });
});
