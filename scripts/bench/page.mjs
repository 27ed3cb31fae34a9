// The page as a person has it: opened afresh, its buttons pressed, the clock running from the first request.

import { text } from "../../tests/e2e/lab.js";

/** @typedef {import("@playwright/test").Page} Page */

const GOAL = 99; // per cent of the 10,000 test images
const MAX_EPOCHS = 6;

/** The training cell's controls. @param {Page} page */
export function controls(page) {
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

/** Measures the network on the test images, and waits for it. @param {Page} page @param {ReturnType<typeof controls>} lab @returns {Promise<number>} per cent */
export async function testAccuracy(page, lab) {
  const result = lab.cell.locator(".test-result[role=status]");
  const before = await result.textContent();
  await lab.press("test");
  await page.waitForFunction((old) => {
    const now = document.querySelector("#train .test-result[role=status]")?.textContent ?? "";
    return now !== old && /\d%/.test(now);
  }, before, { timeout: 0 });
  return Number(/([\d.]+)%/.exec((await result.textContent()) ?? "")?.[1]);
}

/**
 * Opens the page in a context of its own, does the work, and gives what the work gives.
 * @template T
 * @param {import("./parts.mjs").Setting} setting @param {string} query @param {(page: Page, elapsed: () => Promise<number>) => Promise<T>} work
 */
export async function onPage({ bench }, query, work) {
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
  for (let epoch = 1; epoch <= MAX_EPOCHS; epoch += 1) {
    await lab.press("one-epoch");
    await lab.cell.locator(".log-lines > div").nth(epoch - 1).waitFor({ timeout: 0 });
    const accuracy = await testAccuracy(page, lab);
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
  // What cells take to be mounted is the opening's to answer for.
  await page.locator('html[data-cells="all"]').waitFor({ state: "attached" });
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

/**
 * What an opening is slowed by: a network of 1.5 Mbit/s with 150 ms of delay, or a page's thread at a quarter of its speed.
 * @typedef {{ network?: boolean, cpu?: boolean }} Slowed
 *
 * @typedef {{ text: number, figure: number, task: number }} Opening ms from the page's address to the text of the opening on
 *   the screen and to a figure that the engine answers; the longest task of the page's thread until all cells are there
 */

/** Notes in the page when its text is on the screen and when the engine answers, and its longest task. */
const NOTE_OPENING = () => {
  const seen = { text: 0, figure: 0, task: 0 };
  Object.assign(window, { seen });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) seen.task = Math.max(seen.task, duration);
  }).observe({ type: "longtask", buffered: true });
  const look = () => {
    const prose = document.querySelector("#intro .prose");
    // After the frame that shows it.
    if (!seen.text && prose?.checkVisibility() && prose.textContent?.trim()) setTimeout(() => (seen.text ||= performance.now()));
    if (!seen.figure && document.documentElement?.dataset.ready === "engine") seen.figure = performance.now();
    if (!seen.text || !seen.figure) requestAnimationFrame(look);
  };
  look();
};

/**
 * Opens the page for the first time.
 * @param {import("./parts.mjs").Setting} setting @param {Slowed} slowed
 * @returns {Promise<Opening>}
 */
async function opening({ bench }, { network = false, cpu = false }) {
  const context = await bench.browser.newContext({ viewport: { width: 1280, height: 900 } });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(120_000);
    await page.addInitScript(NOTE_OPENING);
    const client = await context.newCDPSession(page);
    await client.send("Network.enable");
    if (network) await client.send("Network.emulateNetworkConditions", { offline: false, latency: 150, downloadThroughput: 1.5e6 / 8, uploadThroughput: 0.75e6 / 8 });
    if (cpu) await client.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    await page.goto(`${bench.url}#lang=en`, { waitUntil: "commit" });
    await page.locator('html[data-cells="all"]').waitFor({ state: "attached" });
    return await page.evaluate(() => /** @type {any} */ (window).seen);
  } finally {
    await context.close();
  }
}

/**
 * Rows of one opening: the first of them opens the page, the others tell what it saw.
 * @param {import("./parts.mjs").Setting} setting @param {Slowed} slowed
 * @param {(keyof Opening)[]} what
 * @returns {(() => Promise<number[]>)[]}
 */
function fromOpening(setting, slowed, what) {
  /** @type {Opening | null} */
  let seen = null;
  return what.map((name, i) => async () => {
    if (i === 0) seen = null;
    seen ??= await opening(setting, slowed);
    return [seen[name]];
  });
}

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
  for (const [id, how, slowed, what] of /** @type {[string, string, Slowed, (keyof Opening)[]][]} */ ([
    ["slow-network", "at 1.5 Mbit/s with an empty cache", { network: true }, ["text", "figure"]],
    ["slow-thread", "with the page's thread slowed 4×", { cpu: true }, ["text", "figure", "task"]],
  ])) {
    const label = { text: "opened → its text can be read", figure: "opened → the first figure answers", task: "the longest task until all cells are there" };
    fromOpening(setting, slowed, what).forEach((run, i) => rows.push(row(`${id}/${what[i]}`, `${label[what[i]]}, ${how}`, "ms", run)));
  }
  if (!setting.quick) {
    // Lab11-2's small initial weights need more epochs; how far the others get is told by the records.
    for (const preset of ["lab11-3", "quick", "sprint"]) {
      rows.push(row(`goal/${preset}`, `opened → test accuracy ≥ ${GOAL} %, ${preset}`, "s", () => untilGoal(setting, preset), true));
    }
  }
  return rows;
}
