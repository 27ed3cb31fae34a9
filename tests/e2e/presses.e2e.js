// Buttons while all around them changes: Safari sends no click to a button whose text node became another between the
// press and the release, so the nodes within whatever can be pressed stay the same ones.

import { expect, openLab, SMALL, test, text } from './lab.js';

/** Counts updates in each cell, and names what can be pressed and had a node of its own replaced. @param {import('@playwright/test').Page} page */
async function watch(page) {
  await page.evaluate(() => {
    /** @type {Record<string, number>} */
    const updates = {};
    /** @type {string[]} */
    const replaced = [];
    new MutationObserver((records) => {
      for (const { type, target, removedNodes } of records) {
        const element = target instanceof Element ? target : target.parentElement;
        const id = element?.closest('.cell')?.id ?? '';
        updates[id] = (updates[id] ?? 0) + 1;
        const pressed = element?.closest('button, a, label, summary');
        // A node that is put in where there was none takes no press away.
        if (type === 'childList' && removedNodes.length > 0 && pressed) replaced.push(`${id}: ${pressed.outerHTML.slice(0, 200)}`);
      }
    }).observe(document.body, { childList: true, characterData: true, attributes: true, subtree: true });
    Object.assign(window, { updates, replaced });
  });
}

/** @param {import('@playwright/test').Page} page @returns {Promise<string[]>} */
const replaced = (page) => page.evaluate(() => [.../** @type {any} */ (window).replaced]);

/** Waits until a cell was changed so many times. @param {import('@playwright/test').Page} page @param {string} id @param {number} times */
async function changed(page, id, times) {
  const count = () => page.evaluate((id) => /** @type {any} */ (window).updates[id] ?? 0, id);
  const before = await count();
  await expect.poll(count, { timeout: 60_000 }).toBeGreaterThan(before + times);
}

test('what can be pressed keeps its nodes while training changes what is around it', async ({ page }) => {
  test.setTimeout(180_000);
  const parts = await openLab(page, { lang: 'en', query: SMALL });
  await watch(page);
  await parts.press('run');
  for (const id of ['train', 'network', 'learned']) {
    await page.locator(`#${id}`).scrollIntoViewIfNeeded();
    await changed(page, id, 60);
    expect(await replaced(page), id).toEqual([]);
  }
  await parts.press('pause');
  for (const id of ['race', 'dropout', 'ensemble']) {
    const cell = page.locator(`#${id}`);
    const button = (/** @type {string} */ key) => cell.getByRole('button', { name: text('en', `${id}.${key}`), exact: true });
    const start = button(id === 'dropout' ? 'run' : 'start');
    await cell.scrollIntoViewIfNeeded();
    await expect(start).not.toHaveAttribute('aria-disabled', 'true', { timeout: 30_000 });
    await start.click();
    await expect(button('pause')).toBeVisible();
    await changed(page, id, 60);
    await button('pause').click();
    expect(await replaced(page), id).toEqual([]);
  }
});

test('a button that can’t be used looks the same under the pointer, and lines of the editor are whole pixels', async ({ page }) => {
  await page.goto('./#train&lang=en');
  // Until then the page grows, and holds the cell of its address.
  await expect(page.locator('html')).toHaveAttribute('data-cells', 'all', { timeout: 60_000 });
  const look = await page.evaluate(() => {
    const button = Object.assign(document.createElement('button'), { className: 'button primary', textContent: 'x' });
    button.setAttribute('aria-disabled', 'true');
    document.querySelector('#train')?.append(button);
    button.id = 'unusable';
    return getComputedStyle(button).backgroundColor;
  });
  const button = page.locator('#unusable');
  await button.hover({ force: true });
  expect(await button.evaluate((element) => [element.matches(':hover'), getComputedStyle(element).backgroundColor])).toEqual([true, look]);
  const lines = page.locator('#train .spec-text, #train .spec-gutter > span, #train .spec-notes > span');
  const heights = await lines.evaluateAll((all) => all.map((element) => [getComputedStyle(element).lineHeight, element.matches('span') ? `${element.getBoundingClientRect().height}px` : getComputedStyle(element).lineHeight]));
  expect(heights.length).toBeGreaterThan(10);
  expect(new Set(heights.flat()).size).toBe(1);
  expect(heights[0][0]).toMatch(/^\d+px$/);
});
