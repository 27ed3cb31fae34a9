// Half an hour of Lab11-3 while somebody reads: scrolled, ten new runs and ten switches of language or appearance a minute.
// What the tab holds must not grow, nor a step take longer. Its numbers stand in docs/reliability.md.
//
// environment: CAMPAIGN_INPUTS (minutes, 30)

import { readFileSync } from "node:fs";
import { chromium } from "@playwright/test";
import { BROWSER_ARGS } from "../../tests/e2e/playwright.config.mjs";
import { figures, summarize, table } from "../bench/stats.mjs";
import { startServer } from "../serve.mjs";

const MINUTES = Number(process.env.CAMPAIGN_INPUTS || 30);
/** In less there are too few looks to compare. */
const FEWEST_MINUTES = 6;
const PER_MINUTE = 10;
/** Until then caches fill, and the states that a run can go back to. */
const WARM_UP = Math.min(5, MINUTES / 3);
/** Rounds between two looks, after which language (every 4 rounds) and appearance (every 6) are what they were. */
const BETWEEN = 12;
/** Growth that is none. */
const TOLERANCE = 0.05;
/** Told, but not judged: with the objects, which are, it holds the code that V8 has compiled so far, and V8 goes on compiling. */
const HEAP = "page’s JavaScript heap, MB";
/** Steps' times are judged where they were taken over so many minutes: in less, what else the machine does decides. */
const LONG = 5;

/** @typedef {import("@playwright/test").Page} Page */
/** @typedef {{ minute: number, values: Record<string, number> }} Look */

/** Put into the page: the time of each step, as the worker tells it. */
function watchSteps() {
  const world = /** @type {any} */ (window);
  world.stepTimes = [];
  const Real = Worker;
  world.Worker = class extends Real {
    /** @param {string | URL} url @param {WorkerOptions} [options] */
    constructor(url, options) {
      super(url, options);
      this.addEventListener("message", ({ data }) => {
        if (data.event === "progress" && data.imagesPerSecond > 0) world.stepTimes.push(1000 / data.imagesPerSecond);
      });
    }
  };
}

/** Memory of a process that is its own and not the disk's, in MB; where there is no /proc none is told. @param {number} pid */
function resident(pid) {
  try {
    return Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1000;
  } catch {
    return NaN;
  }
}

/** @param {import("@playwright/test").Browser} browser @param {Page} page */
async function measuring(browser, page) {
  const root = await browser.newBrowserCDPSession();
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Performance.enable");
  await cdp.send("HeapProfiler.enable");
  const { processInfo } = await root.send("SystemInfo.getProcessInfo");
  const { result: everyObject } = await cdp.send("Runtime.evaluate", { expression: "Object.prototype" });
  // That of the page has worked; others are spares.
  const [{ id: pid }] = processInfo.filter(({ type }) => type === "renderer").sort((a, b) => b.cpuTime - a.cpuTime);

  /** What the tab holds. @returns {Promise<Record<string, number>>} */
  return async () => {
    for (let i = 0; i < 2; i += 1) await cdp.send("HeapProfiler.collectGarbage");
    const { usedSize } = await cdp.send("Runtime.getHeapUsage");
    const { objects } = await cdp.send("Runtime.queryObjects", { prototypeObjectId: String(everyObject.objectId), objectGroup: "look" });
    const { result: count } = await cdp.send("Runtime.callFunctionOn", { objectId: objects.objectId, functionDeclaration: "function () { return this.length; }" });
    await cdp.send("Runtime.releaseObjectGroup", { objectGroup: "look" });
    const { metrics } = await cdp.send("Performance.getMetrics");
    const metric = (/** @type {string} */ name) => metrics.find((each) => each.name === name)?.value ?? NaN;
    // The browser's own account, after its own collection, workers and WebAssembly's memory with it.
    const { bytes, breakdown } = await page.evaluate(() => /** @type {any} */ (performance).measureUserAgentSpecificMemory());
    const inWorkers = breakdown
      .filter((/** @type {any} */ { attribution }) => attribution.some((/** @type {any} */ { scope }) => scope === "DedicatedWorkerGlobalScope"))
      .reduce((/** @type {number} */ sum, /** @type {any} */ each) => sum + each.bytes, 0);
    return {
      "process, MB": resident(pid),
      "tab by the browser’s account, MB": bytes / 1e6,
      "workers, MB": inWorkers / 1e6,
      "page’s JavaScript objects": count.value,
      [HEAP]: usedSize / 1e6,
      "DOM nodes": metric("Nodes"),
      "event listeners": metric("JSEventListeners"),
    };
  };
}

