// Answers: guessed before the figure plays, pinned on it, ticked in the contents, kept, and shown again only to who says so.

import { expect, test, visit } from './fixtures.js';
import { LANGS, text, violationsIn } from './lab.js';
import { open } from './lecture.js';

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {import('./lab.js').Lang} Lang */

/** @param {Page} page @param {Lang} lang */
const offer = (page, lang) => page.getByRole('group', { name: text(lang, 'answers.offer') });
/** @param {Page} page */
const tick = (page) => page.locator('.toc-link[href="#stride"] .toc-tick');
/** The sheets in the browser's storage. @param {Page} page */
const sheets = (page) => page.evaluate(() => Object.keys(localStorage).filter((name) => name.startsWith('cnn-notebook.answers/')).length);

/** Guesses in the figure on stride, and answers the question below it. @param {Page} page @param {Lang} lang @param {{ guess: string, answer: string }} given */
async function answerAll(page, lang, { guess, answer }) {
  const cell = page.locator('#stride');
  const asked = cell.locator('.guess');
  const play = asked.getByRole('button');
  await expect(play).toHaveText(text(lang, 'page.guess-play'));
  await expect(play).toHaveAttribute('aria-disabled', 'true');
  await expect(cell.locator('.guess-pin')).toBeHidden();
  await asked.getByRole('textbox').fill(guess);
  await asked.getByRole('textbox').press('Enter');
  await expect(cell.locator('.figure .figure-panel .guess-pin')).toContainText(guess);
  // The figure has played what answers it: 3×3 windows on 8×8, two pixels apart.
  await expect(asked.locator('.guess-verdict')).toContainText('3', { timeout: 30_000 });
  await expect(cell.locator('.stepper-readout').first()).toHaveText('9 / 9');
  await expect(tick(page)).toBeHidden();
  const fold = cell.locator('.fold-button[aria-expanded="false"]');
  if (await fold.count()) await fold.click();
  await cell.locator('.check').getByRole('textbox').fill(answer);
  await cell.locator('.check').getByRole('button').click();
  await expect(tick(page)).toBeVisible();
}

for (const lang of LANGS) {
  test(`a guess is pinned before the figure plays, and a cell whose questions are answered is ticked (${lang})`, async ({ page }) => {
    test.setTimeout(180_000);
    if (lang === 'ko') await page.emulateMedia({ reducedMotion: 'reduce' });
    const cell = await open(page, lang, 'stride');
    await answerAll(page, lang, { guess: '4', answer: '3' });
    await expect(cell.locator('.guess .check-other')).toBeVisible();
    await expect(cell.locator('.guess-pin')).toHaveClass(/wrong/);
    await expect(cell.locator('.check .check-good')).toBeVisible();
    expect(await violationsIn(page, 'stride')).toEqual([]);

    // Whoever comes next is not shown them.
    await visit(page, `./#stride&lang=${lang}`);
    await expect(offer(page, lang)).toContainText('2', { timeout: 60_000 });
    await expect(cell.locator('.check .check-number')).toHaveValue('');
    await expect(cell.locator('.guess-pin')).toBeHidden();
    await expect(tick(page)).toBeHidden();
    await offer(page, lang).getByRole('button', { name: text(lang, 'answers.use'), exact: true }).click();
    await expect(cell.locator('.check .check-number')).toHaveValue('3');
    await expect(cell.locator('.guess .check-number')).toHaveValue('4');
    await expect(cell.locator('.guess-pin')).toContainText('4');
    await expect(tick(page)).toBeVisible();
    expect(await sheets(page)).toBe(1);
  });
}

test('every figure that asks computes what is right, and says so', async ({ page }) => {
  test.setTimeout(180_000);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await open(page, 'en', 'filter');
  for (const [id, guess] of [['filter', 'filter.guess-fewer'], ['padding', '4'], ['pooling', '2']]) {
    const cell = page.locator(`#${id}`);
    const closed = cell.locator('.teaser .fold-button[aria-expanded="false"]');
    if (await closed.count()) await closed.click();
    const asked = cell.locator('.guess');
    await asked.scrollIntoViewIfNeeded();
    if (/^\d/.test(guess)) await asked.getByRole('textbox').fill(guess);
    else await asked.getByRole('radio', { name: text('en', guess), exact: true }).check();
    await asked.getByRole('button').click();
    await expect(asked.locator('.check-good'), id).toBeVisible({ timeout: 30_000 });
    expect(await violationsIn(page, id)).toEqual([]);
  }
});

test('what was kept goes with everything on this device, and can be refused', async ({ page }) => {
  test.setTimeout(180_000);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await open(page, 'en', 'stride');
  await answerAll(page, 'en', { guess: '3', answer: '3' });
  await page.locator('footer').getByRole('button', { name: text('en', 'erase.button') }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('listitem').first()).toContainText('2 answers');
  await page.keyboard.press('Escape');
  await visit(page, './#stride&lang=en');
  await offer(page, 'en').getByRole('button', { name: text('en', 'kept.discard'), exact: true }).click();
  await expect(offer(page, 'en')).toHaveCount(0);
  expect(await sheets(page)).toBe(0);
});
