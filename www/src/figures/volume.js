/** A height × width × depth block of numbers as a box to scale, and a pile of maps. */

import { s } from '../dom.js';

/**
 * @typedef {object} Box
 * @property {SVGGElement} element
 * @property {{ x: number, y: number, width: number, height: number }} front the front face
 * @property {{ x: number, y: number, width: number, height: number }} bounds everything drawn
 */

/** How far the depth goes right and up, for each unit. */
const SLANT = [0.62, -0.38];

/**
 * A box in oblique projection; the front face is a plain rectangle, so that pixels can lie on it.
 * @param {object} options in drawing units
 * @param {number} options.x left of the front face
 * @param {number} options.y top of the front face
 * @param {number} options.width
 * @param {number} options.height
 * @param {number} options.depth
 * @param {string} [options.kind] `input`, `kernel`, `output`, …: its colour
 * @param {string} [options.title] a tooltip
 * @returns {Box}
 */
export function volume({ x, y, width, height, depth, kind = 'input', title }) {
  const [dx, dy] = [depth * SLANT[0], depth * SLANT[1]];
  const element = s(
    'g',
    { class: `volume role-${kind}` },
    title ? s('title', {}, title) : null,
    s('path', { class: 'volume-top', d: `M${x} ${y}l${dx} ${dy}h${width}l${-dx} ${-dy}z` }),
    s('path', { class: 'volume-side', d: `M${x + width} ${y}l${dx} ${dy}v${height}l${-dx} ${-dy}z` }),
    s('rect', { class: 'volume-front', x, y, width, height }),
  );
  return {
    element,
    front: { x, y, width, height },
    bounds: { x, y: y + dy, width: width + dx, height: height - dy },
  };
}

/**
 * Maps one behind the other, the first one in front.
 * @param {object} options in drawing units
 * @param {number} options.x
 * @param {number} options.y
 * @param {number} options.width
 * @param {number} options.height
 * @param {number} options.count
 * @param {number} [options.gap] distance along the depth
 * @param {string} [options.kind]
 * @returns {Box & { sheets: { x: number, y: number }[] }} `sheets`: the corner of each, the front one first
 */
export function stack({ x, y, width, height, count, gap = 8, kind = 'output' }) {
  const sheets = Array.from({ length: count }, (_, index) => ({ x: x + index * gap * SLANT[0], y: y + index * gap * SLANT[1] }));
  const element = s(
    'g',
    { class: `volume stack role-${kind}` },
    [...sheets].reverse().map((sheet) => s('rect', { class: 'volume-front', x: sheet.x, y: sheet.y, width, height })),
  );
  const last = sheets[count - 1] ?? { x, y };
  return {
    element,
    sheets,
    front: { x, y, width, height },
    bounds: { x, y: last.y, width: last.x - x + width, height: y - last.y + height },
  };
}

/**
 * Pixels in an SVG, sharp at any size.
 * @param {HTMLCanvasElement} canvas what `drawPixels` has drawn
 * @param {{ x: number, y: number, width: number, height: number }} place
 */
export function pixelsAt(canvas, { x, y, width, height }) {
  return s('image', { href: canvas.toDataURL(), x, y, width, height, preserveAspectRatio: 'none', class: 'pixels' });
}
