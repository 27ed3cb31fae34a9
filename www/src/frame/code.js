/**
 * The code behind a figure: a few real lines in each of some languages, whose numbers can be edited in place. Closed at first;
 * the languages are tabs, and the choice is one for all cells.
 *
 *     showCode(frame, ctx, {
 *       numpy: python`(n - ${'stride.f'}) // ${'stride.s'} + 1   # ${() => …}`,
 *       rust: rust`window.resolve([${'stride.n'}, 7])?.output // ${() => …}`,
 *     });
 */

import { assign, h, morphChildren, uniqueId } from '../base/dom.js';
import { has } from '../base/i18n.js';
import { draw } from '../base/scheduler.js';
import { createNumber } from '../controls/number.js';
import { LANGUAGES } from '../keys/code.js';

/** @typedef {import('../keys/code.js').Language} Language */

/**
 * A state key to edit; or a function: in a comment the result that it shows, elsewhere code that depends on the state.
 * @typedef {string | (() => string | number)} Slot
 * @typedef {{ parts: readonly string[], slots: Slot[], words: RegExp, comment: string }} Code `words` are those to be coloured
 */

/**
 * @param {TemplateStringsArray} strings
 * @param {...Slot} slots
 * @returns {Code}
 */
export const rust = (strings, ...slots) => ({ parts: dedent(strings), slots, words: RUST, comment: '//' });

/**
 * @param {TemplateStringsArray} strings
 * @param {...Slot} slots
 * @returns {Code}
 */
export const python = (strings, ...slots) => ({ parts: dedent(strings), slots, words: PYTHON, comment: '#' });

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

const RUST =
  /(\/\/[^\n]*)|("(?:[^"\\]|\\.)*")|\b(let|mut|for|in|if|else|fn|use|pub|struct|match|return|const|as|ref|move|impl|self)\b|\b([A-Z]\w*|f32|f64|usize|u8|u32|u64|bool)\b|\b(\d[\d_]*(?:\.\d+)?(?:[eE]-?\d+)?)\b|\b(\w+)(?=!?\()/g;
