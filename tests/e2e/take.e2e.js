// Taking it along: programs for the weights, the history as a table, links, and a run repeated by its link.

import { readFileSync } from 'node:fs';
import { openAll } from './fixtures.js';
import { expect, oneOf, openCell, openLab, pattern, test, text } from './lab.js';

/** A network that trains in no time. */
const SPEC = 'input 28x28x1\nmaxpool 4x4\nflatten\ndense 10\n';
const SMALL = `&train.batch=50&train.seed=11&spec=${encodeURIComponent(SPEC)}`;

/** @param {import('@playwright/test').Page} page @param {import('./lab.js').Lang} lang */
function take(page, lang) {
  const cell = page.locator('#take');
  return {
    cell,
    /** @param {string} key */
    button: (key) => cell.getByRole('button', { name: text(lang, `take.${key}`), exact: true }),
    address: cell.locator('.link-address'),
    program: cell.locator('.program'),
    replay: cell.locator('.replay'),
    verdict: cell.locator('.replay-verdict'),
  };
}

/** Presses a button and reads the file that comes. @param {import('@playwright/test').Page} page @param {import('@playwright/test').Locator} button */
async function downloaded(page, button) {
  const coming = page.waitForEvent('download');
  await button.click();
  const download = await coming;
  return { name: download.suggestedFilename(), content: readFileSync(await download.path(), 'utf8') };
}

for (const lang of oneOf('en')) {
  test(`programs for the weights and the history as a table (${lang})`, async ({ page, context }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const parts = await openLab(page, { lang, query: SMALL });
    const { cell, button, program } = take(page, lang);
    await cell.scrollIntoViewIfNeeded();
    await expect(button('csv')).toHaveAttribute('aria-disabled', 'true');
    await parts.oneBatch();
    await parts.oneBatch();

    await cell.scrollIntoViewIfNeeded();
    const table = await downloaded(page, button('csv'));
    expect(table.name).toBe('cnn-step2.csv');
    const [head, ...rows] = table.content.trimEnd().split('\r\n').map((line) => line.split(','));
    expect(head.slice(0, 4)).toEqual(['record', 'step', 'epoch', 'loss']);
    expect(rows.map((row) => row.slice(0, 3))).toEqual([['step', '1', '1'], ['step', '2', '1']]);
    expect(Number(rows[1][3])).toBeCloseTo((await parts.progress()).loss, 0);
    expect(Number(rows[1][head.indexOf('learning_rate')])).toBeCloseTo(0.001, 9);

    // The program is of the network that is trained, and names the file that would be saved now.
    await cell.scrollIntoViewIfNeeded();
    await expect(program).toContainText('max_pool(x, (4, 4), (4, 4)');
    await expect(program).toContainText('load_file("cnn-step2.safetensors")');
    await cell.getByText('PyTorch', { exact: true }).click();
    await expect(page).toHaveURL(/take\.framework=torch/);
    await expect(program).toContainText('nn.Linear(49, 10)');
    await button('copy').click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(await program.textContent());
    await cell.getByText('Keras', { exact: true }).click();
    await expect(program).toContainText('layers.Dense(10, name="layer2")');
    const file = await downloaded(page, button('save-program'));
    expect(file.name).toBe('cnn_keras.py');
    expect(file.content).toBe(await program.textContent());

    // The notebook is in the reader's language, of the same network and the same weights' file.
    const notebook = await downloaded(page, button('save-notebook'));
    expect(notebook.name).toBe('cnn_keras.ipynb');
    const { cells, nbformat } = JSON.parse(notebook.content);
    expect(nbformat).toBe(4);
    const read = (/** @type {string} */ id) => cells.find((/** @type {any} */ cell) => cell.id === id).source.join('');
    expect(/[가-힣]/.test(read('intro-text'))).toBe(lang === 'ko');
    expect(read('intro-text')).toContain(`${new URL(page.url()).origin}/#train&`);
    expect(read('network')).toContain('layers.MaxPooling2D((4, 4), (4, 4))');
    expect(read('settings')).toContain('WEIGHTS = "cnn-step2.safetensors"');
    expect(read('settings')).toMatch(/SEED = 11\nBATCH = 50 .*\nEPOCHS = 1 .*\nRATE = 0\.001 /);
  });
}

