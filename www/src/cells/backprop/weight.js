/** One weight of a kernel: every place where it acted, what that adds up to, and how the loss answers to a nudge. */

import { h, morphChildren } from '../../base/dom.js';
import { tex, value } from '../../base/math.js';
import { rich } from '../../base/rich.js';
import { diverging, gray, sequential } from '../../figures/color.js';
import { createGrid } from '../../figures/grid.js';
import { aligned } from '../../figures/size-formula.js';
import { mantissa, powerOf, precision, short, times, write } from '../../figures/powers.js';
import { metAt, weightTerms } from './terms.js';

/** @typedef {import('../../training/common/protocol.js').Backprop} Backprop */
/** @typedef {import('../../figures/strip/outline.js').LayerSummary} LayerSummary */

/** Decimals of a loss that is told from another one. */
const LOSS_DIGITS = 12;

/** @typedef {{ filter: number, channel: number, ky: number, kx: number }} Weight by its place in the kernel */

/** The largest size among values; 1 where all are 0. @param {ArrayLike<number>} values */
export function peak(values) {
  let most = 0;
  for (let i = 0; i < values.length; i += 1) most = Math.max(most, Math.abs(values[i]));
  return most || 1;
}

/**
 * @param {import('../../frame/cell.js').Context} ctx
 * @param {{ refresh: () => void }} options works the sums out again, for what is said before anything is drawn
 */
