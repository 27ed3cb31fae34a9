// A lesson: made in a dialog, opened by its link, locked where the teacher locks, its answers opened by a word; handed in as a
// file, and started over for the next pupil.

import { readFileSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import { expect, keysOf, test, visit } from './fixtures.js';
import { LANGS, text, violationsOf } from './lab.js';
import { digestOf } from '../../www/src/classroom/code-word.js';

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {import('./lab.js').Lang} Lang */

/** The cells that are to be seen. @param {Page} page */
const seen = (page) => page.locator('.cell').evaluateAll((cells) => cells.filter((cell) => cell.checkVisibility()).map(({ id }) => id));
/** @param {Page} page @param {string} hash */
async function open(page, hash) {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await visit(page, `./#${hash}`);
  await expect(page.locator('html')).toHaveAttribute('data-ready', 'engine', { timeout: 60_000 });
}
/** @param {Page} page @param {Lang} lang @param {string} way */
async function choose(page, lang, way) {
  await page.locator('.bar').getByRole('button', { name: text(lang, 'page.class') }).click();
  await page.getByRole('button', { name: text(lang, `class.${way}`), exact: true }).click();
}
/** What axe finds. @param {Page} page @param {string} within */
const violations = (page, within) => violationsOf(new AxeBuilder({ page }).include(within));

for (const lang of LANGS) {
  test(`the dialog’s link opens its cells in their order, as the teacher set them (${lang})`, async ({ page }) => {
    test.setTimeout(240_000);
    await open(page, `lang=${lang}&stride.n=9`);
    await choose(page, lang, 'lesson');
    const dialog = page.locator('dialog[open]');
    /** @param {string} id */
    const row = (id) => dialog.getByRole('listitem').filter({ has: page.getByText(text(lang, `${id}.title`), { exact: true }) });
    for (const id of ['filter', 'stride']) await row(id).getByRole('checkbox').check();
    await row('stride').getByRole('spinbutton').fill('12');
    // By keyboard, before the filter.
    await row('stride').getByRole('button').first().press('Enter');
    await expect(dialog.locator('.lesson-row').nth(2).getByRole('checkbox')).toBeChecked();
    await dialog.getByText(text(lang, 'lesson.lock-numbers')).click();
    await dialog.getByText(text(lang, 'lesson.hide')).click();
    await dialog.getByLabel(text(lang, 'lesson.word-choose')).fill('robin');
    expect(await violations(page, 'dialog[open]')).toEqual([]);
    const link = await dialog.getByLabel(text(lang, 'lesson.link')).inputValue();
    expect(link).toContain('lesson=stride-12_filter-10');
    expect(link).toContain('stride.n=9');
    expect(link).not.toContain('robin');

    await visit(page, link);
    await expect(page.locator('.lesson-strip')).toBeVisible({ timeout: 60_000 });
    await expect(page.locator('html')).toHaveAttribute('data-cells', 'all', { timeout: 60_000 });
    expect(await seen(page)).toEqual(['stride', 'filter']);
    expect(await page.locator('#toc a:visible').evaluateAll((links) => links.map((each) => each.getAttribute('href')))).toEqual(['#stride', '#filter']);
    await expect(page.locator('.lesson-title')).toContainText('22');
    const stride = page.locator('#stride');
    await expect(stride.locator('.lesson-minutes')).toContainText('12');
    const size = stride.locator('.spin').first();
    await expect(size).toHaveAttribute('inert', '');
    await expect(stride.locator('[role=spinbutton]').first()).toHaveAttribute('aria-valuenow', '9');
    expect(await violations(page, '.lesson-strip')).toEqual([]);
    expect(await violations(page, '#stride')).toEqual([]);
    // The window still moves.
    const readout = stride.locator('.stepper-readout').first();
    const before = await readout.textContent();
    await stride.locator('.stepper').first().getByRole('button', { name: text(lang, 'page.step-next') }).click();
    await expect(readout).not.toHaveText(before ?? '');

    // What is right waits for the word, and so does the figure.
    const check = stride.locator('.check');
    await check.getByRole('textbox').fill('4');
    await check.getByRole('button', { name: text(lang, 'page.check-keep') }).click();
    await expect(check.locator('.check-verdict')).toHaveText(text(lang, 'page.check-kept'));
    await page.locator('.lesson-strip').getByRole('button', { name: text(lang, 'lesson.open') }).click();
    const asked = page.locator('dialog[open]');
    await asked.getByRole('textbox').fill('wren');
    await asked.getByRole('textbox').press('Enter');
    await expect(asked.getByRole('status')).toHaveText(text(lang, 'lesson.word-wrong'));
    await asked.getByRole('textbox').fill('Robin');
    await asked.getByRole('textbox').press('Enter');
    await expect(asked).toBeHidden();
    await expect(check.locator('.check-other')).toBeVisible();
  });

  test(`what was answered is handed in as one file, and the next pupil starts fresh in the same lesson (${lang})`, async ({ page, context }) => {
    test.setTimeout(240_000);
    await open(page, `lesson=stride-12_part-8&lang=${lang}&stride.n=9`);
    await expect(page.locator('.lesson-strip')).toBeVisible({ timeout: 60_000 });
    const stride = page.locator('#stride');
    await stride.locator('.guess').getByRole('textbox').fill('4');
    await stride.locator('.guess').getByRole('button').click();
    await expect(stride.locator('.guess .check-other')).toBeVisible({ timeout: 30_000 });
    await stride.locator('.guess').getByRole('textbox').fill('3');
    await stride.locator('.guess').getByRole('button').click();
    await expect(stride.locator('.guess .check-good')).toBeVisible({ timeout: 30_000 });

    await page.locator('.lesson-strip').getByRole('button', { name: text(lang, 'class.hand-in') }).click();
    const dialog = page.locator('dialog[open]');
    // Of the lesson's questions, not of all that the page has.
    const asked = await page.locator('#stride, #part').locator('.check, .guess').count();
    await expect(dialog.locator('strong')).toHaveText(text(lang, 'work.score').replace('{n}', '1').replace('{of}', String(asked)).replace('{right}', '1'));
    await dialog.getByRole('textbox').fill('홍길동 <b>');
    expect(await violations(page, 'dialog[open]')).toEqual([]);
    const downloading = page.waitForEvent('download');
    await dialog.getByRole('button', { name: text(lang, 'work.save') }).click();
    const file = await downloading;
    expect(file.suggestedFilename()).toMatch(/^cnn-notebook-홍길동-b-[\d-]+\.html$/);
    const html = readFileSync(await file.path(), 'utf8');
    const work = await context.newPage();
    await work.setContent(html);
    await expect(work.locator('html')).toHaveAttribute('lang', lang);
    await expect(work.locator('.line')).toContainText('홍길동 <b>');
    await expect(work.locator('li')).toHaveCount(1);
    await expect(work.locator('li .right')).toContainText('4');
    await expect(work.locator('img')).not.toHaveCount(0);
    expect(await work.locator('img').first().evaluate((image) => /** @type {HTMLImageElement} */ (image).decode().then(() => /** @type {HTMLImageElement} */ (image).naturalWidth))).toBeGreaterThan(100);
    expect((await new AxeBuilder({ page: work }).analyze()).violations).toEqual([]);
    await work.close();
    await dialog.getByRole('button', { name: text(lang, 'page.close') }).click();

    await choose(page, lang, 'fresh');
    await page.getByRole('dialog').getByRole('button', { name: text(lang, 'class.fresh-yes') }).click();
    // The page is loaded anew, by the link as the teacher gave it.
    await expect.poll(() => keysOf(page).get('stride.n'), { timeout: 60_000 }).toBe('9');
    await expect(page.locator('.lesson-strip')).toBeVisible({ timeout: 60_000 });
    await expect(page.locator('html')).toHaveAttribute('data-kept', 'none', { timeout: 60_000 });
    await expect(stride.locator('.guess').getByRole('textbox')).toHaveValue('');
    await expect(page.locator('.offer')).toHaveCount(0);

    // And the whole page is one press away.
    await page.locator('.lesson-strip').getByRole('button', { name: text(lang, 'lesson.whole') }).click();
    await expect(page.locator('.lesson-strip')).toHaveCount(0);
    await expect(page.locator('#intro')).toBeVisible();
    expect((await seen(page)).slice(0, 4)).toEqual(['intro', 'part', 'filter', 'stride']);
    expect(await page.locator('#toc .toc-list').nth(1).locator('a').first().getAttribute('href')).toBe('#part');
  });

  test(`the teacher’s page has goals, minutes and solutions that the engine computed, and leads to the lessons (${lang})`, async ({ page }) => {
    await page.goto(`./lessons-${lang}.html`);
    await expect(page.locator('.lesson')).toHaveCount(4);
    await expect(page.locator('.solution', { hasText: text(lang, 'sharing.question') })).toContainText('614,656');
    await expect(page.locator('.solution', { hasText: text(lang, 'stride.check-question') })).toContainText('3');
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    await page.locator('.lesson').first().getByRole('link').first().click();
    await expect(page.locator('.lesson-strip')).toContainText(text(lang, 'lesson.ready-window'), { timeout: 60_000 });
  });
}

test('a lesson’s link that names one of its cells lands there', async ({ page }) => {
  await open(page, 'pooling&lesson=train-10_part-5_pooling-10_stride-5&lang=en');
  await expect(page.locator('.lesson-strip')).toBeVisible({ timeout: 60_000 });
  await expect(page.locator('html')).toHaveAttribute('data-cells', 'all', { timeout: 60_000 });
  await expect.poll(() => page.locator('#pooling').evaluate((cell) => Math.round(cell.getBoundingClientRect().top)), { timeout: 20_000 }).toBeLessThan(200);
  await expect(page.locator('#pooling .cell-title')).toBeInViewport();
});

test('a link that is no lesson opens the whole page, and says so', async ({ page }) => {
  await open(page, 'lesson=part-8_nothing-5&lang=en');
  await expect(page.locator('.toast')).toContainText('lesson=part-8_nothing-5');
  await expect(page.locator('#intro')).toBeVisible();
  await expect(page.locator('.lesson-strip')).toHaveCount(0);
});

test('a network that is locked can be trained and not changed; answers stay open after a reload', async ({ page }) => {
  test.setTimeout(180_000);
  const lesson = 'train-20';
  await open(page, `lesson=${lesson}&lock=network&answers=${digestOf(lesson, 'robin')}&lang=en`);
  await expect(page.locator('.lesson-strip')).toBeVisible({ timeout: 60_000 });
  await expect(page.locator('#train .train-model')).toHaveAttribute('inert', '', { timeout: 60_000 });
  await expect(page.locator('#train').getByRole('button', { name: text('en', 'train.one-batch'), exact: true })).toBeEnabled();
  await page.locator('.lesson-strip').getByRole('button', { name: text('en', 'lesson.open') }).click();
  await page.locator('dialog[open]').getByRole('textbox').fill('robin');
  await page.locator('dialog[open]').getByRole('textbox').press('Enter');
  await page.reload();
  await expect(page.locator('.lesson-strip')).toBeVisible({ timeout: 60_000 });
  await expect(page.locator('.lesson-strip').getByRole('button', { name: text('en', 'lesson.open') })).toBeHidden();
  // For the next pupil they are closed again.
  await choose(page, 'en', 'fresh');
  await page.getByRole('dialog').getByRole('button', { name: text('en', 'class.fresh-yes') }).click();
  await expect(page.locator('.lesson-strip').getByRole('button', { name: text('en', 'lesson.open') })).toBeVisible({ timeout: 60_000 });
});
