// Figures first: large on a large screen, above what sets them, and everything of a cell at one left edge.

import { readThrough } from './fixtures.js';
import { expect, test } from './lab.js';

/** Cells whose figure is there before anything is pressed, and stands above its controls. */
const FIRST = ['part', 'filter', 'stride', 'padding', 'filters', 'layers', 'pooling'];
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
        drawing: box(cell.querySelector('.figure-body'))?.top ?? 0,
        controls: box(cell.querySelector('.figure-controls'))?.top ?? 0,
      };
    }),
  );
  expect(cells.length).toBeGreaterThan(20);
  for (const { id, widths, lefts, drawing, controls } of cells) {
    expect(new Set(lefts).size, `${id}: left edges ${lefts.join(', ')}`).toBeLessThanOrEqual(1);
    // Tables of ten columns are read better when they are narrow; the digit's and the lab's are no single figures.
    if (widths.length > 0 && id !== 'judge') expect(Math.max(...widths), id).toBeGreaterThanOrEqual(WIDTH / 2);
    if (FIRST.includes(id)) expect(drawing, `${id}: the drawing is above its controls`).toBeLessThan(controls);
  }
});
