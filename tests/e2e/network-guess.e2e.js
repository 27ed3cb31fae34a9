// The network's figure asks whether it will name the next image right: what it says of the guess is the engine's answer.

import { expect, keysOf } from './fixtures.js';
import { LANGS, openCell, test, text, violationsIn } from './lab.js';

for (const lang of LANGS) {
  test(`a guess of the network's answer is compared with what the engine computes (${lang})`, async ({ page }) => {
    test.setTimeout(180_000);
    const { cell } = await openCell(page, lang, 'network', {});
    const asked = cell.locator('.guess');
    const play = asked.getByRole('button');
    await expect(cell.locator('.map-canvas').first()).toBeVisible({ timeout: 60_000 });
    await expect(play).toHaveAttribute('aria-disabled', 'true');
    const before = Number(keysOf(page).get('network.digit') ?? 0);

    for (const [times, guess] of ['network.guess-yes', 'network.guess-no'].entries()) {
      await asked.getByRole('radio', { name: text(lang, guess), exact: true }).check();
      await play.click();
      await expect(cell.locator('.guess-place .guess-pin')).toContainText(text(lang, guess));
      await expect.poll(() => keysOf(page).get('network.digit')).toBe(String(before + times + 1));
      const verdict = asked.locator('.guess-verdict');
      await expect(verdict.locator('.check-good, .check-other')).toBeVisible({ timeout: 60_000 });
      // The scores of the image that came: the largest, and that of its label.
      const [best, label] = await cell.locator('.score').evaluateAll((rows) => ['best', 'truth'].map((name) => rows.findIndex((row) => row.classList.contains(name))));
      await expect(cell.locator('.digit-state')).toContainText(String(label));
      const told = await verdict.locator('p').nth(1).textContent();
      expect(told).toContain(String(label));
      expect(told).toContain(String(best));
      const right = (label === best) === (guess === 'network.guess-yes');
      await expect(verdict.locator('.check-good')).toHaveCount(right ? 1 : 0);
      await expect(cell.locator('.guess-pin')).toHaveClass(right ? /right/ : /wrong/);
    }
    expect(await violationsIn(page, 'network')).toEqual([]);
  });
}
