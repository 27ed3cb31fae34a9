/**
 * A lesson in the address: `part-8_filter-12_stride`, cells in the order of the lesson, each with its minutes if they are set.
 *
 * @module
 */

/** Minutes of a cell, at most. */
export const MOST_MINUTES = 120;

/** @typedef {{ id: string, minutes: number }} Part `minutes`: 0 if none are set */

/**
 * @param {string} written
 * @param {string[]} ids of the cells that there are
 * @returns {Part[] | null} null if it is no lesson: a cell that there is not, or one that comes twice
 */
export function readLesson(written, ids) {
  const parts = written.split('_').map((part) => /^([a-z]+)(?:-(\d+))?$/.exec(part)).map((found) => ({ id: found?.[1] ?? '', minutes: Number(found?.[2] ?? 0) }));
  const good = parts.every(({ id, minutes }) => ids.includes(id) && minutes <= MOST_MINUTES) && new Set(parts.map(({ id }) => id)).size === parts.length;
  return good ? parts : null;
}

/** @param {Part[]} parts @returns {string} */
export const writeLesson = (parts) => parts.map(({ id, minutes }) => (minutes > 0 ? `${id}-${minutes}` : id)).join('_');
