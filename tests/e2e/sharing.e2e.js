// Shared weights and ReLU: the map moves with the digit to the last bit, and two convolutions are one until one bends.

import { expect, keysOf } from './fixtures.js';
import { oneOf, openCell, pattern, test, text, violationsIn } from './lab.js';
import { fingerprint } from './lecture.js';

for (const lang of oneOf('ko')) {
  test(`the digit is dragged and its map moves along (${lang})`, async ({ page }) => {
    test.setTimeout(120_000);
    const { cell } = await openCell(page, lang, 'sharing', {});
    const now = cell.locator('.figure-body > .stage-now').first();
    await expect(now).toHaveText(pattern(lang, 'sharing.now'), { timeout: 60_000 });
    const map = cell.getByRole('img', { name: text(lang, 'sharing.panel-map'), exact: true });
    const before = await fingerprint(map);
    const pad = cell.getByRole('application', { name: text(lang, 'sharing.pad'), exact: true });
    await pad.scrollIntoViewIfNeeded();
    const box = await pad.boundingBox();
    if (!box) throw new Error('no pad');
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 - (2.05 * box.width) / 28, box.y + box.height / 2 - (2.05 * box.height) / 28, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => [keysOf(page).get('sharing.dx'), keysOf(page).get('sharing.dy')]).toEqual(['1', '-1']);
    await expect.poll(() => fingerprint(map)).not.toBe(before);
    // Equal to the last bit: the largest difference is 0.
    await expect(now).toHaveText(pattern(lang, 'sharing.now'));

    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => [keysOf(page).get('sharing.dx'), keysOf(page).get('sharing.dy')]).toEqual(['1', '0']);
    // Far enough, and the digit leaves the image.
    for (let i = 0; i < 7; i += 1) await page.keyboard.press('ArrowRight');
    await expect(now).toHaveText(pattern(lang, 'sharing.now-cut'));

    // Without a move nothing has changed; each pooling forgives no less than the one with smaller windows here.
    const rows = cell.getByRole('group', { name: text(lang, 'sharing.forgive-table') }).locator('tbody tr');
    await expect(rows).toHaveCount(5);
    const shares = await rows.evaluateAll((lines) => lines.map((line) => [...line.querySelectorAll('td')].map((each) => Number.parseFloat(each.textContent ?? ''))));
    for (const line of shares) expect(line[0]).toBe(0);
    expect(shares[0][1]).toBeGreaterThan(shares[3][1]);
    // The maximum of the whole map does not move.
    expect(shares[4].slice(0, 4)).toEqual([0, 0, 0, 0]);

    // The dense unit knows the digit in one place, the filter everywhere.
    const detectors = await cell.getByRole('group', { name: text(lang, 'sharing.dense-table') }).locator('tbody tr').evaluateAll((lines) => lines.map((line) => [...line.querySelectorAll('td')].map((each) => Number.parseFloat(each.textContent ?? ''))));
    expect([detectors[0][0], ...detectors[1].slice(0, 4)]).toEqual([100, 100, 100, 100, 100]);
    expect(detectors[0][3]).toBeLessThan(80);
    await cell.getByRole('button', { name: text(lang, 'sharing.move-to').replace('{n}', '2').replace('{n|pixel|pixels}', 'pixels') }).first().click();
    await expect.poll(() => [keysOf(page).get('sharing.dx'), keysOf(page).get('sharing.dy')]).toEqual(['2', '0']);
    expect(await violationsIn(page, 'sharing')).toEqual([]);
  });

  test(`two convolutions are one without a ReLU, and not with it (${lang})`, async ({ page }) => {
    test.setTimeout(120_000);
    const { cell } = await openCell(page, lang, 'sharing', {});
    const apart = cell.locator('.sharing-apart');
    await expect(apart).toHaveText(pattern(lang, 'sharing.apart'), { timeout: 60_000 });
    const kernel = cell.getByRole('table', { name: text(lang, 'sharing.panel-kernel') }).locator('td');
    await expect(kernel).toHaveCount(25);
    // Rounding only: the largest difference is below a millionth.
    const off = async () => {
      const [, mantissa = '', power = '0'] = /([\d.]+)(?:×10⁻(\S))?/.exec(((await apart.textContent()) ?? '').split(lang === 'ko' ? '가운데' : 'more than')[1] ?? '') ?? [];
      return Number(mantissa) * 10 ** -'⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(power);
    };
    expect(await off()).toBeLessThan(1e-5);
    const before = await kernel.allTextContents();
    const difference = cell.getByRole('img', { name: text(lang, 'sharing.panel-difference'), exact: true });
    const none = await fingerprint(difference);
    await cell.getByRole('switch', { name: text(lang, 'sharing.relu-label') }).press('Space');
    await expect.poll(() => keysOf(page).get('sharing.relu')).toBe('1');
    await expect(apart).toHaveText(pattern(lang, 'sharing.apart-relu'));
    expect(await fingerprint(difference)).not.toBe(none);
    // The kernel knows nothing of it; another seed gives another one.
    expect(await kernel.allTextContents()).toEqual(before);
    const seed = cell.getByRole('spinbutton', { name: text(lang, 'sharing.seed-label'), exact: true });
    await seed.focus();
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => kernel.allTextContents()).not.toEqual(before);
    const check = cell.locator('.check').first();
    await check.getByRole('textbox').fill('614656');
    await check.getByRole('button', { name: text(lang, 'page.check-reveal') }).click();
    await expect(check.locator('.check-good')).toBeVisible();
  });
}

test.describe('by touch', () => {
  test.use({ hasTouch: true, viewport: { width: 360, height: 800 } });
  test('the cells fit a narrow screen, and a touch moves the digit', async ({ page }) => {
    test.setTimeout(120_000);
    const { cell } = await openCell(page, 'ko', 'sharing', {});
    await expect(cell.locator('.sharing-apart')).toHaveText(pattern('ko', 'sharing.apart'), { timeout: 60_000 });
    await cell.getByRole('button', { name: text('ko', 'sharing.home') }).tap();
    await expect.poll(() => [keysOf(page).get('sharing.dx'), keysOf(page).get('sharing.dy')]).toEqual(['0', '0']);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  });
});
