/**
 * What is for a class knows of the page; types only.
 *
 * @typedef {object} Page
 * @property {Entry[]} entries the page's cells, in order
 * @property {(id: string) => Promise<void>} fetch fetches and mounts a cell; resolves also if it did not arrive
 *
 * @typedef {object} Entry
 * @property {import('../frame/cell.js').Keys} keys
 * @property {import('../frame/cell.js').Frame} frame
 * @property {{ openForNow: () => () => void }} folding
 *
 * @module
 */

export {};
