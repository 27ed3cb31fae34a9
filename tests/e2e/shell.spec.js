// The frame around the cells: languages, links, themes, the bar, notices, and what works without an engine.

import { fileURLToPath } from 'node:url';
import { allTexts, readTexts } from '../../scripts/texts.mjs';
import { expect, readThrough, test, visit } from './fixtures.js';

/** @typedef {import('@playwright/test').Page} Page */

/** Opens the page; its opening does not begin to train by itself. @param {Page} page @param {string} [hash] */
async function open(page, hash = '') {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await visit(page, `./${hash}`);
  await expect(page.locator('html')).toHaveAttribute('data-ready', 'engine');
}

/** The first map's pixels, as one number. @param {Page} page */
const mapSum = (page) =>
  page.locator('.intro-sheet canvas').first().evaluate((canvas) => {
    const sheet = /** @type {HTMLCanvasElement} */ (canvas);
    const { data } = /** @type {CanvasRenderingContext2D} */ (sheet.getContext('2d')).getImageData(0, 0, sheet.width, sheet.height);
    return data.reduce((sum, value, index) => (sum * 31 + value * (index % 97)) % 1_000_003, 7);
  });

test('the language changes in place: no reload, a drawing is kept, the link follows', async ({ page }) => {
  await open(page, '#lang=ko');
  const pad = page.locator('.pixel-pad');
  await pad.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Space');
  const drawn = await mapSum(page);
  await page.evaluate(() => Object.assign(window, { marked: true }));

  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page.locator('h1')).toContainText('Convolutional networks');
  await expect(page).toHaveTitle(/convolutional networks/);
  await expect(page).toHaveURL(/lang=en/);
  expect(await page.evaluate(() => 'marked' in window)).toBe(true);
  expect(await mapSum(page)).toBe(drawn);

  await page.getByRole('button', { name: '한국어' }).click();
  await expect(page.locator('h1')).toContainText('합성곱 신경망');
  expect(await mapSum(page)).toBe(drawn);
});

/** Cells with a figure that is drawn over what follows it. */
const DRAWN_BEYOND = () =>
  [...document.querySelectorAll('.figure-body')].flatMap((body) => {
    const { bottom, height } = body.getBoundingClientRect();
    const drawn = [...body.children].map((child) => child.getBoundingClientRect()).filter((box) => box.height > 0);
    return height > 0 && drawn.some((box) => box.bottom > bottom + 1) ? [body.closest('.cell')?.id] : [];
  });

for (const lang of ['ko', 'en']) {
  test(`every text has a message (${lang})`, async ({ page }) => {
    await open(page, `#lang=${lang}`);
    await readThrough(page);
    const { sections, texts } = await page.evaluate(async (messages) => {
      /** @type {string[]} */
      const found = [];
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        // Programs have braces of their own.
        if (!walker.currentNode.parentElement?.closest('pre')) found.push((walker.currentNode.textContent ?? '').trim());
      }
      for (const element of document.querySelectorAll('[aria-label], [title], [placeholder]')) {
        for (const attribute of ['aria-label', 'title', 'placeholder']) found.push(element.getAttribute(attribute) ?? '');
      }
      return { sections: Object.keys(messages), texts: found };
    }, allTexts(readTexts(fileURLToPath(new URL('../../www', import.meta.url)), lang)));
    const key = new RegExp(`(^|\\s)(${sections.join('|')})\\.[a-z][\\w.-]+($|\\s)`);
    expect(texts.filter((text) => key.test(text))).toEqual([]);
    expect(texts.filter((text) => /\{\w+[}|~]/.test(text)), 'values that were not filled in').toEqual([]);
  });

  test(`nothing is wider than the window (${lang})`, async ({ page }) => {
    test.setTimeout(180_000);
    // Opened in a wide window that becomes narrow, where what keeps its width would stick out, and opened in a narrow one.
    for (const widths of lang === 'ko' ? [[1600, 1024, 360]] : [[1280, 768], [360]]) {
      await page.setViewportSize({ width: widths[0], height: 900 });
      await open(page, `#lang=${lang}`);
      for (const width of widths) {
        await page.setViewportSize({ width, height: 900 });
        await readThrough(page);
        expect(await page.evaluate(() => document.documentElement.scrollWidth), `${width} px`).toBe(width);
        expect(await page.evaluate(DRAWN_BEYOND), `what is drawn below its place, ${width} px`).toEqual([]);
      }
    }
  });
}

