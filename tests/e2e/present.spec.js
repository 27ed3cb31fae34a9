// Presenting: one cell a screen, in large letters, by keys and buttons, and the page as it was afterwards.

import AxeBuilder from '@axe-core/playwright';
import { expect, folders, test, visit } from './fixtures.js';
import { oneOf, text, violationsOf } from './lab.js';
import { CELLS } from '../../www/src/cells/index.js';

/** @typedef {import('@playwright/test').Page} Page */

const ids = CELLS.map(({ id }) => id);

/** @param {Page} page @param {string} hash */
async function open(page, hash) {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await visit(page, `./${hash}`);
  await expect(page.locator('html')).toHaveAttribute('data-ready', 'engine', { timeout: 60_000 });
}
/** The cells that are to be seen. @param {Page} page */
const seen = (page) => page.locator('.cell').evaluateAll((cells) => cells.filter((cell) => cell.checkVisibility()).map(({ id }) => id));
/** @param {Page} page @param {string} lang @param {string} key */
const button = (page, lang, key) => page.locator('.present-strip').getByRole('button', { name: text(/** @type {any} */ (lang), `present.${key}`), exact: true });

for (const lang of oneOf('ko')) {
  test(`from the bar: the cell being read fills the screen, in letters of 28 px, and Esc brings the page back (${lang})`, async ({ page }) => {
    test.setTimeout(180_000);
    await open(page, `#stride&lang=${lang}`);
    await expect(page.locator('html')).toHaveAttribute('data-cells', 'all', { timeout: 60_000 });
    await expect(page.locator('.toc-link[href="#stride"]')).toHaveAttribute('aria-current', 'location');
    // What comes into sight on the way is drawn and has its height; a press within that moment would let the cell go.
    await page.waitForTimeout(1500);
    // As a press does, without the scrolling that the test's own click does before it.
    await page.locator('.bar').getByRole('button', { name: text(lang, 'page.class') }).evaluate((bar) => /** @type {HTMLElement} */ (bar).click());
    await page.getByRole('button', { name: text(lang, 'class.present'), exact: true }).click();
    await expect(page.locator('.present-strip')).toBeVisible();
    await expect(page).toHaveURL(/#stride&.*present=1/);
    expect(await seen(page)).toEqual(['stride']);
    await expect(page.locator('#stride .figure').first()).toBeInViewport();
    expect(await page.locator('#stride .prose p').first().evaluate((block) => getComputedStyle(block).fontSize)).toBe('28px');
    for (const part of ['.bar', '.toc', '.footer', '#act-see', '#stride .fold-row']) await expect(page.locator(part).first()).toBeHidden();
    // What is closed at first is open here.
    await expect(page.locator('#stride .check')).toBeVisible();
    await expect(page.locator('#spoken')).toHaveText(text(lang, 'present.begun').replace('{title}', text(lang, 'stride.title')));

    await page.keyboard.press('ArrowRight');
    await expect.poll(() => seen(page)).toEqual([ids[ids.indexOf('stride') + 1]]);
    await expect(page.locator('#padding .figure').first()).toBeVisible();
    await expect(page.locator('#padding .cell-title')).toBeFocused();
    await expect(page.locator('#spoken')).toHaveText(text(lang, 'present.at').replace('{n}', String(ids.indexOf('padding') + 1)).replace('{count}', String(ids.length)).replace('{title}', text(lang, 'padding.title')));
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => seen(page)).toEqual(['stride']);
    await page.keyboard.press('Escape');
    await expect(page.locator('.present-strip')).toHaveCount(0);
    await expect(page).toHaveURL(/#stride&(?!.*present)/);
    await expect(page.locator('#stride .cell-title')).toBeInViewport();
    // What was closed before is closed again.
    await expect(page.locator('#padding .figure').first()).toBeHidden();
    await expect(page.locator('.bar')).toBeVisible();
  });
}

test('the address begins it and keeps the place; buttons, keys, the list and links turn the pages', async ({ page }) => {
  test.setTimeout(180_000);
  await open(page, '#part&lang=en&present=1');
  await expect.poll(() => seen(page)).toEqual(['part']);
  await button(page, 'en', 'next').click();
  await expect.poll(() => seen(page)).toEqual(['filter']);
  await expect(button(page, 'en', 'next')).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => seen(page)).toEqual(['part']);
  await page.getByLabel(text('en', 'present.titles')).selectOption({ label: text('en', 'judge.title') });
  await expect.poll(() => seen(page)).toEqual(['judge']);
  await page.evaluate(() => document.body.append(Object.assign(document.createElement('a'), { href: '#pooling', id: 'way', textContent: 'way' })));
  await page.locator('#way').evaluate((link) => /** @type {HTMLElement} */ (link).click());
  await expect.poll(() => seen(page)).toEqual(['pooling']);
  await page.goBack();
  await expect.poll(() => seen(page)).toEqual(['judge']);
  await page.reload();
  await expect.poll(() => seen(page)).toEqual(['judge']);
  await expect(page.locator('#judge .cell-title')).toBeInViewport();
  // A remote control goes on through a cell before it goes to the next.
  await page.getByLabel(text('en', 'present.titles')).selectOption({ label: text('en', 'part.title') });
  await expect(page.locator('#part .check')).toBeVisible();
  await page.locator('#part .cell-title').focus();
  await page.keyboard.press('PageDown');
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(100);
  expect(await seen(page)).toEqual(['part']);
  await page.evaluate(() => scrollTo({ top: document.body.scrollHeight, behavior: 'instant' }));
  await page.keyboard.press('PageDown');
  await expect.poll(() => seen(page)).toEqual(['filter']);
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(0);
});