test('a notebook whose parts do not arrive says so, and comes once they do', async ({ page, problems }) => {
  await openLab(page, { lang: 'en', query: SMALL });
  const { cell, button } = take(page, 'en');
  await cell.scrollIntoViewIfNeeded();
  await page.route('**/snippets/notebook-en.json', (route) => route.abort());
  await expect(button('save-notebook')).toBeVisible();
  await button('save-notebook').click();
  await expect(page.locator('.toast')).toContainText('notebook-en.json');
  problems.length = 0;
  await page.unroute('**/snippets/notebook-en.json');
  expect(JSON.parse((await downloaded(page, button('save-notebook'))).content).nbformat).toBe(4);
});

test('weights of another network bring it along, if the person says so', async ({ page }) => {
  const small = await openLab(page, { lang: 'en', query: SMALL });
  await small.oneBatch();
  const coming = page.waitForEvent('download');
  await small.press('save');
  const path = await (await coming).path();

  const parts = await openLab(page, { lang: 'en' });
  await parts.files.setInputFiles(path);
  await page.getByRole('dialog').getByRole('button', { name: text('en', 'take.other-yes') }).click();
  await expect(parts.weightsMessage).toHaveText(pattern('en', 'take.loaded'));
  await expect(parts.spec).toHaveValue(/maxpool 4x4[^]*dense 10/);
  await take(page, 'en').cell.scrollIntoViewIfNeeded();
  await expect(take(page, 'en').program).toContainText('max_pool(x, (4, 4)');
  // Such a run is not told by its settings.
  await parts.oneBatch();
  await page.locator('#take .take-links').scrollIntoViewIfNeeded();
  await expect(take(page, 'en').button('link-replay')).toHaveAttribute('aria-disabled', 'true');
  await expect(page.locator('#take .take-links')).toContainText(text('en', 'take.altered-loaded'));
});

for (const lang of oneOf('ko')) {
  test(`a network with batch normalization: shown, trained, saved with its running means, loaded (${lang})`, async ({ page }) => {
    const spec = 'input 28x28x1\nmaxpool 2x2\nconv 3x3 4 bias none\nbatchnorm\nrelu\nflatten\ndense 12 bias none\nbatchnorm eps 0.001\nrelu\ndense 10\n';
    const query = `&train.batch=50&train.seed=11&spec=${encodeURIComponent(spec)}`;
    const parts = await openLab(page, { lang, query });
    await expect(parts.specError).toHaveText('');
    await parts.oneBatch();
    await parts.oneBatch();
    const coming = page.waitForEvent('download');
    await parts.press('save');
    const path = await (await coming).path();
    const header = readFileSync(path).toString('latin1');
    for (const part of ['weight', 'bias', 'running_mean', 'running_var']) expect(header).toContain(`"layer2.${part}"`);
    const { program, cell } = take(page, lang);
    await cell.scrollIntoViewIfNeeded();
    await expect(program).toContainText('batch_norm(x, "layer6", 0.001)');

    // Every layer of it is drawn, and each value of a normalized map can be asked for.
    const { cell: network } = await openCell(page, lang, 'network', { query: `${query}&network.layer=3` });
    await openAll(page);
    // What has opened above may have moved it out of sight.
    await network.scrollIntoViewIfNeeded();
    await expect(network.locator('.map-column .map-title', { hasText: 'batchnorm' })).toHaveCount(2, { timeout: 60_000 });
    await expect(network.locator('.inspector .inspector-sum')).toContainText('γ', { timeout: 60_000 });

    const again = await openLab(page, { lang, query: `${query}&train.seed=12` });
    await again.files.setInputFiles(path);
    await expect(again.weightsMessage).toHaveText(pattern(lang, 'take.loaded'));
    expect((await again.oneBatch()).batch).toBe(1);
    // One value of each feature has no variance.
    await again.batch.fill('1');
    await expect(again.specError).toHaveText(pattern(lang, 'error.batch_of_one'));
  });
}

