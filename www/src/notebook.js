/**
 * Mounts the cells and decides when each one redraws: at most once a frame, only while it is near
 * the screen, and only when something that it reads has changed. Those near it wait until a change of the state is over.
 */

import { createFrame } from './frame/cell.js';
import { drawWaiting, whenSeen } from './later.js';

/**
 * @typedef {import('./frame/cell.js').Keys & import('./frame/cell.js').Cell} Cell
 * @typedef {import('./frame/cell.js').Context} Context
 * @typedef {{ cell: Cell, frame: import('./frame/cell.js').Frame, mounted: import('./frame/cell.js').MountedCell, pending: Set<string>, near: boolean }} Entry
 */

/** Keys that every cell follows. */
const ALWAYS = ['lang', 'theme', 'engine'];

/**
 * @param {Cell[]} cells
 * @param {HTMLElement} host
 * @param {Context} ctx
 */
export function createNotebook(cells, host, ctx) {
  /** @type {Entry[]} */
  const entries = [];
  /** @type {Set<Entry>} */
  const due = new Set();
  let scheduled = false;
  let number = 0;

  for (const cell of cells) {
    /** @type {Entry} */
    const entry = { cell, frame: /** @type {any} */ (null), mounted: {}, pending: new Set(), near: false };
    const own = Object.assign(Object.create(ctx), { invalidate: () => mark(entry, ['invalidate']) });
    entry.frame = createFrame(cell, cell.unnumbered ? null : (number += 1), own);
    host.append(entry.frame.element);
    try {
      entry.mounted = cell.mount(entry.frame, own) ?? {};
    } catch (error) {
      entry.frame.fail(error);
    }
    entries.push(entry);
    const keys = [...Object.keys(cell.state ?? {}), ...(cell.watches ?? []), ...ALWAYS];
    for (const key of [...keys, 'invalidate']) entry.pending.add(key);
    const ask = whenSeen(entry.frame.element, () => mark(entry, []));
    ctx.state.subscribe(keys, (changed) => {
      for (const key of changed) entry.pending.add(key);
      ask();
    });
  }

  // A margin of half a screen, so that a cell is drawn before it scrolls in.
  const observer = new IntersectionObserver(
    (changes) => {
      for (const change of changes) {
        const entry = entries.find(({ frame }) => frame.element === change.target);
        if (entry) setNear(entry, change.isIntersecting);
      }
    },
    { rootMargin: '50% 0px' },
  );
  for (const { frame } of entries) observer.observe(frame.element);

  /** @param {Entry} entry @param {boolean} near */
  function setNear(entry, near) {
    if (entry.near === near) return;
    entry.near = near;
    try {
      entry.frame.setVisible(near);
      entry.mounted.visible?.(near);
    } catch (error) {
      entry.frame.fail(error);
    }
    if (near && entry.pending.size > 0) schedule(entry);
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
    if (entry.pending.size === 0) return;
    if (!ctx.engine && entry.cell.needsEngine !== false) {
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
