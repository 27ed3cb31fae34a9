/**
 * One block of a strip, drawn to the strip's scale: maps as a box, a vector as a column, and a sign for layers that
 * change no shape.
 */

import { s } from '../../base/dom.js';
import { volume } from '../volume.js';

/** Drawing units that the largest side of the strip's maps takes. */
const LARGEST = 84;
/** Most drawing units that the depth of the deepest maps takes. */
const DEEPEST = 60;
/** A vector of up to so many values is drawn value by value. */
const FEW = 16;
const MARGIN = 3;

/**
 * @typedef {object} Scale
 * @property {number} side drawing units of one row or column
 * @property {number} depth drawing units of one channel
 *
 * @typedef {{ svg: SVGSVGElement, width: number, height: number }} Drawing
 */

/**
 * The scale at which all shapes of a strip fit.
 * @param {readonly number[][]} shapes
 * @returns {Scale}
 */
export function scaleOf(shapes) {
  const maps = shapes.filter((shape) => shape.length === 3);
  const side = Math.max(1, ...maps.flatMap(([height, width]) => [height, width]));
  const depth = Math.max(1, ...maps.map((shape) => shape[2]));
  // Few channels are as thick as they are wide; only many are squeezed.
  return { side: LARGEST / side, depth: Math.min(LARGEST / side, DEEPEST / depth) };
}

/**
 * @param {number} width
 * @param {number} height
 * @param {...Node} children
 * @returns {Drawing}
 */
function drawing(width, height, ...children) {
  const [w, h] = [Math.ceil(width) + 2 * MARGIN, Math.ceil(height) + 2 * MARGIN];
  const svg = s('svg', { viewBox: `${-MARGIN} ${-MARGIN} ${w} ${h}`, class: 'block-svg', 'aria-hidden': 'true' }, children);
  svg.style.setProperty('--w', String(w));
  svg.style.setProperty('--h', String(h));
  return { svg, width: w, height: h };
}

/**
 * Maps of height × width × channels.
 * @param {number[]} shape
 * @param {Scale} scale
 * @param {string} kind its colour
 */
function maps([height, width, channels], scale, kind) {
  const box = volume({
    width: Math.max(2, width * scale.side),
    height: Math.max(2, height * scale.side),
    depth: Math.max(2, channels * scale.depth),
    kind,
  });
  const { x, y, width: w, height: h } = box.bounds;
  box.element.setAttribute('transform', `translate(${-x} ${-y})`);
  return drawing(w, h, box.element);
}

/** A vector: value by value if they are few, else a column with a break in it. @param {number} length */
function column(length) {
  if (length <= FEW) {
    const cell = Math.min(9, LARGEST / length);
    const cells = Array.from({ length }, (_, i) => s('rect', { x: 0, y: i * cell, width: 9, height: cell, class: 'volume-front' }));
    return drawing(9, cell * length, s('g', { class: 'volume role-output' }, cells));
  }
  const half = LARGEST / 2;
  return drawing(
    12,
    LARGEST,
    s(
      'g',
      { class: 'volume role-output' },
      s('path', { class: 'volume-front', d: `M0 0h10v${half - 2}l-5 -4l-5 4z` }),
      s('path', { class: 'volume-front', d: `M0 ${LARGEST}h10v${-half + 6}l-5 -4l-5 4z` }),
    ),
  );
}

/** Signs of the layers that leave the shape as it is, and of a block that can't be. @type {Record<string, string>} */
const SIGNS = {
  relu: 'M2 30H18L34 8',
  batchnorm: 'M2 31C13 31 12 7 19 7S25 31 36 31M19 12v19',
  dropout: 'M4 6h8v8h-8zM26 6h8v8h-8zM15 18h8v8h-8zM4 30h8v8h-8zM26 30h8v8h-8zM14 5l10 10m0 -10l-10 10M3 17l10 10m0 -10l-10 10M25 17l10 10m0 -10l-10 10M14 29l10 10m0 -10l-10 10',
  flatten: 'M3 12h14v14h-14zM3 19h14M10 12v14M21 19h6m-3 -3l3 3l-3 3M31 5h5v28h-5zM31 12h5M31 19h5M31 26h5',
  bad: 'M8 8L30 30M30 8L8 30',
  unknown: 'M19 8v14M19 28v3',
};

/** @param {string} name */
function sign(name) {
  return drawing(38, 40, s('path', { class: `block-sign sign-${name}`, d: SIGNS[name] }));
}

/**
 * @param {object} block
 * @param {string} block.kind
 * @param {'good' | 'bad' | 'unknown'} block.standing
 * @param {number[] | null} block.shape what comes out
 * @param {Scale} scale
 * @returns {SVGSVGElement}
 */
export function drawBlock({ kind, standing, shape }, scale) {
  if (standing !== 'good' || !shape) return sign(standing === 'bad' ? 'bad' : 'unknown').svg;
  if (kind in SIGNS) return sign(kind).svg;
  if (shape.length === 1) return column(shape[0]).svg;
  const colour = kind === 'input' ? 'input' : kind === 'conv' ? 'output' : 'stride';
  return maps(shape, scale, colour).svg;
}
