// One browser for all tests of a suite: started before them, its page checked after each.

import { after, afterEach, before } from 'node:test';
import { startBrowser } from './engines.js';
import { pageOf } from './page.js';

/**
 * @param {import('./engines.js').Engine} engine
 * @returns {import('./page.js').Page} to be used within tests
 */
export function session(engine) {
  /** @type {Awaited<ReturnType<typeof startBrowser>> | null} */
  let browser = null;
  const page = /** @type {import('./page.js').Page} */ ({});
  before(async () => {
    browser = await startBrowser(engine);
    console.log(`${engine.name}: ${browser.version}`);
    Object.assign(page, pageOf(browser));
  });
  afterEach(() => page.sound?.());
  after(() => browser?.close());
  return page;
}
