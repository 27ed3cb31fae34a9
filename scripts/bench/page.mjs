// The page as a person has it: opened afresh, its buttons pressed, the clock running from the first request.

import { text } from "../../tests/e2e/lab.js";
import { namesOf } from "./networks.mjs";

/** @typedef {import("@playwright/test").Page} Page */

const GOAL = 99; // per cent of the 10,000 test images
const MAX_EPOCHS = 6;

/** The training cell's controls. @param {Page} page */
function controls(page) {
  const cell = page.locator("#train");
  const button = (/** @type {string} */ key) => cell.getByRole("button", { name: text("en", `train.${key}`), exact: true });
  return {
    cell,
    /** Presses a button as soon as it can be used. @param {string} key */
    async press(key) {
      await button(key).and(page.locator('[aria-disabled="false"]')).waitFor({ state: "attached" });
      await button(key).click();
    },
    /** Waits until the line under the buttons counts at least this many batches. @param {number} count */
    batches: (count) => page.waitForFunction((wanted) => {
      const line = document.querySelector("#train .run-line")?.textContent ?? "";
      return Number(/([\d,]+)\/[\d,]+/.exec(line)?.[1].replace(/,/g, "")) >= wanted;
    }, count, { timeout: 0 }),
  };
}

/**
 * Opens the page in a context of its own, does the work, and gives what the work gives.
 * @template T
 * @param {import("./parts.mjs").Setting} setting @param {string} query @param {(page: Page, elapsed: () => Promise<number>) => Promise<T>} work
 */
async function onPage({ bench }, query, work) {
  const context = await bench.browser.newContext({ viewport: { width: 1280, height: 900 } });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(120_000);
    await page.goto(`${bench.url}#train&lang=en${query}`, { waitUntil: "commit" });
    // The page's own clock starts when its address was asked for.
    return await work(page, () => page.evaluate(() => performance.now()));
  } finally {
    await context.close();
  }
}

/** @param {import("./parts.mjs").Setting} setting */
const firstBatch = (setting) => onPage(setting, "", async (page, elapsed) => {
  const lab = controls(page);
  await lab.press("one-batch");
  await lab.batches(1);
  return [await elapsed()];
});

/** @param {import("./parts.mjs").Setting} setting */
const engineReady = (setting) => onPage(setting, "", async (page, elapsed) => {
  await page.locator('html[data-ready="engine"]').waitFor({ state: "attached" });
  return [await elapsed()];
});

/** Trains epoch by epoch, testing after each, until the goal. @param {import("./parts.mjs").Setting} setting @param {string} preset */
const untilGoal = (setting, preset) => onPage(setting, "", async (page, elapsed) => {
  const lab = controls(page);
  // The preset's button brings its learning rate and schedule along, which a link's spec alone does not.
  await lab.cell.locator(`[data-preset="${preset}"]`).click();
  await lab.cell.locator(`[data-preset="${preset}"][aria-pressed="true"]`).waitFor();
  const result = lab.cell.locator(".test-result[role=status]");
  for (let epoch = 1; epoch <= MAX_EPOCHS; epoch += 1) {
    const before = await result.textContent();
    await lab.press("one-epoch");
    await lab.cell.locator(".log-lines li").nth(epoch - 1).waitFor({ timeout: 0 });
    await lab.press("test");
    await page.waitForFunction((old) => {
      const now = document.querySelector("#train .test-result[role=status]")?.textContent ?? "";
      return now !== old && /\d%/.test(now);
    }, before, { timeout: 0 });
    const accuracy = Number(/([\d.]+)%/.exec((await result.textContent()) ?? "")?.[1]);
    process.stderr.write(`    ${preset}, epoch ${epoch}: ${accuracy} %\n`);
    if (accuracy >= GOAL) return [(await elapsed()) / 1000];
  }
  throw new Error(`not ${GOAL} % after ${MAX_EPOCHS} epochs`);
});

/** What the tab holds while Lab11-3 trains, in MB, as the browser itself counts it. @param {import("./parts.mjs").Setting} setting */
const memory = (setting) => onPage(setting, "&spec=lab11-3", async (page) => {
  const lab = controls(page);
  await lab.press("run");
  await lab.batches(30);
  const bytes = await page.evaluate(
    async () => (await /** @type {any} */ (performance).measureUserAgentSpecificMemory()).bytes,
  );
  return [bytes / 1e6];
});

/** ms of training in which the tasks of the page's thread are recorded. */
const WATCHED = 8000;

/**
 * The longest task of the page's thread while lab11-2 trains in view, in ms of processor time: what else the machine
 * does meanwhile is not the page's doing.
 * @param {import("./parts.mjs").Setting} setting
 */
const longestTask = (setting) => onPage(setting, "", async (page) => {
  const lab = controls(page);
  await lab.press("run");
  await lab.cell.locator(".run-buttons").scrollIntoViewIfNeeded();
  await lab.batches(5);
  await setting.bench.browser.startTracing(page, { categories: ["toplevel"] });
  await page.waitForTimeout(WATCHED);
  /** @type {{ traceEvents: { name: string, ph: string, pid: number, tid: number, tdur?: number, args: any }[] }} */
  const { traceEvents } = JSON.parse((await setting.bench.browser.stopTracing()).toString());
  const thread = (/** @type {{ pid: number, tid: number }} */ { pid, tid }) => `${pid} ${tid}`;
  const pageThreads = new Set(traceEvents.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain").map(thread));
  const tasks = traceEvents.filter((event) => event.ph === "X" && event.name.endsWith("RunTask") && pageThreads.has(thread(event)));
  if (tasks.length === 0) throw new Error("the browser recorded no tasks");
  return [Math.max(...tasks.map(({ tdur = 0 }) => tdur / 1000))];
});

/** @param {import("./parts.mjs").Setting} setting @returns {import("./parts.mjs").Measurement[]} */
export function pageMeasurements(setting) {
  /** @param {string} id @param {string} label @param {string} unit @param {() => Promise<number[]>} run @param {boolean} [once] */
  const row = (id, label, unit, run, once = false) => ({ id: `page/${id}`, part: "page", label, unit, samples: [], once, run });
  const rows = [
    row("engine", "opened → figures drawn by the engine", "ms", () => engineReady(setting)),
    row("first-batch", "opened → first batch trained", "ms", () => firstBatch(setting)),
    row("longest-task", "the longest task of the page's thread while lab11-2 trains, processor time", "ms", () => longestTask(setting)),
    row("memory", "the tab's memory while lab11-3 trains", "MB", () => memory(setting), true),
  ];
  if (!setting.quick) {
    for (const preset of namesOf(setting.networks, true)) {
      // Its small initial weights need more epochs.
      if (preset === "lab11-2") continue;
      rows.push(row(`goal/${preset}`, `opened → test accuracy ≥ ${GOAL} %, ${preset}`, "s", () => untilGoal(setting, preset), true));
    }
  }
  return rows;
}
