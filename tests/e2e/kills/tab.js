// A page of the notebook in a browser that may be killed, and a person's hands on it. Nothing here waits with the test
// runner's `expect`, so that the campaign works without the runner.

import { chromium } from '@playwright/test';
import { pattern, text } from '../../messages.js';
import { BROWSER_ARGS } from '../playwright.config.mjs';
import { Book, watchRun } from './book.js';

/** @typedef {import('@playwright/test').Page} Page */

/** Starting a page on a busy machine takes a while. */
const PATIENCE_MS = 120_000;

/** Denies the page all storage, as a browser may be set to. */
const deny = () => Object.defineProperty(window, 'indexedDB', { get: () => { throw new DOMException('denied', 'SecurityError'); } });

/** @param {number} ms */
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Waits until something is so.
 * @template T @param {() => T | Promise<T>} look @param {string} what is waited for @param {number} [ms] @returns {Promise<NonNullable<T>>}
 */
export async function until(look, what, ms = PATIENCE_MS) {
  const end = Date.now() + ms;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`${what}: not within ${ms / 1000} s`);
    await pause(20);
  }
}

export class Tab {
  /** @param {Page} page @param {Book} book */
  constructor(page, book) {
    this.page = page;
    this.book = book;
    this.crashed = false;
    page.on('crash', () => (this.crashed = true));
    this.offer = page.getByRole('group', { name: text('en', 'kept.offer') });
    this.trouble = page.locator('#toasts .toast', { hasText: text('en', 'kept.trouble') });
  }

  /** @param {string} key of the training cell's message */
  button(key) {
    return this.page.locator('#train').getByRole('button', { name: text('en', `train.${key}`), exact: true });
  }

  /** Trains until it is paused; resolves at the first step. */
  async train() {
    const button = this.button('run').or(this.button('go-on'));
    await button.and(this.page.locator('[aria-disabled="false"]')).waitFor({ state: 'attached' });
    this.book.started = Date.now();
    await button.click();
    const stepped = () => this.crashed || (this.book.stretch?.reached.at(-1)?.time ?? 0) > this.book.started;
    await until(stepped, 'a step of training');
    if (this.crashed) throw new Error('the page crashed by itself');
  }

  /** Resolves once training has stopped and all its steps are told. */
  async stop() {
    await this.button('pause').click();
    await this.button('go-on').waitFor();
  }

  /** Waits until the page has looked for a run to offer. @returns {Promise<boolean>} whether it offers one */
  async offered() {
    await this.page.locator('html[data-kept]').waitFor({ state: 'attached' });
    return (await this.page.locator('html').getAttribute('data-kept')) === 'offered';
  }

  /** Takes the run that is offered, without waiting for it. */
  async accept() {
    await this.offer.getByRole('button', { name: text('en', 'kept.continue'), exact: true }).click();
  }

  /** Waits until the run that was taken can be trained. */
  async accepted() {
    const step = text('en', 'kept.continued').split('{step}')[0];
    await this.page.locator('#toasts .toast', { hasText: step }).first().waitFor();
  }

  /** Waits until the page has started another worker. */
  async recovered() {
    const notice = this.page.locator('#train .notice', { hasText: pattern('en', 'error.engine_recovered') });
    await notice.waitFor();
  }

  /** The seed of the run that lives, which tells runs apart. */
  async seed() {
    return this.page.locator('#train').getByLabel(text('en', 'train.seed'), { exact: true }).inputValue();
  }

  /** From now on no more can be stored at the page's address. */
  async fill() {
    const cdp = await this.page.context().newCDPSession(this.page);
    await cdp.send('Storage.overrideQuotaForOrigin', { origin: new URL(this.page.url()).origin, quotaSize: 1 });
  }
}

/** A browser with a profile that outlives it. */
export class Stage {
  /** @param {string} url of the page @param {string} profile folder */
  constructor(url, profile) {
    this.url = url;
    this.profile = profile;
    /** @type {import('@playwright/test').BrowserContext | null} */
    this.context = null;
    /** Of the browser that this stage started. */
    this.pid = 0;
    /** @type {Map<Page, Book>} */
    this.books = new Map();
  }

  /** Starts the browser, unless it lives. */
  async open() {
    if (this.context) return this.context;
    const options = { executablePath: process.env.CHROME || undefined, args: BROWSER_ARGS, viewport: { width: 1280, height: 900 } };
    const context = await chromium.launchPersistentContext(this.profile, options);
    context.setDefaultTimeout(PATIENCE_MS);
    context.on('close', () => (this.context = null));
    await context.exposeBinding('tellRun', ({ page }, told) => this.books.get(page)?.hear(told));
    await context.addInitScript(watchRun);
    this.context = context;
    this.pid = (await this.processes('browser'))[0];
    return context;
  }

  /** Process ids of this browser. @param {'browser' | 'renderer'} type */
  async processes(type) {
    const browser = this.context?.browser();
    if (!browser) throw new Error('the browser does not live');
    const cdp = await browser.newBrowserCDPSession();
    const { processInfo } = await cdp.send('SystemInfo.getProcessInfo');
    await cdp.detach();
    return processInfo.filter((each) => each.type === type).map(({ id }) => id);
  }

  /** Opens the page at the training cell. @param {string} query @param {{ denied?: boolean }} [options] */
  async tab(query, { denied = false } = {}) {
    const page = await (await this.open()).newPage();
    const book = new Book();
    this.books.set(page, book);
    if (denied) await page.addInitScript(deny);
    await page.goto(`${this.url}#train&lang=en${query}`);
    const tab = new Tab(page, book);
    await tab.offered();
    return tab;
  }

  /** Closes all tabs and removes what they kept. */
  async clear() {
    const context = await this.open();
    // A browser without any tab would end.
    const page = await context.newPage();
    for (const each of context.pages()) if (each !== page) await each.close();
    this.books.clear();
    await page.goto(`${this.url}favicon.svg`);
    await page.evaluate(
      () =>
        new Promise((resolve, reject) => {
          const request = indexedDB.deleteDatabase('cnn-notebook');
          request.onsuccess = () => resolve(undefined);
          request.onerror = () => reject(request.error);
        }),
    );
  }

  async close() {
    await this.context?.close();
  }
}
