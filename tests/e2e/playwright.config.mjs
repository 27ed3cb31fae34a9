// End-to-end tests: the built page, served as `./build.sh serve` does, in the system's Chromium or Chrome.
import { defineConfig } from '@playwright/test';

/** Beside the usual ones: as root Chromium has no sandbox, and it may not look for updates or services. */
export const BROWSER_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** The browser as people have it, for what one without windows lacks: a camera, the back/forward cache. */
export const WHOLE_BROWSER = process.env.FULL_CHROME || process.env.CHROME || undefined;

export default defineConfig({
  testDir: '.',
  outputDir: 'results',
  // Three at a time keep two cores busy: a page that opens waits for idle moments and frames. Tests that train (*.e2e.js) and
  // those that train nothing or a few batches (*.spec.js) take turns.
  workers: 3,
  projects: [
    { name: 'lab', testMatch: /\.e2e\.js$/, workers: 2 },
    { name: 'lecture', testMatch: /\.spec\.js$/, workers: 2 },
  ],
  // On a machine of many tenants a test may lose a race with the clock: it is tried again, twice at most, and said to be flaky.
  retries: process.env.CI ? 2 : 0,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    headless: true,
    // What a test answers in the network's place (page.route) would not be asked for through one; tests of it allow it.
    serviceWorkers: 'block',
    viewport: { width: 1280, height: 900 },
    screenshot: 'only-on-failure',
    launchOptions: { executablePath: process.env.CHROME || undefined, args: BROWSER_ARGS },
  },
});
