/**
 * The frame that every cell is built in: number, title, anchor, and, in the order a cell asks for
 * them, prose, figures, formulas, code and a check question.
 */

import { append, assign, h, morphChildren, setChildren, uniqueId } from '../base/dom.js';
import { paragraphs } from '../base/i18n.js';
import { display } from '../base/math.js';
import { rich, sayIn } from '../base/rich.js';
import { draw, near } from '../base/scheduler.js';
import { effect, signal } from '../base/signals.js';
import { createSaveButton } from '../figures/save-button.js';
import { createCheck } from './check.js';

/**
 * @typedef {object} Context what the page gives to every cell
 * @property {typeof import('../base/i18n.js').t} t
 * @property {() => import('../base/i18n.js').Lang} lang
 * @property {import('../base/state.js').State} state
 * @property {import('../common/figures-engine.js').Engine} engine null until it has loaded; read from a signal
 * @property {import('../training/page/trainer.js').Trainer} trainer the run that is being trained; the opening has none
 * @property {import('../storage/answers.js').Answers} answers to the questions; the opening has none
 * @property {import('../base/status.js').Status} status
 * @property {typeof import('../base/i18n.js').format} format
 * @property {(error: unknown) => string} errorText
 * @property {(text: string, kind?: 'info' | 'warn' | 'error') => void} notify
 * @property {(error: unknown) => void} fail a toast that says what went wrong
 * @property {(text: string) => void} announce
 * @property {() => boolean} reducedMotion
 * @property {() => Promise<any>} rest fetches what is not needed for the first figure, the trainer among it
 * @property {() => Promise<unknown>} wake starts the training engine, once; without it nothing is trained and nothing of the data fetched
 * @property {() => Promise<void>} startWorker starts the worker and its engine without a run and its data; throws why it can't
 *
 * @typedef {object} Keys what the page knows of a cell before that is loaded: small, and drawing nothing
 * @property {string} id anchor, folder and section of the messages
 * @property {boolean} [unnumbered] the opening, whose title is the page's
 * @property {boolean} [opening] comes with the page itself: its texts are the shell's, and there is no trainer yet
 * @property {boolean} [needsEngine] false: it is drawn without an engine too
 * @property {boolean} [closed] at first only its title, its teaser (`ID.teaser`) and the minutes are seen
 * @property {boolean} [pictured] there is room for a small picture beside its teaser, which its `preview` draws
 * @property {number} [minutes] that it takes a learner
 * @property {string} [fold] selector: from the first block that it matches, the rest is closed at first
 * @property {boolean} [needsRun] the training engine and the first images are fetched when it nears
 * @property {import('../base/state.js').Schema} [state] keys of its own
 * @property {(state: import('../base/state.js').State) => void} [follow] what its keys do to each other, mounted or not
 *
 * @typedef {object} Cell
 * @property {(frame: Frame, ctx: Context) => void} mount
 * @property {(thumb: import('../figures/thumb.js').Thumb, sight: import('./first-sight.js').FirstSight, ctx: Context) => void} [preview]
 *   draws a small picture that is seen while the cell is closed, of what the opening's network has come to
 *
 * @typedef {Omit<import('./check.js').Question, 'cell' | 'ready'>} Asking a question with keys relative to its cell's section
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
export function createFrame({ id, needsEngine = true }, number, ctx, early = null) {
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
  const visible = near(element);
  /** Whether all of the cell has been built. */
  const built = signal(false);
  /** Why a part of it could not be built or drawn, by what it is. @type {import('@preact/signals-core').Signal<Map<unknown, unknown>>} */
  const failures = signal(new Map());

  /** @param {string} key a message of this cell, or a full key with a section of its own */
  const keyOf = (key) => (key.includes('.') ? key : `${id}.${key}`);

  /** @param {unknown} part @param {unknown} error */
  function failed(part, error) {
    console.error(error);
    failures.value = new Map([...failures.peek(), [part, error]]);
  }

  /** @param {unknown} part */
  function succeeded(part) {
    if (!failures.peek().has(part)) return;
    failures.value = new Map([...failures.peek()].filter(([each]) => each !== part));
  }

  /** Why the cell as a whole, or a part of it, is not to be seen; null if it is. */
  function problemText() {
    const { engine } = ctx.status.values;
    // The bar and a notice say why; the cell says what it means here.
    if (needsEngine && !ctx.engine && (engine === 'missing' || engine === 'failed')) return ctx.t('page.figures-still');
    const [first] = failures.value;
    return first ? ctx.t('page.cell-failed', { reason: ctx.errorText(first[1]) }) : null;
  }
  draw(
    element,
    () => {
      const text = problemText();
      problem.toggleAttribute('hidden', text === null);
      sayIn(problem, text ?? '');
    },
    { later: true },
  );

  const frame = {
    number,
    element,
    /** Whether the cell is within half a screen: nothing may keep a timer or an animation otherwise. */
    visible,

    /**
     * Draws, once the cell has come near and there is an engine, and again as the signals change that are read.
     * @param {() => void} paint
     * @param {Element} [block] where it shows, if that alone decides when: out of sight it waits. It must not be what
     *   `paint` itself hides
     * @param {{ pace?: () => number }} [options] ms between two drawings, at least
     */
    draw(paint, block = element, { pace } = {}) {
      const guarded = () => {
        if (needsEngine && !ctx.engine) return;
        try {
          paint();
          succeeded(paint);
        } catch (error) {
          failed(paint, error);
        }
      };
      draw(block, guarded, { later: true, pace });
    },

    /** Keeps room for a cell that is not there yet. @param {number} height of all that will be in it, px */
    reserve(height) {
      waiting.style.minHeight = `${height}px`;
    },

    /** What is to be seen of the cell until it is there. @param {Iterable<Element>} nodes */
    fill(nodes) {
      waiting.replaceChildren(...nodes);
    },

    /** The cell is there: the room is its own. @param {() => void} build puts all that it has into it */
    open(build) {
      waiting.remove();
      try {
        build();
      } catch (error) {
        failed(frame, error);
      }
      built.value = true;
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
      // As all text that is there from the start it follows the language at once, wherever it is.
      effect(() => setChildren(block, paragraphs(keyOf(key)).map((text) => h('p', {}, rich(text)))));
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
     * @param {{ caption?: string, wide?: boolean, minHeight?: number, first?: boolean }} [options] `minHeight` in px
     *   keeps the page from jumping until something is drawn; `first: false` for a drawing so tall that its controls would be
     *   lost below it: they stand above
     */
    figure({ caption, wide = false, minHeight = 0, first = true } = {}) {
      const textId = uniqueId('figure-text');
      const drawing = h('div', { class: 'figure-body', css: { 'min-height': `${minHeight}px` } });
      const controls = h('div', { class: 'figure-controls' });
      const failure = h('p', { class: 'figure-error', role: 'status', hidden: true });
      const spoken = h('p', { class: 'visually-hidden', id: textId });
      const figure = h(
        'figure',
        { class: wide ? 'figure wide' : 'figure', 'aria-describedby': textId },
        ...(first ? [drawing, failure, controls] : [controls, drawing, failure]),
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
          // What is drawn takes its own room. (Chromium 156 keeps the least height where a grid grows beyond it.)
          if (drawing.style.minHeight) drawing.style.minHeight = '';
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
     * A formula on a line of its own.
     * @param {() => import('../base/dom.js').Child | import('../base/dom.js').Child[]} build
     */
    formula(build) {
      const block = h('div', { class: 'formula' });
      frame.draw(() => {
        const formula = build();
        morphChildren(block, Array.isArray(formula) ? display(...formula) : display(formula));
      }, block);
      // Where it is too wide it scrolls, by keyboard too.
      new ResizeObserver(() => {
        if (block.scrollWidth > block.clientWidth) assign(block, { tabindex: 0, role: 'group', i18nLabel: 'page.formula' });
        else for (const name of ['tabindex', 'role', 'aria-label', 'data-i18n-aria-label']) block.removeAttribute(name);
      }).observe(block);
      body.append(block);
      return block;
    },

    /**
     * A question that asks for a prediction before it shows the answer.
     * @param {Asking} question
     */
    check(question) {
      const block = createCheck(ctx, {
        ...question,
        cell: id,
        question: keyOf(question.question),
        explain: keyOf(question.explain),
        options: question.options?.map(keyOf),
        // Before all is built, there may be nothing to fill it with.
        ready: () => built.value && Boolean(ctx.engine),
      });
      body.append(block);
      return block;
    },
  };
  return frame;
}