test('a link opens in exactly its state, and a bad value in it is named and ignored', async ({ page }) => {
  await open(page, '#lang=ko&intro.sample=house');
  await expect(page.getByRole('button', { name: '집' })).toHaveAttribute('aria-pressed', 'true');
  const house = await mapSum(page);

  await open(page, '#lang=en&intro.sample=castle&threads=many');
  const notice = page.locator('.toast');
  await expect(notice).toContainText('intro.sample=castle, threads=many');
  await expect(page.getByRole('button', { name: 'A five' })).toHaveAttribute('aria-pressed', 'true');
  expect(await mapSum(page)).not.toBe(house);
  await page.getByRole('button', { name: 'A house' }).click();
  await expect.poll(() => mapSum(page)).toBe(house);
  await expect(page).toHaveURL(/intro\.sample=house/);
});

test('a value in a link can’t become markup', async ({ page }) => {
  await open(page, `#lang=en&engine=${encodeURIComponent('<img src=x onerror=alert(1)>[a](https://a.example)**b**')}`);
  await expect(page.locator('.toast')).toContainText('<img src=x');
  await expect(page.locator('.toast a, .toast img, .toast strong')).toHaveCount(0);
});

test('the page can send nothing to another host', async ({ page, problems }) => {
  await open(page);
  const refused = await page.evaluate(
    () =>
      new Promise((resolve) => {
        addEventListener('securitypolicyviolation', (event) => resolve(/** @type {SecurityPolicyViolationEvent} */ (event).effectiveDirective), { once: true });
        fetch('http://127.0.0.1:9/').catch(() => {});
      }),
  );
  expect(refused).toBe('connect-src');
  problems.length = 0;
});

test('the link to this state is copied and opens the same', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(page, '#lang=en&theme=dark');
  await page.getByRole('button', { name: 'A three' }).click();
  await page.getByRole('button', { name: 'Copy link' }).click();
  await expect(page.locator('.toast')).toContainText('Copied');
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toContain('intro.sample=3');
  expect(link).toContain('lang=en');
  expect(link, 'a reader’s theme is their own').not.toContain('theme');
  expect(new URL(link).hash).toMatch(/^#intro&/);
  expect(new URL(link).search).toBe('');
  await visit(page, link);
  await expect(page.getByRole('button', { name: 'A three' })).toHaveAttribute('aria-pressed', 'true');
});

test('the theme follows the system until it is chosen, and the choice is remembered', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await open(page, '#lang=en');
  const html = page.locator('html');
  await expect(html).toHaveAttribute('data-theme', 'dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await expect(html).toHaveAttribute('data-theme', 'light');
  await page.getByRole('button', { name: /^Appearance/ }).click();
  await page.getByRole('button', { name: /^Appearance/ }).click();
  await expect(html).toHaveAttribute('data-theme', 'dark');
  await page.reload();
  await expect(html).toHaveAttribute('data-theme', 'dark');
  await expect(page).not.toHaveURL(/theme/);
});

