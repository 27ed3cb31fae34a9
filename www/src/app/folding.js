/**
 * What of a cell is closed at first, so that the page can be surveyed: the whole of a cell that goes deeper, of which a
 * sentence and the minutes it takes are seen; or what follows the figure of one that everybody reads. A press opens it, and so does
 * a link to the cell, a search in the page where the browser tells of it, and paper.
 */

import { assign, h, uniqueId } from '../base/dom.js';
import { close, draw } from '../base/scheduler.js';

/** @typedef {import('../frame/cell.js').Keys} Keys */

/** Closed, but found by a search in the page. */
const CLOSED = { hidden: 'until-found' };

/**
 * A part that can be closed, and its button.
 * @param {HTMLElement} content
 * @param {{ open: boolean, more: string, less: string }} options whether it is open at first; message keys of the button
 * @param {(open: boolean) => void} onChange
 */
function closable(content, { open, more, less }, onChange) {
  content.id ||= uniqueId('part');
  const button = h('button', { type: 'button', class: 'fold-button', 'aria-controls': content.id, on: { click: () => set(!open) } });
  function draw() {
    assign(content, open ? { hidden: false } : CLOSED);
    assign(button, { i18n: open ? less : more, 'aria-expanded': String(open) });
  }
  /** @param {boolean} to */
  function set(to) {
    if (to === open) return;
    open = to;
    draw();
    onChange(open);
  }
  content.addEventListener('beforematch', () => set(true));
  draw();
  return { button, set, isOpen: () => open };
}

/**
 * @param {Keys} keys
 * @param {HTMLElement} section of the cell
 * @param {(open: boolean) => void} onChange the cell as a whole has been opened or closed
 */
export function createFolding({ id, closed = false, pictured = false, minutes = 0, fold }, section, onChange) {
  /** Whether a link has led here: what is mounted later is not closed either. */
  let whole = false;
  const body = /** @type {HTMLElement} */ (section.querySelector('.cell-body'));
  /** @type {ReturnType<typeof closable> | null} */
  let rest = null;
  /** @type {ReturnType<typeof closable> | null} */
  let all = null;
  /** Room from the start, so that nothing moves once it is drawn. */
  const picture = pictured ? h('div', { class: 'teaser-picture', 'aria-hidden': 'true' }) : null;
  if (closed) {
    all = closable(body, { open: false, more: 'page.open-cell', less: 'page.close-cell' }, (open) => {
      section.classList.toggle('closed', !open);
      close(section, !open);
      onChange(open);
    });
    const time = h('span', { class: 'teaser-minutes', i18n: 'page.minutes', i18nArgs: { n: minutes } });
    body.before(h('div', { class: 'teaser' }, picture, h('p', { class: 'teaser-text', i18n: `${id}.teaser` }), time, all.button));
    section.classList.add('closed');
    close(section, true);
  }

  function open() {
    whole = true;
    all?.set(true);
    rest?.set(true);
  }
  section.addEventListener('reveal', open);

  return {
    /** Closes again what has been open for paper alone. @returns {() => void} */
    openForNow() {
      const before = [all, rest].map((part) => [part, part?.isOpen()]);
      all?.set(true);
      rest?.set(true);
      return () => before.forEach(([part, was]) => /** @type {any} */ (part)?.set(was));
    },
    /**
     * The picture that is seen while it is closed, if it has one; drawn while it is on screen.
     * @param {() => HTMLElement} create @param {() => void} paint
     */
    preview(create, paint) {
      if (!picture) return;
      picture.append(create());
      draw(picture, () => void (all?.isOpen() || paint()), { later: true });
    },
    /** The cell's content is there: what follows its figure is closed. */
    mounted() {
      if (!fold) return;
      const from = [...body.children].findIndex((child) => child.matches(fold));
      if (from < 0) return;
      const content = h('div', { class: 'fold' }, [...body.children].slice(from));
      rest = closable(content, { open: whole, more: 'page.open-rest', less: 'page.close-rest' }, () => {});
      body.append(h('div', { class: 'fold-row' }, rest.button), content);
    },
  };
}
