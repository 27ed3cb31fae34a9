// The page as a test of any browser sees it: opened, waited for, its controls found by their words and used.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { By, Key } from 'selenium-webdriver';
import { text } from '../messages.js';

/** @typedef {import('selenium-webdriver').WebElement} WebElement */
/** @typedef {Awaited<ReturnType<typeof import('./engines.js').startBrowser>>} Browser */
/** @typedef {import('../messages.js').Lang} Lang */
/** @typedef {ReturnType<typeof pageOf>} Page */

/** How long anything is waited for before it is taken not to happen. */
const PATIENCE_MS = 40_000;
/** The key that selects everything together with A. */
const COMMAND = process.platform === 'darwin' ? Key.META : Key.CONTROL;

/**
 * Asks again until the answer is neither false nor nothing.
 * @template T
 * @param {string} what it is waited for, for the message
 * @param {() => Promise<T>} ask
 * @returns {Promise<Exclude<T, false | null | undefined>>}
 */
export async function eventually(what, ask) {
  const end = Date.now() + PATIENCE_MS;
  /** @type {unknown} */
  let last;
  do {
    try {
      last = await ask();
      if (last) return /** @type {Exclude<T, false | null | undefined>} */ (last);
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 30));
  } while (Date.now() < end);
  throw new Error(`${what}: waited in vain (last: ${last})`);
}

/**
 * Finds a button by its text within an element, and gives it once it has stayed in its place for some frames: a driver
 * presses where the button was when it looked, and the cells above may still be growing.
 */
const BUTTON = `
  const [id, label, done] = arguments;
  // A cell that is closed at first is opened by who needs it.
  for (const fold of document.querySelectorAll('#' + id + ' .fold-button[aria-expanded="false"]')) fold.click();
  const button = [...document.querySelectorAll('#' + id + ' button')].find(({ textContent }) => textContent.trim() === label);
  if (!button || button.getAttribute('aria-disabled') === 'true') return done(null);
  let [last, still, left] = [NaN, 0, 120];
  const look = () => {
    const { top } = button.getBoundingClientRect();
    still = top === last ? still + 1 : 0;
    if (still === 0) button.scrollIntoView({ block: 'center', behavior: 'instant' });
    last = button.getBoundingClientRect().top;
    if (still >= 6 || (left -= 1) < 0) done(still >= 6 && button.isConnected ? button : null);
    else requestAnimationFrame(look);
  };
  look();`;

const STATE = `
  const said = ['.bar-engine', '#train .run-line', '#toasts'].map((css) => css + ': ' + document.querySelector(css)?.textContent);
  const buttons = [...document.querySelectorAll('#train .run-buttons button')].map((button) => {
    const { left, top, width, height } = button.getBoundingClientRect();
    const on = document.elementFromPoint(left + width / 2, top + height / 2);
    const covered = on && !button.contains(on) ? ' covered by ' + on.outerHTML.slice(0, 80) : '';
    return button.textContent + ' at ' + [left, top, width, height].map(Math.round) + (button.ariaDisabled === 'true' ? ' disabled' : '') + covered;
  });
  return [JSON.stringify(document.documentElement.dataset), ...said, ...buttons].join('; ');`;

