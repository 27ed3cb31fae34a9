/** One filter, one number: a window over a 32×32×3 picture, its products, their sum, bias and ReLU. */

import { h } from '../../base/dom.js';
import { createChoice } from '../../figures/choice.js';
import { CHOICES, FILTER_KEYS } from '../../keys/filter.js';
import { CHANNELS, SIDE } from '../../keys/picture.js';
import { currentFilter } from '../../shared/current-filter.js';
import { createFilterMaps } from '../../figures/filter-maps.js';
import { createNumber } from '../../figures/number.js';
import { createPictureChoice } from '../../shared/picture-choice.js';
import { pictureOf } from '../../figures/picture.js';
import { createProducts } from '../../figures/products.js';
import { fetchLearned, followLearned, learnedFilters } from '../../shared/learned-filters.js';
import { aligned } from '../../figures/size-formula.js';
import { createStepper } from '../../figures/stepper.js';
import { mo, tex, value } from '../../base/math.js';
import { rust } from '../../frame/rust.js';

/** @type {import('../../frame/cell.js').Cell} */
export const cell = {
  mount(frame, ctx) {
    const { state, t, format } = ctx;
    // Before the formula and the code, which show what comes out.
    frame.onUpdate(() => {
      if (ctx.engine) compute();
    });
    frame.prose('lead');
    const figure = frame.figure({ caption: 'caption', wide: true, minHeight: 900 });
    const kind = createChoice(ctx, { key: 'filter.kind', values: CHOICES });
    const which = createNumber(ctx, { key: 'filter.learned', role: 'kernel', show: (index) => format.integer(index + 1) });
    const number = (/** @type {string} */ key, /** @type {string} */ role) => createNumber(ctx, { key, role }).element;
    figure.controls.append(
      createPictureChoice(ctx, { upload: true, dropOn: figure.element }).element,
      kind.element,
      h('div', { class: 'control-row' }, number('filter.f', 'kernel'), number('filter.bias', 'stride'), which.element),
    );
    const note = h('p', { class: 'stage-now filter-note', role: 'status' });
    const maps = createFilterMaps(ctx, { onPick: (row, col) => { stepper.stop(); state.set('filter.at', row * side() + col); }, say: () => sentence() });
    const stepper = createStepper(frame, ctx, { key: 'filter.at', count: () => side() ** 2, label: 'window.position', speed: 8, valueText: () => sentence() });
    const products = createProducts(ctx, { set: edit });
    const now = h('p', { class: 'stage-now' });
    figure.body.append(note, maps.element, stepper.element, products.element, now);

    frame.prose('sum');
    frame.formula(() => (answer ? sumFormula() : tex`z`));
    frame.prose('name');
    frame.rust(rust`
      let weight = Array4::from_shape_vec((${'filter.f'}, ${'filter.f'}, 3, 1), weights)?;
      let conv = Conv2d::from_arrays(weight, Some(arr1(&[${'filter.bias'}])), [1, 1], Padding::Valid)?;
      let sums = conv.infer(image.view())?;             // [1, 32, 32, 3] → ${() => `[1, ${side()}, ${side()}, 1]`}
      let map = Relu::new().infer(sums.view())?;        // ${() => (answer ? `map[[0, ${answer.row}, ${answer.col}, 0]] == ${answer.map.toFixed(3)}` : '')}
    `);
    frame.check({
      question: 'check-question',
      kind: 'choice',
      options: ['check-plus', 'check-zero', 'check-minus'],
      answer: flatAnswer,
      explain: 'check-explain',
    });

    /** @type {Float32Array} */
    let weights = new Float32Array();
    /** @type {Float32Array} */
    let pixels = new Float32Array();
    /** @type {Float32Array} */
    let sums = new Float32Array();
    /** @type {Float32Array} */
    let activations = new Float32Array();
    /** Pixels under the window, and those times the weights. @type {Float32Array} */
    let patch = new Float32Array();
    /** @type {Float32Array} */
    let product = new Float32Array();
    /** The number that the window makes where it is. @type {{ row: number, col: number, parts: number[], sum: number, map: number } | null} */
    let answer = null;

    let stopFollowing = () => {};
    /** Whether the size of the network's filters is still to be taken: they may be chosen before there is a network. */
    let fitting = false;
    const showWhich = () => {
      which.element.hidden = state.get('filter.kind') !== 'learned';
    };
    showWhich();
    state.subscribe(['filter.kind'], (changed) => {
      showWhich();
      if (changed.has('filter.kind')) fitting = state.get('filter.kind') === 'learned';
      if (fitting) void fetchLearned(ctx, takeLearned);
    });

    /** Positions of the window along a side. */
    function side() {
      return SIDE - state.get('filter.f') + 1;
    }

    /** Changes one weight; from then on the filter is the reader's own. @param {number} at @param {number} to */
    function edit(at, to) {
      const next = Array.from(weights, (weight) => Number(weight.toFixed(4)));
      next[at] = to;
      return state.assign({ 'filter.weights': next, 'filter.kind': 'own' });
    }

    function takeLearned() {
      const learned = learnedFilters();
      if (fitting && learned) {
        fitting = false;
        state.set('filter.f', Math.min(7, Math.max(3, learned.size)));
      }
      ctx.invalidate();
    }

    /** What the maps depend on; the window's place is not among it. @type {unknown[]} */
    let inputs = [];

    function compute() {
      const keys = [...FILTER_KEYS, 'filter.picture', 'filter.own'];
      const now = [...keys.map((key) => state.get(key)), learnedFilters()];
      if (now.some((each, index) => each !== inputs[index])) {
        inputs = now;
        const f = state.get('filter.f');
        weights = currentFilter(state);
        pixels = pictureOf(state);
        const window = { kernel: [f, f], stride: [1, 1], padding: 'valid' };
        sums = ctx.engine.conv2d(pixels, [SIDE, SIDE, CHANNELS], weights, new Float32Array([state.get('filter.bias')]), 1, window).data;
        activations = ctx.engine.relu(sums);
      }
      multiply();
    }

    /** The products under the window and what they add up to. */
    function multiply() {
      const f = state.get('filter.f');
      const at = Math.min(state.get('filter.at'), sums.length - 1);
      const [row, col] = [Math.floor(at / side()), at % side()];
      patch = new Float32Array(weights.length);
      product = new Float32Array(weights.length);
      const parts = [0, 0, 0];
      for (let y = 0; y < f; y += 1) {
        for (let x = 0; x < f; x += 1) {
          for (let c = 0; c < CHANNELS; c += 1) {
            const here = (y * f + x) * CHANNELS + c;
            patch[here] = pixels[((row + y) * SIDE + col + x) * CHANNELS + c];
            product[here] = patch[here] * weights[here];
            parts[c] += product[here];
          }
        }
      }
      answer = { row, col, parts, sum: sums[at], map: activations[at] };
    }

    function sumFormula() {
      const { parts, sum, map } = /** @type {NonNullable<typeof answer>} */ (answer);
      const two = (/** @type {number} */ each) => format.fixed(each, 2);
      const bias = state.get('filter.bias');
      const count = weights.length;
      const sign = (/** @type {number} */ each) => mo(each < 0 ? '−' : '+');
      const signed = (/** @type {number} */ each) => tex`${sign(each)} ${two(Math.abs(each))}`;
      return aligned([
        [tex`z`, tex`= ∑_{i=1}^${count} x_i w_i + b`],
        ['', tex`= ${two(parts[0])} ${signed(parts[1])} ${signed(parts[2])} ${sign(bias)} ${value(two(Math.abs(bias)), 'stride')} = ${value(two(sum), 'output')}`],
        [tex`a`, tex`= {max}(0, z) = ${value(two(map), 'output')}`],
      ]);
    }

    function sentence() {
      if (!answer) return '';
      return t('filter.now', {
        row: answer.row + 1,
        col: answer.col + 1,
        count: weights.length,
        sum: format.fixed(answer.sum, 2),
        answer: format.fixed(answer.map, 2),
      });
    }

    return {
      update(changed) {
        const moved = changed.size === 1 && changed.has('filter.at');
        const f = state.get('filter.f');
        if (!moved) {
          maps.draw({ picture: pixels, sums, activations, size: f });
          note.textContent = noteText();
          note.hidden = note.textContent === '';
        }
        if (answer) maps.move(answer.row, answer.col);
        products.draw({ size: f, patch, weights, product, parts: answer?.parts ?? [], relabel: changed.has('lang') || changed.has('theme') });
        now.textContent = sentence();
        figure.describe(now.textContent);
      },
      visible(on) {
        stopFollowing();
        if (!on) return;
        if (state.get('filter.kind') === 'learned') void fetchLearned(ctx, takeLearned);
        stopFollowing = followLearned(ctx, () => state.get('filter.kind') === 'learned', takeLearned);
      },
    };

    /** What is special about a filter that the network has learned. */
    function noteText() {
      if (state.get('filter.kind') !== 'learned') return '';
      const learned = learnedFilters();
      if (!learned) return t('filter.learned-none');
      const index = Math.min(state.get('filter.learned'), learned.filters.length - 1) + 1;
      const step = ctx.trainer.progress.step;
      const args = { index, count: learned.filters.length, size: learned.size, step };
      return t(learned.channels === 1 ? 'filter.learned-gray' : 'filter.learned-color', args);
    }

    /** What an edge filter says about an area without an edge, computed. @param {import('../../frame/cell.js').Context} context */
    function flatAnswer({ engine }) {
      const flat = new Float32Array(5 * 5 * CHANNELS).fill(0.7);
      const edge = currentFilter({ ...state, get: (key) => (key === 'filter.kind' ? 'edge-v' : key === 'filter.f' ? 5 : state.get(key)) });
      const [sum] = engine.conv2d(flat, [5, 5, CHANNELS], edge, null, 1, { kernel: [5, 5], stride: [1, 1], padding: 'valid' }).data;
      return Math.abs(sum) < 1e-4 ? 1 : sum > 0 ? 0 : 2;
    }
  },
};
