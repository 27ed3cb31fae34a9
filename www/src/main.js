/**
 * Starts the page: language, state, bar, the first cell and the engine of the figures; then, when the reader comes there or
 * nothing else is to be done, the rest.
 */

import { createBar } from './app/bar.js';
import { PAGE } from './app/browsers.js';
import { becomeIsolated } from './app/isolation.js';
import { createNotebook } from './app/notebook.js';
import { createNotifier } from './app/notify.js';
import { pageSchema } from './app/schema.js';
import { createStatus } from './base/status.js';
import { createToc } from './app/toc.js';
import { offerUpdate } from './app/update-notice.js';
import { mirrorInAddress, readHash } from './base/address.js';
import { followAnchors, goTo } from './base/anchor.js';
import { errorText } from './base/errors.js';
import { format, lang, setLang, t, translate } from './base/i18n.js';
import { drawAll } from './base/scheduler.js';
import { signal, watch } from './base/signals.js';
import { createState } from './base/state.js';
import { refuseStrayDrops } from './base/stray-drops.js';
import { applyTheme, onSystemTheme, reducedMotion, showTheme, storedTheme } from './base/theme.js';
import { ACTS, CELLS } from './cells/index.js';
import { codedError } from './common/coded-error.js';
import { chooseThreads, chooseVariant, detectFeatures } from './common/engine-select.js';
import { loadFiguresEngine } from './common/figures-engine.js';
import { ofVersion } from './common/places.js';
import { orUpdated } from './engine/update.js';
import { savesData } from './base/save-data.js';
import { writeAsText } from './figures/as-text.js';
import { whenIdle } from './base/idle.js';
import { hasCellTexts, loadCellTexts, loadFolderTexts, loadShellTexts } from './base/texts.js';

/** @typedef {import('./base/i18n.js').Lang} Lang */

/** Settings of a link that are ignored, and named. */
const IGNORED_NAMED = 5;

/** @param {string} id */
function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
}

/** Korean if the reader's browser knows Korean, or says nothing; else English. @returns {Lang} */
function preferredLang() {
  const asked = navigator.languages ?? [];
  return asked.length === 0 || asked.some((tag) => tag.toLowerCase().startsWith('ko')) ? 'ko' : 'en';
}

/** @param {Lang} name */
function speak(name) {
  setLang(name);
  document.documentElement.lang = name;
  translate(document);
  document.title = t('page.title');
}

