// The code behind the figures: closed at first, in tabs, one choice of language for all cells, with the figure's numbers in it.

import { expect, openCode, test } from './fixtures.js';
import { open, type } from './lecture.js';
import { LANGS, text } from './lab.js';

for (const lang of LANGS) {
  test(`code is closed at first; its numbers and the figure's are the same in every language (${lang})`, async ({ page }) => {
    const cell = await open(page, lang, 'stride');
    const lines = cell.locator('.listing');
    await expect(cell.getByRole('button', { name: text(lang, 'code.open') })).toHaveAttribute('aria-expanded', 'false');
    await expect(lines).toBeHidden();
    await openCode(cell, 'PyTorch');
    await expect(lines).toBeVisible();
    await expect(lines).toContainText('stride=(1, 1)');
    await type(page, lines.getByRole('spinbutton', { name: text(lang, 'stride.s-label') }), 2);
    await expect(page).toHaveURL(/stride\.s=2/);
    await expect(cell.locator('.stage .figure-panel-title').last()).toContainText('3×3');
    await expect(lines).toContainText('shape[2:]   # [3, 3]');
    for (const [name, said] of [
      ['TensorFlow', "strides=[1, 2, 2, 1], padding='VALID'"],
      ['Keras', 'strides=(2, 2)'],
      ['NumPy', 's = np.array([2, 2])'],
      ['Rust', 'stride: [2, 2]'],
    ]) {
      await cell.getByRole('tab', { name }).click();
      await expect(lines).toHaveCount(1);
      await expect(lines).toContainText(said);
      await expect(cell.locator('.code-caption')).toContainText(name);
    }
    // The choice is in the link, and every other cell's.
    await expect(page).toHaveURL(/code=rust/);
    const padding = page.locator('#padding');
    await expect(padding.locator('.listing')).toBeHidden();
    await padding.locator('.fold-button').press('Enter');
    await padding.locator('.code-button').press('Enter');
    await expect(padding.locator('.listing')).toHaveAttribute('data-language', 'rust');
    await expect(padding.getByRole('tab', { name: 'Rust' })).toHaveAttribute('aria-selected', 'true');
    await cell.getByRole('button', { name: text(lang, 'code.close') }).click();
    await expect(lines).toBeHidden();
  });
}

test('the tabs are those of the keyboard: arrows choose, Tab leaves them', async ({ page }) => {
  const cell = await open(page, 'en', 'filters', '&code=keras');
  await cell.getByRole('button', { name: text('en', 'code.open') }).press('Enter');
  const tab = (/** @type {string} */ name) => cell.getByRole('tab', { name });
  await page.keyboard.press('Tab');
  await expect(tab('Keras')).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(tab('NumPy')).toBeFocused();
  await expect(tab('NumPy')).toHaveAttribute('aria-selected', 'true');
  await expect(cell.getByRole('tabpanel', { name: 'NumPy' })).toContainText('np.tensordot');
  await page.keyboard.press('End');
  await expect(tab('Rust')).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(tab('TensorFlow')).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Home');
  await expect(tab('TensorFlow')).toHaveAttribute('tabindex', '0');
  await expect(cell.locator('.code-tab[tabindex="0"]')).toHaveCount(1);
  await page.keyboard.press('Tab');
  await expect(cell.locator('.listing')).toBeFocused();
});

test('a cell that has only Rust shows it, whatever is chosen; paper shows the chosen code', async ({ page }) => {
  const cell = await open(page, 'en', 'digit', '&code=numpy');
  await cell.getByRole('button', { name: text('en', 'code.open') }).click();
  await expect(cell.locator('.listing')).toContainText('session.predict');
  await expect(cell.getByRole('tab')).toHaveCount(0);
  await page.emulateMedia({ media: 'print' });
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  await expect(page.locator('#stride .listing')).toBeVisible();
  await expect(page.locator('#stride .listing')).toContainText('(n - f) // s + 1');
  await expect(page.locator('#stride .code-button')).toBeHidden();
});
