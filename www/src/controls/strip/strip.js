/**
 * A network as a strip of blocks to scale: the text made visible. Blocks are selected, changed, added, removed and
 * reordered by mouse, touch and keyboard, and the text with them.
 */

import { h, setChildren, uniqueId } from '../../base/dom.js';
import { computed, signal, untracked } from '../../base/signals.js';
import { sayIn } from '../../base/rich.js';
import { blocksOf, FRESH, insertAfter, KINDS, moveBlock, removeBlock, replaceBlock } from '../../base/spec-lines.js';
import { createButton, enable } from '../choice.js';
import { createBlockEditor } from './block-editor.js';
import { drawBlock, scaleOf } from '../../figures/strip/block-drawing.js';
import { readOutline, shapeText } from '../../figures/strip/outline.js';
import { makeDraggable } from './strip-drag.js';

/** @typedef {import('../../figures/strip/outline.js').Reading} Reading */

/** Texts that undo can go back to. */
const MAX_UNDO = 50;

/**
 * @param {import('../../base/context.js').Host} frame
 * @param {import('../../base/context.js').Controls} ctx
 * @param {object} options
 * @param {() => string} options.read the text, from signals
 * @param {(text: string) => void} options.write
 * @param {string} options.at state key of the selected block, an integer
 * @param {string} options.label message key of the strip's name
 * @param {boolean} [options.closed] the network must end in class scores
 */
