// A number of the lecture is dragged, to another value in every frame: what the page's main thread does for each of them.

import { text } from "../../tests/e2e/lab.js";

/** @typedef {import("@playwright/test").Page} Page */

const FRAMES = 150;
/** Frames until the code is warm. */
const WARMUP = 10;
const PX_PER_STEP = 8; // as in www/src/controls/number.js

/** Cell, state key, and how many values up and down again. @type {[string, string, number][]} */
const DRAGS = [
  ["stride", "stride.n", 56],
  ["stride", "stride.n", 5], // so small that the pixels' numbers are written
  ["padding", "stride.n", 56],
  ["padding", "stride.n", 5],
  ["filters", "filters.n", 9],
  ["filters", "filter.f", 2],
  ["pooling", "pooling.n", 4],
];

/** What a number is called for screen readers. @param {string} key */
const name = (key) => text("en", `${key}-label`);

/** Until the frame that is being made is drawn. @param {Page} page */
const frame = (page) => page.evaluate(() => new Promise((done) => {
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done(undefined);
    port2.postMessage(0);
  });
}));

/**
 * ms of processor time of the main thread, frame by frame: unlike the clock's, it doesn't count who else is at work here.
 * @param {import("./parts.mjs").Setting} setting @param {string} cell @param {string} key
 * @param {number} span values up and down again; 0: the mouse moves, but the number stays
 */
async function drag({ bench, quick }, cell, key, span) {
  const context = await bench.browser.newContext({ viewport: { width: 1280, height: 900 } });
  try {
    const page = await context.newPage();
    await page.goto(`${bench.url}#${cell}&lang=en`);
    await page.locator('html[data-ready="engine"]').waitFor({ state: "attached" });
    // Opening the page is not to be counted, nor a cell that is being mounted.
    await page.locator('html[data-cells="all"]').waitFor({ state: "attached", timeout: 120_000 });
    const number = page.locator(`#${cell} .figure-controls`).getByRole("spinbutton", { name: name(key), exact: true });
    // The controls stand below what they change: both are to be seen.
    await number.first().evaluate((node) => node.closest("figure")?.scrollIntoView({ behavior: "instant", block: "end" }));
    await page.waitForTimeout(2000);
    const box = await number.first().boundingBox();
    if (!box) throw new Error(`${key} is not to be seen`);
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const cdp = await context.newCDPSession(page);
    await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
    const clock = async () => {
      const { metrics } = await cdp.send("Performance.getMetrics");
      return 1000 * (metrics.find((metric) => metric.name === "TaskDuration")?.value ?? NaN);
    };
    await page.mouse.move(x, y);
    await page.mouse.down();
    /** @type {number[]} */
    const samples = [];
    const values = new Set();
    for (let i = 1; i <= (quick ? 30 : FRAMES); i += 1) {
      // Up and down; two pixels more than a step, so that it is surely taken.
      const steps = span === 0 ? 0 : span - Math.abs((i % (2 * span)) - span);
      const before = await clock();
      await page.mouse.move(x + steps * PX_PER_STEP + (span === 0 ? 5 + (i % 2) : 2), y);
      await frame(page);
      if (i > WARMUP) samples.push((await clock()) - before);
      values.add(await number.first().getAttribute("aria-valuenow"));
    }
    if (span > 0 && values.size < 2) throw new Error(`${key} did not change`);
    await page.mouse.up();
    return samples;
  } finally {
    await context.close();
  }
}

/** @param {import("./parts.mjs").Setting} setting @returns {import("./parts.mjs").Measurement[]} */
export const dragMeasurements = (setting) => /** @type {[string, string, number][]} */ ([["stride", "stride.n", 0], ...DRAGS]).map(([cell, key, span]) => ({
  id: `drag/${cell}/${key}/${span}`, part: "drag", unit: "ms", samples: [],
  label: span === 0 ? "nothing changes: the measuring itself" : `${cell}: ${name(key)}, ${span} values up and down`,
  run: () => drag(setting, cell, key, span),
}));