test('paper is light, and every cell is drawn for it', async ({ page }) => {
  await open(page, '#lang=en&theme=dark');
  await expect(page.locator('html')).toHaveAttribute('data-cells', 'all', { timeout: 30_000 });
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('by keyboard alone: skip the bar, draw, choose a language', async ({ page }) => {
  await open(page, '#lang=en');
  await page.keyboard.press('Tab');
  await expect(page.locator('.skip-link')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('#cells')).toBeFocused();

  const before = await mapSum(page);
  await page.locator('.pixel-pad').focus();
  for (const key of ['ArrowDown', 'ArrowLeft', 'Space']) await page.keyboard.press(key);
  await expect.poll(() => mapSum(page)).not.toBe(before);
  await page.keyboard.press('Delete');

  await page.getByRole('button', { name: '한국어' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('html')).toHaveAttribute('lang', 'ko');
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

  test('touch draws, the contents open and lead to a cell, targets are large enough', async ({ page }) => {
    await open(page, '#lang=ko');
    const before = await mapSum(page);
    const box = await page.locator('.pixel-pad').boundingBox();
    if (!box) throw new Error('no pad');
    await page.locator('.pixel-pad').scrollIntoViewIfNeeded();
    await page.locator('.pixel-pad').tap({ position: { x: 20, y: 20 } });
    await expect.poll(() => mapSum(page)).not.toBe(before);

    await page.locator('.toc-button').tap();
    await page.locator('.toc-link').first().tap();
    await expect(page).toHaveURL(/#intro\b/);

    const small = await page.evaluate(() =>
      [...document.querySelectorAll('.bar button, .figure-controls button')]
        .map((button) => ({ name: button.textContent, box: button.getBoundingClientRect() }))
        .filter(({ box: { width, height } }) => width > 0 && (width < 40 || height < 40))
        .map(({ name }) => name),
    );
    expect(small).toEqual([]);
  });
});

for (const [lang, words] of /** @type {const} */ ([
  ['ko', 'WebAssembly SIMD를 지원하지 않아'],
  ['en', 'has no WebAssembly SIMD'],
])) {
  test(`without SIMD the text can be read and the reason is said (${lang})`, async ({ page }) => {
    await page.addInitScript(() => {
      WebAssembly.validate = () => false;
    });
    await page.goto(`./#lang=${lang}`);
    await expect(page.locator('.toast.error')).toContainText(words);
    await expect(page.locator('html')).toHaveAttribute('data-ready', 'no-engine');
    await expect(page.locator('#intro .prose').first()).toBeVisible();
  });
}

test('an engine that does not arrive is said so, and the text stays', async ({ page, problems }) => {
  await page.route('**/cnn_wasm_bg.wasm', (route) => route.abort());
  await page.goto('./#padding&lang=en&padding.mode=Valid&stride.f=5&code=rust');
  await expect(page.locator('.toast.error').first()).toContainText('The engine did not load');
  await expect(page.locator('#intro .prose').first()).toBeVisible();
  // The code has what the link says, and follows what is set.
  const code = page.locator('#padding .listing');
  await page.locator('#padding .code-button').click();
  await expect(code.getByRole('combobox')).toHaveValue('Valid');
  await expect(code.getByRole('spinbutton').first()).toHaveText('5');
  await page.locator('#padding').getByRole('radio', { name: 'same' }).check();
  await expect(code.getByRole('combobox')).toHaveValue('Same');
  problems.length = 0;
});

test('an engine that can’t run here is refused with a word, and another one runs', async ({ page, plainServer, browser }) => {
  const context = await browser.newContext({ serviceWorkers: 'block' });
  try {
    const plain = await context.newPage();
    await plain.goto(`${plainServer}#lang=en&engine=relaxed-threads`);
    await expect(plain.locator('.toast')).toContainText('relaxed-threads');
    await expect(plain.locator('.bar-engine')).toContainText('Relaxed SIMD');
  } finally {
    await context.close();
  }
  await open(page, '#lang=en&engine=simd');
  await expect(page.locator('.bar-engine')).toHaveText(/^SIMD/);
});

test('an address with an anchor opens there and stays there until the reader moves', async ({ page }) => {
  await page.goto('./#lang=en');
  const ids = await page.locator('.cell').evaluateAll((cells) => cells.map(({ id }) => id));
  const last = /** @type {string} */ (ids.at(-1));
  await page.setViewportSize({ width: 1280, height: 500 });
  await open(page, `#${last}&lang=en`);
  const bar = 52;
  const top = () => page.locator(`#${last}`).evaluate((cell) => cell.getBoundingClientRect().top);
  const atEnd = () => page.evaluate(() => Math.abs(innerHeight + scrollY - document.documentElement.scrollHeight) < 2);
  await expect.poll(async () => (await atEnd()) || Math.abs((await top()) - bar) < 40).toBe(true);

  // A figure above grows: the cell stays in place.
  await page.evaluate(() => {
    /** @type {HTMLElement | null} */ (document.querySelector('.cell .figure'))?.style.setProperty('padding-top', '700px');
  });
  await expect.poll(async () => (await atEnd()) || Math.abs((await top()) - bar) < 40).toBe(true);

  const before = await top();
  await page.mouse.move(640, 300);
  await page.mouse.wheel(0, (await page.evaluate(() => scrollY)) > 400 ? -400 : 400);
  await expect.poll(async () => Math.abs((await top()) - before)).toBeGreaterThan(200);
});
