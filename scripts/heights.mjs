// Measures how high the content of each cell is in narrow, middle and wide windows, and writes it to www/src/app/heights.js:
// room that is kept until a cell is there. To be run on a built page after a cell has become clearly higher or lower.
//
// usage: CHROME=… node scripts/heights.mjs

import { writeFileSync } from "node:fs";
import { chromium } from "@playwright/test";
import { startServer } from "./serve.mjs";

/** Widths of windows that stand for those up to 600, up to 1000 and more pixels. */
const WIDTHS = [390, 820, 1280];
/** ms after which nothing moves any more. */
const SETTLED = 2500;

const server = await startServer();
const browser = await chromium.launch({ executablePath: process.env.CHROME || undefined, args: ["--no-sandbox", "--disable-gpu"] });
/** @type {Record<string, number[][]>} */
const measured = {};
for (const width of WIDTHS) {
  for (const lang of ["ko", "en"]) {
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    await page.goto(`${server.url}?lang=${lang}#train`);
    await page.locator('html[data-cells="all"]').waitFor({ state: "attached", timeout: 120_000 });
    await page.waitForTimeout(SETTLED);
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    await page.waitForTimeout(SETTLED);
    const heights = await page.locator(".cell").evaluateAll((cells) =>
      cells.map((cell) => {
        const boxes = [...(cell.querySelector(".cell-body")?.children ?? [])].map((child) => child.getBoundingClientRect()).filter(({ height }) => height > 0);
        return [cell.id, Math.max(...boxes.map(({ bottom }) => bottom)) - Math.min(...boxes.map(({ top }) => top))];
      }),
    );
    for (const [id, height] of heights) (measured[id] ??= WIDTHS.map(() => []))[WIDTHS.indexOf(width)].push(Number(height));
    await page.close();
  }
}
await browser.close();
await server.close();

const mean = (/** @type {number[]} */ values) => Math.round(values.reduce((sum, value) => sum + value, 0) / values.length / 10) * 10;
const lines = Object.entries(measured).map(([id, widths]) => `  ${id}: [${widths.map(mean).join(", ")}],`);
writeFileSync(
  new URL("../www/src/app/heights.js", import.meta.url),
  `/**
 * How high each cell's content is, px, in windows of up to 600, up to 1000 and more pixels: room that is kept for a cell
 * until it is there, so that the page has its length from the start. Written by scripts/heights.mjs; do not edit.
 *
 * @type {Record<string, number[]>}
 */
export const HEIGHTS = {
${lines.join("\n")}
};
`,
);
