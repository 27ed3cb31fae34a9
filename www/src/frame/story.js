/**
 * A figure that a text leads through, step by step: the drawing stays in sight while the steps pass by, and the one that is
 * being read sets the figure's numbers. What a person sets stays until they go on to another step, and comes back at a press.
 */

import { h, setChildren } from '../base/dom.js';
import { paragraphs } from '../base/i18n.js';
import { rich } from '../base/rich.js';
import { draw } from '../base/scheduler.js';
import { computed, effect, signal, watch } from '../base/signals.js';

/** Where a text is being read, as a share of the height that is left beside or below the drawing. */
const READ_AT = 0.4;
/** Keys that scroll. */
const SCROLLING = ['ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End', ' '];
/** What a person does to scroll. A page that scrolls without it has been led to a place, or takes shape. @type {Record<string, (event: any) => boolean>} */
const ACTIONS = {
  wheel: () => true,
  touchmove: () => true,
  keydown: ({ key, target }) => SCROLLING.includes(key) && !target.closest?.('input, select, textarea, [role=spinbutton], [role=application], [role=slider]'),
  // The scroll bar, or the wheel that is pressed.
  pointerdown: ({ button, target }) => button === 1 || target === document.documentElement,
};
/** Places in a figure: they move with every play, and a teacher who locks numbers does not lock them. @param {string} key */
const isPlace = (key) => key.endsWith('.at');

/**
 * @typedef {Record<string, unknown>} Values
 * @typedef {object} Step
 * @property {string} title key, relative to the cell's section
 * @property {string} text key, likewise
 * @property {Values | (() => Values)} values of all keys that the story sets; a function is called with the engine there
 * @property {() => void} [play] sets in motion what the step tells of, for who scrolls or presses; where motion is reduced it shows
 *   the end
 */

/**
 * @param {import('./cell.js').Frame} frame
 * @param {import('./cell.js').Context} ctx
 * @param {import('./cell.js').Figure} figure
 * @param {object} options
 * @param {Step[]} options.steps the first has the keys' defaults, so that the page opens with it
 * @param {(HTMLElement | null)[]} options.shown what stays in sight; the first of it on a small screen too
 * @param {HTMLElement[]} [options.live] parts of it that screen readers are told of
 * @param {() => void} [options.stop] ends what moves
 */
