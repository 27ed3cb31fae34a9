// Inside training: one step under the microscope and its undoing.

import { expect, lab, oneOf, openCell, pattern, SMALL, test, text } from './lab.js';

/** The fingerprints that the microscope shows. @param {import('@playwright/test').Locator} cell */
const fingerprints = async (cell) => ((await cell.locator('.microscope-marks').textContent()) ?? '').match(/[0-9a-f]{16}/g) ?? [];

/** Presses the step's button and waits for the step of this number. @param {Awaited<ReturnType<typeof openCell>>} parts @param {number} step */
async function look({ cell, button }, step) {
  await expect(button('step')).toHaveAttribute('aria-disabled', 'false', { timeout: 30_000 });
  await button('step').focus();
  await cell.page().keyboard.press('Enter');
  await expect(cell.locator('.microscope-state')).toContainText(new RegExp(`\\b${step}\\b.*\\d\\.\\d{4}.*\\d\\.\\d{4}`), { timeout: 30_000 });
  return { state: await cell.locator('.microscope-state').textContent(), marks: await fingerprints(cell) };
}

for (const lang of oneOf('ko')) {
  test(`the microscope shows what one batch changes (${lang})`, async ({ page }) => {
    const parts = await openCell(page, lang, 'microscope', { key: 'step', query: SMALL });
    const { cell, button } = parts;
    await expect(button('undo')).toHaveAttribute('aria-disabled', 'true');
    const { marks } = await look(parts, 1);
    expect(marks).toHaveLength(2);
    expect(marks[0]).not.toBe(marks[1]);

    // An image is chosen by keyboard and by mouse; its probabilities and maps follow.
    const canvas = cell.locator('.batch-canvas');
    await expect(canvas).toBeVisible();
    await canvas.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await expect(cell.locator('.batch-detail')).toHaveText(pattern(lang, 'microscope.detail'));
    await expect(page).toHaveURL(/microscope\.image=2/);
    await expect(cell.locator('.pair-row')).toHaveCount(10);
    const first = await cell.locator('.pair-bars').textContent();
    await canvas.click({ position: { x: 12, y: 12 } });
    await expect(page).not.toHaveURL(/microscope\.image/);
    await expect(cell.locator('.pair-bars')).not.toHaveText(first ?? '');
    await expect(cell.locator('.map-column')).toHaveCount(10);

    // Before, after, and the change, which has both signs.
    for (const mode of ['before', 'change']) {
      await cell.getByRole('radio', { name: text(lang, `microscope.maps-${mode}`), exact: true }).check();
      await expect(page).toHaveURL(new RegExp(`microscope\\.maps=${mode}`));
    }
    await expect(cell.locator('.map-column').nth(2).locator('.map-range')).toContainText('−');

    // Sizes of every parameter; one of them as histograms and pictures, of another input map too.
    await expect(cell.locator('.change-table tbody tr')).toHaveCount(6);
    await expect(cell.locator('.histogram-panel')).toHaveCount(5);
    await expect(cell.locator('.filter-tiles')).toHaveCount(5);
    const spin = cell.getByRole('spinbutton', { name: text(lang, 'microscope.channel-label'), exact: true });
    await expect(spin).toBeHidden();
    await cell.getByRole('button', { name: 'layer3.weight', exact: true }).click();
    await expect(cell.getByText(pattern(lang, 'microscope.chosen')).first()).toContainText('3×3×8×12');
    await expect(spin).toBeVisible();
    await spin.focus();
    await page.keyboard.press('ArrowUp');
    await expect(page).toHaveURL(/microscope\.channel=1/);
    await cell.getByRole('button', { name: 'layer7.bias', exact: true }).click();
    await expect(cell.locator('.filter-tiles').first()).toBeHidden();

    // The image goes to the cell of the full network.
    await button('follow').click();
    await expect(page).toHaveURL(/network\.source=train/);
    await expect(page.locator('#network .digit-state')).toHaveText(pattern(lang, 'network.digit-chosen'));
  });
}

