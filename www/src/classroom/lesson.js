/**
 * A lesson: the cells that a teacher has chosen, in their order, with the minutes of each and how far the reader is. What the
 * teacher has set can't be set otherwise, and answers may be hidden until the teacher opens them.
 */

import { readHash } from '../base/address.js';
import { goTo } from '../base/anchor.js';
import { h, morphChildren } from '../base/dom.js';
import { draw } from '../base/scheduler.js';
import { computed, effect, signal } from '../base/signals.js';
import { createButton } from '../controls/choice.js';
import { readLesson } from '../keys/lesson.js';
import { digestOf, noteOpened, openedBefore } from './code-word.js';
import { openHandIn } from './hand-in.js';
import { noteLesson } from './lesson-link.js';
import { READY } from './ready-lessons.js';

/** What a teacher locks, by what the address calls it. @type {Record<string, string>} */
const LOCKED = {
  numbers: '.spin:not(.network-body *, .digit-source *), .figure-controls :is(.presets, .choice):not(.digit-source *), .number-table, .rust-edit',
  network: '.train-model, .strip',
};
/** The line of the window, as a share of its height, that has been read when it is passed. */
const READ_AT = 0.6;
/**
 * @param {import('../frame/cell.js').Context} ctx
 * @param {import('./page.js').Page} page
 */
