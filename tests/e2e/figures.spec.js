// Figures first: large on a large screen, above what sets them, and everything of a cell at one left edge.

import { readThrough } from './fixtures.js';
import { expect, test } from './lab.js';

/** Cells whose figure is many screens tall: what makes it stands above. */
const TALL = ['microscope'];
/** Half of the screen that the figures are measured on. */
const WIDTH = 1920;

test('on a large screen each cell’s figure takes half of it, above its controls, and text begins where it does', async ({ page }) => {
  test.setTimeout(120_000);
  await page.setViewportSize({ width: WIDTH, height: 1000 });
  await page.goto('./#lang=en');
  await readThrough(page);
  const cells = await page.locator('section.cell').evaluateAll((all) =>
    all.map((cell) => {
      const box = (/** @type {Element | null | undefined} */ part) => part?.getBoundingClientRect();
      const seen = [...cell.querySelectorAll('.cell-title, .prose, .figure, .formula, .code-block, .check')].filter((part) => part.getClientRects().length > 0 && !part.parentElement?.closest('.figure, .check, .prose, .wide'));
      const figures = [...cell.querySelectorAll('.figure')];
      return {
        id: cell.id,
        widths: figures.map((figure) => box(figure)?.width ?? 0),
        lefts: seen.map((part) => Math.round(box(part)?.left ?? 0)),
        // Of each figure that has both.
        places: figures.map((figure) => ['body', 'controls'].map((part) => box(figure.querySelector(`:scope > .figure-${part}`)))).filter((parts) => parts.every((part) => part && part.height > 0)).map((parts) => parts.map((part) => part?.top ?? 0)),
      };
    }),
  );
  expect(cells.length).toBeGreaterThan(20);
  expect(cells.filter(({ places }) => places.length > 0).length).toBeGreaterThan(15);
  for (const { id, widths, lefts, places } of cells) {
    expect(new Set(lefts).size, `${id}: left edges ${lefts.join(', ')}`).toBeLessThanOrEqual(1);
    // Tables of ten columns are read better when they are narrow; the digit's and the lab's are no single figures.
    if (widths.length > 0 && id !== 'judge') expect(Math.max(...widths), id).toBeGreaterThanOrEqual(WIDTH / 2);
    if (!TALL.includes(id)) for (const [drawing, controls] of places) expect(drawing, `${id}: the drawing is above its controls`).toBeLessThan(controls);
  }
});