async function start() {
  if (await becomeIsolated()) return;
  for (const cell of CELLS) cell.follow?.(state);
  await loadShellTexts(state.get('lang'));
  speak(state.get('lang'));

  const status = createStatus();
  const engineNow = signal(/** @type {any} */ (null));
  const { notify, announce } = createNotifier(byId('toasts'), byId('spoken'));
  /** @type {import('./frame/cell.js').Context} */
  const ctx = {
    t,
    lang,
    state,
    get engine() {
      return engineNow.value;
    },
    set engine(loaded) {
      engineNow.value = loaded;
    },
    trainer: /** @type {any} */ (null),
    answers: /** @type {any} */ (null),
    status,
    format,
    errorText,
    notify,
    fail: (error) => notify(errorText(error), 'error'),
    announce,
    reducedMotion,
    rest: () => (rest ??= fetchRest(ctx, () => engine, () => notebook)),
    wake: () => wake(ctx),
    startWorker: () => startWorker(ctx),
  };
  const engine = startEngine(ctx);

  byId('boot-slow').remove();
  byId('boot-failed').hidden = true;
  const embedded = state.get('embed');
  const cells = embedded ? CELLS.filter(({ id }) => id === embedded) : CELLS;
  if (embedded) for (const other of document.querySelectorAll(`#cells > .early:not(#${embedded})`)) other.remove();
  else document.documentElement.removeAttribute('data-embed');
  const acts = embedded ? [] : ACTS;
  const notebook = createNotebook(cells, acts, byId('cells'), ctx);
  document.documentElement.dataset.ready = 'shell';
  const toc = createToc(byId('toc'), notebook.entries, acts);
  const onClass = () => void ctx.rest().then((parts) => parts.classroom.choose(), ctx.fail);
  createBar(byId('bar'), ctx, { currentCell: toc.current, onClass });
  byId('class').addEventListener('click', onClass);

  watch(() => /** @type {Lang} */ (state.get('lang')), async (name) => {
    const silent = () => notebook.entries.filter(({ keys, mounted }) => mounted && !keys.opening && !hasCellTexts(keys.id, name));
    try {
      // Once more for a cell that is mounted in the language of before while these are on their way.
      do await Promise.all([loadShellTexts(name), ...silent().map(({ keys }) => loadCellTexts(keys.id, name))]);
      while (silent().length > 0);
    } catch (error) {
      ctx.fail(await orUpdated(error));
      // The page goes on in the language that it speaks, and says so: another press tries again.
      if (state.get('lang') === name) state.set('lang', lang());
      return;
    }
    // Another switch may have come in while this language was loading.
    if (state.get('lang') !== name) return;
    speak(name);
  });
  watch(() => state.get('theme'), applyTheme);
  onSystemTheme(() => state.get('theme') === 'auto' && applyTheme('auto'));
  const ignored = (/** @type {typeof state.invalid} */ invalid) => {
    if (invalid.length === 0) return;
    const some = invalid.slice(0, IGNORED_NAMED).map(({ key, text }) => `${key}=${text.slice(0, 40)}`);
    const list = [...some, ...(invalid.length > IGNORED_NAMED ? ['…'] : [])].join(', ');
    notify(t('page.link-ignored', { n: invalid.length, list }), 'warn');
  };
  mirrorInAddress(state, window, (place, invalid) => {
    ignored(invalid);
    goTo(place);
  });
  watch(() => `${state.get('engine')} ${state.get('threads')}`, () => notify(t('page.engine-later')));
  byId('erase').addEventListener('click', () => void ctx.rest().then((parts) => parts.erase(), ctx.fail));
  readWhole(notebook, ctx);
  refuseStrayDrops(window);

  ignored(state.invalid);
  // A cell that shows filters of the live network needs it, wherever it is.
  const followRun = () => state.get('filter.kind') === 'learned' && ctx.wake();
  watch(() => state.get('filter.kind'), followRun);
  if (!savesData()) followRun();
  followAnchors(byId('cells'));
  offerUpdate(byId('toasts'), async () => (await rest)?.pauseAndKeep());

  // The cell that the address names comes first.
  const { place } = readHash(location.hash);
  if (embedded) void ctx.rest().then((parts) => parts.classroom.embed(), () => (document.documentElement.dataset.embed = embedded));
  const lesson = embedded ? '' : state.get('lesson');
  const follow = () => void ctx.rest().then((parts) => parts.classroom.lesson(), ctx.fail);
  if (lesson) follow();
  const first = [place, lesson.split(/[-_]/)[0] || cells[0].id].map((id) => notebook.fetch(id));
  window.addEventListener('scroll', notebook.begin, { once: true });
  await engine;
  await Promise.all(first);
  notebook.begin();
  document.documentElement.dataset.ready = ctx.engine ? 'engine' : 'no-engine';
  // A frame in another page is no place to go on with a run, nor one to keep the page for.
  if (embedded) return;
  if (!lesson) follow();
  void ctx.rest().then((parts) => parts.classroom.begin(place)).catch(console.error);
  await ctx.rest().then((parts) => parts.offer()).catch(console.error);
  // What is read aloud or searched for is then there too, unless every byte counts.
  if (!savesData()) await notebook.fetchAll(whenIdle);
  await whenIdle();
  await ctx.rest().then((parts) => parts.keepOffline(byId('offline'))).catch(console.error);
}

/** @type {Promise<ReturnType<typeof import('./app/rest.js').startRest>> | null} */
let rest = null;
let restFailures = 0;

/**
 * @param {import('./frame/cell.js').Context} ctx
 * @param {() => Promise<import('./common/engine-select.js').Variant | null>} engine
 * @param {() => ReturnType<typeof createNotebook>} notebook
 */
async function fetchRest(ctx, engine, notebook) {
  try {
    // As with the cells' scripts: a browser may remember a failure by its address.
    const again = restFailures > 0 ? `?again=${restFailures}` : '';
    const [{ startRest }] = await Promise.all([import(ofVersion(`src/app/rest.js${again}`).href), loadFolderTexts('src/app', lang())]);
    return startRest(ctx, { bar: /** @type {Element} */ (byId('bar').parentElement), toasts: byId('toasts'), cells: notebook(), engine: engine() });
  } catch (error) {
    // Whoever needs it next asks again.
    rest = null;
    restFailures += 1;
    throw error;
  }
}

