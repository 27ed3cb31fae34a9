/**
 * What the page and the worker that reads a person's images say to each other. This module holds types only; `tsc` checks
 * both sides against it. The page asks once, with its version; the worker refuses another one (`same-version.js`).
 *
 * @module
 */

/** @typedef {{ path: string, file: Blob }} Given a file with its path */

/**
 * @typedef {object} Wish
 * @property {number} side of the square images that are made, pixels
 * @property {1 | 3} channels grey or red, green and blue
 * @property {'crop' | 'stretch'} fit what becomes of an oblong image
 * @property {number} validation share, 0 to 1
 * @property {number} test share, 0 to 1
 * @property {number} seed of the lot
 *
 * @typedef {{ path: string, code: string }} Skipped a file that was left out, and why
 * @typedef {{ skipped: Skipped[], loose: number }} Report
 */

/**
 * The only message to the worker.
 * @typedef {object} Reading
 * @property {string} version of the page that asks
 * @property {import('../../common/places.js').Variant} variant a build of the engine without threads
 * @property {Given[]} given files with their paths
 * @property {Wish} wish
 */

/** @typedef {{ data: import('../../training/common/protocol.js').UserData, report: Report }} Result */

/** How far it is, then what came of it. @typedef {{ progress: { done: number, count: number } } | { result: Result } | { error: import('../../training/common/protocol.js').PlainError }} Told */

export {};
