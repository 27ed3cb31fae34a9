/**
 * Fetches and mounts the cells, and decides when each one redraws: at most once a frame, only while it is near the screen,
 * and only when something that it reads has changed. Those near it wait until a change of the state is over.
 */

import { h } from '../base/dom.js';
import { lang } from '../base/i18n.js';
import { savesData } from '../base/save-data.js';
import { deferUntilVisible, drawWaiting } from '../base/offscreen.js';
import { loadCell } from './cell-parts.js';
import { orUpdated } from '../engine/update.js';
import { createFrame } from '../frame/cell.js';
import { HEIGHTS } from './heights.js';
import { hasCellTexts, loadCellTexts } from '../base/texts.js';

/**
 * @typedef {import('../frame/cell.js').Keys} Keys
 * @typedef {import('../frame/cell.js').Context} Context
 * @typedef {object} Entry
 * @property {Keys} keys
 * @property {import('../frame/cell.js').Frame} frame
 * @property {Context} ctx its own
 * @property {import('../frame/cell.js').MountedCell | null} mounted null until its parts are there
 * @property {Promise<void> | null} loading
 * @property {number} failures
 * @property {Set<string>} pending
 * @property {boolean} near
 */

/** Keys that every cell follows. */
const ALWAYS = ['lang', 'theme', 'engine'];

/** Cells are fetched when they are so near the window. */
const FETCH_MARGIN = '150% 0px';
/** A margin of half a screen, so that a cell is drawn before it scrolls in. */
const DRAW_MARGIN = '50% 0px';

/** Windows up to so many pixels wide, for each of the heights. */
const WIDTHS = [600, 1000, Infinity];

/**
 * @param {Keys[]} cells
 * @param {HTMLElement} host
 * @param {Context} ctx
 */
export function createNotebook(cells, host, ctx) {
  /** @type {Entry[]} */
  const entries = [];
  /** @type {Map<Element, Entry>} */
  const byElement = new Map();
  /** @type {Set<Entry>} */
  const due = new Set();
  let scheduled = false;
  let number = 0;

  for (const keys of cells) {
    const own = Object.assign(Object.create(ctx), { invalidate: () => mark(entry, ['invalidate']) });
    const early = document.getElementById(keys.id);
    // What the HTML has of a cell stays until there is more.
    const text = [...(early?.querySelector('.cell-body')?.children ?? [])];
    const frame = createFrame(keys, keys.unnumbered ? null : (number += 1), own, early);
    frame.fill(text);
    const follows = [...Object.keys(keys.state ?? {}), ...(keys.watches ?? []), ...ALWAYS];
    /** @type {Entry} */
    const entry = { keys, frame, ctx: own, mounted: null, loading: null, failures: 0, pending: new Set([...follows, 'invalidate']), near: false };
    frame.reserve(HEIGHTS[keys.id]?.[WIDTHS.findIndex((width) => window.innerWidth <= width)] ?? 0);
    if (!early) host.append(frame.element);
    entries.push(entry);
    byElement.set(frame.element, entry);
    const ask = deferUntilVisible(frame.element, () => mark(entry, []));
    ctx.state.subscribe(follows, (changed) => {
      for (const key of changed) entry.pending.add(key);
      ask();
    });
  }

  /** @param {string} rootMargin @param {(entry: Entry, near: boolean) => void} tell */
  const observe = (rootMargin, tell) =>
    new IntersectionObserver(
      (changes) => {
        for (const { target, isIntersecting } of changes) tell(/** @type {Entry} */ (byElement.get(target)), isIntersecting);
      },
      { rootMargin },
    );
  const nearing = observe(FETCH_MARGIN, (entry, near) => near && void load(entry));
  const drawing = observe(DRAW_MARGIN, setNear);
  for (const { frame } of entries) drawing.observe(frame.element);

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
    frame.open();
    try {
      entry.mounted = cell.mount(frame, entry.ctx) ?? {};
    } catch (error) {
      entry.mounted = {};
      frame.fail(error);
    }
    nearing.unobserve(frame.element);
    if (entry.near) show(entry);
    if (entries.every(({ mounted }) => mounted)) document.documentElement.dataset.cells = 'all';
  }

  /** @param {Entry} entry @param {boolean} near */
  function setNear(entry, near) {
    if (entry.near === near) return;
    entry.near = near;
    if (near && entry.keys.needsRun) wake(entry);
    if (entry.mounted) show(entry);
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

  /** Tells a mounted cell whether it is near. @param {Entry} entry */
  function show({ frame, mounted, near, pending }) {
    try {
      frame.setVisible(near);
      mounted?.visible?.(near);
    } catch (error) {
      frame.fail(error);
    }
    if (near && pending.size > 0) schedule(/** @type {Entry} */ (byElement.get(frame.element)));
  }

  /** @param {Entry} entry @param {Iterable<string>} changed */
  function mark(entry, changed) {
    for (const key of changed) entry.pending.add(key);
    if (entry.near) schedule(entry);
  }

  /** @param {Entry} entry */
  function schedule(entry) {
    due.add(entry);
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(() => {
      scheduled = false;
      const now = [...due];
      due.clear();
      for (const each of now) draw(each);
    });
  }

  /** @param {Entry} entry */
  function draw(entry) {
    if (!entry.mounted || entry.pending.size === 0) return;
    if (!ctx.engine && entry.keys.needsEngine !== false) {
      const { engine } = ctx.status.values;
      // The bar and a notice say why; the cell says what it means here.
      if (engine === 'missing' || engine === 'failed') entry.frame.problem(ctx.t('page.figures-still'));
      return;
    }
    const changed = entry.pending;
    entry.pending = new Set();
    try {
      entry.frame.problem(null);
      entry.frame.refresh();
      entry.mounted.update?.(changed);
    } catch (error) {
      entry.frame.fail(error);
    }
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
    /** Draws every cell now, also those off screen: paper shows them all. */
    drawAll() {
      for (const entry of entries) draw(entry);
      drawWaiting();
    },
    /** Every cell reads this again: the language, the theme or the engine. @param {string} key */
    touch(key) {
      for (const entry of entries) mark(entry, [key]);
    },
  };
}