export function createWeight(ctx, { refresh }) {
  const { t, state, format } = ctx;
  /**
   * @type {{ look: Backprop, summary: LayerSummary, geometry: NonNullable<LayerSummary['geometry']>, shape: number[],
   *   parameter: NonNullable<Backprop['weight']>, data: Float32Array, image: boolean, weight: Weight, index: number,
   *   terms: ReturnType<typeof weightTerms>, grad: number } | null}
   */
  let now = null;

  const pick = (/** @type {{ row: number, col: number }} */ { row, col }) => state.assign({ 'backprop.ky': row, 'backprop.kx': col });
  const point = (/** @type {{ row: number, col: number } | null} */ place) => place && pick(place);
  const fresh = (/** @type {() => string} */ text) => () => {
    refresh();
    return text();
  };
  const sayWeight = fresh(() => sentence().replaceAll('**', ''));
  const kernel = createGrid(ctx, { label: 'backprop.grid-kernel', cell: 46, maxWidth: 230, onPoint: point, hover: false, onPick: pick, say: sayWeight });
  const slopes = createGrid(ctx, { label: 'backprop.grid-slopes', cell: 46, maxWidth: 230, onPoint: point, hover: false, onPick: pick, say: sayWeight });
  const input = createGrid(ctx, { label: 'backprop.grid-input', cell: 18, maxWidth: 252 });
  const gradient = createGrid(ctx, { label: 'backprop.grid-gradient', cell: 18, maxWidth: 252 });
  const choose = (/** @type {{ row: number, col: number }} */ { row, col }) => state.set('backprop.place', row * (now?.terms.cols ?? 1) + col);
  const products = createGrid(ctx, { label: 'backprop.grid-products', cell: 18, maxWidth: 252, onPoint: (place) => place && choose(place), onPick: choose, say: fresh(() => placeText()) });

  const titles = Object.fromEntries(['kernel', 'slopes', 'input', 'gradient', 'products'].map((name) => [name, h('p', { class: 'figure-panel-title' })]));
  const panel = (/** @type {string} */ name, /** @type {HTMLElement} */ drawing) => h('div', { class: 'figure-panel' }, titles[name], drawing);
  const sign = (/** @type {string} */ text) => h('span', { class: 'backprop-sign', 'aria-hidden': 'true' }, text);
  const here = h('p', { class: 'stage-now' });
  const sum = h('p', { class: 'stage-now backprop-sum' });
  const nudge = h('p', { class: 'stage-now backprop-nudge' });
  const element = h(
    'div',
    { class: 'backprop-weight' },
    h('div', { class: 'figure-row' }, panel('kernel', kernel.element), panel('slopes', slopes.element)),
    h('div', { class: 'figure-row backprop-terms' }, panel('input', input.element), sign('×'), panel('gradient', gradient.element), sign('='), panel('products', products.element)),
    here,
    sum,
  );

  /** The place that is looked at: the chosen one, or the one that adds most. */
  function placeNow() {
    if (!now) return 0;
    const { products: all } = now.terms;
    const wanted = state.get('backprop.place');
    if (wanted >= 0) return Math.min(wanted, all.length - 1);
    return all.reduce((best, each, i) => (Math.abs(each) > Math.abs(all[best]) ? i : best), 0);
  }

  function placeText() {
    if (!now) return '';
    const { cols, values, deltas, products: all, padded } = now.terms;
    const at = placeNow();
    const args = { row: Math.floor(at / cols) + 1, col: (at % cols) + 1, value: short(format, values[at]), delta: short(format, deltas[at]), product: short(format, all[at]) };
    return t(padded[at] ? 'backprop.place-padded' : 'backprop.place', args);
  }

  function sentence() {
    if (!now) return '';
    const { terms, grad } = now;
    const digits = precision(terms.sum, terms.size, grad);
    return t('backprop.sum', { n: terms.products.length, met: terms.met, sum: write(format, terms.sum, digits), kernel: write(format, grad, digits) });
  }

  /** What the nudge says, if it is of this weight. */
  function nudged() {
    const found = now?.look.nudge;
    if (!now || !found || found.layer !== now.summary.index || found.index !== now.index || found.by !== state.get('backprop.epsilon')) return null;
    const { below, above } = found;
    return { below, above, slope: (above - below) / (2 * found.by), grad: now.grad };
  }

  function nudgeText() {
    const found = nudged();
    if (!found) return t('backprop.nudge-waiting');
    const { below, above, slope, grad } = found;
    const args = { below: format.fixed(below, LOSS_DIGITS), above: format.fixed(above, LOSS_DIGITS), slope: short(format, slope, 4), grad: short(format, grad, 4) };
    const off = Math.abs(slope - grad);
    return off <= 0.01 * Math.abs(grad) || off === 0
      ? t('backprop.nudge-agrees', { ...args, off: format.percent(grad === 0 ? 0 : off / Math.abs(grad), 2) })
      : t('backprop.nudge-differs', args);
  }

  /** What colours the input: grey where it is the image. @param {ArrayLike<number>} values @param {boolean} image */
  function inkOf(values, image) {
    const most = peak(values);
    const negative = Array.prototype.some.call(values, (each) => Number(each) < 0);
    return (/** @type {number} */ each) => (image ? gray(each) : negative ? diverging(each / most) : sequential(each / most));
  }

  return {
    element,
    nudge,
    formula() {
      const letters = () => tex`\frac{∂L}{∂w}`;
      const law = tex`= ∑_{i,j} x_{i,j} \frac{∂L}{∂y_{i,j}}`;
      if (!now) return aligned([[letters(), law]]);
      const { terms, grad } = now;
      const digits = precision(terms.sum, terms.size, grad);
      const found = nudged();
      const rows = [[letters(), law], ['', tex`= ${value(write(format, terms.sum, digits), 'output')}`]];
      if (found) {
        const e = short(format, state.get('backprop.epsilon'), 1);
        rows.push([letters(), tex`≈ \frac{L(w + ${value(e, 'kernel')}) − L(w − ${value(e, 'kernel')})}{2 · ${value(e, 'kernel')}}`]);
        rows.push(['', tex`= \frac{${short(format, found.above - found.below, 4)}}{2 · ${e}} = ${value(short(format, found.slope, 4), 'output')}`]);
      }
      return aligned(rows);
    },
    /**
     * Works the sum out; what is drawn is drawn from it.
     * @param {object} at
     * @param {Backprop} at.look
     * @param {LayerSummary} at.summary of the convolution
     * @param {Float32Array} at.input what it was given
     * @param {boolean} at.image whether that is the image
     * @param {Weight} at.weight
     */
    take(at) {
      const { look, summary, input: data, image, weight } = at;
      const { weight: parameter } = look;
      const { geometry, weight_shape: shape } = summary;
      // Of another convolution until this one's has come.
      if (!parameter || !geometry || !shape || parameter.layer !== summary.index) return;
      const index = ((weight.ky * shape[1] + weight.kx) * shape[2] + weight.channel) * shape[3] + weight.filter;
      const terms = weightTerms({ geometry, input: { shape: summary.input, data }, gradient: look.gradients[summary.index], ...weight });
      now = { look, summary, geometry, shape, parameter, data, image, weight, index, terms, grad: parameter.grad[index] };
    },
    /** @returns {string} what is to be seen */
    draw() {
      if (!now) return '';
      const { summary, geometry, parameter, data, image, terms, index } = now;
      const { ky, kx, channel, filter } = now.weight;
      const [rows, cols, channels, filters] = now.shape;
      const of = (/** @type {ArrayLike<number>} */ all) => Float64Array.from({ length: rows * cols }, (_, i) => all[(i * channels + channel) * filters + filter]);
      const chosen = [{ row: ky, col: kx, kind: /** @type {const} */ ('kernel') }];
      for (const [name, grid, values] of /** @type {const} */ ([['kernel', kernel, of(parameter.value)], ['slopes', slopes, of(parameter.grad)]])) {
        const most = peak(values);
        const power = powerOf(most);
        grid.draw({ rows, cols, color: (row, col) => diverging((0.8 * values[row * cols + col]) / most), text: (row, col) => mantissa(format, values[row * cols + col], { power, digits: 2 }), marks: chosen });
        titles[name].textContent = t(`backprop.title-${name}`, { power: times(power) });
      }

      const [height, width] = summary.input;
      const map = Float32Array.from({ length: height * width }, (_, i) => data[i * channels + channel]);
      const ink = inkOf(map, image);
      const at = placeNow();
      const met = metAt(geometry, terms.cols, at, ky, kx);
      const first = metAt(geometry, terms.cols, 0, ky, kx);
      const last = metAt(geometry, terms.cols, terms.rows * terms.cols - 1, ky, kx);
      const clip = (/** @type {number} */ place, /** @type {number} */ size) => Math.min(size - 1, Math.max(0, place));
      const [top, left, bottom, right] = [clip(first.row, height), clip(first.col, width), clip(last.row, height), clip(last.col, width)];
      const inside = met.row >= 0 && met.row < height && met.col >= 0 && met.col < width;
      input.draw({
        rows: height,
        cols: width,
        color: (row, col) => ink(map[row * width + col]),
        marks: [{ row: top, col: left, rows: bottom - top + 1, cols: right - left + 1, kind: 'kernel' }, ...(inside ? [{ ...met, kind: /** @type {const} */ ('output') }] : [])],
      });
      const spot = { row: Math.floor(at / terms.cols), col: at % terms.cols, kind: /** @type {const} */ ('output') };
      for (const [grid, values] of /** @type {const} */ ([[gradient, terms.deltas], [products, terms.products]])) {
        const most = peak(values);
        grid.draw({ rows: terms.rows, cols: terms.cols, color: (row, col) => diverging(values[row * terms.cols + col] / most), marks: [spot] });
      }
      titles.input.textContent = t(image ? 'backprop.title-image' : 'backprop.title-input', { map: channel + 1 });
      titles.gradient.textContent = t('backprop.title-gradient', { filter: filter + 1 });
      titles.products.textContent = t('backprop.title-products');
      morphChildren(here, placeText());
      morphChildren(sum, rich(sentence()));
      morphChildren(nudge, rich(nudgeText()));
      return `${t('backprop.weight-now', { ky: ky + 1, kx: kx + 1, channel: channel + 1, filter: filter + 1, weight: short(format, parameter.value[index], 4) })} ${sum.textContent}`;
    },
  };
}