/** @param {Browser} browser @param {Lang} [lang] */
export function pageOf({ driver, downloads }, lang = 'en') {
  /** @param {string} css */
  const find = (css) => driver.findElement(By.css(css));
  /** The text of an element, also of one that is out of sight. @param {string} css @returns {Promise<string>} */
  const said = (css) => driver.executeScript('return document.querySelector(arguments[0])?.textContent ?? ""', css);
  /** What the page says of itself and of its run, for a failure's message. @returns {Promise<string>} */
  const state = () => driver.executeScript(STATE);

  return {
    driver,
    lang,
    find,
    said,

    /** Waits until an element says something. @param {string} css @param {string | RegExp} words */
    says: (css, words) =>
      eventually(`${css} says ${words}`, async () => {
        const now = await said(css);
        return typeof words === 'string' ? now.includes(words) : words.test(now);
      }).catch(async (error) => {
        throw new Error(`${error.message}; it says «${await said(css)}»; ${await state()}`);
      }),

    /** Opens an address; the run of the page before, if one is offered, is not gone on with. @param {string} url */
    async open(url) {
      // The same address again would only jump to its anchor.
      await driver.get('about:blank');
      await driver.get(url);
      if ((await this.started()) === 'offered') await this.press('kept.discard', 'toasts');
    },

    /**
     * Waits until the page has its engine and all cells, and knows whether there is a run to offer.
     * @returns {Promise<'offered' | 'none'>}
     */
    async started() {
      const kept = await eventually('the page has started', () =>
        driver.executeScript(`const { ready, cells, kept } = document.documentElement.dataset; return ready === 'engine' && cells === 'all' && kept`),
      ).catch(async (error) => {
        throw new Error(`${error.message}; ${await state()}`);
      });
      return kept;
    },

    /**
     * A button of a cell by its message, once it can be used, brought to the middle of the window: cells that are out of
     * sight don't draw.
     * @param {string} key such as `train.one-batch`
     * @param {string} [cell] where it is, if not in the cell of that name
     * @returns {Promise<WebElement>}
     */
    button: (key, cell = key.split('.')[0]) =>
      eventually(`a button «${text(lang, key)}» that can be used`, () => driver.executeAsyncScript(BUTTON, cell, text(lang, key))),

    /** Presses a button once it can be used. @param {string} key @param {string} [cell] */
    async press(key, cell) {
      await (await this.button(key, cell)).click();
    },

    /** Holds a button down as long as a finger does. @param {WebElement} button */
    hold: (button) => driver.actions({ async: true }).move({ origin: button }).press().pause(100).release().perform(),

    /** @param {...string} keys */
    type: (...keys) => driver.actions({ async: true }).sendKeys(...keys).perform(),

    selectAll: () => driver.actions({ async: true }).keyDown(COMMAND).sendKeys('a').keyUp(COMMAND).perform(),

    /** Tabs until an element has the focus. @param {string} css */
    async tabTo(css) {
      for (let i = 0; i < 80; i += 1) {
        await this.type(Key.TAB);
        if (await driver.executeScript('return document.activeElement?.matches(arguments[0])', css)) return;
      }
      assert.fail(`no Tab leads to ${css}`);
    },

    /** Steps done and the smoothed loss, as the page says them. */
    async progress() {
      const line = await said('#train .run-line');
      const [, batch = '0'] = line.match(/([\d,]+)\/[\d,]+/) ?? [];
      return { line, batch: Number(batch.replace(/,/g, '')), loss: line.match(/(?:손실|loss) ([\d.]+)/)?.[1] };
    },

    /** Trains one batch after the other, each by its button. @param {number} batches */
    async train(batches) {
      for (let i = 0; i < batches; i += 1) {
        const { batch } = await this.progress();
        await this.press('train.one-batch');
        await eventually(`batch ${batch + 1} is done`, async () => (await this.progress()).batch === batch + 1);
      }
    },

    /** What the page's link to this run says of it: steps, fingerprint of the weights, arithmetic. */
    async run() {
      await this.press('take.link-replay');
      return eventually('a link to this run', async () => {
        const link = /** @type {string} */ (await driver.executeScript(`return document.querySelector('#take .link-address').value`));
        const [, steps, fingerprint, arithmetic] = link.match(/replay=(\d+)-([0-9a-f]{16})-(\w+)/) ?? [];
        const { batch } = await this.progress();
        return Number(steps) === batch && { steps: batch, fingerprint, arithmetic };
      });
    },

    /** Presses a button that saves a file, and reads it. @param {string} key @param {string} ending of its name */
    async saved(key, ending) {
      await this.press(key);
      const name = await eventually(`a file *${ending}`, async () => readdirSync(downloads).find((entry) => entry.endsWith(ending)));
      const path = join(downloads, name);
      // Some browsers give the file its name before all of it is there.
      let length = -1;
      const content = await eventually(`all of ${name}`, async () => {
        const now = readFileSync(path);
        const whole = now.length > 0 && now.length === length;
        length = now.length;
        return whole && now;
      });
      rmSync(path);
      return { name, content };
    },

    /** Gives files to an input, as a person does who chooses them. @param {string} css @param {string} path */
    async choose(css, path) {
      await driver.executeScript(`
        const cell = document.querySelector(arguments[0]).closest('.cell');
        for (const fold of cell.querySelectorAll('.fold-button[aria-expanded="false"]')) fold.click();
        cell.scrollIntoView({ behavior: 'instant' });`, css);
      await find(css).sendKeys(path);
    },

    /** Fails if anything went wrong in the page since the last time. */
    async sound() {
      const found = await driver.executeScript(`
        const problems = JSON.parse(sessionStorage.getItem('watched-problems') ?? '[]');
        sessionStorage.removeItem('watched-problems');
        return problems;`);
      assert.deepEqual(found, []);
    },

    /** Scrolls past every cell, so that all have drawn. */
    readThrough: () =>
      driver.executeAsyncScript(`
        const done = arguments[arguments.length - 1];
        for (const fold of document.querySelectorAll('.fold-button[aria-expanded="false"]')) fold.click();
        (async () => {
          for (let y = 0; y < document.body.scrollHeight; y += innerHeight - 100) {
            scrollTo({ top: y, behavior: 'instant' });
            await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
          }
          scrollTo({ top: 0, behavior: 'instant' });
        })().then(done, (error) => done(String(error)));`),
  };
}

export { Key };
