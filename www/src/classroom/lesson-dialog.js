/** Makes the link of a lesson: which cells, in which order and for how long, and what of them the teacher sets. */

import { h, setChildren, uniqueId } from '../base/dom.js';
import { copyText, linkTo } from '../base/link.js';
import { ofSite } from '../common/places.js';
import { createButton, enable } from '../controls/choice.js';
import { MOST_MINUTES, readLesson, writeLesson } from '../keys/lesson.js';
import { digestOf } from './code-word.js';
import { READY } from './ready-lessons.js';

/** Minutes of a cell that says none itself. */
const USUAL_MINUTES = 10;

/** @typedef {{ id: string, minutes: number, chosen: boolean }} Row */

/**
 * @param {import('../frame/cell.js').Context} ctx
 * @param {import('./page.js').Page} page
 */
export function openLessonDialog({ state, t, lang, announce }, { entries }) {
  const title = uniqueId('dialog');
  const ids = entries.map(({ keys }) => keys.id);
  /** The cells in the order of the list. @type {Row[]} */
  let rows = [];
  /** Numbers and networks of a ready lesson. @type {Record<string, unknown>} */
  let values = {};

  /** @param {string} lesson */
  function take(lesson) {
    const parts = lesson ? (readLesson(lesson, ids) ?? []) : [];
    const others = entries.filter(({ keys }) => !parts.some(({ id }) => id === keys.id));
    rows = [...parts.map((part) => ({ ...part, chosen: true })), ...others.map(({ keys }) => ({ id: keys.id, minutes: keys.minutes ?? USUAL_MINUTES, chosen: false }))];
    fill();
  }

  const ready = h('select', { class: 'input', on: { change: () => choose(ready.value) } }, h('option', { value: '', i18n: 'lesson.own' }), READY.map(({ id }) => h('option', { value: id, i18n: `lesson.ready-${id}` })));
  const list = h('ol', { class: 'lesson-rows', role: 'list' });
  const sum = h('p', { class: 'lesson-sum', role: 'status' });
  /** @param {string} name */
  const box = (name) => h('input', { type: 'checkbox', class: 'lesson-box', data: { name }, on: { change: write } });
  const [numbers, network, hidden] = ['numbers', 'network', 'hidden'].map(box);
  const word = h('input', { class: 'input', type: 'text', autocomplete: 'off', value: String(1000 + Math.floor(Math.random() * 9000)), on: { input: write } });
  const wordField = h('label', { class: 'embed-field' }, h('span', { i18n: 'lesson.word-choose' }), word);
  const link = h('textarea', { class: 'input embed-code', readonly: true, rows: 3, spellcheck: 'false', on: { focus: () => link.select() } });
  const said = h('p', { class: 'embed-said', role: 'status' });
  const copy = createButton({ label: 'lesson.copy', primary: true, onPress: () => void put() });
  const begin = createButton({ label: 'lesson.begin', onPress: go });

  /** @param {string} id of a ready lesson; empty: the teacher's own */
  function choose(id) {
    const found = READY.find((each) => each.id === id);
    values = found?.values ?? {};
    take(found?.lesson ?? '');
  }

  function fill() {
    setChildren(
      list,
      rows.map((row, i) => {
        const name = t(`${row.id}.title`);
        const label = uniqueId('row');
        const check = h('input', { type: 'checkbox', checked: row.chosen, 'aria-labelledby': label, on: { change: () => ((row.chosen = check.checked), write()) } });
        const minutes = h('input', { class: 'input lesson-number', type: 'number', min: 0, max: MOST_MINUTES, value: row.minutes, 'aria-label': t('lesson.minutes-of', { title: name }), on: { input: () => ((row.minutes = Math.min(MOST_MINUTES, Math.max(0, Math.round(minutes.valueAsNumber || 0)))), write()) } });
        /** @param {-1 | 1} by @param {string} sign */
        const mover = (by, sign) => {
          const button = h('button', { type: 'button', class: 'button lesson-move', 'aria-label': t(by < 0 ? 'lesson.up' : 'lesson.down', { title: name }), on: { click: () => move(i, by) } }, sign);
          enable(button, rows[i + by] !== undefined);
          return button;
        };
        return h('li', { class: 'lesson-row' }, check, h('span', { id: label, class: 'lesson-name' }, name), minutes, mover(-1, '↑'), mover(1, '↓'));
      }),
    );
    write();
  }

  /** @param {number} from @param {-1 | 1} by */
  function move(from, by) {
    if (!rows[from + by]) return;
    [rows[from], rows[from + by]] = [rows[from + by], rows[from]];
    fill();
    // The focus goes along, so that the same key moves it on.
    /** @type {HTMLElement | undefined} */ (list.children[from + by]?.querySelectorAll('.lesson-move')[by < 0 ? 0 : 1])?.focus();
    announce(t('lesson.moved', { title: t(`${rows[from + by].id}.title`), n: from + by + 1 }));
  }

  const partsNow = () => rows.filter(({ chosen }) => chosen);
  /** What the address says of the lesson. */
  function keysNow() {
    const lesson = writeLesson(partsNow());
    const lock = [numbers.checked && 'numbers', network.checked && 'network'].filter(Boolean).join('_');
    return { ...values, lesson, lock, answers: hidden.checked ? digestOf(lesson, word.value) : '' };
  }

  function write() {
    const parts = partsNow();
    wordField.hidden = !hidden.checked;
    sum.textContent = t('lesson.sum', { count: parts.length, n: parts.reduce((total, { minutes }) => total + minutes, 0) });
    for (const button of [copy, begin]) enable(button, parts.length > 0);
    link.value = parts.length > 0 ? linkTo(state, '', keysNow()) : '';
    said.textContent = '';
  }

  async function put() {
    const there = await copyText(link.value);
    // By hand, then.
    if (!there) link.focus();
    said.textContent = t(there ? 'lesson.copied' : 'embed.by-hand');
    announce(said.textContent);
  }

  function go() {
    state.assign(keysNow());
    dialog.close();
  }

  /** @param {string} key @param {HTMLElement} control */
  const option = (key, control) => h('label', { class: 'lesson-option' }, control, h('span', { i18n: `lesson.${key}` }));
  const dialog = h(
    'dialog',
    { class: 'dialog class-menu lesson-dialog', 'aria-labelledby': title },
    h('h3', { id: title, i18n: 'class.lesson' }),
    h('p', { i18n: 'lesson.about' }),
    h('label', { class: 'embed-field' }, h('span', { i18n: 'lesson.ready' }), ready),
    h('p', {}, h('a', { href: ofSite(`lessons-${lang()}.html`).href, target: '_blank', rel: 'noopener', i18n: 'lesson.guide' })),
    h('fieldset', { class: 'lesson-cells' }, h('legend', { i18n: 'lesson.cells' }), list),
    sum,
    h('div', { class: 'lesson-options' }, option('lock-numbers', numbers), option('lock-network', network), option('hide', hidden)),
    wordField,
    h('label', { class: 'embed-field' }, h('span', { i18n: 'lesson.link' }), link),
    said,
    h('div', { class: 'dialog-actions' }, h('button', { type: 'button', class: 'button', i18n: 'page.close', on: { click: () => dialog.close() } }), begin, copy),
  );
  dialog.addEventListener('close', () => dialog.remove());
  take(state.get('lesson'));
  document.body.append(dialog);
  dialog.showModal();
}