/** @param {import('./frame/cell.js').Context} ctx */
async function wake(ctx) {
  const { variant } = chooseVariant(detectFeatures(), ctx.state.get('engine'));
  // Where a part is missing, each cell says so itself.
  if (variant) await ctx.rest().then((parts) => /** @type {any} */ (parts).wake(variant), () => {});
}

/** @param {import('./frame/cell.js').Context} ctx */
async function startWorker(ctx) {
  const { variant } = chooseVariant(detectFeatures(), ctx.state.get('engine'));
  if (!variant) throw codedError('no_simd', PAGE);
  await (await ctx.rest()).startWorker(variant);
}

/**
 * Paper and a search in the page get the whole of it.
 * @param {ReturnType<typeof createNotebook>} notebook
 * @param {import('./frame/cell.js').Context} ctx
 */
function readWhole(notebook, ctx) {
  let closeAgain = () => {};
  const isWhole = () => document.documentElement.dataset.cells === 'all';
  // Paper is white.
  window.addEventListener('beforeprint', () => {
    if (!isWhole()) void notebook.fetchAll().then(() => ctx.notify(ctx.t('page.print-again')));
    closeAgain = notebook.openAll();
    showTheme('light');
    writeAsText(document.documentElement);
    drawAll();
  });
  window.addEventListener('afterprint', () => {
    writeAsText(null);
    applyTheme(ctx.state.get('theme'));
    closeAgain();
  });
  window.addEventListener('keydown', (event) => {
    const key = event.key.toLowerCase();
    if (!(event.ctrlKey || event.metaKey) || event.altKey || !'pf'.includes(key)) return;
    // A browser that does not open what it finds gets everything open.
    if (key === 'f' && !('onbeforematch' in document.body)) notebook.openAll();
    if (isWhole()) return;
    const whole = notebook.fetchAll();
    if (key !== 'p') return;
    event.preventDefault();
    void whole.then(() => window.print());
  });
}

/**
 * Loads the engine of the figures.
 * @param {import('./frame/cell.js').Context} ctx
 * @returns {Promise<import('./common/engine-select.js').Variant | null>} the build to train with; null if none runs here
 */
async function startEngine(ctx) {
  const { state, status } = ctx;
  /** There will be no training. @param {any} error why */
  const giveUp = (error) => void ctx.rest().then(() => ctx.trainer.giveUp(error), () => {});
  const { variant, refused } = chooseVariant(detectFeatures(), state.get('engine'));
  if (!variant) {
    status.set({ engine: 'missing' });
    giveUp({ code: 'no_simd', message: 'no WebAssembly SIMD', details: PAGE });
    ctx.notify(t('page.no-simd', PAGE), 'error');
    return null;
  }
  if (refused) ctx.notify(t('page.engine-refused', { asked: state.get('engine'), used: variant }), 'warn');
  try {
    ctx.engine = await loadFiguresEngine(variant);
    status.set({ engine: 'ready', variant, threads: variant.endsWith('-threads') ? chooseThreads(state.get('threads')) : 1 });
    return variant;
  } catch (error) {
    console.error(error);
    const known = await orUpdated(codedError('engine_load', { message: errorText(error) }, String(error)));
    status.set({ engine: 'failed' });
    giveUp(known);
    ctx.notify(known.code === 'page_updated' ? errorText(known) : t('page.engine-load-failed'), 'error');
    return null;
  }
}

const state = createState(
  Object.assign({}, pageSchema({ lang: preferredLang(), theme: storedTheme() }), ...CELLS.map((cell) => cell.state ?? {})),
  readHash(location.hash).keys,
);
// The engine is on its way while the texts are.
const early = chooseVariant(detectFeatures(), state.get('engine')).variant;
if (early) loadFiguresEngine(early).catch(() => {});
applyTheme(state.get('theme'));
start().catch((error) => {
  console.error(error);
  document.getElementById('boot-slow')?.remove();
  byId('boot-failed').hidden = false;
});
