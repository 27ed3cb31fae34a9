// How a run can be cut off, from the friendliest to the rudest, and the configurations that are trained meanwhile.

/** @typedef {import('./tab.js').Tab} Tab */
/** @typedef {import('./tab.js').Stage} Stage */

/**
 * @typedef {object} Kind
 * @property {'page' | 'browser' | 'worker'} ends what has to be opened again; a worker is started again by its page
 * @property {(tab: Tab, stage: Stage) => Promise<unknown>} kill resolves once it has happened
 */

/** @param {Tab} tab @param {(worker: Worker) => void} act on the page's training worker */
const toWorker = (tab, act) => tab.page.evaluate(`(${act})(window.trainingWorker)`);

/** @type {Record<string, Kind>} */
export const KINDS = {
  'tab closed': {
    ends: 'page',
    kill: ({ page }) => page.close(),
  },
  'tab left, beforeunload first': {
    ends: 'page',
    async kill({ page }) {
      const closed = page.waitForEvent('close');
      await page.close({ runBeforeUnload: true });
      await closed;
    },
  },
  'renderer crashed': {
    ends: 'page',
    async kill({ page }) {
      const cdp = await page.context().newCDPSession(page);
      const crashed = page.waitForEvent('crash');
      // No answer comes from a page that has crashed.
      cdp.send('Page.crash').catch(() => {});
      await crashed;
    },
  },
  'renderer killed': {
    ends: 'page',
    async kill({ page }, stage) {
      const pids = await stage.processes('renderer');
      const crashed = page.waitForEvent('crash');
      // The other tabs die with it; those that were dead before tell nothing any more.
      const others = page.context().pages().filter((each) => each !== page).map((each) => each.waitForEvent('crash', { timeout: 3000 }).catch(() => {}));
      for (const pid of pids) process.kill(pid, 'SIGKILL');
      await crashed;
      await Promise.all(others);
    },
  },
  'browser killed': {
    ends: 'browser',
    async kill({ page }, stage) {
      const closed = page.context().waitForEvent('close');
      process.kill(stage.pid, 'SIGKILL');
      await closed;
    },
  },
  'worker died': {
    ends: 'worker',
    kill: (tab) => toWorker(tab, (worker) => {
      worker.terminate();
      worker.dispatchEvent(new ErrorEvent('error', { message: 'killed' }));
    }),
  },
  'worker gone without a word': {
    ends: 'worker',
    kill: (tab) => toWorker(tab, (worker) => worker.terminate()),
  },
  'worker hung': {
    ends: 'worker',
    async kill({ page }) {
      const worker = page.workers().filter((each) => each.url().endsWith('/training/worker/worker.js')).at(-1);
      if (!worker) throw new Error('the page has no training worker');
      // For ever: the answer never comes.
      worker.evaluate(() => { for (;;); }).catch(() => {});
    },
  },
};

/** @param {string} spec @param {string} settings */
const query = (spec, settings) => `&${settings}&spec=${encodeURIComponent(spec)}`;

/**
 * Small networks, so that a second has many steps; between them all that a snapshot has to hold: the memory of three
 * optimizers, the random numbers of dropout, the order of the data over several epochs, a schedule. By their seeds.
 */
export const RUNS = {
  11: query('input 28x28x1\nmaxpool 2x2\nconv 3x3 4\nrelu\nmaxpool 2x2\ndropout 0.4\nflatten\ndense 10\n', 'train.seed=11&train.batch=400'),
  12: query('input 28x28x1\nconv 3x3 6 padding same init he\nrelu\nmaxpool 2x2\nconv 3x3 8\nrelu\nmaxpool 2x2\nflatten\ndense 10\n', 'train.seed=12&train.batch=100&train.optimizer=momentum&train.rate=0.01'),
  13: query('input 28x28x1\nmaxpool 2x2\nflatten\ndense 48\nrelu\ndropout 0.25\ndense 10\n', 'train.seed=13&train.batch=1000&train.optimizer=rmsprop&train.schedule=step&train.epochs=2'),
};