export function startLesson(ctx, page) {
  const { state, t, answers } = ctx;
  const root = document.documentElement;
  const written = state.get('lesson');
  const parts = readLesson(written, page.entries.map(({ keys }) => keys.id)) ?? [];
  const entries = parts.flatMap(({ id }) => page.entries.filter(({ keys }) => keys.id === id));
  const total = parts.reduce((sum, { minutes }) => sum + minutes, 0);
  const ready = READY.find(({ lesson }) => lesson === written);
  const ended = new AbortController();
  /** What brings the page back, the last first. @type {(() => void)[]} */
  const undo = [];
  noteLesson(written, state.query());

  // The cells: only those of the lesson, in its order, open.
  const host = /** @type {HTMLElement} */ (document.getElementById('cells'));
  const before = [...host.childNodes];
  host.prepend(...entries.map(({ frame }) => frame.element));
  undo.push(() => host.append(...before));
  for (const { frame, keys } of page.entries) {
    if (entries.some((entry) => entry.keys === keys)) continue;
    frame.element.hidden = true;
    undo.push(() => (frame.element.hidden = false));
  }
  entries.forEach((entry, i) => {
    const { frame, keys, folding } = entry;
    undo.push(folding.openForNow());
    const { minutes } = parts[i];
    if (minutes > 0) {
      const mark = h('span', { class: 'lesson-minutes', i18n: 'page.minutes', i18nArgs: { n: minutes } });
      frame.element.querySelector('.cell-header')?.append(mark);
      undo.push(() => mark.remove());
    }
    // What there is to be locked, and what is closed below the figure, is known once the cell is there.
    void page.fetch(keys.id).then(() => {
      if (ended.signal.aborted) return;
      undo.push(folding.openForNow());
      lock(frame.element);
    });
  });

  /** @param {Element} cell */
  function lock(cell) {
    const kinds = state.get('lock').split('_').filter(Boolean);
    const found = kinds.flatMap((/** @type {string} */ kind) => [...cell.querySelectorAll(LOCKED[kind])]);
    for (const control of found) {
      control.setAttribute('inert', '');
      undo.push(() => control.removeAttribute('inert'));
    }
    if (found.length === 0) return;
    const note = h('p', { class: 'lesson-locked', i18n: 'lesson.locked' });
    (cell.querySelector('.figure, .train-model') ?? cell).before(note);
    undo.push(() => note.remove());
  }

  // The contents: the same, with their minutes.
  const toc = /** @type {HTMLElement} */ (document.getElementById('toc'));
  const lists = [...toc.querySelectorAll('ol')].map((list) => /** @type {const} */ ([list, [...list.children]]));
  const links = parts.map(({ id, minutes }) => {
    const item = /** @type {Element} */ (toc.querySelector(`a[href="#${id}"]`)?.closest('li'));
    const time = minutes > 0 ? h('span', { class: 'lesson-time', i18n: 'page.minutes', i18nArgs: { n: minutes } }) : null;
    if (time) item.firstElementChild?.append(time);
    undo.push(() => time?.remove());
    return item;
  });
  const list = h('ol', { class: 'toc-list lesson-list', role: 'list' }, links);
  toc.prepend(list);
  undo.push(() => {
    for (const [each, items] of lists) each.append(...items);
    list.remove();
  });

  // How far the reader is.
  const place = signal({ at: 0, share: 0 });
  function look() {
    const line = READ_AT * innerHeight;
    const tops = entries.map(({ frame }) => frame.element.getBoundingClientRect());
    const at = Math.max(0, tops.findLastIndex(({ top }) => top <= line));
    const { top = 0, height = 1 } = tops[at] ?? {};
    // At the end of the page all has been read.
    const done = at === entries.length - 1 && root.scrollHeight - innerHeight - scrollY < 4;
    place.value = { at, share: done ? 1 : Math.min(1, Math.max(0, (line - top) / Math.max(1, height))) };
  }
  let asked = 0;
  const soon = () => (asked ||= requestAnimationFrame(() => ((asked = 0), look())));
  window.addEventListener('scroll', soon, { signal: ended.signal, passive: true });
  const sizes = new ResizeObserver(soon);
  sizes.observe(host);
  undo.push(() => sizes.disconnect());

  // What is right is hidden until the teacher opens it.
  const opened = signal(openedBefore());
  const closed = computed(() => state.get('answers') !== '' && state.get('answers') !== opened.value);
  undo.push(effect(() => void (answers.hidden.value = closed.value)), () => (answers.hidden.value = false));

  const now = h('span', { class: 'lesson-now' });
  const open = createButton({ label: 'lesson.open', onPress: askWord });
  const whole = createButton({ label: 'lesson.whole', onPress: () => state.assign({ lesson: '', lock: '', answers: '' }) });
  const bars = parts.map(({ minutes }) => h('span', { class: 'lesson-bar', css: { 'flex-grow': minutes || 10 } }, h('span')));
  const strip = h(
    'div',
    { class: 'lesson-strip', role: 'region', i18nLabel: 'lesson.name' },
    h('h1', { class: 'lesson-title' }, h('span', { i18n: ready ? `lesson.ready-${ready.id}` : 'lesson.name' }), total > 0 ? h('span', { class: 'lesson-total', i18n: 'page.minutes', i18nArgs: { n: total } }) : null),
    now,
    h('div', { class: 'lesson-actions' }, open, createButton({ label: 'class.hand-in', onPress: () => openHandIn(ctx, { ...page, entries }) }), whole),
    h('div', { class: 'lesson-line', 'aria-hidden': 'true' }, bars),
  );
  document.querySelector('.bar')?.after(strip);
  undo.push(() => strip.remove());
  draw(strip, () => {
    open.hidden = !closed.value;
    // Where a teacher has set something, the whole page is no press away.
    whole.hidden = state.get('lock') !== '' || closed.value;
    const { at, share } = place.value;
    bars.forEach((bar, i) => {
      const done = i < at ? 1 : i === at ? share : 0;
      /** @type {HTMLElement} */ (bar.firstElementChild).style.transform = `scaleX(${done})`;
    });
    if (entries[at]) morphChildren(now, t('lesson.at', { n: at + 1, count: entries.length, title: t(`${entries[at].keys.id}.title`) }));
  });
  root.setAttribute('data-lesson', '');
  undo.push(() => root.removeAttribute('data-lesson'));
  look();

  function askWord() {
    const word = h('input', { class: 'input', type: 'text', autocomplete: 'off', autofocus: true });
    const said = h('p', { class: 'embed-said', role: 'status' });
    const dialog = h(
      'dialog',
      { class: 'dialog', i18nLabel: 'lesson.open' },
      h('h3', { i18n: 'lesson.open' }),
      h(
        'form',
        { method: 'dialog', on: { submit: (/** @type {Event} */ event) => tryWord(event) } },
        h('label', { class: 'embed-field' }, h('span', { i18n: 'lesson.word' }), word),
        said,
        h('div', { class: 'dialog-actions' }, h('button', { type: 'button', class: 'button', i18n: 'page.close', on: { click: () => dialog.close() } }), h('button', { type: 'submit', class: 'button primary', i18n: 'lesson.open' })),
      ),
    );
    /** @param {Event} event */
    function tryWord(event) {
      event.preventDefault();
      if (digestOf(written, word.value) !== state.get('answers')) return void (said.textContent = t('lesson.word-wrong'));
      opened.value = state.get('answers');
      noteOpened(opened.value);
      dialog.close();
      ctx.announce(t('lesson.opened'));
    }
    dialog.addEventListener('close', () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }

  // A link in a text may lead to a cell that is not in the lesson.
  document.addEventListener(
    'click',
    (event) => {
      const link = /** @type {Element} */ (event.target).closest?.('a[href^="#"]');
      const target = link && document.getElementById(readHash(link.getAttribute('href') ?? '').place);
      if (!target || target.checkVisibility()) return;
      event.preventDefault();
      event.stopPropagation();
      ctx.notify(t('lesson.elsewhere'));
    },
    { capture: true, signal: ended.signal },
  );
  const at = document.getElementById(readHash(location.hash).place);
  if (!at || at.hidden) scrollTo({ top: 0, behavior: 'instant' });
  // What was above it is gone, or stands elsewhere.
  else goTo(at.id);
  ctx.announce(t('lesson.begun', { count: entries.length, n: total }));

  return {
    entries,
    /** The whole page again. */
    end() {
      ended.abort();
      for (const each of undo.reverse()) each();
      scrollTo({ top: 0, behavior: 'instant' });
    },
  };
}

/** @typedef {ReturnType<typeof startLesson>} Lesson */
