// The page in three acts: opened fresh it can be surveyed; what is closed opens by a press, by a link, by a search and for
// paper.

import { expect, test, visit } from './fixtures.js';
import { LANGS, text } from './lab.js';
import { fingerprint } from './lecture.js';
import { ACTS } from '../../www/src/cells/index.js';

/** @typedef {import('@playwright/test').Page} Page */

/** Height of the page opened fresh in a window 1280 px wide. */
const HIGHEST = 15_000;
const cells = ACTS.flatMap((act) => act.cells);
const closed = cells.filter((cell) => cell.closed).map(({ id }) => id);

/** @param {Page} page @param {string} address */
async function open(page, address) {
  await visit(page, address);
  await expect(page.locator('html')).toHaveAttribute('data-cells', 'all', { timeout: 120_000 });
}

/** @param {Page} page @param {string} id */
const isOpen = (page, id) => page.locator(`#${id}`).evaluate((cell) => !cell.classList.contains('closed') && !cell.querySelector('.cell-body')?.hasAttribute('hidden'));

for (const lang of LANGS) {
  test(`opened fresh the page is at most ${HIGHEST} px high, and says of what is closed what it is and how long it takes (${lang})`, async ({ page }) => {
    test.setTimeout(240_000);
    await page.setViewportSize({ width: 1280, height: 900 });
    await open(page, `./#lang=${lang}`);
    for (const { id } of cells) {
      await page.locator(`#${id}`).scrollIntoViewIfNeeded();
      await page.waitForTimeout(200);
    }
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    test.info().annotations.push({ type: 'height', description: `${height} px` });
    expect(height).toBeLessThanOrEqual(HIGHEST);
    for (const { id, minutes } of cells.filter((cell) => cell.closed)) {
      await expect(page.locator(`#${id} .teaser-text`)).toHaveText(text(lang, `${id}.teaser`));
      await expect(page.locator(`#${id} .teaser-minutes`)).toHaveText(text(lang, 'page.minutes').replace('{n}', String(minutes)));
      await expect(page.locator(`#${id} .figure`).first()).toBeHidden();
    }
  });

  test(`the contents follow the acts (${lang})`, async ({ page }) => {
    await open(page, `./#lang=${lang}`);
    await expect(page.locator('.toc-act')).toHaveText(ACTS.map(({ id }) => text(lang, `acts.${id}`)));
    await expect(page.locator('.act-title')).toHaveText(ACTS.map(({ id }) => text(lang, `acts.${id}`)));
    const order = await page.locator('#cells > .act, #cells > .cell').evaluateAll((all) => all.map(({ id }) => id));
    expect(order).toEqual(['intro', ...ACTS.flatMap((act) => [`act-${act.id}`, ...act.cells.map(({ id }) => id)])]);
    const links = await page.locator('.toc-link').evaluateAll((all) => all.map((link) => link.getAttribute('href')));
    expect(links).toEqual(['intro', ...cells.map(({ id }) => id)].map((id) => `#${id}`));
    await page.locator('.toc-act a').last().click();
    await expect(page.locator('#act-deeper')).toBeInViewport();
  });
}

/** Cells with a small picture while they are closed, and those whose picture is of the weights of the opening's network. */
const PICTURED = cells.filter(({ pictured }) => pictured).map(({ id }) => id);
const OF_WEIGHTS = ['backprop', 'learned', 'microscope', 'sharing'];