test('undo is exact: weights, history and the next batch', async ({ page }) => {
  const parts = await openCell(page, 'en', 'microscope', { key: 'step', query: `${SMALL}&train.seed=3` });
  const { cell, button } = parts;
  const one = await look(parts, 1);
  const two = await look(parts, 2);
  expect(two.marks[0]).toBe(one.marks[1]);

  // Two steps back, one after the other.
  await button('undo').click();
  await expect(cell.locator('.microscope-state')).toHaveText(pattern('en', 'microscope.undone'));
  expect(await fingerprints(cell)).toEqual([one.marks[1]]);
  await button('undo').click();
  await expect.poll(() => fingerprints(cell)).toEqual([one.marks[0]]);
  await expect(button('undo')).toHaveAttribute('aria-disabled', 'true');

  // The same steps again: the same losses and, bit for bit, the same weights.
  expect(await look(parts, 1)).toEqual(one);
  expect(await look(parts, 2)).toEqual(two);

  // A plain step after an undo is the step that was undone; training that has gone on is not undone.
  await button('undo').click();
  await expect(cell.locator('.microscope-state')).toHaveText(pattern('en', 'microscope.undone'));
  const train = lab(page, 'en');
  await train.cell.scrollIntoViewIfNeeded();
  await expect(train.line).toContainText('1/550');
  await train.oneBatch();
  await expect(train.line).toContainText('2/550');
  await cell.scrollIntoViewIfNeeded();
  const three = await look(parts, 3);
  expect(three.marks[0]).toBe(two.marks[1]);
  await button('undo').click();
  await expect.poll(() => fingerprints(cell)).toEqual([two.marks[1]]);
  // Before that, a plain step stands in the way.
  await expect(button('undo')).toHaveAttribute('aria-disabled', 'true');
});

for (const lang of oneOf('en')) {
  test(`what the network learns: filters, reasons, dead units, maps (${lang})`, async ({ page }) => {
    const { cell } = await openCell(page, lang, 'learned', { query: SMALL });
    const figure = (/** @type {number} */ n) => cell.locator('.learned-part').nth(n);
    await expect(figure(0)).toContainText(pattern(lang, 'learned.filters-now'), { timeout: 30_000 });
    await expect(cell.locator('.network-state')).toHaveText(pattern(lang, 'learned.now'));
    const filters = cell.locator('.filter-tiles');
    const untrained = await filters.screenshot();

    // Every class has its reasons; another is chosen by keyboard.
    const tiles = cell.locator('.reasons-tiles button');
    await expect(tiles).toHaveCount(10);
    await tiles.nth(3).focus();
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/learned\.class=3/);
    await expect(tiles.nth(3)).toHaveAttribute('aria-pressed', 'true');
    await expect(tiles.nth(3)).toBeFocused();
    const said = figure(1).getByText(pattern(lang, 'learned.reasons'));
    const layer = cell.getByRole('combobox', { name: text(lang, 'learned.layer-label') });
    const before = (await said.textContent()) ?? '';
    await layer.selectOption({ label: text(lang, 'learned.layer-pixels') });
    await expect(said).not.toHaveText(before);
    await expect(page).toHaveURL(/learned\.layer=-2/);

    // Each ReLU's units are counted.
    await expect(figure(2)).toContainText(pattern(lang, 'learned.dead-all'));
    await expect(cell.locator('.activity-strip')).toHaveCount(2);
    await expect(cell.locator('.map-column')).toHaveCount(10);

    // Trained on, everything follows; the change since the start is what training did.
    const train = lab(page, lang);
    await train.cell.scrollIntoViewIfNeeded();
    await train.oneBatch();
    await train.oneBatch();
    await cell.scrollIntoViewIfNeeded();
    await expect(cell.locator('.network-state')).toContainText(' 2');
    await expect(figure(2)).toContainText(/\b2\b/);
    const trained = await filters.screenshot();
    expect(trained.equals(untrained)).toBe(false);
    await cell.getByRole('switch', { name: text(lang, 'learned.change-label') }).check();
    await expect(page).toHaveURL(/learned\.change=1/);
    await expect(figure(0)).toContainText(pattern(lang, 'learned.filters-change'));
    // Two steps of Adam move no weight by more than twice the learning rate, or hardly.
    const moved = Number(((await figure(0).locator('.figure-panel-title').textContent()) ?? '').match(/0\.00\d+/)?.[0]);
    expect(moved).toBeGreaterThan(0.001);
    expect(moved).toBeLessThan(0.0025);
    const since = cell.getByRole('spinbutton', { name: text(lang, 'learned.since-label') });
    await since.focus();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await expect(page).toHaveURL(/learned\.since=2/);

    // Another digit, here as in the full network's cell.
    await cell.locator('.digit-source .digit-thumb').first().click();
    await expect(page).toHaveURL(/network\.source=train&network\.digit=\d+/);
  });
}