/** @param {Page} page */
function hands(page) {
  const train = page.locator("#train");
  const run = train.locator('[data-i18n="train.run"]');
  const cells = page.locator("#cells > section");
  const batches = /[1-9][\d,]*\/\d/.source;
  const usable = (/** @type {import("@playwright/test").Locator} */ button) => button.and(page.locator('[aria-disabled="false"]')).waitFor({ state: "attached" });
  return {
    /** @param {number} round */
    async scroll(round) {
      const count = await cells.count();
      await cells.nth((7 * round) % count).scrollIntoViewIfNeeded();
      await page.mouse.wheel(0, 300);
      await page.waitForTimeout(500);
    },
    /** Language and appearance by turns. @param {number} round */
    async switch(round) {
      if (round % 2 === 1) return page.locator("#bar .theme-button").click();
      const to = (await page.locator("html").getAttribute("lang")) === "ko" ? "en" : "ko";
      await page.locator(`#bar [data-lang="${to}"]`).click();
      await page.locator(`html[lang="${to}"]`).waitFor({ state: "attached" });
    },
    async begin() {
      await usable(run);
      await run.click();
      await page.waitForFunction((some) => new RegExp(some).test(document.querySelector("#train .run-line")?.textContent ?? ""), batches);
    },
    async stop() {
      await run.click();
      await usable(train.locator('[data-i18n="train.one-batch"]'));
    },
    /** Another run in the place of the one that trains. */
    async again() {
      await train.locator('[data-i18n="train.reset"]').click();
      await page.locator("dialog .dialog-actions .primary").click();
      // On its way to the new run the old one is paused for a moment, and its buttons are usable too.
      await page.waitForFunction((some) => !new RegExp(some).test(document.querySelector("#train .run-line")?.textContent ?? ""), batches);
      await usable(train.locator('[data-i18n="train.one-batch"]'));
      await this.begin();
    },
  };
}

/** Median of what was seen in a part of the time. @param {Look[]} looks @param {string} name */
const median = (looks, name) => summarize(looks.map(({ values }) => values[name])).median;

if (!(MINUTES >= FEWEST_MINUTES)) throw new Error(`a soak takes ${FEWEST_MINUTES} minutes at least`);
const server = await startServer();
const browser = await chromium.launch({ executablePath: process.env.CHROME || undefined, args: BROWSER_ARGS });
/** @type {Look[]} */
const looks = [];
/** @type {{ minute: number, ms: number }[]} */
const steps = [];
/** @type {string[]} */
const problems = [];
let rounds = 0;
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(120_000);
  page.on("pageerror", (error) => problems.push(`uncaught: ${error}`));
  page.on("console", (message) => message.type() === "error" && problems.push(`console: ${message.text()}`));
  await page.addInitScript(watchSteps);
  await page.goto(`${server.url}#train&lang=en&spec=lab11-3`);
  const reader = hands(page);
  await reader.begin();
  await page.evaluate(() => document.querySelectorAll(".cell").forEach((cell) => cell.dispatchEvent(new CustomEvent("reveal"))));
  const look = await measuring(browser, page);
  const started = Date.now();
  const minute = () => (Date.now() - started) / 60_000;
  for (; rounds < MINUTES * PER_MINUTE; rounds += 1) {
    await reader.scroll(rounds);
    await reader.switch(rounds);
    const left = (rounds + 1) / PER_MINUTE - minute();
    if (left > 0) await page.waitForTimeout(60_000 * left);
    const times = /** @type {number[]} */ (await page.evaluate(() => /** @type {any} */ (window).stepTimes.splice(0)));
    steps.push(...times.map((ms) => ({ minute: minute(), ms })));
    if ((rounds + 1) % BETWEEN === 0) {
      await reader.stop();
      looks.push({ minute: minute(), values: await look() });
      const { values } = looks[looks.length - 1];
      process.stderr.write(`  minute ${minute().toFixed(1)}: ${Object.entries(values).map(([name, value]) => `${name} ${figures(value)}`).join("; ")}\n`);
    }
    await reader.again();
  }
} finally {
  await browser.close();
  await server.close();
}

// The first and the last third of what follows the warm-up.
const last = Math.max(...looks.map(({ minute }) => minute));
const third = (last - WARM_UP) / 3;
const early = (/** @type {{ minute: number }} */ { minute }) => minute >= WARM_UP && minute <= WARM_UP + third;
const late = (/** @type {{ minute: number }} */ { minute }) => minute >= last - third;
/** @type {{ name: string, before: number, after: number, judged: boolean }[]} */
const rows = Object.keys(looks[0].values).map((name) => ({ name, before: median(looks.filter(early), name), after: median(looks.filter(late), name), judged: name !== HEAP }));
const msOf = (/** @type {typeof steps} */ part) => summarize(part.map(({ ms }) => 100 * ms)).median;
rows.push({ name: "step of 100 images, ms", before: msOf(steps.filter(early)), after: msOf(steps.filter(late)), judged: third >= LONG });
const grown = ({ before = NaN, after = NaN }) => after / before - 1;
const bad = rows.filter((row) => row.judged && grown(row) > TOLERANCE);

console.log(`\n${last.toFixed(0)} minutes of Lab11-3, ${rounds} new runs, ${rounds} switches; medians of the first and the last third after ${WARM_UP.toFixed(0)} minutes\n`);
console.log(table(["", "first", "last", "more, %", "judged"], rows.map((row) => [row.name, figures(row.before), figures(row.after), (100 * grown(row)).toFixed(1), row.judged ? "yes" : "no"])));
for (const problem of problems) console.log(`✗ ${problem}`);
for (const { name } of bad) console.log(`✗ ${name}: more than ${100 * TOLERANCE} % more`);
if (bad.length + problems.length > 0) process.exit(1);
