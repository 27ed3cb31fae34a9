/** One value at a convolution's input: the windows that saw it, the flipped kernel, and the gradient that comes back. */

import { h, morphChildren } from '../../base/dom.js';
import { tex, value } from '../../base/math.js';
import { rich } from '../../base/rich.js';
import { diverging, gray, sequential } from '../../figures/color.js';
import { createGrid } from '../../figures/grid.js';
import { createNumberSheet } from '../../figures/number-sheet.js';
import { aligned } from '../../figures/size-formula.js';
import { mantissa, powerOf, precision, short, times, write } from '../../figures/powers.js';
import { pixelTerms } from './terms.js';
import { peak } from './weight.js';

/** @typedef {import('../../training/common/protocol.js').Backprop} Backprop */
/** @typedef {import('../../figures/strip/outline.js').LayerSummary} LayerSummary */

/**
 * @param {import('../../frame/cell.js').Context} ctx
 * @param {{ refresh: () => void }} options works the sums out again, for what is said before anything is drawn
 */
export function createPixel(ctx, { refresh }) {
  const { t, state, format } = ctx;
  const pick = (/** @type {{ row: number, col: number }} */ { row, col }) => state.assign({ 'backprop.row': row, 'backprop.col': col });
  const say = () => {
    refresh();
    return sentence().replaceAll('**', '');
  };
  const options = { cell: 22, maxWidth: 308, onPoint: (/** @type {{ row: number, col: number } | null} */ place) => place && pick(place), onPick: pick, say };
  const input = createGrid(ctx, { label: 'backprop.grid-pixel', ...options });
  const back = createGrid(ctx, { label: 'backprop.grid-back', ...options });
  const names = /** @type {const} */ (['deltas', 'flipped', 'products']);
  const sheets = names.map((name) => createNumberSheet({ label: `backprop.sheet-${name}` }));
  const titles = Object.fromEntries(['pixel', 'back', ...names].map((name) => [name, h('p', { class: 'figure-panel-title' })]));
  const panel = (/** @type {string} */ name, /** @type {HTMLElement} */ drawing) => h('div', { class: 'figure-panel' }, titles[name], drawing);
  const sign = (/** @type {string} */ text) => h('span', { class: 'backprop-sign', 'aria-hidden': 'true' }, text);
  const part = h('p', { class: 'stage-now' });
  const sum = h('p', { class: 'stage-now backprop-back' });
  const element = h(
    'div',
    { class: 'backprop-pixel' },
    h('div', { class: 'figure-row' }, panel('pixel', input.element), panel('back', back.element)),
    h('div', { class: 'figure-row backprop-terms' }, panel('deltas', sheets[0].element), sign('×'), panel('flipped', sheets[1].element), sign('='), panel('products', sheets[2].element)),
    part,
    sum,
  );
  /**
   * @type {{ look: Backprop, summary: LayerSummary, geometry: NonNullable<LayerSummary['geometry']>, data: Float32Array,
   *   dInput: Float32Array, image: boolean, channel: number, filter: number, row: number, col: number,
   *   terms: ReturnType<typeof pixelTerms>, d: number } | null}
   */
  let now = null;

  function sentence() {
    if (!now) return '';
    const { terms, d } = now;
    const digits = precision(terms.sum, terms.size, d);
    return t('backprop.back-sum', { windows: terms.seen, filters: terms.parts.length, sum: write(format, terms.sum, digits), kernel: write(format, d, digits) });
  }

  return {
    element,
    formula() {
      const letters = tex`\frac{∂L}{∂x}`;
      const law = tex`= ∑_k ∑_{i,j} \frac{∂L}{∂y_{k,i,j}} w_{k,{flip}(i,j)}`;
      if (!now) return aligned([[letters, law]]);
      return aligned([[letters, law], ['', tex`= ${value(write(format, now.terms.sum, precision(now.terms.sum, now.terms.size, now.d)), 'output')}`]]);
    },
    /**
     * Works the sum out; what is drawn is drawn from it.
     * @param {object} at
     * @param {Backprop} at.look
     * @param {LayerSummary} at.summary of the convolution
     * @param {Float32Array} at.input what it was given
     * @param {boolean} at.image whether that is the image
     * @param {number} at.channel
     * @param {number} at.filter whose part is shown
     * @param {{ row: number, col: number }} at.spot
     */
    take({ look, summary, input: data, image, channel, filter, spot: { row, col } }) {
      const { weight } = look;
      const { geometry } = summary;
      // Of another convolution until this one's has come.
      if (!weight || !geometry || weight.layer !== summary.index) return;
      const [, width, channels] = summary.input;
      const dInput = summary.index === 0 ? look.dImage : look.gradients[summary.index - 1].data;
      const terms = pixelTerms({ geometry, weight, gradient: look.gradients[summary.index], channel, row, col });
      now = { look, summary, geometry, data, dInput, image, channel, filter, row, col, terms, d: dInput[(row * width + col) * channels + channel] };
    },
    /** @returns {string} what is to be seen */
    draw() {
      if (!now) return '';
      const { look, summary, geometry, data, dInput, image, channel, filter, row, col, terms } = now;
      const [height, width, channels] = summary.input;
      const of = (/** @type {ArrayLike<number>} */ all) => Float32Array.from({ length: height * width }, (_, i) => all[i * channels + channel]);
      const [values, slopes] = [of(data), of(dInput)];
      const [most, steepest] = [peak(values), peak(slopes)];
      const negative = values.some((each) => each < 0);
      const spot = { row, col, kind: /** @type {const} */ ('output') };
      // All that the windows that saw it cover.
      const seen = terms.windows.flatMap((at) => {
        if (at < 0) return [];
        const outputs = look.gradients[summary.index].shape[1];
        return [[Math.floor(at / outputs) * geometry.stride[0] - geometry.pad_before[0], (at % outputs) * geometry.stride[1] - geometry.pad_before[1]]];
      });
      const clip = (/** @type {number} */ place, /** @type {number} */ size) => Math.min(size, Math.max(0, place));
      const edge = (/** @type {0 | 1} */ axis, /** @type {number} */ size) => {
        const starts = seen.map((each) => each[axis]);
        return [clip(Math.min(...starts), size), clip(Math.max(...starts) + geometry.kernel[axis], size)];
      };
      const [[top, bottom], [left, right]] = seen.length > 0 ? [edge(0, height), edge(1, width)] : [[row, row + 1], [col, col + 1]];
      const field = { row: top, col: left, rows: bottom - top, cols: right - left, kind: /** @type {const} */ ('kernel') };
      input.draw({
        rows: height,
        cols: width,
        color: (y, x) => {
          const each = values[y * width + x];
          return image ? gray(each) : negative ? diverging(each / most) : sequential(each / most);
        },
        marks: [field, spot],
      });
      back.draw({ rows: height, cols: width, color: (y, x) => diverging(slopes[y * width + x] / steepest), marks: [spot] });
      titles.pixel.textContent = t(image ? 'backprop.title-image' : 'backprop.title-input', { map: channel + 1 });
      titles.back.textContent = t('backprop.title-back');

      const own = terms.parts[filter];
      names.forEach((name, i) => {
        const numbers = own[name];
        const largest = peak(numbers);
        const power = powerOf(largest);
        sheets[i].draw(terms.rows, terms.cols, (y, x) => {
          const at = y * terms.cols + x;
          if (name !== 'flipped' && terms.windows[at] < 0) return { text: '·', color: null };
          return { text: mantissa(format, numbers[at], { power, digits: 2 }), color: diverging((0.8 * numbers[at]) / largest) };
        });
        titles[name].textContent = t(`backprop.title-${name === 'products' ? 'parts' : name}`, { filter: filter + 1, power: times(power) });
      });
      const others = terms.sum - own.sum;
      morphChildren(part, terms.parts.length > 1 ? t('backprop.part', { filter: filter + 1, part: short(format, own.sum), n: terms.parts.length - 1, others: short(format, others) }) : t('backprop.part-only', { part: short(format, own.sum) }));
      morphChildren(sum, rich(sentence()));
      return `${t('backprop.pixel-now', { row: row + 1, col: col + 1, value: short(format, values[row * width + col]) })} ${sum.textContent}`;
    },
  };
}
