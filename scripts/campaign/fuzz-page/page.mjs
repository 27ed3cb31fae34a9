// A page of its own in the browser, and what the campaign asks of it: that nothing went wrong, that it trains, and what
// its run is.

import { text as message } from '../../../tests/messages.js';

/** A network of which a step is short. */
const SPEC = 'input 28x28x1\nmaxpool 2\nconv 3 4\nrelu\nmaxpool 2\nflatten\ndense 10\n';
/** A page that has not answered by then hangs. */
export const PATIENCE_MS = 30_000;

/** A message's text without its markup. @param {string} key */
export const text = (key) => message('en', key);

export class PageUnderTest {
  /** @param {import('@playwright/test').Browser} browser @param {string} url */
  static async in(browser, url) {
    const context = await browser.newContext({ viewport: { width: 1000, height: 800 }, acceptDownloads: false, reducedMotion: 'reduce' });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    return new PageUnderTest(context, page, url);
  }

  /** @param {import('@playwright/test').BrowserContext} context @param {import('@playwright/test').Page} page @param {string} url */
  constructor(context, page, url) {
    this.context = context;
    this.page = page;
    this.url = url;
    /** What went wrong since it was last looked. @type {string[]} */
    this.problems = [];
    context.on('weberror', (error) => this.problems.push(`uncaught: ${error.error().stack ?? error.error()}`));
    context.on('console', (message) => {
      // A host that has not got a file, or a browser that can't show an image, is no fault of the page's.
      if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) this.problems.push(`console: ${message.text()}`);
    });
    page.on('crash', () => this.problems.push('the tab crashed'));
  }

  close() {
    return this.context.close();
  }

  /** Throws what went wrong. */
  check() {
    if (this.problems.length > 0) throw new Error(this.problems.splice(0).join('\n'));
  }

  /** Opens the page in a state. @param {string} rest of the address, after its path */
  async goto(rest) {
    // The same address again would only jump.
    await this.page.goto('about:blank');
    await this.page.goto(this.url + rest, { waitUntil: 'commit' });
  }

  /** Opens the page with a small network, and waits until it can train. @param {string} [query] */
  async open(query = '') {
    await this.goto(`?lang=en&train.batch=20&train.seed=9&spec=${encodeURIComponent(SPEC)}${query}#train`);
    await this.near('train');
    await this.canTrain();
  }

  /** A button that can be pressed, by the key of its message. @param {string} key */
  button(key) {
    return this.page.locator(`#${key.split('.')[0]}`).getByRole('button', { name: text(key), exact: true, disabled: false });
  }

  /** Presses a button once it can be. @param {string} key */
  async press(key) {
    const id = key.split('.')[0];
    // A cell that is out of sight does not redraw its buttons.
    await this.near(id);
    await this.page.locator(`#${id}`).getByRole('button', { name: text(key), exact: true }).scrollIntoViewIfNeeded();
    await this.button(key).click();
  }

  /** Brings a cell near, which may be put in place of its title only then, and opens all of it. @param {string} id */
  async near(id) {
    await this.page.evaluate((cell) => document.getElementById(cell)?.scrollIntoView(), id);
    await this.page.locator(`#${id}:not(.early)`).waitFor();
    await this.page.evaluate((cell) => document.getElementById(cell)?.dispatchEvent(new CustomEvent('reveal')), id);
    await this.page.evaluate((cell) => document.getElementById(cell)?.scrollIntoView(), id);
  }

  canTrain() {
    return this.button('train.one-batch').waitFor();
  }

  /** Batches done, as the page says. */
  async batch() {
    const line = (await this.page.locator('#train .run-line').textContent()) ?? '';
    return { line, batch: Number(line.match(/([\d,]+)\/[\d,]+/)?.[1].replace(/,/g, '') ?? 0) };
  }

  /** Trains one batch. */
  async step() {
    await this.page.locator('#train .run-bar').scrollIntoViewIfNeeded();
    const { batch } = await this.batch();
    await this.press('train.one-batch');
    await this.page.waitForFunction((before) => {
      const said = document.querySelector('#train .run-line')?.textContent?.match(/([\d,]+)\/[\d,]+/)?.[1].replace(/,/g, '');
      return Number(said) === before + 1;
    }, batch);
    await this.canTrain();
  }

  /** The weights as the page saves them, in base64: the same only if every bit is. */
  async saved() {
    await this.page.evaluate(() => {
      const global = /** @type {any} */ (window);
      global.saved = null;
      if (global.listens) return;
      global.listens = true;
      const make = URL.createObjectURL.bind(URL);
      URL.createObjectURL = (/** @type {any} */ blob) => {
        if (blob.type === 'application/octet-stream') global.saved = blob;
        return make(blob);
      };
    });
    await this.press('take.save');
    await this.page.waitForFunction(() => /** @type {any} */ (window).saved);
    return this.page.evaluate(async () => {
      const bytes = new Uint8Array(await /** @type {any} */ (window).saved.arrayBuffer());
      let binary = '';
      for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
      return btoa(binary);
    });
  }

  /** Every cell is drawn, those far down too; none may have failed. */
  async drawAll() {
    const failed = await this.page.evaluate(async () => {
      const frames = (/** @type {number} */ n) => new Promise((done) => {
        const next = () => (n-- > 0 ? requestAnimationFrame(next) : done(null));
        next();
      });
      for (const cell of document.querySelectorAll('#cells > section')) {
        cell.scrollIntoView();
        await frames(2);
      }
      while (document.documentElement.dataset.cells !== 'all') await frames(1);
      await frames(3);
      return [...document.querySelectorAll('.cell-problem:not([hidden])')].map((problem) => problem.textContent);
    });
    if (failed.some((reason) => reason)) throw new Error(`a cell failed: ${failed.join(' | ')}`);
  }
}
