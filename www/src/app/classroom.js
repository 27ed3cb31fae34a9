/** What is for a class: its scripts, texts and styles are fetched once it is asked for, by a press or by a link. */

import { watch } from '../base/signals.js';
import { orUpdated } from '../engine/update.js';
import { loadClassroomPart } from './cell-parts.js';

/**
 * @typedef {object} Page what is for a class knows of the page
 * @property {import('./notebook.js').Entry[]} entries its cells, in order
 * @property {(id: string) => Promise<void>} fetch fetches and mounts a cell; resolves also if it did not arrive
 */

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
  let failures = 0;

  /** @param {string} name @returns {Promise<any>} its module; empty if it did not arrive, which has been said */
  async function load(name) {
    try {
      return await loadClassroomPart(name, failures);
    } catch (error) {
      failures += 1;
      ctx.fail(await orUpdated(error));
      return {};
    }
  }

  /** @param {string} from id of the cell to begin with */
  async function follow(from) {
    if (!state.get('present')) {
      end?.();
      end = null;
      return;
    }
    /** @type {Partial<typeof import('../classroom/present.js')>} */
    const { present } = await load('present');
    if (!present) state.set('present', false);
    else if (state.get('present') && !end) end = present(ctx, page, from);
  }

  return {
    /** From now on the page is presented whenever its address says so. @param {string} place the address's */
    begin(place) {
      watch(() => state.get('present'), () => void follow(readNow(page)));
      void follow(place);
    },
    /** Offers what there is. */
    async choose() {
      /** @type {Partial<typeof import('../classroom/menu.js')>} */
      const { openMenu } = await load('menu');
      openMenu?.(ctx, page);
    },
  };
}
