/** A height × width × depth block of numbers as a box to scale. */

import { s } from '../base/dom.js';

/** How far the depth goes right and up, for each unit. */
const SLANT = [0.62, -0.38];

/**
 * A box in oblique projection, with the left top corner of its front face at 0, 0.
 * @param {object} options in drawing units
 * @param {number} options.width
 * @param {number} options.height
 * @param {number} options.depth
 * @param {string} options.kind `input`, `kernel`, `output`, …: its colour
 * @returns {{ element: SVGGElement, bounds: { x: number, y: number, width: number, height: number } }} `bounds`:
 *   everything drawn
 */
export function volume({ width, height, depth, kind }) {
  const [dx, dy] = [depth * SLANT[0], depth * SLANT[1]];
  const element = s(
    'g',
    { class: `volume role-${kind}` },
    s('path', { class: 'volume-top', d: `M0 0l${dx} ${dy}h${width}l${-dx} ${-dy}z` }),
    s('path', { class: 'volume-side', d: `M${width} 0l${dx} ${dy}v${height}l${-dx} ${-dy}z` }),
    s('rect', { class: 'volume-front', width, height }),
  );
  return { element, bounds: { x: 0, y: dy, width: width + dx, height: height - dy } };
}