for (const lang of oneOf('ko')) {
  test(`dropout: rate and keep_prob, masks, inverted scaling, twins (${lang})`, async ({ page }) => {
    test.setTimeout(150_000);
    const { cell, button } = await openCell(page, lang, 'dropout');
    const numbers = cell.locator('.dropout-masks .microscope-note');
    await expect(numbers).toHaveText(pattern(lang, 'dropout.numbers-training'), { timeout: 30_000 });
    const said = async () => ((await numbers.textContent()) ?? '').match(/[\d.]+\d|\d/g)?.map(Number) ?? [];

    // The rate, by keyboard: both names of it, and what survives.
    const rate = cell.getByRole('spinbutton', { name: text(lang, 'dropout.rate-label'), exact: true }).first();
    await expect(cell.locator('.share-bar')).toHaveText('rate 0.3keep_prob 0.7');
    await rate.focus();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await expect(page).toHaveURL(/dropout\.rate=0\.5/);
    await expect(cell.locator('.share-bar')).toHaveText('rate 0.5keep_prob 0.5');
    await expect(numbers).toContainText('784');
    await expect.poll(async () => (await said()).includes(2)).toBe(true);
    const kept = (await said()).find((n) => n > 300 && n < 784) ?? 0;
    expect(kept).toBeGreaterThan(784 / 2 - 70);
    expect(kept).toBeLessThan(784 / 2 + 70);

    // Tested, all passes; the answers of both are there.
    await expect(cell.locator('.pair-row')).toHaveCount(10);
    await cell.getByRole('radio', { name: text(lang, 'dropout.mode-inference'), exact: true }).check();
    await expect(numbers).toHaveText(pattern(lang, 'dropout.numbers-inference'));
    await cell.getByRole('radio', { name: text(lang, 'dropout.mode-training'), exact: true }).check();

    // Another image, another batch: other masks.
    const mask = cell.locator('.map-row[data-part=mask] .map-head');
    const state = cell.locator('.network-state').first();
    const first = (await state.textContent()) ?? '';
    await cell.getByRole('spinbutton', { name: text(lang, 'dropout.image-label'), exact: true }).focus();
    await page.keyboard.press('ArrowUp');
    await expect(state).not.toHaveText(first);
    const old = (await mask.textContent()) ?? '';
    await button('next').click();
    await expect(state).toHaveText(new RegExp(lang === 'ko' ? '배치를 1번' : 'after 1 batch,'));
    await expect(mask).not.toHaveText(old);

    // The twins train until paused; their curves and validation accuracies are said.
    await button('go-on').click();
    await expect(cell.locator('.chart-plot')).toHaveAttribute('aria-label', pattern(lang, 'dropout.chart-text'));
    await expect(cell.getByText(pattern(lang, 'dropout.runs-now')).first()).toBeVisible({ timeout: 60_000 });
    await button('pause').click();
    await expect(button('go-on')).toBeVisible();
    // The stretch that was on its way comes in; then nothing more.
    await page.waitForTimeout(1000);
    const stopped = await cell.locator('.chart-plot').getAttribute('aria-label');
    await page.waitForTimeout(600);
    await expect(cell.locator('.chart-plot')).toHaveAttribute('aria-label', stopped ?? '');
    await button('again').click();
    await expect(cell.locator('.chart-plot')).toHaveAttribute('aria-label', text(lang, 'dropout.chart-empty'));
  });
}