test('each cell that goes deeper shows a picture of what the opening’s network has come to', async ({ page }) => {
  test.setTimeout(180_000);
  // So it waits for a press.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await open(page, './#lang=en');
  expect(PICTURED).toEqual(ACTS.at(-1)?.cells.map(({ id }) => id));
  const thumb = (/** @type {string} */ id) => page.locator(`#${id} .thumb`);
  const seen = async (least = 2) => {
    /** @type {Record<string, unknown>} */
    const prints = {};
    for (const id of PICTURED) {
      await thumb(id).scrollIntoViewIfNeeded();
      await expect.poll(() => thumb(id).evaluate((/** @type {any} */ canvas) => {
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        return new Set(new Uint32Array(data.buffer)).size;
      }), { message: `${id}: colours` }).toBeGreaterThanOrEqual(least);
      prints[id] = await fingerprint(thumb(id));
    }
    return prints;
  };
  // Nothing has been changed yet: what the microscope shows is of one colour.
  const fresh = await seen();
  await page.locator('#intro').scrollIntoViewIfNeeded();
  const intro = page.locator('#intro');
  await intro.getByRole('button', { name: text('en', 'intro.start'), exact: true }).click();
  await expect.poll(async () => Number((await intro.locator('.intro-status').textContent())?.match(/\d+/)?.[0] ?? 0), { timeout: 60_000 }).toBeGreaterThan(20);
  const trained = await seen(3);
  for (const id of OF_WEIGHTS) expect(trained[id], id).not.toBe(fresh[id]);
  // Opened, there is the cell in its place.
  await page.locator('#norm .fold-button').first().click();
  await expect(thumb('norm')).toBeHidden();
});

test('a press opens a closed cell where it is, and closes it again; by keyboard too', async ({ page }) => {
  await open(page, './#lang=en');
  const button = page.locator('#padding .fold-button').first();
  await button.scrollIntoViewIfNeeded();
  await expect(button).toHaveAttribute('aria-expanded', 'false');
  await button.click();
  await expect(button).toHaveAttribute('aria-expanded', 'true');
  await expect(page.locator('#padding .figure').first()).toBeVisible();
  await expect(page.locator('#padding')).toBeInViewport();
  await button.press('Enter');
  await expect(page.locator('#padding .figure').first()).toBeHidden();
  // Anywhere on its row.
  await page.locator('#padding .teaser-text').click({ force: true });
  await expect(page.locator('#padding .figure').first()).toBeVisible();
});

test('what follows a figure opens by a press', async ({ page }) => {
  await open(page, './#lang=en');
  const cell = page.locator('#part');
  await expect(cell.locator('.figure')).toBeVisible();
  await expect(cell.locator('.check')).toBeHidden();
  await cell.getByRole('button', { name: text('en', 'page.open-rest') }).click();
  await expect(cell.locator('.check')).toBeVisible();
});

test('a link to a closed cell opens it, from the address, from the contents and from the text', async ({ page }) => {
  test.setTimeout(300_000);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  for (const id of closed) {
    await visit(page, `./#${id}&lang=en`);
    await expect.poll(() => isOpen(page, id), { message: id, timeout: 60_000 }).toBe(true);
    await expect(page.locator(`#${id} .cell-title`)).toBeInViewport();
  }
  await open(page, './#lang=en');
  const [last] = closed.slice(-1);
  await page.locator(`.toc-link[href="#${last}"]`).click();
  expect(await isOpen(page, last)).toBe(true);
  await expect(page.locator(`#${last} .cell-title`)).toBeInViewport();
});

test('a search in the page finds what is closed', async ({ page }) => {
  await open(page, './#lang=en');
  expect(await isOpen(page, 'take')).toBe(false);
  // What the browser does with what it finds.
  await page.locator('#take .prose').first().evaluate((block) => {
    block.dispatchEvent(new Event('beforematch', { bubbles: true }));
  });
  expect(await isOpen(page, 'take')).toBe(true);
});

test('paper has all of it, and after it the page is as it was', async ({ page }) => {
  test.setTimeout(240_000);
  await open(page, './#lang=en');
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  for (const id of closed) expect(await isOpen(page, id), id).toBe(true);
  await expect(page.locator('#part .check')).toBeVisible();
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  for (const id of closed) expect(await isOpen(page, id), id).toBe(false);
});

test('nothing that trains is fetched for a closed cell that is only passed', async ({ page }) => {
  test.setTimeout(240_000);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  /** @type {string[]} */
  const seen = [];
  page.on('request', (request) => seen.push(new URL(request.url()).pathname));
  await open(page, './#lang=en');
  for (const id of ['padding', 'filters', 'layers']) await page.locator(`#${id}`).scrollIntoViewIfNeeded();
  expect(seen.filter((path) => path.startsWith('/data/'))).toEqual([]);
});
