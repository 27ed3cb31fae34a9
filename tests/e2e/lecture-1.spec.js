// The lecture's first five cells, operated by mouse, touch and keyboard in both languages.

import { expect, openCode, test, visit } from './fixtures.js';
import { oneOf, pattern, text } from './lab.js';
import { check, fingerprint, numbersOf, open, parse, spin, spot, type, written } from './lecture.js';
import { png } from './pictures.js';

for (const lang of oneOf('ko')) {
  test(`receptive fields: point, press, keys, depth (${lang})`, async ({ page }) => {
    const cell = await open(page, lang, 'part');
    const grids = cell.locator('.grid');
    const now = cell.locator('.stage-now');
    await expect(now).toContainText('7×7');

    // A pixel under the mouse, and how many neurons of each layer answer to it.
    await grids.first().hover({ position: await spot(grids.first(), 32, 32, 20, 20) });
    await expect(now).toHaveText(pattern(lang, 'part.now-pixel'));
    await expect(cell.locator('.part-note')).toContainText(['', '9', '25', '49']);
    // At the corner fewer neurons have it in their field.
    await grids.first().hover({ position: await spot(grids.first(), 32, 32, 0, 0) });
    await expect(cell.locator('.part-note')).toContainText(['', '4', '9', '16']);

    // A neuron, pressed, stays when the pointer leaves, and is in the link.
    await grids.nth(2).click({ position: await spot(grids.nth(2), 32, 32, 0, 5) });
    await page.mouse.move(0, 0);
    await expect(now).toHaveText(pattern(lang, 'part.now-edge'));
    await expect(page).toHaveURL(/part\.layer=2/);

    // The keyboard: arrows move, Enter keeps.
    await grids.nth(3).focus();
    await page.keyboard.press('ArrowDown');
    for (let step = 0; step < 12; step += 1) await page.keyboard.press('ArrowDown');
    for (let step = 0; step < 10; step += 1) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await expect(now).toHaveText(pattern(lang, 'part.now-neuron'));
    await expect(page).toHaveURL(/part\.row=12&part\.col=10/);

    // The field grows with filter and depth; the formula, the code and the engine agree.
    await spin(cell, lang, 'part.depth-label').focus();
    await page.keyboard.press('End');
    await spin(cell, lang, 'part.f-label').focus();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await expect(cell.locator('.figure-panel:not([hidden])')).toHaveCount(6);
    await expect(cell.locator('.formula')).toContainText('21');
    await expect(await openCode(cell)).toContainText('[21, 21]');
    await check(cell, lang, 9);
  });

  test(`one filter: the products add up, wherever the window is and whatever the weights (${lang})`, async ({ page }) => {
    const cell = await open(page, lang, 'filter');
    const grids = cell.locator('.filter-maps .grid');
    const now = cell.locator('.stage-now').last();

    /** Reads all 75 products and holds them against pixels, weights, their sums and the engine's number. */
    const read = async () => {
      let total = 0;
      for (const channel of ['R', 'G', 'B']) {
        const row = cell.locator(`.products-row[data-channel=${channel}]`);
        const [pixels, products] = [await numbersOf(row.locator('.number-sheet').first()), await numbersOf(row.locator('.number-sheet').last())];
        const weights = await numbersOf(row.locator('.number-table'));
        expect(products.length).toBe(weights.length);
        // Pixels are shown to two decimals.
        products.forEach((product, index) => expect(Math.abs(product - pixels[index] * weights[index])).toBeLessThan(0.011 + 0.005 * Math.abs(weights[index])));
        const sum = parse(await row.locator('.products-sum').textContent());
        expect(Math.abs(sum - products.reduce((all, each) => all + each, 0))).toBeLessThan(0.15);
        total += sum;
      }
      const bias = parse(await spin(cell, lang, 'filter.bias-label').textContent());
      const [sum, answer] = ((await now.textContent()) ?? '').match(/−?\d+(\.\d+)?/g)?.map(parse).slice(-2) ?? [];
      expect(Math.abs(sum - total - bias)).toBeLessThan(0.03);
      expect(answer).toBeCloseTo(Math.max(0, sum), 5);
      return sum;
    };
    // A figure is drawn in the frame after a change, and is read cell by cell: while it changes, parts of two
    // pictures may be read. What stays must add up.
    const addUp = async (accept = (/** @type {number} */ _sum) => {}) => {
      let sum = 0;
      await expect(async () => accept((sum = await read()))).toPass({ timeout: 15_000 });
      return sum;
    };
    const first = await addUp();

    // The mouse drags the window.
    await grids.first().scrollIntoViewIfNeeded();
    const box = await grids.first().boundingBox();
    if (!box) throw new Error('no picture');
    await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.5);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.66, box.y + box.height * 0.49, { steps: 4 });
    await page.mouse.up();
    await expect(page).toHaveURL(/filter\.at=/);
    await addUp((sum) => expect(sum).not.toBe(first));

    // The keyboard moves it by one, from where it is.
    const before = (await now.textContent()) ?? '';
    await grids.nth(1).focus();
    await page.keyboard.press('ArrowRight');
    await expect(now).not.toHaveText(before);
    await addUp();
    // Step and slider too.
    await cell.getByRole('button', { name: text(lang, 'page.step-back') }).click();
    await expect(now).toHaveText(before);

    // A weight, edited: the filter is the reader's own, and in the link.
    const weight = cell.locator('.products-row[data-channel=G] .number-table input').nth(12);
    await weight.fill('2.5');
    await weight.press('Enter');
    await expect(page).toHaveURL(/filter\.kind=own/);
    await expect(page).toHaveURL(/filter\.weights=[\d._-]*_2\.5_/);
    await addUp();
    await type(page, spin(cell, lang, 'filter.bias-label'), -9.5);
    const sum = await addUp((now) => expect(now).toBeLessThan(0));
    await expect(page).toHaveURL(/filter\.bias=-9\.5/);
    const address = page.url();

    // The same link opens with the same filter.
    await visit(page, address);
    await expect(page.locator('html')).toHaveAttribute('data-ready', 'engine');
    await expect(weight).toHaveValue('2.5');
    await addUp((again) => expect(again).toBeCloseTo(sum, 5));

    // Other filters and sizes.
    const maps = cell.locator('.filter-maps canvas');
    for (const kind of ['edge-h', 'blur', 'sharpen', 'color-r', 'spot']) {
      const old = await fingerprint(maps.nth(1));
      await cell.getByRole('radio', { name: text(lang, `filter.kind-${kind}`), exact: true }).check();
      await expect.poll(() => fingerprint(maps.nth(1))).not.toBe(old);
      await addUp();
    }
    await type(page, spin(cell, lang, 'filter.f-label'), 7);
    await expect(cell.locator('.products-row').first().locator('.number-table input')).toHaveCount(49);
    await addUp();
    await check(cell, lang, 'filter.check-zero');
  });

  test(`one's own picture, and a file that is none (${lang})`, async ({ page }) => {
    const cell = await open(page, lang, 'filter');
    const picture = cell.locator('.filter-maps canvas').first();
    const cat = await fingerprint(picture);
    const rgba = new Uint8Array(60 * 40 * 4).map((_, index) => [index % 240, (index >> 6) % 256, 90, 255][index % 4]);
    await cell.locator('input[type=file]').setInputFiles({ name: 'mine.png', mimeType: 'image/png', buffer: Buffer.from(png({ width: 60, height: 40, rgba })) });
    await expect.poll(() => fingerprint(picture)).not.toBe(cat);
    await expect(cell.getByRole('radiogroup', { name: text(lang, 'picture.label'), exact: true }).getByRole('radio', { name: text(lang, 'picture.own'), exact: true })).toBeChecked();
    const mine = await fingerprint(picture);
    await expect(page).toHaveURL(/filter\.own=/);

    await cell.locator('input[type=file]').setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no picture') });
    await expect(page.locator('.toast.error')).toContainText('notes.txt');
    expect(await fingerprint(picture)).toBe(mine);

    // The link carries it.
    await page.reload();
    await expect(page.locator('html')).toHaveAttribute('data-ready', 'engine');
    await expect.poll(() => fingerprint(picture)).toBe(mine);
  });

  test(`stride: the lecture's cases, play, drag, keys, rectangles, what does not fit (${lang})`, async ({ page }) => {
    const cell = await open(page, lang, 'stride');
    const title = cell.locator('.figure-panel-title').last();
    const verdict = cell.locator('.stage-verdict');
    const output = cell.locator('.grid').last();
    const filled = () => written(output).then((list) => list.length);
    const [, ...rest] = ['', 'stride.preset-1', 'stride.preset-2', 'stride.preset-3'];
    for (const [index, size] of ['5×5', '3×3', '2×2'].entries()) {
      await cell.getByRole('button', { name: text(lang, rest[index]), exact: true }).click();
      await expect(title).toContainText(size);
    }
    await expect(verdict).toHaveText(pattern(lang, 'stride.left-columns'));
    await expect(verdict).toContainText('1.33');
    await expect(verdict).toContainText('3×3');
    await expect(cell.locator('.mark-lost')).toHaveCount(2);
    await expect(await openCode(cell)).toContainText('[1, 1]');

    // Play to the end, then step back.
    expect(await filled()).toBe(1);
    await cell.getByRole('button', { name: text(lang, 'page.play') }).click();
    await expect.poll(filled).toBe(4);
    await expect(cell.getByRole('button', { name: text(lang, 'page.play') })).toBeVisible();
    await cell.getByRole('button', { name: text(lang, 'page.step-back') }).click();
    await expect.poll(filled).toBe(3);
    // Pause stops it.
    await cell.getByRole('button', { name: text(lang, 'stride.preset-28'), exact: true }).click();
    await cell.getByRole('combobox', { name: text(lang, 'page.speed') }).selectOption('32');
    await cell.getByRole('button', { name: text(lang, 'page.play') }).click();
    const readout = cell.locator('.stepper-readout');
    await expect(readout).not.toHaveText(/^1 /);
    await cell.getByRole('button', { name: text(lang, 'page.pause') }).click();
    // What was due is drawn in the next frame.
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    const at = await readout.textContent();
    await page.waitForTimeout(200);
    await expect(readout).toHaveText(at ?? '');

    // Numbers: dragged, stepped by key, typed.
    await cell.getByRole('button', { name: text(lang, 'stride.preset-1'), exact: true }).click();
    const n = spin(cell, lang, 'stride.n-label');
    await n.scrollIntoViewIfNeeded();
    const box = await n.boundingBox();
    if (!box) throw new Error('no number');
    await page.mouse.move(box.x + 5, box.y + 5);
    await page.mouse.down();
    await page.mouse.move(box.x + 5 + 8 * 4, box.y + 5, { steps: 4 });
    await page.mouse.up();
    await expect(n).toHaveText('11');
    await n.press('ArrowDown');
    await expect(title).toContainText('8×8');
    await type(page, n, 64);
    await expect(title).toContainText('62×62');

    // The window, by mouse in the input and by keyboard in the output.
    await cell.getByRole('button', { name: text(lang, 'stride.preset-2'), exact: true }).click();
    await cell.locator('.grid').first().click({ position: await spot(cell.locator('.grid').first(), 7, 7, 5, 1) });
    await expect(page).toHaveURL(/stride\.at=6/);
    await output.focus();
    await page.keyboard.press('ArrowRight');
    await expect(page).toHaveURL(/stride\.at=7/);

    // Height and width apart, from the switch and from the code.
    await cell.getByRole('switch', { name: text(lang, 'stride.rect-label') }).check();
    await type(page, spin(cell, lang, 'stride.w-label'), 10);
    await expect(title).toContainText('3×4');
    await expect(verdict).toHaveText(pattern(lang, 'stride.left-columns'));
    await type(page, (await openCode(cell)).getByRole('spinbutton', { name: text(lang, 'stride.sw-label') }), 1);
    await expect(title).toContainText('3×8');

    // A window that fits nowhere: said, and undone.
    await type(page, spin(cell, lang, 'stride.f-label'), 9);
    await expect(cell.locator('.figure-error')).toBeVisible();
    await expect(cell.locator('.listing')).toContainText(text(lang, 'window.error'));
    await type(page, spin(cell, lang, 'stride.f-label'), 7);
    await expect(cell.locator('.figure-error')).toBeHidden();
    await expect(title).toContainText('1×8');
    await check(cell, lang, 3);
  });

  test(`padding: chart, borders, lopsided sides, shared numbers (${lang})`, async ({ page }) => {
    const cell = await open(page, lang, 'padding');
    const chart = cell.getByRole('slider', { name: text(lang, 'padding.chart') });
    await expect(cell.locator('.legend')).toContainText('22×22');
    await chart.focus();
    await page.keyboard.press('End');
    await expect(cell.locator('.legend')).toContainText('12×12');
    await expect(cell.locator('.legend')).toContainText('32×32');
    await page.keyboard.press('ArrowLeft');
    await expect(chart).toHaveAttribute('aria-valuenow', '9');
    await chart.scrollIntoViewIfNeeded();
    const box = await chart.boundingBox();
    if (!box) throw new Error('no chart');
    await page.mouse.click(box.x + 46, box.y + 100);
    await expect(chart).toHaveAttribute('aria-valuenow', '0');
    // Twenty layers of 5×5 leave nothing.
    await type(page, spin(cell.locator('.figure').first(), lang, 'padding.depth-label'), 20);
    await type(page, spin(cell.locator('.figure').first(), lang, 'stride.f-label'), 5);
    await chart.press('End');
    await expect(cell.locator('.legend')).toContainText(text(lang, 'padding.gone'));

    const verdict = cell.locator('.stage-verdict');
    const title = cell.locator('.stage .figure-panel-title').last();
    await cell.getByRole('button', { name: text(lang, 'padding.preset-lecture'), exact: true }).click();
    await expect(title).toContainText('7×7');
    await expect(cell.locator('.formula').first()).toContainText('7');
    await cell.getByRole('button', { name: text(lang, 'padding.preset-lopsided'), exact: true }).click();
    await expect(verdict).toContainText(pattern(lang, 'padding.now-lopsided'));
    await expect(await openCode(cell)).toContainText('[0, 0]');
    await expect(title).toContainText('4×4');
    await cell.getByRole('radio', { name: text(lang, 'padding.mode-Explicit'), exact: true }).check();
    await type(page, spin(cell, lang, 'padding.p-label'), 3);
    await expect(cell.locator('.listing')).toContainText('top: 3, bottom: 3, left: 3, right: 3');
    await expect(title).toContainText('6×6');
    await cell.locator('.listing select').selectOption('Valid');
    await expect(cell.getByRole('radio', { name: text(lang, 'padding.mode-Valid'), exact: true })).toBeChecked();
    await expect(title).toContainText('3×3');

    // The numbers are those of the cell on stride, which are drawn once they can be seen.
    await spin(page.locator('#stride'), lang, 'stride.n-label').scrollIntoViewIfNeeded();
    await expect(spin(page.locator('#stride'), lang, 'stride.n-label')).toHaveText('8');
    await spin(page.locator('#stride'), lang, 'stride.n-label').press('ArrowUp');
    await cell.scrollIntoViewIfNeeded();
    await expect(title).toContainText('4×4');
    await check(cell, lang, 3);
  });

  test(`n filters: the stack, the counts, the choice of a map (${lang})`, async ({ page }) => {
    const cell = await open(page, lang, 'filters');
    const formula = cell.locator('.formula');
    for (const number of ['450', '456', '352,800', '1,824', '18,816']) await expect(formula).toContainText(number);
    await expect(await openCode(cell)).toContainText('[1, 28, 28, 6]');
    await expect(cell.locator('.bank-item')).toHaveCount(6);

    // A map of the pile by mouse, a filter by keyboard.
    const zoom = cell.locator('.bank-zoom');
    const first = await fingerprint(zoom);
    const pile = cell.locator('.map-pile');
    await pile.scrollIntoViewIfNeeded();
    const box = await pile.boundingBox();
    if (!box) throw new Error('no pile');
    for (let x = box.width - 60; x > box.width / 2 && !page.url().includes('filters.pick'); x -= 20) {
      await pile.click({ position: { x, y: box.height * 0.45 } });
      await page.waitForURL(/filters\.pick/, { timeout: 300 }).catch(() => {});
    }
    expect(page.url()).toContain('filters.pick');
    await expect.poll(() => fingerprint(zoom)).not.toBe(first);
    await cell.getByRole('radiogroup', { name: text(lang, 'filters.bank') }).getByRole('radio').first().focus();
    await page.keyboard.press('ArrowRight');
    await expect(cell.locator('.bank-item').nth(1).locator('input')).toBeChecked();

    await cell.getByRole('button', { name: text(lang, 'filters.preset-same'), exact: true }).click();
    await expect(cell.locator('.listing')).toContainText('[1, 16, 16, 16]');
    await expect(formula).toContainText('448');
    await spin(cell, lang, 'filters.n-label').press('ArrowDown');
    await expect(formula).toContainText('420');

    // The first filter is the one from the cell before.
    const bank = cell.locator('.bank-item canvas');
    const old = await fingerprint(bank.first());
    await page.locator('#filter').getByRole('radio', { name: text(lang, 'filter.kind-blur'), exact: true }).check();
    await cell.scrollIntoViewIfNeeded();
    await expect.poll(() => fingerprint(bank.first())).not.toBe(old);
    await check(cell, lang, 'filters.check-same');
  });
}

