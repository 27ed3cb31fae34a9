/**
 * What the page and the worker that reads a person's images say to each other. This module holds types only; `tsc` checks
 * both sides against it. The page asks once, with its version; the worker refuses another one (`same-version.js`).
 *
 * @module
 */

/**
 * The only message to the worker.
 * @typedef {object} Reading
 * @property {string} version of the page that asks
 * @property {import('../places.js').Variant} variant a build of the engine without threads
 * @property {import('./read.js').Given[]} given files with their paths
 * @property {import('./read.js').Wish} wish
 */

/** @typedef {{ data: import('../training/protocol.js').OwnData, report: import('./read.js').Report }} Result */

/** How far it is, then what came of it. @typedef {{ progress: { done: number, count: number } } | { result: Result } | { error: import('../training/protocol.js').PlainError }} Told */

export {};
