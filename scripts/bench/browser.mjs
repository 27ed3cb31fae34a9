// One Chromium for all measurements; a fresh page for each, so that none inherits another's memory.

import { chromium } from "@playwright/test";
import { BROWSER_ARGS } from "../../tests/e2e/playwright.config.mjs";
import { startServer } from "../serve.mjs";

/** Starts the server and the browser. @param {string} peers folder of the other libraries */
export async function openBench(peers) {
  const server = await startServer({ mounts: { "/bench/": "tests/bench", "/engine/": "target/engine/pkg", "/peers/": peers } });
  const browser = await chromium.launch({ executablePath: process.env.CHROME || undefined, args: BROWSER_ARGS });
  return {
    url: server.url,
    browser,
    version: browser.version(),
    /**
     * Runs `run(job)` of tests/bench/MODULE in a fresh page.
     * @param {string} module @param {object} job @returns {Promise<any>}
     */
    async run(module, job) {
      const context = await browser.newContext();
      try {
        const page = await context.newPage();
        page.setDefaultTimeout(0);
        await page.goto(`${server.url}bench/index.html`);
        return await page.evaluate(
          async ([path, argument]) => (await import(/** @type {string} */ (path))).run(argument),
          /** @type {const} */ ([`/bench/${module}`, job]),
        );
      } finally {
        await context.close();
      }
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}
