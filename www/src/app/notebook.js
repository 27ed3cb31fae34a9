/** Fetches and mounts the cells. When they draw, `base/scheduler.js` decides. */

import { h } from '../base/dom.js';
import { lang } from '../base/i18n.js';
import { savesData } from '../base/save-data.js';
import { watch } from '../base/signals.js';
import { loadCell } from './cell-parts.js';
import { createActHeading } from './acts.js';
import { createFolding } from './folding.js';
import { orUpdated } from '../engine/update.js';
import { createFrame } from '../frame/cell.js';
import { isDark } from '../figures/color.js';
import { firstSight } from '../frame/first-sight.js';
import { HEIGHTS } from './heights.js';
import { hasCellTexts, loadCellTexts } from '../base/texts.js';

/**
 * @typedef {import('../frame/cell.js').Keys} Keys
 * @typedef {import('../frame/cell.js').Context} Context
 * @typedef {object} Entry
 * @property {Keys} keys
 * @property {import('../frame/cell.js').Frame} frame
 * @property {boolean} mounted its parts are there
 * @property {Promise<void> | null} loading
 * @property {number} failures
 * @property {ReturnType<typeof createFolding>} folding
 */

/** Cells are fetched when they are so near the window. */
const FETCH_MARGIN = '150% 0px';

/** Windows up to so many pixels wide, for each of the heights. */
const WIDTHS = [600, 1000, Infinity];

/**
 * @param {Keys[]} cells
 * @param {{ id: string, cells: Keys[] }[]} acts
 * @param {HTMLElement} host
 * @param {Context} ctx
 */
export function createNotebook(cells, acts, host, ctx) {
  /** @type {Entry[]} */
  const entries = [];
  /** @type {Map<Element, Entry>} */
  const byElement = new Map();
  let number = 0;

  for (const keys of cells) {
    const early = document.getElementById(keys.id);
    // What the HTML has of a cell stays until there is more.
    const text = [...(early?.querySelector('.cell-body')?.children ?? [])];
    const frame = createFrame(keys, keys.unnumbered ? null : (number += 1), ctx, early);
    frame.fill(text);
    const act = acts.find(({ cells: [first] }) => first === keys);
    const heading = act && createActHeading(act.id);
    const folding = createFolding(keys, frame.element, (open) => void (open && load(entry)));
    /** @type {Entry} */
    const entry = { keys, frame, mounted: false, loading: null, failures: 0, folding };
    frame.reserve(HEIGHTS[keys.id]?.[WIDTHS.findIndex((width) => window.innerWidth <= width)] ?? 0);
    if (!early) host.append(...(heading ? [heading] : []), frame.element);
    entries.push(entry);
    byElement.set(frame.element, entry);
    if (keys.needsRun) watch(() => frame.visible.value, (on) => void (on && wake(entry)));
  }

  const nearing = new IntersectionObserver(
    (changes) => {
      for (const { target, isIntersecting } of changes) if (isIntersecting) void load(/** @type {Entry} */ (byElement.get(target)));
    },
    { rootMargin: FETCH_MARGIN },
  );

  /** Fetches and mounts a cell, once. @param {Entry} entry @returns {Promise<void>} resolves also if it did not arrive */
  function load(entry) {
    entry.loading ??= bring(entry);
    return entry.loading;
  }

  /** @param {Entry} entry */
  async function bring(entry) {
    const { keys, frame, failures } = entry;
    frame.missing(null);
    try {
      const [cell] = await Promise.all([loadCell(keys, failures), keys.opening || ctx.rest()]);
      // The language may have changed meanwhile.
      while (!keys.opening && !hasCellTexts(keys.id, lang())) await loadCellTexts(keys.id, lang());
      mount(entry, cell);
    } catch (error) {
      console.error(error);
      const known = await orUpdated(error);
      entry.failures += 1;
      frame.missing(known.code === 'page_updated' ? ctx.errorText(known) : ctx.t('page.cell-missing'), () => {
        entry.loading = null;
        void load(entry);
      });
    }
  }

  /** @param {Entry} entry @param {import('../frame/cell.js').Cell} cell */
  function mount(entry, cell) {
    const { frame } = entry;
    frame.open(() => cell.mount(frame, ctx));
    entry.mounted = true;
    nearing.unobserve(frame.element);
    entry.folding.mounted();
    if (cell.preview) void preview(entry, cell.preview);
    if (entries.every(({ mounted }) => mounted)) document.documentElement.dataset.cells = 'all';
  }

  /**
   * A small picture for a cell that is closed, of the opening's network.
   * @param {Entry} entry @param {NonNullable<import('../frame/cell.js').Cell['preview']>} paint
   */
  async function preview({ folding }, paint) {
    const { createThumb } = await import('../figures/thumb.js');
    const thumb = createThumb();
    folding.preview(
      () => thumb.element,
      () => {
        const sight = firstSight.value;
        // Colours are the theme's.
        isDark();
        thumb.clear();
        if (sight && ctx.engine) paint(thumb, sight, ctx);
      },
    );
  }

  /** The cells that offer to fetch what trains. @type {Map<Entry, HTMLElement>} */
  const offers = new Map();
  let awake = false;

  /** What trains is fetched as a cell that shows the run nears; where data are to be saved, once it is asked for. @param {Entry} entry */
  function wake(entry) {
    if (!savesData() || awake) return void ctx.wake();
    if (offers.has(entry)) return;
    const fetchNow = () => {
      awake = true;
      for (const offer of offers.values()) offer.remove();
      void ctx.wake();
    };
    const offer = h('div', { class: 'cell-missing' }, h('p', { i18n: 'page.saving' }), h('button', { type: 'button', class: 'button', i18n: 'page.saving-fetch', on: { click: fetchNow } }));
    offers.set(entry, offer);
    entry.frame.element.querySelector('.cell-body')?.before(offer);
  }

  return {
    entries,
    /** From now on cells are fetched as they near: what the first figure needs is there, or the reader goes elsewhere. */
    begin() {
      for (const { frame, mounted } of entries) if (!mounted) nearing.observe(frame.element);
    },
    /** Fetches the cell of this id before it nears. @param {string} id */
    async fetch(id) {
      const entry = entries.find(({ keys }) => keys.id === id);
      if (entry) await load(entry);
    },
    /** Fetches and mounts all cells, those nearest to the window first. @param {() => Promise<void>} [pause] awaited before each */
    async fetchAll(pause) {
      const distance = (/** @type {Entry} */ { frame }) => Math.abs(frame.element.getBoundingClientRect().top);
      const far = entries.filter(({ mounted }) => !mounted).sort((a, b) => distance(a) - distance(b));
      if (!pause) return void (await Promise.all(far.map(load)));
      for (const entry of far) {
        await pause();
        await load(entry);
      }
    },
    /** Opens all that is closed. @returns {() => void} closes it again */
    openAll() {
      const close = entries.map(({ folding }) => folding.openForNow());
      return () => close.forEach((each) => each());
    },
  };
}
