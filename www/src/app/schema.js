/** The keys of the state that the page itself or more than one cell reads. */

import { choice, flag, integer, text } from '../base/state.js';
import { CELLS } from '../cells/index.js';
import { codeSchema } from '../keys/code.js';
import { readLesson } from '../keys/lesson.js';
import { replaySchema } from '../training/page/replay.js';
import { trainingSchema } from '../training/page/settings.js';

/** @typedef {import('../base/state.js').Schema} Schema */

/**
 * @param {{ lang: import('../base/i18n.js').Lang, theme: import('../base/theme.js').ThemeChoice }} defaults
 * @returns {Schema}
 */
export function pageSchema(defaults) {
  return {
    lang: { ...choice({ default: defaults.lang, values: /** @type {const} */ (['ko', 'en']) }), always: true },
    // A reader's own eyes decide, so a shared link never carries the theme.
    theme: { ...choice({ default: defaults.theme, values: /** @type {const} */ (['auto', 'light', 'dark']) }), private: true },
    engine: choice({ default: 'auto', values: ['auto', 'simd', 'relaxed', 'simd-threads', 'relaxed-threads'] }),
    // 0: as many as the machine has, within reason.
    threads: integer({ default: 0, min: 0, max: 32 }),
    // One cell a screen, for a class.
    present: flag({ default: false }),
    // The cell that is shown alone, in a frame of another page.
    embed: choice({ default: '', values: ['', ...CELLS.filter(({ opening }) => !opening).map(({ id }) => id)] }),
    // Cells in the order of a lesson, what of it is set by the teacher, and the digest of the word that opens the answers.
    lesson: text({ default: '', maxLength: 400, test: (written) => written === '' || readLesson(written, CELLS.map(({ id }) => id)) !== null }),
    lock: choice({ default: '', values: ['', 'numbers', 'network', 'numbers_network'] }),
    answers: text({ default: '', maxLength: 8, test: (digest) => /^([0-9a-f]{8})?$/.test(digest) }),
    ...codeSchema,
    ...trainingSchema,
    ...replaySchema,
  };
}
