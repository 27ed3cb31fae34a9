/**
 * The frame that every cell is built in: number, title, anchor, and, in the order a cell asks for
 * them, prose, figures, formulas, code and a check question.
 */

import { append, assign, h, morphChildren, setChildren, uniqueId } from '../base/dom.js';
import { paragraphs } from '../base/i18n.js';
import { deferUntilVisible } from '../base/offscreen.js';
import { display } from '../base/math.js';
import { rich, sayIn } from '../base/rich.js';
import { createSaveButton } from '../figures/save-button.js';
import { createCheck } from './check.js';
import { createCode } from './rust.js';

/**
 * @typedef {object} Context what the page gives to every cell
 * @property {typeof import('../base/i18n.js').t} t
 * @property {() => import('../base/i18n.js').Lang} lang
 * @property {() => string} style what a drawing depends on besides its data: changes with theme and language
 * @property {import('../base/state.js').State} state
 * @property {import('../common/figures-engine.js').Engine} engine null until it has loaded
 * @property {import('../training/page/trainer.js').Trainer} trainer the run that is being trained; the opening has none
 * @property {import('../app/status.js').Status} status
 * @property {typeof import('../base/i18n.js').format} format
 * @property {(error: unknown) => string} errorText
 * @property {(text: string, kind?: 'info' | 'warn' | 'error') => void} notify
 * @property {(error: unknown) => void} fail a toast that says what went wrong
 * @property {(text: string) => void} announce
 * @property {() => boolean} reducedMotion
 * @property {() => Promise<any>} rest fetches what is not needed for the first figure, the trainer among it
 * @property {() => Promise<unknown>} wake starts the training engine, once; without it nothing is trained and nothing of the data fetched
 * @property {() => void} invalidate asks for an update when nothing in the state has changed
 *
 * @typedef {object} MountedCell
 * @property {(changed: Set<string>) => void} [update]
 * @property {(on: boolean) => void} [visible]
 *
 * @typedef {object} Keys what the page knows of a cell before that is loaded: small, and drawing nothing
 * @property {string} id anchor, folder and section of the messages
 * @property {boolean} [unnumbered] the opening, whose title is the page's
 * @property {boolean} [opening] comes with the page itself: its texts are the shell's, and there is no trainer yet
 * @property {boolean} [needsEngine] false: `update` is called without an engine too
 * @property {boolean} [needsRun] the training engine and the first images are fetched when it nears
 * @property {import('../base/state.js').Schema} [state] keys of its own
 * @property {string[]} [watches] other keys that it reads
 * @property {(state: import('../base/state.js').State) => void} [follow] what its keys do to each other, mounted or not
 *
 * @typedef {object} Cell
 * @property {(frame: Frame, ctx: Context) => MountedCell | void} mount
 *
 * @typedef {ReturnType<typeof createFrame>} Frame
 * @typedef {ReturnType<Frame['figure']>} Figure
 */

/**
 * @param {Keys} keys
 * @param {number | null} number
 * @param {Context} ctx
 * @param {Element | null} [early] the section that the HTML has of it, which becomes the cell's: so a reader who is there already,
 *   the focus and what has been scrolled to stay
 */