export function createStrip(frame, ctx, { read, write, at, label, closed = false }) {
  const { state, t } = ctx;
  const hintId = uniqueId('strip-hint');
  const list = h('div', {
    class: 'strip-list',
    role: 'listbox',
    'aria-orientation': 'horizontal',
    i18nLabel: label,
    'aria-describedby': hintId,
    on: { keydown: onKey, click: onClick, focusin: onFocus },
  });
  const problem = h('p', { class: 'figure-error', role: 'status', hidden: true });
  const hint = h('p', { class: 'strip-hint', id: hintId, i18n: 'strip.hint' });
  const adders = h(
    'span',
    { class: 'chips' },
    KINDS.map((kind) => h('button', { type: 'button', class: 'chip add', on: { click: () => add(kind) } }, `+ ${kind}`)),
  );
  const earlier = tool('◀\uFE0E', 'strip.earlier', () => move(-1));
  const later = tool('▶\uFE0E', 'strip.later', () => move(1));
  const remove = tool('✕\uFE0E', 'strip.remove', () => drop());
  const undo = createButton({ label: 'strip.undo', onPress: () => back() });
  const title = h('p', { class: 'strip-title' });
  const addLegend = uniqueId('legend');
  const reading = computed(() => readOutline(ctx.engine, read()));
  const editor = createBlockEditor(frame, ctx, {
    kind: () => reading.value.blocks[selected()]?.kind ?? null,
    index: () => selected(),
    line: { words: () => blocksOf(read())[selected()]?.words ?? [], write: (words) => rewrite(words) },
    onKind: (kind) => put(replaceBlock(read(), selected(), FRESH[kind])),
  });
  const element = h(
    'div',
    { class: 'strip' },
    list,
    problem,
    hint,
    h('div', { class: 'strip-bar' }, title, h('span', { class: 'strip-tools' }, earlier, later, remove, undo)),
    editor.element,
    h(
      'div',
      { class: 'presets', role: 'group', 'aria-labelledby': addLegend },
      h('span', { class: 'choice-label', id: addLegend, i18n: 'strip.add' }),
      adders,
    ),
  );

  /** Texts before each change. */
  const undoable = signal(/** @type {string[]} */ ([]));
  let grouped = false;

  /** @param {string} sign @param {string} name @param {() => void} press */
  function tool(sign, name, press) {
    return h('button', { type: 'button', class: 'button icon', i18nLabel: name, i18nTitle: name, on: { click: press } }, h('span', { 'aria-hidden': 'true' }, sign));
  }

  /** The selected block; the last one if the text has become shorter. */
  function selected() {
    return Math.max(0, Math.min(state.get(at), blocksOf(read()).length - 1));
  }

  /** @param {string} text */
  function put(text) {
    const before = read();
    if (text === before) return;
    // What one press changes is undone by one press.
    if (!grouped) undoable.value = [...undoable.value, before].slice(-MAX_UNDO);
    grouped = true;
    queueMicrotask(() => {
      grouped = false;
    });
    write(text);
  }

  function back() {
    const text = undoable.value.at(-1);
    undoable.value = undoable.value.slice(0, -1);
    if (text !== undefined) write(text);
  }

  /** @param {string[]} words of the selected block */
  function rewrite(words) {
    const block = blocksOf(read())[selected()];
    if (block) put(replaceBlock(read(), selected(), [block.keyword, ...words].join(' ')));
  }

  /** @param {import('../../base/spec-lines.js').Kind} kind */
  function add(kind) {
    const after = selected();
    put(blocksOf(read()).length === 0 ? `${FRESH.input}\n${FRESH[kind]}` : insertAfter(read(), after, FRESH[kind]));
    state.set(at, after + 1);
    ctx.announce(t('strip.added', { kind, place: after + 1 }));
  }

  function drop() {
    const index = selected();
    if (index === 0) return;
    const { kind } = blocksOf(read()).map(({ keyword }) => ({ kind: keyword }))[index];
    const last = index === blocksOf(read()).length - 1;
    put(removeBlock(read(), index));
    if (last) state.set(at, index - 1);
    ctx.announce(t('strip.removed', { kind }));
  }

  /** @param {number} by */
  function move(by) {
    shift(selected(), selected() + by);
  }

  /** @param {number} from @param {number} to */
  function shift(from, to) {
    const last = blocksOf(read()).length - 1;
    if (from < 1 || to < 1 || from > last || to > last || from === to) return;
    put(moveBlock(read(), from, to));
    state.set(at, to);
    ctx.announce(t('strip.moved', { place: to }));
  }

  const options = () => /** @type {HTMLElement[]} */ ([...list.children]);
  makeDraggable(list, { indexOf: (block) => options().indexOf(/** @type {HTMLElement} */ (block)), blocks: options, onMove: shift });

  /** @param {Event} event */
  function onClick(event) {
    const option = /** @type {Element} */ (event.target).closest('[role=option]');
    if (option) choose(options().indexOf(/** @type {HTMLElement} */ (option)));
  }

  /** @param {FocusEvent} event */
  function onFocus(event) {
    const index = options().indexOf(/** @type {HTMLElement} */ (event.target));
    if (index >= 0 && index !== selected()) state.set(at, index);
  }

  /** @param {number} index */
  function choose(index) {
    const to = Math.max(0, Math.min(options().length - 1, index));
    state.set(at, to);
    mark(to);
    options()[to]?.focus({ preventScroll: false });
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.altKey || event.metaKey) return;
    const undoing = event.key.toLowerCase() === 'z' && event.ctrlKey;
    if (event.ctrlKey && !undoing) return;
    const index = selected();
    const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key] ?? 0;
    if (by && event.shiftKey) shift(index, index + by);
    else if (by) choose(index + by);
    else if (event.key === 'Home') choose(0);
    else if (event.key === 'End') choose(options().length - 1);
    else if (event.key === 'Delete' || event.key === 'Backspace') drop();
    else if (undoing) back();
    else return;
    event.preventDefault();
  }

  /** The one that is selected, and reached by Tab. @param {number} index */
  function mark(index) {
    options().forEach((option, i) => {
      option.setAttribute('aria-selected', String(i === index));
      option.tabIndex = i === index ? 0 : -1;
    });
  }

  /** @param {Reading} now @param {number} index */
  function say({ blocks }, index) {
    const { label: name, shape, layer, standing } = blocks[index];
    const what = { place: index, name, shape: shapeText(shape) };
    if (standing === 'bad') return t('strip.say-bad', what);
    if (standing === 'unknown') return t('strip.say-unknown', what);
    if (!layer) return t('strip.say-input', what);
    return t('strip.say', { ...what, parameters: layer.parameters, field: layer.receptive_field });
  }

  /** What keeps a block from being, in words; the strip names its place. @param {Reading} now */
  function drawProblem({ error, open, blocks, badIndex }) {
    problem.hidden = !error || (open && !closed);
    if (problem.hidden) return;
    const reason = ctx.errorText({ code: error.code, details: { ...error.details, line: undefined } });
    const bad = blocks[badIndex];
    sayIn(problem, bad ? t('strip.error', { place: badIndex, name: bad.label, reason }) : reason);
  }

  /** @param {Reading} now */
  function drawBlocks(now) {
    const scale = scaleOf(now.blocks.flatMap(({ shape }) => (shape ? [shape] : [])));
    const focused = list.contains(document.activeElement);
    setChildren(
      list,
      now.blocks.map((block, index) =>
        h(
          'div',
          {
            class: `block ${block.standing}${block.warning ? ' warned' : ''}`,
            role: 'option',
            'aria-description': say(now, index),
            data: { kind: block.kind },
          },
          h('span', { class: 'block-label' }, block.label),
          h('span', { class: 'block-drawing' }, drawBlock(block, scale)),
          h('span', { class: 'block-shape' }, shapeText(block.shape)),
        ),
      ),
    );
    // Another selection alone leaves the blocks as they are.
    const index = untracked(selected);
    mark(index);
    if (focused) options()[index]?.focus();
  }

  frame.draw(() => {
    drawBlocks(reading.value);
    drawProblem(reading.value);
  });
  frame.draw(() => {
    const index = selected();
    mark(index);
    const { blocks } = reading.value;
    const block = blocks[index];
    title.textContent = block ? t(index === 0 ? 'strip.title-input' : 'strip.title-layer', { place: index, name: block.label }) : '';
    enable(earlier, index > 1);
    enable(later, index > 0 && index < blocks.length - 1);
    enable(remove, index > 0);
    enable(undo, undoable.value.length > 0);
  });

  return {
    element,
    selected,
    /** What the engine makes of the text. @returns {Reading} */
    reading: () => reading.value,
  };
}
