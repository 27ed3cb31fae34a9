/** The selected block's numbers and words, as controls. */

import { h, setChildren } from '../../base/dom.js';
import { draw, scoped } from '../../base/scheduler.js';
import { computed, untracked } from '../../base/signals.js';
import { FRESH, KINDS } from '../../base/spec-lines.js';
import { createNumber } from '../number.js';
import { lineState } from './line-state.js';

/** Which controls a kind of layer has: a name, or two that belong together. @type {Record<string, (string | [string, string])[]>} */
const CONTROLS = {
  input: [['height', 'width'], 'channels'],
  conv: [['kernel-h', 'kernel-w'], 'filters', ['stride-y', 'stride-x'], 'padding', 'bias', 'init'],
  maxpool: [['kernel-h', 'kernel-w'], ['stride-y', 'stride-x'], 'padding'],
  avgpool: [['kernel-h', 'kernel-w'], ['stride-y', 'stride-x'], 'padding'],
  batchnorm: ['momentum', 'eps'],
  dropout: ['rate'],
  dense: ['units', 'bias', 'init'],
};

/** Colours that the lecture's figures give to these numbers. @type {Record<string, any>} */
const ROLES = { 'kernel-h': 'kernel', 'stride-y': 'stride', height: 'input', filters: 'output', units: 'output' };

/**
 * @param {import('../../base/context.js').Host} frame
 * @param {import('../../base/context.js').Controls} ctx
 * @param {object} options
 * @param {() => string | null} options.kind of the selected block, if there is one
 * @param {() => number} options.index of it
 * @param {import('./line-state.js').Line} options.line the selected block's words
 * @param {(kind: import('../../base/spec-lines.js').Kind) => void} options.onKind the block is to become another layer
 */
export function createBlockEditor(frame, ctx, { kind, index, line, onKind }) {
  const fields = h('div', { class: 'block-fields' });
  const kindSelect = h(
    'select',
    { class: 'select', i18nLabel: 'strip.kind', on: { change: () => onKind(/** @type {any} */ (kindSelect.value)) } },
    KINDS.map((kind) => h('option', { value: kind }, kind)),
  );
  const kindField = labelled('strip.kind', kindSelect);
  const note = h('p', { class: 'block-note' });
  const element = h('div', { class: 'block-editor' }, fields, note);

  /** Ends what draws the controls. */
  let end = () => {};

  /** @param {string} label @param {...HTMLElement} content */
  function labelled(label, ...content) {
    return h('div', { class: 'spin' }, h('span', { class: 'spin-label', i18n: label, 'aria-hidden': 'true' }), content);
  }

  /** @param {string} of kind of layer */
  function build(of) {
    const ofLine = /** @type {import('../../base/context.js').Controls} */ (
      Object.assign(Object.create(ctx), { state: lineState(of, line) })
    );
    /** @param {string | [string, string]} control */
    const create = (control) => {
      if (Array.isArray(control)) return pair(ofLine, control);
      const { range } = ofLine.state.field(control);
      if (range?.values) return words(ofLine, control, range.values);
      return createNumber(ofLine, { key: control, label: `strip.${control}`, role: ROLES[control] }).element;
    };
    setChildren(fields, of === 'input' ? null : kindField, (CONTROLS[of] ?? []).map(create));
  }

  /**
   * Two numbers in one box, with buttons that step both.
   * @param {import('../../base/context.js').Controls} ofLine
   * @param {[string, string]} names
   */
  function pair(ofLine, names) {
    const numbers = names.map((key) => createNumber(ofLine, { key, label: `strip.${key}`, inline: true }));
    /** @param {number} by */
    const step = (by) => {
      const { min = 1, max = Infinity } = ofLine.state.field(names[0]).range ?? {};
      const next = names.map((name) => Math.min(max, Math.max(min, ofLine.state.get(name) + by)));
      names.forEach((name, i) => ofLine.state.set(name, next[i]));
    };
    /** @param {number} by @param {string} sign @param {string} label */
    const button = (by, sign, label) =>
      h('button', { type: 'button', class: 'spin-step', tabindex: '-1', i18nLabel: label, on: { click: () => step(by) } }, sign);
    const box = h(
      'span',
      { class: 'spin-box pair' },
      button(-1, '−', 'page.less'),
      numbers[0].element,
      h('span', { 'aria-hidden': 'true' }, '×'),
      numbers[1].element,
      button(1, '+', 'page.more'),
    );
    const field = labelled(`strip.${names[0]}-and-${names[1]}`, box);
    if (ROLES[names[0]]) field.classList.add(`role-${ROLES[names[0]]}`);
    return field;
  }

  /**
   * One of a few words; what the line says is among them even if the list does not have it.
   * @param {import('../../base/context.js').Controls} ofLine
   * @param {string} name
   * @param {readonly string[]} values
   */
  function words(ofLine, name, values) {
    const select = h('select', { class: 'select', i18nLabel: `strip.${name}`, on: { change: () => ofLine.state.set(name, select.value) } });
    draw(select, () => {
      const value = ofLine.state.get(name);
      const all = values.includes(value) ? values : [...values, value];
      if (all.join() !== [...select.options].map((each) => each.value).join()) {
        setChildren(select, all.map((each) => h('option', { value: each }, each)));
      }
      select.value = value;
    });
    return labelled(`strip.${name}`, select);
  }

  // Other controls for another block; those of one follow its line by themselves.
  const block = computed(() => `${kind()}/${index()}`);
  frame.draw(() => {
    block.value;
    const of = untracked(kind);
    end();
    end = scoped(() => untracked(() => of !== null && build(of)));
  });
  frame.draw(() => {
    const of = kind();
    if (of === null) return;
    const known = of in FRESH;
    kindSelect.value = known ? of : '';
    const keep = of === 'dropout' ? ctx.format.number(1 - Number(line.words()[0] ?? 0), 2) : '';
    note.textContent = ctx.t(known ? `strip.about-${of}` : 'strip.about-unknown', { keep });
  });

  return { element };
}