export function createFrame({ id }, number, ctx, early = null) {
  const titleId = `${id}-title`;
  const body = h('div', { class: 'cell-body' });
  const problem = h('p', { class: 'cell-problem', role: 'status', hidden: true });
  /** What stands in for a cell that is not there yet. */
  const waiting = h('div', { class: 'cell-waiting' });
  body.append(waiting);
  const element = /** @type {HTMLElement} */ (early ?? h('section', { id }));
  element.className = 'cell';
  element.setAttribute('aria-labelledby', titleId);
  element.replaceChildren(
    h(
      'header',
      { class: 'cell-header' },
      number === null ? null : h('span', { class: 'cell-number', 'aria-hidden': 'true' }, String(number)),
      h(
        number === null ? 'h1' : 'h2',
        { id: titleId, class: 'cell-title', tabindex: '-1' },
        h('span', { i18n: `${id}.title` }),
        h('a', { class: 'cell-anchor', href: `#${id}`, i18nLabel: 'page.anchor' }, '#'),
      ),
    ),
    problem,
    body,
  );

  /** @type {HTMLElement | null} */
  let lack = null;
  /** What is done at each update, and after it the blocks that are drawn again. @type {(() => void)[]} */
  const refreshers = [];
  /** @type {(() => void)[]} */
  const blocks = [];
  /** @type {((on: boolean) => void)[]} */
  const watchers = [];

  /** @param {string} key a message of this cell, or a full key with a section of its own */
  const keyOf = (key) => (key.includes('.') ? key : `${id}.${key}`);

  /** A block that follows the state: the first time it is drawn where it is, later only once it is seen. @param {Element} block @param {() => void} draw */
  function follow(block, draw) {
    let drawn = false;
    const update = () => {
      try {
        draw();
      } catch (error) {
        frame.fail(error);
      }
    };
    const ask = deferUntilVisible(block, update);
    blocks.push(() => {
      (drawn ? ask : update)();
      drawn = true;
    });
  }

  const frame = {
    number,
    element,

    /** Keeps room for a cell that is not there yet. @param {number} height of all that will be in it, px */
    reserve(height) {
      waiting.style.minHeight = `${height}px`;
    },

    /** What is to be seen of the cell until it is there. @param {Iterable<Element>} nodes */
    fill(nodes) {
      waiting.replaceChildren(...nodes);
    },

    /** The cell is there: the room is its own. */
    open() {
      waiting.remove();
    },

    /**
     * Says that the cell did not arrive, or that it is on its way.
     * @param {string | null} text
     * @param {() => void} [again]
     */
    missing(text, again = () => {}) {
      lack?.remove();
      if (text === null) return;
      lack = h('div', { class: 'cell-missing', role: 'status' }, h('p', {}, text), h('button', { type: 'button', class: 'button', i18n: 'page.try-again', on: { click: again } }));
      body.before(lack);
    },

    /** @param {...import('../base/dom.js').Children} nodes */
    append(...nodes) {
      append(body, ...nodes);
    },

    /**
     * Paragraphs of the lecture.
     * @param {string} key
     */
    prose(key) {
      const block = h('div', { class: 'prose' });
      const render = () => setChildren(block, paragraphs(keyOf(key)).map((text) => h('p', {}, rich(text))));
      render();
      block.addEventListener('relabel', render);
      block.dataset.relabel = '';
      body.append(block);
      return block;
    },

    /**
     * A heading inside the cell.
     * @param {string} key
     */
    heading(key) {
      body.append(h('h3', { class: 'cell-heading', i18n: keyOf(key) }));
    },

    /**
     * A place for a drawing, its controls, its caption and its text alternative.
     * @param {{ caption?: string, wide?: boolean, minHeight?: number }} [options] `minHeight` in px
     *   keeps the page from jumping while the engine loads
     */
    figure({ caption, wide = false, minHeight = 0 } = {}) {
      const textId = uniqueId('figure-text');
      const drawing = h('div', { class: 'figure-body', css: { 'min-height': `${minHeight}px` } });
      const controls = h('div', { class: 'figure-controls' });
      const failure = h('p', { class: 'figure-error', role: 'status', hidden: true });
      const spoken = h('p', { class: 'visually-hidden', id: textId });
      const figure = h(
        'figure',
        { class: wide ? 'figure wide' : 'figure', 'aria-describedby': textId },
        controls,
        drawing,
        failure,
        spoken,
        createSaveButton(drawing, { describe: () => spoken.textContent ?? '' }),
        caption ? h('figcaption', { i18n: keyOf(caption) }) : null,
      );
      body.append(figure);
      return {
        element: figure,
        body: drawing,
        controls,
        /** Says what the figure now shows. @param {string} text */
        describe(text) {
          morphChildren(spoken, text);
        },
        /** Shows what is wrong, or that nothing is. @param {string | null} text */
        error(text) {
          failure.toggleAttribute('hidden', text === null);
          sayIn(failure, text ?? '');
          drawing.classList.toggle('stale', text !== null);
        },
      };
    },

    /**
     * A formula on a line of its own, drawn again when it is seen after an update.
     * @param {() => import('../base/dom.js').Child | import('../base/dom.js').Child[]} build
     */
    formula(build) {
      const block = h('div', { class: 'formula' });
      follow(block, () => {
        const built = build();
        morphChildren(block, Array.isArray(built) ? display(...built) : display(built));
      });
      // Where it is too wide it scrolls, by keyboard too.
      new ResizeObserver(() => {
        if (block.scrollWidth > block.clientWidth) assign(block, { tabindex: 0, role: 'group', i18nLabel: 'page.formula' });
        else for (const name of ['tabindex', 'role', 'aria-label', 'data-i18n-aria-label']) block.removeAttribute(name);
      }).observe(block);
      body.append(block);
      return block;
    },

    /**
     * The few lines of Rust behind the figure.
     * @param {import('./rust.js').Code} code
     * @param {{ caption?: string }} [options]
     */
    rust(code, { caption = 'page.rust' } = {}) {
      const block = createCode(ctx, code, keyOf(caption));
      follow(block.element, block.update);
      body.append(block.element);
      return block.element;
    },

    /**
     * A question that asks for a prediction before it shows the answer.
     * @param {Omit<import('./check.js').Question, 'id'>} question
     */
    check(question) {
      const block = createCheck(ctx, {
        ...question,
        id: `${id}-check-${uniqueId('q')}`,
        question: keyOf(question.question),
        explain: keyOf(question.explain),
        options: question.options?.map(keyOf),
      });
      follow(block.element, block.update);
      body.append(block.element);
      return block.element;
    },

    /** @param {(on: boolean) => void} watcher called when the cell comes near the screen or leaves */
    onVisible(watcher) {
      watchers.push(watcher);
    },

    /** @param {() => void} refresh called at each update, before blocks and the cell's own */
    onUpdate(refresh) {
      refreshers.push(refresh);
    },

    /** @param {boolean} on */
    setVisible(on) {
      for (const watcher of watchers) watcher(on);
    },

    refresh() {
      for (const refresh of [...refreshers, ...blocks]) refresh();
    },

    /** @param {unknown} error */
    fail(error) {
      console.error(error);
      frame.problem(ctx.t('page.cell-failed', { reason: ctx.errorText(error) }));
    },

    /** Shows that the cell as a whole can't work. @param {string | null} text */
    problem(text) {
      problem.toggleAttribute('hidden', text === null);
      sayIn(problem, text ?? '');
    },
  };
  return frame;
}

/**
 * Renders again every block that has no single message bound to it.
 * @param {Element | Document} root
 */
export function relabel(root) {
  for (const block of root.querySelectorAll('[data-relabel]')) block.dispatchEvent(new CustomEvent('relabel'));
}