for (const lang of oneOf('en')) {
  test(`a link opens with the same settings; a run is repeated to the last bit (${lang})`, async ({ page, context }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const parts = await openLab(page, { lang, query: `${SMALL}&train.optimizer=momentum&train.rate=0.03&train.schedule=cosine&train.epochs=2` });
    for (let i = 0; i < 3; i += 1) await parts.oneBatch();
    const here = take(page, lang);
    await here.cell.scrollIntoViewIfNeeded();

    await here.button('link-settings').click();
    await expect(here.address).toHaveValue(/#train&/);
    const settings = await here.address.inputValue();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(settings);
    await here.button('link-replay').click();
    await expect(here.address).toHaveValue(/replay=3-[0-9a-f]{16}-\w+/);
    const link = await here.address.inputValue();

    const other = await context.newPage();
    await other.goto(settings);
    for (const [label, value] of [['seed', '11'], ['batch', '50'], ['optimizer', 'momentum'], ['rate', '0.03'], ['schedule', 'cosine'], ['epochs', '2']]) {
      await expect(other.locator('#train').getByLabel(text(lang, `train.${label}`), { exact: true })).toHaveValue(value);
    }
    await expect(other.locator('#train .spec-text')).toHaveValue(SPEC);
    await other.goto('about:blank');

    for (const [replayed, same] of /** @type {[string, boolean][]} */ ([
      [link, true],
      ...(lang === 'en' ? [] : [[link.replace(/(replay=3-)[0-9a-f]{4}/, '$10000'), false]]),
    ])) {
      // The second in the page that has the first.
      await other.goto(replayed);
      const there = take(other, lang);
      await expect(there.replay).toBeInViewport();
      await expect(there.replay).toContainText('11');
      await expect(there.button('replay-go')).toHaveAttribute('aria-disabled', 'false', { timeout: 30_000 });
      await there.button('replay-go').press('Enter');
      await expect(there.verdict.locator('strong')).toHaveText(text(lang, same ? 'take.same' : 'take.differs'), { timeout: 30_000 });
      await expect(there.verdict).toHaveText(pattern(lang, same ? 'take.same-text' : 'take.differs-version'));
      await there.button('replay-close').click();
      await expect(there.replay).toBeHidden();
      await expect(other).not.toHaveURL(/replay=/);
    }

    // The same run with other arithmetic differs, and that is the reason given; so is a rate changed on the way.
    const plain = link.replace('engine=auto', 'engine=simd');
    if (lang === 'ko' && plain !== link) {
      await other.goto('about:blank');
      await other.goto(plain);
      const there = take(other, lang);
      await expect(there.button('replay-go')).toHaveAttribute('aria-disabled', 'false', { timeout: 30_000 });
      await there.button('replay-go').click();
      await expect(there.verdict.locator('strong')).toHaveText(text(lang, 'take.differs'), { timeout: 30_000 });
      await expect(there.verdict).toHaveText(pattern(lang, 'take.differs-arithmetic'));
    }
    await parts.rate.fill('0.02');
    await expect(page).toHaveURL(/train\.rate=0\.02/);
    await here.cell.scrollIntoViewIfNeeded();
    await expect(here.cell).toContainText(text(lang, 'take.altered-rate'));
    await expect(here.button('link-replay')).toHaveAttribute('aria-disabled', 'true');
  });
}

/** Opens a figure's menu by keyboard and takes one kind of file. @param {import('@playwright/test').Page} page @param {import('@playwright/test').Locator} keep @param {string} kind */
async function kept(page, keep, kind) {
  const toggle = keep.locator('[aria-expanded]');
  await toggle.focus();
  if ((await toggle.getAttribute('aria-expanded')) === 'false') await page.keyboard.press('Enter');
  const coming = page.waitForEvent('download');
  await keep.getByRole('button', { name: kind, exact: true }).press('Enter');
  const download = await coming;
  expect(download.suggestedFilename()).toMatch(new RegExp(`^cnn-notebook-[a-z]+\\.${kind.toLowerCase()}$`));
  return readFileSync(await download.path());
}

/** Mean difference of two PNGs, 0 to 1, the second one scaled to the first and cut at its margin. @param {import('@playwright/test').Page} page @param {Buffer[]} files */
function difference(page, files) {
  return page.evaluate(async (codes) => {
    const [screen, file] = await Promise.all(codes.map((code) => createImageBitmap(new Blob([Uint8Array.from(atob(code), (letter) => letter.charCodeAt(0))]))));
    const pixels = [screen, file].map((image, i) => {
      const canvas = Object.assign(document.createElement('canvas'), { width: screen.width, height: screen.height });
      const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
      if (i === 0) pen.drawImage(image, 0, 0);
      else pen.drawImage(image, 24, 24, 2 * screen.width, 2 * screen.height, 0, 0, screen.width, screen.height);
      return pen.getImageData(0, 0, screen.width, screen.height).data;
    });
    const sum = pixels[0].reduce((total, value, i) => total + Math.abs(value - pixels[1][i]), 0);
    const spread = pixels[0].reduce((total, value, i) => total + (i % 4 === 3 ? 0 : Math.abs(value - pixels[0][i % 4])), 0);
    const whole = /** @type {OffscreenCanvasRenderingContext2D} */ (new OffscreenCanvas(file.width, file.height).getContext('2d'));
    whole.drawImage(file, 0, 0);
    const opaque = whole.getImageData(0, 0, file.width, file.height).data.every((value, i) => i % 4 < 3 || value === 255);
    return { different: sum / pixels[0].length / 255, drawn: spread / pixels[0].length / 255, size: [file.width, file.height], opaque };
  }, files.map((file) => file.toString('base64')));
}

for (const theme of ['light', 'dark']) {
  test(`a figure becomes an SVG that needs nothing of the page, and a PNG that looks like it (${theme})`, async ({ page }) => {
    await page.goto(`./#part&lang=ko&theme=${theme}`);
    await expect(page.locator('html')).toHaveAttribute('data-ready', 'engine');
    const figure = page.locator('#part figure').first();
    await expect(figure.locator('canvas').first()).toBeVisible();
    const keep = figure.locator('.keep');
    const svg = (await kept(page, keep, 'SVG')).toString('utf8');
    expect(svg).not.toMatch(/var\(|class=|foreignObject|color\(srgb|currentColor/);
    const found = await page.evaluate((code) => {
      const root = new DOMParser().parseFromString(code, 'image/svg+xml');
      return {
        broken: root.querySelector('parsererror')?.textContent ?? '',
        title: root.querySelector('title')?.textContent,
        text: root.querySelector('desc')?.textContent,
        images: root.querySelectorAll('image[href^="data:image/png"]').length,
        words: [...root.querySelectorAll('text')].map((node) => node.textContent).join(' '),
      };
    }, svg);
    expect(found.broken).toBe('');
    expect(found.title).toBe(await page.locator('#part [data-i18n="part.title"]').textContent());
    expect(found.text).toBe(await figure.locator('p.visually-hidden').first().textContent());
    expect(found.images).toBeGreaterThan(0);
    expect(found.words).toContain('32×32');

    const drawing = figure.locator('.figure-body');
    const { different, drawn, size, opaque } = await difference(page, [await drawing.screenshot(), await kept(page, keep, 'PNG')]);
    const box = await drawing.boundingBox();
    expect(size).toEqual([Math.round(2 * ((box?.width ?? 0) + 24)), Math.round(2 * ((box?.height ?? 0) + 24))]);
    expect(opaque).toBe(true);
    // Letters are smoothed otherwise at twice the size; an empty picture would differ by all that is drawn.
    expect(different).toBeLessThan(0.01);
    expect(drawn).toBeGreaterThan(3 * different);
  });
}

test('a chart is saved once it has curves, with these and as the numbers behind them', async ({ page }) => {
  const parts = await openLab(page, { lang: 'en', query: SMALL });
  const chart = parts.cell.locator('.chart').first();
  const microscope = page.locator('#microscope');
  await expect(chart.locator('.chart-plot')).toBeVisible();
  await expect(chart.locator('.keep')).toBeHidden();
  await microscope.scrollIntoViewIfNeeded();
  await expect(microscope.locator('.microscope-state')).toHaveText(text('en', 'microscope.empty'));
  await expect(microscope.locator('.keep')).toBeHidden();
  await parts.cell.scrollIntoViewIfNeeded();
  await parts.oneBatch();
  await parts.oneBatch();
  await chart.scrollIntoViewIfNeeded();
  const keep = chart.locator('.keep');
  const svg = (await kept(page, keep, 'SVG')).toString('utf8');
  expect(svg).toContain(await chart.locator('.chart-plot').getAttribute('aria-label'));
  expect(svg).toMatch(/<path[^>]* d="M[\d.]+,[\d.]+L/);
  const table = (await kept(page, keep, 'CSV')).toString('utf8');
  expect(table.split('\r\n')[2]).toMatch(/^step,2,/);
});

test('a figure whose file can’t be made says why, and can be saved once it can', async ({ page, problems }) => {
  await page.route('**/picture-file*', (route) => route.abort());
  await page.goto('./#part&lang=en');
  await expect(page.locator('html')).toHaveAttribute('data-ready', 'engine');
  const keep = page.locator('#part figure').first().locator('.keep');
  await keep.locator('[aria-expanded]').press('Enter');
  await keep.getByRole('button', { name: 'SVG', exact: true }).press('Enter');
  await expect(keep.getByRole('status')).toHaveText(pattern('en', 'page.keep-failed'));
  await expect(keep.getByRole('status')).toContainText(text('en', 'error.part_missing'));
  problems.length = 0;
  await page.unroute('**/picture-file*');
  expect((await kept(page, keep, 'SVG')).toString('utf8')).toContain('<svg');
  await expect(keep.getByRole('status')).toHaveText('');
});
