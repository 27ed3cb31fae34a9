// The browsers that can be driven here: their programs come from the environment, as scripts/setup.sh sets it.

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Builder } from 'selenium-webdriver';

/** @typedef {import('selenium-webdriver').WebDriver} WebDriver */
/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

/** How long a driver or a display may take to start. */
const START_MS = 60_000;
const WINDOW = { x: 0, y: 0, width: 1280, height: 900 };

/**
 * @typedef {object} Engine
 * @property {string} name
 * @property {Record<string, string>} [env] of the browser
 * @property {(at: Places) => { driver: string, args: string[], capabilities: Record<string, unknown> }} start
 *
 * @typedef {{ port: number, extra: number, home: string, downloads: string }} Places `extra` is a second free port
 */

const { CHROME = '', CHROMEDRIVER = '', FIREFOX = '', GECKODRIVER = '', MINIBROWSER = '', WEBKITDRIVER = '', XVFB = 'Xvfb' } = process.env;

/** @type {Engine} */
const webkit = {
  name: 'webkit',
  // Without a graphics card, putting layers together takes five times as long as drawing without them.
  env: { WEBKIT_DISABLE_COMPOSITING_MODE: '1' },
  start: ({ port, home, downloads }) => {
    // Where WebKitGTK saves files. It can't be told by the driver.
    writeFileSync(join(home, 'user-dirs.dirs'), `XDG_DOWNLOAD_DIR="${downloads}"\n`);
    return {
      driver: WEBKITDRIVER,
      args: ['--host=127.0.0.1', `--port=${port}`],
      capabilities: { browserName: 'MiniBrowser', 'webkitgtk:browserOptions': { binary: MINIBROWSER, args: ['--automation'] } },
    };
  },
};

/** @type {Record<string, Engine>} */
export const ENGINES = {
  chromium: {
    name: 'chromium',
    start: ({ port, downloads }) => ({
      driver: CHROMEDRIVER,
      args: [`--port=${port}`],
      capabilities: {
        browserName: 'chrome',
        'goog:chromeOptions': {
          binary: CHROME,
          args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking',
            '--disable-component-update', '--disable-sync', '--no-first-run'],
          prefs: { 'download.default_directory': downloads },
        },
      },
    }),
  },
  firefox: {
    name: 'firefox',
    start: ({ port, extra, downloads }) => ({
      driver: GECKODRIVER,
      args: ['--host', '127.0.0.1', '--port', String(port), '--websocket-port', String(extra)],
      capabilities: {
        browserName: 'firefox',
        'moz:firefoxOptions': {
          binary: FIREFOX,
          args: ['-headless'],
          prefs: { 'browser.download.folderList': 2, 'browser.download.dir': downloads, 'browser.download.alwaysOpenPanel': false },
        },
      },
    }),
  },
  webkit,
};

/** WebKitGTK has shared memory, but hides it from pages unless it is asked to show it. */
export const WEBKIT_SHARED = { ...webkit, name: 'webkit with shared memory', env: { ...webkit.env, JSC_useSharedArrayBuffer: '1' } };

/** A port of the loopback interface that is free now. @returns {Promise<number>} */
function freePort() {
  const server = createServer();
  return new Promise((done, fail) => {
    server.on('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => done(port));
    });
  });
}

/** A display that nobody sees. @returns {Promise<{ display: string, child: ChildProcess }>} */
function startDisplay() {
  // It picks a free number and writes it to descriptor 3.
  const child = launch(XVFB, ['-displayfd', '3', '-screen', '0', '1400x1000x24', '-nolisten', 'tcp'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  return new Promise((done, fail) => {
    const timer = setTimeout(() => fail(new Error(`${XVFB} gives no display`)), START_MS);
    child.on('error', fail);
    child.stdio[3]?.once('data', (number) => {
      clearTimeout(timer);
      done({ display: `:${String(number).trim()}`, child });
    });
  });
}

/** Programs that were started, each the leader of a group of processes. @type {Set<ChildProcess>} */
const running = new Set();
process.on('exit', () => {
  for (const child of running) killGroup(child);
});

/** @param {string} program @param {string[]} args @param {import('node:child_process').SpawnOptions} options */
function launch(program, args, options) {
  const child = spawn(program, args, { ...options, detached: true });
  running.add(child);
  return child;
}

/** @param {ChildProcess} child */
function killGroup({ pid }) {
  try {
    if (pid) process.kill(-pid, 'SIGKILL');
  } catch {
    // None of them lives any more.
  }
}

/** Ends a program with all that it has started. @param {ChildProcess | null} child */
async function stop(child) {
  if (!child) return;
  const gone = child.exitCode !== null || child.signalCode !== null || !child.pid ? null : new Promise((resolve) => child.once('exit', resolve));
  killGroup(child);
  running.delete(child);
  await gone;
}

/** Waits until a driver says that it is ready. @param {string} url @param {ChildProcess} child */
async function answering(url, child) {
  const end = Date.now() + START_MS;
  while (Date.now() < end && child.exitCode === null) {
    const status = await fetch(`${url}/status`).then((response) => response.json(), () => null);
    if (status?.value?.ready) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${child.spawnfile} does not start`);
}

/**
 * Starts a browser with a profile of its own.
 * @param {Engine} engine
 * @returns {Promise<{ driver: WebDriver, version: string, downloads: string, close: () => Promise<void> }>}
 */
export async function startBrowser(engine) {
  const home = mkdtempSync(join(tmpdir(), 'cnn-browser-'));
  const downloads = join(home, 'downloads');
  mkdirSync(downloads);
  const display = engine.name.startsWith('webkit') ? await startDisplay() : null;
  const port = await freePort();
  const { driver: program, args, capabilities } = engine.start({ port, extra: await freePort(), home, downloads });
  const env = {
    ...process.env,
    ...engine.env,
    ...(display ? { DISPLAY: display.display, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home, XDG_DATA_HOME: home, NO_AT_BRIDGE: '1' } : {}),
  };
  const child = launch(program, args, { env, stdio: 'ignore' });
  /** @type {WebDriver | null} */
  let driver = null;
  const close = async () => {
    await driver?.quit().catch(() => {});
    await stop(child);
    await stop(display?.child ?? null);
    await rm(home, { recursive: true, force: true, maxRetries: 20 });
  };
  try {
    const failed = new Promise((_, fail) => child.once('error', fail));
    const url = `http://127.0.0.1:${port}`;
    await Promise.race([answering(url, child), failed]);
    driver = await new Builder().disableEnvironmentOverrides().usingServer(url).withCapabilities(capabilities).build();
    await driver.manage().window().setRect(WINDOW);
    await driver.manage().setTimeouts({ script: START_MS, pageLoad: START_MS });
    const known = await driver.getCapabilities();
    return { driver, version: `${known.getBrowserName()} ${known.getBrowserVersion()}`, downloads, close };
  } catch (error) {
    await close();
    throw error;
  }
}
