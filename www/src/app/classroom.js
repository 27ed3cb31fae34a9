/** What is for a class: its scripts, texts and styles are fetched once it is asked for, by a press or by a link. */

import { lang } from '../base/i18n.js';
import { watch } from '../base/signals.js';
import { loadFolderTexts } from '../base/texts.js';
import { ofVersion } from '../common/places.js';
import { orUpdated } from '../engine/update.js';
import { loadStyle } from './cell-parts.js';

/** @typedef {import('../classroom/page.js').Page} Page */

/** How far down the window the cell begins, at most, that is being read. */
const READ_AT = 0.4;

/** The cell being read. @param {Page} page @returns {string} its id */
function readNow({ entries }) {
  const begun = entries.filter(({ frame }) => frame.element.getBoundingClientRect().top <= READ_AT * innerHeight);
  return (begun.at(-1) ?? entries[0]).keys.id;
}

/**
 * @param {import('../frame/cell.js').Context} ctx
 * @param {Page} page
 */
export function followClassroom(ctx, page) {
  const { state } = ctx;
  /** Ends presenting. @type {(() => void) | null} */
  let end = null;
  /** The lesson, while there is one. @type {import('../classroom/lesson.js').Lesson | null} */
  let lesson = null;
  let failures = 0;
  /** Id of the cell that was being read when somebody chose to present; empty if the address says so. */
  let chosen = '';

  /** @type {Set<string>} */
  const styled = new Set();

  /** @param {string} name @returns {Promise<any>} its module; empty if it did not arrive, which has been said */
  async function load(name) {
    try {
      // A browser may remember a failure by its address.
      const script = import(ofVersion(`src/classroom/${name}.js${failures > 0 ? `?again=${failures}` : ''}`).href);
      const style = styled.has(name) ? null : loadStyle(`src/classroom/${name}.css`).then(() => styled.add(name));
      const [part] = await Promise.all([script, loadFolderTexts('src/classroom', lang()), style]);
      return part;
    } catch (error) {
      failures += 1;
      ctx.fail(await orUpdated(error));
      return {};
    }
  }

  /** @param {string} [from] id of the cell to begin with */
  async function follow(from = chosen) {
    chosen = '';
    if (!state.get('present')) {
      end?.();
      end = null;
      return;
    }
    /** @type {Partial<typeof import('../classroom/present.js')>} */
    const { present } = await load('present');
    if (!present) state.set('present', false);
    else if (state.get('present') && !end) end = present(ctx, lesson ? { ...page, entries: lesson.entries } : page, from || readNow(page));
  }

  /** The lesson that is followed or on its way. */
  let wanted = '';
  /** Shows the cells of the lesson that the address names, or the whole page again. */
  async function followLesson() {
    wanted = state.get('lesson');
    lesson?.end();
    lesson = null;
    if (!wanted) return;
    const asked = wanted;
    /** @type {Partial<typeof import('../classroom/lesson.js')>} */
    const { startLesson } = await load('lesson');
    // Another one may have been opened meanwhile.
    if (asked === wanted && !lesson) lesson = startLesson?.(ctx, page) ?? null;
  }

  return {
    /** From now on the page is presented whenever its address says so. @param {string} place the address's */
    begin(place) {
      watch(() => state.get('present'), () => void follow());
      void follow(place);
    },
    /** From now on the page shows the lesson that its address names. */
    async lesson() {
      watch(() => state.get('lesson'), () => void followLesson());
      await followLesson();
    },
    /** Shows the one cell of the page alone. */
    async embed() {
      /** @type {Partial<typeof import('../classroom/embed.js')>} */
      const { embed } = await load('embed');
      embed?.(ctx, page);
      // From here on it is seen, whether or not all has arrived.
      document.documentElement.dataset.embed = state.get('embed');
      watch(() => state.get('embed'), () => location.reload());
    },
    /** Offers what there is. */
    async choose() {
      // What was mounted a moment ago has moved the others by then; what is still on its way may move them later.
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      const now = readNow(page);
      /** @type {Partial<typeof import('../classroom/menu.js')>} */
      const { openMenu } = await load('menu');
      openMenu?.(ctx, page, now, () => {
        chosen = now;
        state.set('present', true);
      });
    },
  };
}
