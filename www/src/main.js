/** Starts the page: language, state, bar, cells, then the engine. */

import { mirrorInAddress, readHash } from './address.js';
import { followAnchors, goTo } from './anchor.js';
import { CELLS } from './cells/index.js';
import { relabel } from './frame/cell.js';
import { createBar } from './bar.js';
import { PAGE } from './browsers.js';
import { chooseVariant, detectFeatures, withoutThreads } from './engine-select.js';
import { coded } from './coded.js';
import { createEraser } from './erase.js';
import { errorText } from './errors.js';
import { loadFiguresEngine } from './figures-engine.js';
import { addMessages, format, hasMessages, lang, LANGS, setLang, t, translate } from './i18n.js';
import { becomeIsolated } from './isolation.js';
import { keepRuns } from './kept.js';
import { createNotebook } from './notebook.js';
import { createNotifier } from './notify.js';
import { ofVersion } from './places.js';
import { pageSchema } from './schema.js';
import { createState } from './state.js';
import { createStatus } from './status.js';
import { applyTheme, onSystemTheme, reducedMotion, storedTheme } from './theme.js';
import { createToc } from './toc.js';
import { createTrainer, loadTraining, startTraining } from './training/connect.js';
import { Tabs } from './training/tabs.js';
import { offerUpdate } from './update-notice.js';
import { orUpdated } from './update.js';

/** @typedef {import('./i18n.js').Lang} Lang */

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
async function fetchMessages(name) {
  if (hasMessages(name)) return;
  const response = await fetch(ofVersion(`i18n/${name}.json`)).catch(() => null);
  if (!response?.ok) throw coded('part_missing', {}, `i18n/${name}.json: ${response?.status ?? 'no answer'}`);
  addMessages(name, await response.json());
}

/** @param {Lang} name */
function speak(name) {
  setLang(name);
  document.documentElement.lang = name;
  translate(document);
  relabel(document);
  document.title = t('page.title');
}

async function start() {
  if (await becomeIsolated()) return;
  for (const cell of CELLS) cell.follow?.(state);
  await fetchMessages(state.get('lang'));
  speak(state.get('lang'));

  const status = createStatus();
  const { notify, announce } = createNotifier(byId('toasts'), byId('spoken'));
  /** @type {import('./frame/cell.js').Context} */
  const ctx = {
    t,
    lang,
    style: () => `${document.documentElement.dataset.theme}/${lang()}`,
    state,
    engine: null,
    trainer: createTrainer(),
    status,
    format,
    errorText,
    notify,
    fail: (error) => notify(errorText(error), 'error'),
    announce,
    reducedMotion,
    invalidate() {},
  };

  byId('boot-slow').remove();
  byId('boot-failed').hidden = true;
  document.documentElement.dataset.ready = 'shell';
  const notebook = createNotebook(CELLS, byId('cells'), ctx);
  const toc = createToc(byId('toc'), notebook.entries);
  const tabs = new Tabs();
  const eraser = createEraser(ctx, { tabs, button: byId('erase') });
  void eraser.report();
  createBar(byId('bar'), ctx, { currentCell: toc.current });

  state.subscribe(['lang'], async () => {
    /** @type {Lang} */
    const name = state.get('lang');
    try {
      await fetchMessages(name);
    } catch (error) {
      ctx.fail(await orUpdated(error));
      return;
    }
    // Another switch may have come in while this language was loading.
    if (state.get('lang') !== name) return;
    speak(name);
    notebook.touch('lang');
  });
  state.subscribe(['theme'], () => {
    applyTheme(state.get('theme'));
    notebook.touch('theme');
  });
  onSystemTheme(() => {
    if (state.get('theme') !== 'auto') return;
    applyTheme('auto');
    notebook.touch('theme');
  });
  const ignored = (/** @type {typeof state.invalid} */ invalid) => {
    if (invalid.length === 0) return;
    const list = invalid.map(({ key, text }) => `${key}=${text.slice(0, 40)}`).join(', ');
    notify(t('page.link-ignored', { n: invalid.length, list }), 'warn');
  };
  mirrorInAddress(state, window, (place, invalid) => {
    ignored(invalid);
    goTo(place);
  });
  state.subscribe(['engine', 'threads'], () => notify(t('page.engine-later')));
  // Paper is white.
  window.addEventListener('beforeprint', () => {
    document.documentElement.dataset.theme = 'light';
    notebook.touch('theme');
    notebook.drawAll();
  });
  window.addEventListener('afterprint', () => {
    applyTheme(state.get('theme'));
    notebook.touch('theme');
  });

  ignored(state.invalid);
  followAnchors(byId('cells'));

  /** @type {ReturnType<typeof keepRuns> | null} */
  let kept = null;
  offerUpdate(byId('toasts'), async () => kept?.pauseAndKeep());
  await startEngine(ctx);
  document.documentElement.dataset.ready = ctx.engine ? 'engine' : 'no-engine';
  notebook.touch('engine');
  if (ctx.engine) {
    kept = keepRuns(ctx, byId('toasts'), { tabs, onErase: eraser.ask });
    kept.withoutImages();
    await startTraining(ctx);
    await kept.offer();
  }

  // The other language is ready before anyone asks for it.
  for (const name of LANGS) fetchMessages(name).catch(() => {});
}

/** @param {import('./frame/cell.js').Context} ctx */
async function startEngine(ctx) {
  const { state, status } = ctx;
  const { variant, refused } = chooseVariant(detectFeatures(), state.get('engine'));
  if (!variant) {
    status.set({ engine: 'missing' });
    ctx.trainer.giveUp({ code: 'no_simd', message: 'no WebAssembly SIMD', details: PAGE });
    ctx.notify(t('page.no-simd', PAGE), 'error');
    return;
  }
  if (refused) ctx.notify(t('page.engine-refused', { asked: state.get('engine'), used: variant }), 'warn');
  loadTraining(ctx, variant);
  try {
    ctx.engine = await loadFiguresEngine(withoutThreads(variant));
    status.set({ engine: 'ready', variant });
  } catch (error) {
    console.error(error);
    const known = await orUpdated(coded('engine_load', { message: errorText(error) }, String(error)));
    status.set({ engine: 'failed' });
    ctx.trainer.giveUp(known);
    ctx.notify(known.code === 'page_updated' ? errorText(known) : t('page.engine-load-failed'), 'error');
  }
}

const state = createState(
  Object.assign({}, pageSchema({ lang: preferredLang(), theme: storedTheme() }), ...CELLS.map((cell) => cell.state ?? {})),
  readHash(location.hash).keys,
);
// The engine is on its way while the texts are.
const early = chooseVariant(detectFeatures(), state.get('engine')).variant;
if (early) loadFiguresEngine(withoutThreads(early)).catch(() => {});
applyTheme(state.get('theme'));
start().catch((error) => {
  console.error(error);
  document.getElementById('boot-slow')?.remove();
  byId('boot-failed').hidden = false;
});
