// Augmentation: variants as the engine makes them, the lab's settings with the batch that they make, and two networks that
// are asked about moved images.

import { expect, keysOf } from './fixtures.js';
import { LANGS, SMALL, lab, openCell, pattern, test, text, violationsIn } from './lab.js';
import { fingerprint } from './lecture.js';

for (const lang of LANGS) {
  test(`one image in many variants, which the lab takes over (${lang})`, async ({ page }) => {
    test.setTimeout(150_000);
    const { cell, button } = await openCell(page, lang, 'augment');
    const sheet = cell.getByRole('img', { name: pattern(lang, 'augment.variants-text') });
    await expect(sheet).toBeVisible({ timeout: 60_000 });
    const prints = [await fingerprint(cell.locator('.augment-sheet'))];
    await button('next').click();
    await expect.poll(() => keysOf(page).get('augment.batch')).toBe('1');
    await expect.poll(async () => prints.includes(await fingerprint(cell.locator('.augment-sheet')))).toBe(false);
    await cell.getByRole('spinbutton', { name: text(lang, 'augment.batch-label'), exact: true }).focus();
    await page.keyboard.press('ArrowDown');
    // The same seed and batch make the same variants.
    await expect.poll(() => fingerprint(cell.locator('.augment-sheet'))).toBe(prints[0]);
    const rotation = cell.getByRole('spinbutton', { name: text(lang, 'augment.rotation-label'), exact: true });
    await rotation.focus();
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => fingerprint(cell.locator('.augment-sheet'))).not.toBe(prints[0]);
    expect(await violationsIn(page, 'augment')).toEqual([]);
    await button('to-lab').click();
    await expect.poll(() => [keysOf(page).get('train.rotation'), keysOf(page).get('train.shift'), keysOf(page).get('train.elastic')]).toEqual(['26', '3', '1']);
  });
}

test('with augmentation a network reads moved images far better than its twin without', async ({ page }) => {
  test.setTimeout(400_000);
  const { cell, button } = await openCell(page, 'en', 'augment');
  await button('run').click();
  const line = cell.getByRole('status').filter({ hasText: pattern('en', 'augment.runs-now') });
  await expect(line).toBeVisible({ timeout: 120_000 });
  await expect(line).toContainText('Batch 1,100.', { timeout: 240_000 });
  const said = (await line.textContent()) ?? '';
  const [upright, uprightWithout, shifted, shiftedWithout, turned, turnedWithout] = [...said.matchAll(/([\d.]+)%/g)].map(([, share]) => Number(share));
  expect(Math.min(upright, uprightWithout)).toBeGreaterThan(90);
  expect(shifted).toBeGreaterThan(shiftedWithout + 20);
  expect(turned).toBeGreaterThan(turnedWithout + 10);
  await expect(cell.locator('.chart-plot').first()).toHaveAttribute('aria-label', pattern('en', 'augment.chart-shift-text'));
});

test('runs go on as they have been begun, whatever is set meanwhile', async ({ page }) => {
  test.setTimeout(300_000);
  const { cell, button } = await openCell(page, 'en', 'augment');
  await button('run').click();
  const line = cell.getByRole('status').filter({ hasText: pattern('en', 'augment.runs-now') });
  await expect(line).toBeVisible({ timeout: 120_000 });
  await button('pause').click();
  await expect(button('go-on')).toBeVisible();
  const step = async () => Number(((await line.textContent()) ?? '').match(/Batch ([\d,]+)/)?.[1].replace(',', '') ?? -1);
  const paused = await step();
  const rotation = cell.getByRole('spinbutton', { name: text('en', 'augment.rotation-label'), exact: true });
  await rotation.focus();
  await page.keyboard.press('ArrowUp');
  await button('go-on').click();
  // Begun anew, they would have nothing measured, and then fewer batches.
  /** @type {number[]} */
  const steps = [];
  await expect.poll(async () => {
    steps.push(await step());
    return steps.at(-1);
  }, { timeout: 120_000 }).toBeGreaterThan(paused);
  expect(Math.min(...steps)).toBeGreaterThanOrEqual(paused);
  await button('again').click();
  await expect(cell.getByRole('status').filter({ hasText: text('en', 'augment.runs-empty') })).toBeVisible();
  await expect(button('run')).toHaveAttribute('aria-disabled', 'false');
  await expect(button('again')).toHaveAttribute('aria-disabled', 'true');
});

test('the lab trains on distorted images, shows them, and repeats itself', async ({ page }) => {
  test.setTimeout(150_000);
  const { cell } = await openCell(page, 'en', 'train', { query: `${SMALL}&train.shift=3&train.rotation=40` });
  const { press } = lab(page, 'en');
  await expect(cell.locator('.settings-unusual')).toHaveText('Shift (pixels) 3 · Rotation (°) 40');
  await press('one-batch');
  const canvas = cell.locator('.batch-canvas');
  await expect(canvas).toBeVisible({ timeout: 60_000 });
  const distorted = await fingerprint(canvas);
  // The same settings with augmentation off: the same images as they are.
  await page.goto('about:blank');
  const plain = await openCell(page, 'en', 'train', { query: SMALL });
  await lab(page, 'en').press('one-batch');
  await expect(plain.cell.locator('.batch-canvas')).toBeVisible({ timeout: 60_000 });
  expect(await fingerprint(plain.cell.locator('.batch-canvas'))).not.toBe(distorted);
});