test('a filter of the live network, as it is now', async ({ page }) => {
  test.setTimeout(120_000);
  const cell = await open(page, 'en', 'filter');
  const kinds = cell.getByRole('radio', { name: text('en', 'filter.kind-learned'), exact: true });
  await kinds.check();
  await expect(cell.locator('.filter-note')).toHaveText(pattern('en', 'filter.learned-gray'), { timeout: 30_000 });
  await expect(cell.locator('.filter-note')).toContainText('of the 32');
  // 3×3×1, shared out over three channels by what each adds to the brightness.
  await expect(spin(cell, 'en', 'filter.f-label')).toHaveText('3');
  const map = cell.locator('.filter-maps canvas').nth(1);
  const first = await fingerprint(map);
  await spin(cell, 'en', 'filter.learned-label').press('ArrowUp');
  await expect.poll(() => fingerprint(map)).not.toBe(first);
});

test('a learned filter that is chosen before there is a network takes its size once there is one', async ({ page }) => {
  let start = () => {};
  const started = new Promise((done) => (start = () => done(undefined)));
  await page.route(/src\/worker\.js/, async (route) => {
    await started;
    await route.continue();
  });
  const cell = await open(page, 'en', 'filter');
  await cell.getByRole('radio', { name: text('en', 'filter.kind-learned'), exact: true }).check();
  await expect(cell.locator('.filter-note')).toHaveText(text('en', 'filter.learned-none'));
  await expect(spin(cell, 'en', 'filter.f-label')).toHaveText('5');
  start();
  await expect(spin(cell, 'en', 'filter.f-label')).toHaveText('3', { timeout: 30_000 });
});
