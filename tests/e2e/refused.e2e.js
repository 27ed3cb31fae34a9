// A question that the worker can't answer, as when it is started again: it is asked again, and what was pressed says so.

import { expect, lab, openCell, pattern, SMALL, test, text } from './lab.js';

/** Opens a cell in a page whose worker can be made to refuse requests. @param {import('@playwright/test').Page} page @param {string} id @param {string} [query] */
async function open(page, id, query = '') {
  await page.addInitScript(() => {
    const refused = new Set();
    Object.assign(window, { refused });
    const { postMessage } = Worker.prototype;
    Worker.prototype.postMessage = function (/** @type {any} */ message, /** @type {any} */ transfer) {
      postMessage.call(this, refused.delete(message?.method) ? { ...message, method: 'nothing' } : message, transfer);
    };
  });
  return openCell(page, 'en', id, { query: SMALL + query });
}

/** The next request of each of these methods is refused. @param {import('@playwright/test').Page} page @param {string[]} methods */
const refuse = (page, methods) => page.evaluate((names) => names.forEach((name) => /** @type {any} */ (window).refused.add(name)), methods);

test('what the microscope could not fetch is asked for again', async ({ page }) => {
  const { cell, button } = await open(page, 'microscope');
  await expect(button('step')).toHaveAttribute('aria-disabled', 'false', { timeout: 30_000 });
  await refuse(page, ['compare', 'filters']);
  await button('step').click();
  await expect(cell.locator('.microscope-state')).toHaveText(pattern('en', 'microscope.now'));
  await cell.getByRole('radio', { name: text('en', 'microscope.maps-before'), exact: true }).check();
  await expect(cell.locator('.map-column')).toHaveCount(10);
  await expect(cell.locator('.filter-tiles')).toHaveCount(5);
});

test('reasons that could not be fetched are asked for again', async ({ page }) => {
  // A training image: while test images are on their way, one of these stands for them.
  const { cell } = await open(page, 'learned', '&network.source=train');
  const said = cell.locator('.reasons-main').getByRole('status');
  await expect(said).toHaveText(pattern('en', 'learned.reasons'), { timeout: 30_000 });
  const before = (await said.textContent()) ?? '';
  await refuse(page, ['reasons']);
  await cell.getByRole('combobox').selectOption({ label: text('en', 'learned.layer-pixels') });
  await expect.poll(() => page.evaluate(() => /** @type {any} */ (window).refused.size)).toBe(0);
  await cell.getByRole('switch').check();
  await expect(said).not.toHaveText(before);
});

test('training that could not be started says so, and can be started after', async ({ page }) => {
  const { button } = await open(page, 'training');
  const parts = lab(page, 'en');
  await expect(page.locator('html')).toHaveAttribute('data-ready', 'engine');
  await refuse(page, ['start']);
  await button('go').click();
  await expect(page.locator('.toast.error')).toBeVisible();
  await parts.cell.scrollIntoViewIfNeeded();
  expect((await parts.oneBatch()).batch).toBe(1);
});
