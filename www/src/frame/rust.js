/**
 * "The Rust behind it": a few real lines whose numbers can be edited in place.
 *
 *     frame.rust(rust`let window = Window { kernel: [${'stride.f'}, ${'stride.f'}] };
 *     window.resolve([${'stride.n'}, 7])?.output // ${() => ctx.t(…)}`);
 */

import { h, morphChildren } from '../base/dom.js';
import { has } from '../base/i18n.js';
import { draw } from '../base/scheduler.js';
import { createNumber } from '../controls/number.js';

/**
 * A state key to edit; or a function: in a comment the result that it shows, elsewhere code that depends on the state.
 * @typedef {string | (() => string | number)} Slot
 * @typedef {{ parts: readonly string[], slots: Slot[] }} Code
 */

/**
 * @param {TemplateStringsArray} strings
 * @param {...Slot} slots
 * @returns {Code}
 */
export function rust(strings, ...slots) {
  return { parts: dedent(strings), slots };
}

/**
 * Takes away the indentation that the lines share.
 * @param {readonly string[]} parts
 */
function dedent(parts) {
  const lines = parts.join('\u0000').replace(/^\n/, '').trimEnd().split('\n');
  const indents = lines.filter((line) => line.trim()).map((line) => line.length - line.trimStart().length);
  const shared = Math.min(...indents);
  return lines.map((line) => line.slice(shared)).join('\n').split('\u0000');
}

const WORDS =
  /(\/\/[^\n]*)|("(?:[^"\\]|\\.)*")|\b(let|mut|for|in|if|else|fn|use|pub|struct|match|return|const|as|ref|move|impl|self)\b|\b([A-Z]\w*|f32|f64|usize|u8|u32|u64|bool)\b|\b(\d[\d_]*(?:\.\d+)?(?:[eE]-?\d+)?)\b|\b(\w+)(?=!?\()/g;
const KINDS = ['comment', 'string', 'keyword', 'type', 'number', 'call'];

/**
 * Literal code as coloured spans.
 * @param {string} code
 * @param {{ comment: boolean }} at whether the text begins inside a comment, which a slot may split
 * @returns {Node[]}
 */
function highlight(code, at) {
  /** @type {Node[]} */
  const nodes = [];
  let text = code;
  if (at.comment) {
    const end = text.indexOf('\n');
    const rest = end < 0 ? text.length : end;
    nodes.push(h('span', { class: 'rust-comment' }, text.slice(0, rest)));
    text = text.slice(rest);
    at.comment = end < 0;
  }
  let end = 0;
  for (const match of text.matchAll(WORDS)) {
    const kind = KINDS[match.slice(1).findIndex((group) => group !== undefined)];
    nodes.push(document.createTextNode(text.slice(end, match.index)));
    nodes.push(h('span', { class: `rust-${kind}` }, match[0]));
    end = match.index + match[0].length;
    if (kind === 'comment' && end === text.length) at.comment = true;
  }
  nodes.push(document.createTextNode(text.slice(end)));
  return nodes;
}

/**
 * @param {import('./cell.js').Context} ctx
 * @param {Code} code
 * @param {string} caption key of the line above the code
 */
export function createCode(ctx, code, caption) {
  /** @type {(() => void)[]} */
  const updates = [];
  const at = { comment: false };
  const pre = h('pre', { class: 'rust', tabindex: '0', i18nLabel: caption });
  const line = h('code');
  pre.append(line);
  code.parts.forEach((part, index) => {
    line.append(...highlight(part, at));
    if (index >= code.slots.length) return;
    const slot = code.slots[index];
    if (typeof slot === 'function' && !at.comment) {
      const span = h('span');
      updates.push(() => morphChildren(span, highlight(String(slot()), { comment: false })));
      line.append(span);
    } else if (typeof slot === 'function') {
      const output = h('output', { class: 'rust-result' });
      updates.push(() => morphChildren(output, slot()));
      line.append(output);
    } else {
      line.append(editable(ctx, slot));
    }
  });
  return {
    element: h('div', { class: 'rust-block' }, h('p', { class: 'rust-caption', i18n: caption }), pre),
    update() {
      for (const update of updates) update();
    },
  };
}

/**
 * A state key inside code: a number to step, or one of a few words to choose. It follows the state by itself, also where
 * there is no engine to compute the results.
 * @param {import('./cell.js').Context} ctx
 * @param {string} key
 */
function editable(ctx, key) {
  const { range } = ctx.state.field(key);
  // Some keys carry the name of a message themselves.
  const label = has(`${key}-label`) ? `${key}-label` : key;
  if (range?.values) {
    const select = h(
      'select',
      {
        class: 'rust-edit',
        i18nLabel: label,
        on: { change: () => ctx.state.set(key, select.value) },
      },
      range.values.map((value) => h('option', { value }, value)),
    );
    draw(select, () => {
      // Told of a choice, also of the same again, a browser looks through all fields of the page for what it could fill in.
      if (select.value !== ctx.state.get(key)) select.value = ctx.state.get(key);
    });
    return select;
  }
  // As Rust writes it: no commas, and a point in a number that need not be whole.
  const point = Number.isInteger(range?.step ?? 1) ? /^/ : /[.e]/;
  const show = (/** @type {number} */ value) => (point.test(String(value)) ? String(value) : `${value}.0`);
  return createNumber(ctx, { key, label, inline: true, show }).element;
}
