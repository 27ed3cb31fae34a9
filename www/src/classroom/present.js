/**
 * Presents the page to a class: one cell a screen, in large letters, with buttons and keys to go on. The address says which
 * cell it is and that it is presented, so a reload goes on there.
 */

import { readHash, writeHash } from '../base/address.js';
import { goTo } from '../base/anchor.js';
import { h, s } from '../base/dom.js';
import { createButton, enable } from '../controls/choice.js';
import { createPointer } from './pointer.js';

/** What uses the arrow keys itself, or moves by them. */
const USES_ARROWS = 'input, select, textarea, [contenteditable], [tabindex="0"], [role="radiogroup"], [role="listbox"], [role="application"]';
/** What is being written in: there Escape ends the writing. */
const WRITTEN_IN = 'input:not([type=radio], [type=checkbox], [type=range], [type=file]), textarea, [contenteditable]';
/** How far from the end of a cell, px, its end has been reached. */
const AT_END = 4;

const SIGNS = {
  back: 'M10 3 5 8l5 5',
  next: 'M6 3l5 5-5 5',
  full: 'M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10',
  pointer: 'M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zM8 7.5v1',
  leave: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
};

/** @param {keyof typeof SIGNS} name */
const sign = (name) => s('svg', { viewBox: '0 0 16 16', class: 'present-sign', 'aria-hidden': 'true' }, s('path', { d: SIGNS[name] }));

/**
 * @param {import('../frame/cell.js').Context} ctx
 * @param {import('./page.js').Page} page
 * @param {string} from id of the cell to begin with; another one begins with the first
 * @returns {() => void} ends it: the page is as it was, at the cell that was presented
 */
export function present(ctx, { entries, fetch }, from) {
  const { state, t } = ctx;
  const root = document.documentElement;
  const ended = new AbortController();
  const slides = entries.filter(({ frame }) => !frame.element.hidden);
  /** What closes again what has been opened for the class. @type {(() => void)[]} */
  const closers = [];
  let at = 0;

  /** @param {keyof typeof SIGNS} name @param {() => void} onPress */
  function button(name, onPress) {
    const element = createButton({ label: `present.${name}`, icon: 'next', onPress });
    element.replaceChildren(sign(name));
    return element;
  }
  const back = button('back', () => show(at - 1));
  const next = button('next', () => show(at + 1));
  const titles = h(
    'select',
    { class: 'input present-titles', i18nLabel: 'present.titles', on: { change: () => show(titles.selectedIndex) } },
    slides.map(({ keys }) => h('option', { i18n: `${keys.id}.title` })),
  );
  const count = h('span', { class: 'present-count' });
  const pointer = createPointer(ended.signal);
  const point = button('pointer', () => point.setAttribute('aria-pressed', String(pointer.toggle())));
  point.setAttribute('aria-pressed', 'false');
  const full = button('full', () => void (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen()).catch(() => {}));
  full.classList.add('present-full');
  full.hidden = !document.fullscreenEnabled;
  const leave = button('leave', () => state.set('present', false));
  // What is presented is called a cell's title; the page's own is in another cell.
  const heading = h('h1', { class: 'visually-hidden', i18n: 'present.name' });
  const strip = h('div', { class: 'present-strip', role: 'region', i18nLabel: 'present.name' }, back, count, titles, next, point, full, leave);

  /** Shows a cell; beyond the last or the first one there is none. @param {number} to @param {{ aloud?: boolean }} [options] */
  function show(to, { aloud = true } = {}) {
    if (!slides[to]) return;
    slides[at].frame.element.classList.remove('presented');
    at = to;
    const { keys, frame, folding } = slides[at];
    frame.element.classList.add('presented');
    closers.push(folding.openForNow());
    // What of it is closed is known once it is there.
    void fetch(keys.id).then(() => ended.signal.aborted || closers.push(folding.openForNow()));
    if (slides[at + 1]) void fetch(slides[at + 1].keys.id);
    history.replaceState(history.state, '', writeHash(keys.id, readHash(location.hash).keys));
    scrollTo({ top: 0, behavior: 'instant' });
    // A scroll that the keyboard began may still be under way.
    requestAnimationFrame(() => requestAnimationFrame(() => scrollTo({ top: 0, behavior: 'instant' })));
    enable(back, at > 0);
    enable(next, at < slides.length - 1);
    titles.selectedIndex = at;
    count.textContent = `${at + 1} / ${slides.length}`;
    if (!strip.contains(document.activeElement)) /** @type {HTMLElement | null} */ (frame.element.querySelector('.cell-title'))?.focus({ preventScroll: true });
    if (aloud) ctx.announce(t('present.at', { n: at + 1, count: slides.length, title: t(`${keys.id}.title`) }));
  }

  /** @param {Element | null} place somebody goes to */
  function showAround(place) {
    const cell = place?.closest('.cell') ?? place?.closest('.act')?.nextElementSibling;
    const to = slides.findIndex(({ frame }) => frame.element === cell);
    if (to >= 0 && to !== at) show(to);
  }

  /** @param {KeyboardEvent} event */
  function press(event) {
    const { key, defaultPrevented, ctrlKey, metaKey, altKey, shiftKey } = event;
    if (defaultPrevented || ctrlKey || metaKey || altKey || shiftKey || document.querySelector('dialog[open]')) return;
    const target = /** @type {Element} */ (event.target);
    if (key === 'Escape' && !target.matches(WRITTEN_IN)) return void state.set('present', false);
    if (target.closest(USES_ARROWS)) return;
    // The keys of a remote control go on through a cell, then from cell to cell.
    const up = key === 'ArrowLeft' || (key === 'PageUp' && scrollY <= AT_END);
    const down = key === 'ArrowRight' || (key === 'PageDown' && scrollY + innerHeight >= root.scrollHeight - AT_END);
    if (!up && !down) return;
    event.preventDefault();
    show(at + (down ? 1 : -1));
  }

  const listen = { signal: ended.signal };
  window.addEventListener('keydown', press, listen);
  // A link in a cell leads to another cell, and so does the way back.
  document.addEventListener('reveal', ({ target }) => showAround(/** @type {Element} */ (target)), { ...listen, capture: true });
  window.addEventListener('hashchange', () => showAround(document.getElementById(readHash(location.hash).place)), listen);

  root.setAttribute('data-present', '');
  document.getElementById('cells')?.prepend(heading);
  document.body.append(strip);
  show(Math.max(0, slides.findIndex(({ keys }) => keys.id === from)), { aloud: false });
  ctx.announce(t('present.begun', { title: t(`${slides[at].keys.id}.title`) }));

  return () => {
    ended.abort();
    if (document.fullscreenElement) void document.exitFullscreen().catch(() => {});
    heading.remove();
    strip.remove();
    root.removeAttribute('data-present');
    for (const close of closers.reverse()) close();
    const { keys, frame } = slides[at];
    frame.element.classList.remove('presented');
    goTo(keys.id);
    ctx.announce(t('present.ended'));
  };
}