test('the ends have no beyond, and a control that uses arrows keeps them', async ({ page }) => {
  test.setTimeout(180_000);
  await open(page, '#lang=en&present=1');
  await expect.poll(() => seen(page)).toEqual([ids[0]]);
  await expect(button(page, 'en', 'back')).toHaveAttribute('aria-disabled', 'true');
  await page.keyboard.press('ArrowLeft');
  expect(await seen(page)).toEqual([ids[0]]);
  await page.getByLabel(text('en', 'present.titles')).selectOption({ index: ids.length - 1 });
  await expect.poll(() => seen(page)).toEqual([ids[ids.length - 1]]);
  await expect(button(page, 'en', 'next')).toHaveAttribute('aria-disabled', 'true');

  await page.getByLabel(text('en', 'present.titles')).selectOption({ label: text('en', 'stride.title') });
  const number = page.locator('#stride [role=spinbutton]').first();
  await expect(number).toBeVisible();
  const before = Number(await number.getAttribute('aria-valuenow'));
  await number.focus();
  await page.keyboard.press('ArrowRight');
  await expect(number).toHaveAttribute('aria-valuenow', String(before + 1));
  expect(await seen(page)).toEqual(['stride']);
  // Escape in a field ends the writing, not the presentation.
  await page.keyboard.press('Enter');
  await expect(page.locator('#stride input:focus')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(page.locator('#stride input:focus')).toHaveCount(0);
  await expect(page.locator('.present-strip')).toBeVisible();
});

test('the pointer is large, follows the mouse and takes no presses', async ({ page }) => {
  await open(page, '#stride&lang=en&present=1');
  const mark = page.locator('.present-pointer');
  await expect(page.locator('.present-strip')).toBeVisible();
  await page.mouse.move(400, 300);
  await expect(mark).toBeHidden();
  await button(page, 'en', 'pointer').click();
  await expect(button(page, 'en', 'pointer')).toHaveAttribute('aria-pressed', 'true');
  await page.mouse.move(640, 320);
  const box = /** @type {{ x: number, y: number, width: number, height: number }} */ (await mark.boundingBox());
  expect(box.width).toBeGreaterThan(80);
  expect(Math.hypot(box.x + box.width / 2 - 640, box.y + box.height / 2 - 320)).toBeLessThan(2);
  expect(await page.evaluate(() => document.elementFromPoint(640, 320)?.getAttribute('class') ?? '')).not.toContain('present-pointer');
  await button(page, 'en', 'pointer').click();
  await expect(mark).toBeHidden();
});

test('paper is as ever', async ({ page }) => {
  test.setTimeout(180_000);
  await open(page, '#stride&lang=en&present=1');
  await expect(page.locator('.present-strip')).toBeVisible();
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('.present-strip')).toBeHidden();
  expect(await seen(page)).toEqual(ids);
  await page.emulateMedia({ media: 'screen' });
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  expect(await seen(page)).toEqual(['stride']);
});

test('a copied link does not present, and nothing of it comes before it is asked for', async ({ page, context }) => {
  /** @type {string[]} */
  const asked = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(page, '#stride&lang=en');
  expect(asked.filter((path) => path.includes('/classroom/'))).toEqual([]);
  await page.goto('./#stride&lang=en&present=1');
  await expect(page.locator('.present-strip')).toBeVisible();
  expect(asked).toContain(`/${folders.page}/src/classroom/present.js`);
  await page.locator('.bar .share-icon').first().evaluate((sign) => /** @type {HTMLElement} */ (sign.parentElement).click());
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toMatch(/#stride/);
  expect(await page.evaluate(() => navigator.clipboard.readText())).not.toContain('present');
});

for (const width of [360, 1280]) {
  test(`axe has nothing to say, and nothing is beyond the edge at ${width} px, in the menu and while presenting`, async ({ page }) => {
    test.setTimeout(180_000);
    await page.setViewportSize({ width, height: 800 });
    await open(page, '#filter&lang=ko');
    /** @param {string} within */
    const violations = (within) => violationsOf(new AxeBuilder({ page }).include(within));
    await page.locator('#class').press('Enter');
    await expect(page.locator('.class-menu')).toBeVisible();
    expect(await violations('.class-menu')).toEqual([]);
    await page.getByRole('button', { name: text('ko', 'class.present'), exact: true }).press('Enter');
    await expect(page.locator('.present-strip')).toBeVisible();
    for (const scheme of /** @type {const} */ (['light', 'dark'])) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      await expect(page.locator('html')).toHaveAttribute('data-theme', scheme);
      expect(await violations('body'), scheme).toEqual([]);
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
    for (const box of await page.locator('.present-strip > *:not([hidden])').evaluateAll((all) => all.map((each) => each.getBoundingClientRect().toJSON()))) {
      expect(box.left).toBeGreaterThanOrEqual(0);
      expect(box.right).toBeLessThanOrEqual(width);
    }
  });
}