export function createStory(frame, ctx, figure, { steps, shown, live = [], stop = () => {} }) {
  const { state } = ctx;
  const id = frame.element.id;
  const keys = Object.keys(steps[0].values).filter((key) => !isPlace(key));
  /** The step that the figure shows; −1 before one has been read. */
  const active = signal(-1);
  /** What the person had set before a step set it otherwise. @type {import('@preact/signals-core').Signal<Values | null>} */
  const mine = signal(null);
  /** The numbers that the story has set last, as a link has them. */
  let told = written(Object.fromEntries(keys.map((key) => [key, state.field(key).default])));
  /** The page has been led to a place, and nobody has scrolled since. */
  let led = true;
  /** The step at the line where one reads, seen last. */
  let read = -1;
  let asked = 0;

  const items = steps.map((step, index) => {
    const title = h('button', { type: 'button', class: 'story-step-title', i18n: `${id}.${step.title}`, on: { click: () => press(index) } });
    const undo = h('button', { type: 'button', class: 'story-undo', i18n: 'page.story-undo', hidden: true, on: { click: giveBack } });
    const text = h('div', { class: 'story-step-text' });
    effect(() => setChildren(text, paragraphs(`${id}.${step.text}`).map((part) => h('p', {}, rich(part)))));
    return { title, undo, element: h('li', { class: 'story-step' }, h('div', { class: 'story-step-head' }, title, undo), text) };
  });
  const list = h('ol', { class: 'story-steps', role: 'list', i18nLabel: 'page.story' }, items.map(({ element }) => element));
  const side = h('div', { class: 'story-side' }, list);
  const stage = h('div', { class: 'story-stage' }, shown);
  figure.body.classList.add('story');
  figure.body.append(h('div', { class: 'story-columns' }, stage, side));

  draw(list, () => {
    items.forEach(({ title, undo, element }, index) => {
      const on = index === active.value;
      element.classList.toggle('active', on);
      if (on) title.setAttribute('aria-current', 'step');
      else title.removeAttribute('aria-current');
      undo.hidden = !on || mine.value === null;
    });
  });

  /** The numbers as a link has them. @param {Values} values */
  function written(values) {
    return keys.map((key) => state.field(key).format(values[key])).join('&');
  }
  const now = computed(() => Object.fromEntries(keys.map((key) => [key, state.get(key)])));

  // Who scrolls through a text is not told of each number that comes with it; who sets one is.
  watch(
    () => written(now.value),
    (text) => {
      if (text === told) return;
      for (const part of live) part.setAttribute('aria-live', 'polite');
      mine.value = null;
    },
  );

  /** @param {number} index @param {boolean} aloud */
  function show(index, aloud) {
    active.value = index;
    const { values, play } = steps[index];
    const all = typeof values === 'function' ? values() : values;
    const before = now.peek();
    const own = written(before) !== told;
    const locked = state.get('lock').split('_').includes('numbers');
    const next = locked ? Object.fromEntries(Object.entries(all).filter(([key]) => isPlace(key))) : all;
    stop();
    if (!locked) told = written(all);
    for (const part of live) part.setAttribute('aria-live', aloud ? 'polite' : 'off');
    state.assign(next);
    if (own && !locked) mine.value = before;
    if (aloud || !led) play?.();
  }

  /** @param {number} index */
  function press(index) {
    if (ctx.engine) show(index, true);
  }

  function giveBack() {
    const values = mine.value;
    if (!values) return;
    const title = items[active.value]?.title;
    stop();
    state.assign(values);
    mine.value = null;
    // The button goes away: the focus stays where it was.
    title?.focus({ preventScroll: true });
  }

  /** Finds the step that is being read. */
  function look() {
    asked = 0;
    if (!ctx.engine || matchMedia('print').matches || list.getClientRects().length === 0) return;
    const seen = (shown[0] ?? stage).getBoundingClientRect();
    const column = list.getBoundingClientRect();
    const below = seen.left < column.right && seen.right > column.left;
    const top = Math.max(parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) || 0, below ? seen.bottom : 0);
    const line = top + READ_AT * (window.innerHeight - top);
    if (top >= window.innerHeight) return;
    const at = items.findIndex(({ element }) => {
      const box = element.getBoundingClientRect();
      return box.top <= line && line < box.bottom;
    });
    if (at < 0 || at === read) return;
    read = at;
    if (at === active.value) return;
    // A link that brings numbers of its own, or leads back to those that a person has set, is not to lose them.
    if (led && written(now.peek()) !== told) active.value = at;
    else show(at, false);
  }
  const soon = () => {
    asked ||= requestAnimationFrame(look);
  };

  const lead = () => {
    led = true;
    read = -1;
    soon();
  };
  frame.element.addEventListener('reveal', lead);
  window.addEventListener('hashchange', lead);
  for (const [type, scrolls] of Object.entries(ACTIONS)) {
    window.addEventListener(type, (event) => void (scrolls(event) && (led = false)), { passive: true, capture: true });
  }
  watch(
    () => frame.visible.value && Boolean(ctx.engine),
    (on) => {
      if (on) window.addEventListener('scroll', soon, { passive: true });
      else window.removeEventListener('scroll', soon);
      if (on) soon();
    },
  );
  if (frame.visible.value) window.addEventListener('scroll', soon, { passive: true });
  // A cell that is there, or opened, may have a step at the line.
  new ResizeObserver(soon).observe(list);

  return { side };
}