const PYTHON =
  /(#[^\n]*)|('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|\b(for|in|if|else|def|import|from|return|with|as|lambda|None|True|False)\b|\b([A-Z]\w*[a-z]\w*)\b|\b(\d[\d_]*(?:\.\d+)?(?:[eE]-?\d+)?)\b|\b(\w+)(?=\()/g;
const KINDS = ['comment', 'string', 'keyword', 'type', 'number', 'call'];

/**
 * Literal code as coloured spans.
 * @param {string} code
 * @param {RegExp} words
 * @param {{ comment: boolean }} at whether the text begins inside a comment, which a slot may split
 * @returns {Node[]}
 */
function highlight(code, words, at) {
  /** @type {Node[]} */
  const nodes = [];
  let text = code;
  if (at.comment) {
    const end = text.indexOf('\n');
    const rest = end < 0 ? text.length : end;
    nodes.push(h('span', { class: 'code-comment' }, text.slice(0, rest)));
    text = text.slice(rest);
    at.comment = end < 0;
  }
  let end = 0;
  for (const match of text.matchAll(words)) {
    const kind = KINDS[match.slice(1).findIndex((group) => group !== undefined)];
    nodes.push(document.createTextNode(text.slice(end, match.index)));
    nodes.push(h('span', { class: `code-${kind}` }, match[0]));
    end = match.index + match[0].length;
    if (kind === 'comment' && end === text.length) at.comment = true;
  }
  nodes.push(document.createTextNode(text.slice(end)));
  return nodes;
}

/**
 * The lines of one language.
 * @param {import('./cell.js').Context} ctx
 * @param {Language} language
 * @param {Code} code
 */
function createListing(ctx, language, { parts, slots, words }) {
  /** @type {(() => void)[]} */
  const updates = [];
  const at = { comment: false };
  const line = h('code');
  const pre = h('pre', { class: 'listing', 'data-language': language, tabindex: '0', role: 'region', i18nLabel: `code.caption-${language}` }, line);
  parts.forEach((part, index) => {
    line.append(...highlight(part, words, at));
    if (index >= slots.length) return;
    const slot = slots[index];
    if (typeof slot === 'function' && !at.comment) {
      const span = h('span');
      updates.push(() => morphChildren(span, highlight(String(slot()), words, { comment: false })));
      line.append(span);
    } else if (typeof slot === 'function') {
      const output = h('output', { class: 'code-result' });
      updates.push(() => morphChildren(output, slot()));
      line.append(output);
    } else {
      line.append(editable(ctx, slot));
    }
  });
  return {
    element: h('div', {}, h('p', { class: 'code-caption', i18n: `code.caption-${language}` }), pre),
    update() {
      for (const update of updates) update();
    },
  };
}

/** What the tabs say; all but the first are names in every language. @type {Record<Exclude<Language, 'tensorflow'>, string>} */
const NAMES = { torch: 'PyTorch', keras: 'Keras', numpy: 'NumPy', rust: 'Rust' };

/**
 * Puts the code behind a figure into its cell.
 * @param {import('./cell.js').Frame} frame
 * @param {import('./cell.js').Context} ctx
 * @param {Partial<Record<Language, Code>> & { rust: Code }} codes
 * @param {{ pace?: () => number }} [options] `pace`: ms between two drawings, at least
 */
export function showCode(frame, ctx, codes, { pace } = {}) {
  const { state } = ctx;
  const offered = LANGUAGES.filter((language) => codes[language]);
  /** What the reader prefers, or what there is. */
  const chosen = () => /** @type {Language} */ (offered.includes(state.get('code')) ? state.get('code') : 'rust');
  const [id, panelId] = [uniqueId('code'), uniqueId('code-panel')];
  const tabs = offered.map((language) =>
    h(
      'button',
      { type: 'button', class: 'code-tab', role: 'tab', id: `${id}-${language}`, 'aria-controls': panelId, on: { click: () => state.set('code', language), keydown: move } },
      language === 'tensorflow' ? h('span', { i18n: 'code.tensorflow' }) : NAMES[language],
    ),
  );
  const panel = h('div', { class: 'code-panel', id: panelId });
  const body = h('div', { class: 'code-body', id, hidden: 'until-found' }, h('div', { class: 'code-tabs', role: 'tablist', i18nLabel: 'code.tabs', hidden: offered.length === 1 }, tabs), panel);
  const button = h('button', { type: 'button', class: 'code-button', 'aria-expanded': 'false', 'aria-controls': id, i18n: 'code.open', on: { click: () => open(button.getAttribute('aria-expanded') === 'false') } });
  const element = h('div', { class: 'code-block' }, button, body);
  body.addEventListener('beforematch', () => open(true));

  /** @param {boolean} on */
  function open(on) {
    assign(body, { hidden: on ? false : 'until-found' });
    assign(button, { 'aria-expanded': String(on), i18n: on ? 'code.close' : 'code.open' });
  }

  /** Arrows go from tab to tab, and round. @param {KeyboardEvent} event */
  function move(event) {
    const at = offered.indexOf(chosen());
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: offered.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    state.set('code', offered[(to + offered.length) % offered.length]);
    tabs[(to + offered.length) % offered.length].focus();
  }

  /** Those that have been shown. @type {Map<Language, ReturnType<typeof createListing>>} */
  const listings = new Map();
  /** The lines of the chosen language, built once they are. */
  function listing() {
    const language = chosen();
    const there = listings.get(language) ?? createListing(ctx, language, /** @type {Code} */ (codes[language]));
    listings.set(language, there);
    return there;
  }
  // Also where there is no engine to compute the results.
  draw(element, () => {
    tabs.forEach((tab, i) => assign(tab, { 'aria-selected': String(offered[i] === chosen()), tabindex: offered[i] === chosen() ? '0' : '-1' }));
    if (offered.length > 1) assign(panel, { role: 'tabpanel', 'aria-labelledby': `${id}-${chosen()}` });
    const { element: lines } = listing();
    if (panel.firstChild !== lines) panel.replaceChildren(lines);
  });
  frame.draw(() => listing().update(), element, { pace });
  frame.append(element);
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
        class: 'code-edit',
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
  // As languages write it: no commas, and a point in a number that need not be whole.
  const point = Number.isInteger(range?.step ?? 1) ? /^/ : /[.e]/;
  const show = (/** @type {number} */ value) => (point.test(String(value)) ? String(value) : `${value}.0`);
  return createNumber(ctx, { key, label, inline: true, show }).element;
}
