/**
 * How high each cell's content is, px, in windows of up to 600, up to 1000 and more pixels: room that is kept for a cell
 * until it is there, so that the page has its length from the start. Written by scripts/heights.mjs; do not edit.
 *
 * @type {Record<string, number[]>}
 */
export const HEIGHTS = {};
