/** One filter, one number: a window over a 32×32×3 picture, its products, their sum, bias and ReLU. */

import { h } from '../../base/dom.js';
import { draw } from '../../base/scheduler.js';
import { computed, watch } from '../../base/signals.js';
import { createChoice } from '../../controls/choice.js';
import { CHOICES } from '../../keys/filter.js';
import { CHANNELS, SIDE } from '../../keys/picture.js';
import { currentFilter } from '../../shared/current-filter.js';
import { filterWeights } from '../../figures/filter-bank.js';
import { createFilterMaps } from '../../figures/filter-maps.js';
import { createNumber } from '../../controls/number.js';
import { pictureOf } from '../../shared/current-picture.js';
import { createPictureChoice } from '../../shared/picture-choice.js';
import { createProducts } from '../../controls/products.js';
import { fetchLearned, followLearned, learnedFilters } from '../../shared/learned-filters.js';
import { aligned } from '../../figures/size-formula.js';
import { createStepper } from '../../controls/stepper.js';
import { mo, tex, value } from '../../base/math.js';
import { createColorKey } from '../../shared/color-key.js';
import { python, rust, showCode } from '../../frame/code.js';
import { createGuess } from '../../frame/guess.js';
import { createStory } from '../../frame/story.js';
import { questions } from './questions.js';

/** The bias that the guess is about. */
const GUESSED_BIAS = -1;

/** @type {import('../../frame/cell.js').Cell} */
export const cell = {
  mount(frame, ctx) {
    const { state, t, format } = ctx;
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
    const note = h('p', { class: 'filter-note', role: 'status' });
    const drawings = createFilterMaps(ctx, { onPick: (row, col) => { stepper.stop(); state.set('filter.at', row * side() + col); }, say: () => sentence() });
    const stepper = createStepper(frame, ctx, { key: 'filter.at', count: () => side() ** 2, label: 'window.position', speed: 8, valueText: () => sentence() });
    const products = createProducts(frame, ctx, { weights: () => weights.value, window: () => under.value, set: edit });
    const now = h('p', { class: 'stage-now' });
    const filter = { 'filter.kind': 'edge-v', 'filter.f': 5, 'filter.bias': 0 };
    const story = createStory(frame, ctx, figure, {
      steps: [
        { title: 'story-window-title', text: 'story-window', values: { ...filter, 'filter.at': 400 } },
        { title: 'story-number-title', text: 'story-number', values: () => ({ ...filter, 'filter.at': extremeOf(1) }) },
        { title: 'story-relu-title', text: 'story-relu', values: () => ({ ...filter, 'filter.at': extremeOf(-1) }) },
        { title: 'story-map-title', text: 'story-map', values: { ...filter, 'filter.at': 0 } },
      ],
      shown: [h('div', { class: 'filter-stage' }, drawings.element, stepper.element), now],
      stop: stepper.stop,
    });
    const guess = createGuess(frame, ctx, figure, {
      question: 'filter.guess',
      explain: 'filter.guess-explain',
      kind: 'choice',
      options: ['filter.guess-more', 'filter.guess-same', 'filter.guess-fewer'],
      answer: () => 1 + Math.sign(brightAt(0) - brightAt(GUESSED_BIAS)),
      args: () => ({ before: brightAt(0), after: brightAt(GUESSED_BIAS), all: side() ** 2 }),
      play: () => void state.assign({ 'filter.kind': 'edge-v', 'filter.bias': GUESSED_BIAS }),
      on: drawings.last,
    });
    story.side.append(guess.element);
    figure.body.append(figure.controls, note, products.element);

    frame.append(createColorKey());

    frame.prose('sum');
    frame.formula(() => sumFormula());
    frame.prose('name');
    showCode(frame, ctx, {
      tensorflow: python`
        W = tf.constant(weights, shape=[${'filter.f'}, ${'filter.f'}, 3, 1])
        sums = tf.nn.conv2d(image, W, strides=[1, 1, 1, 1], padding='VALID') + ${'filter.bias'}
        maps = tf.nn.relu(sums)   # [1, 32, 32, 3] → ${() => `[1, ${side()}, ${side()}, 1]`}
        sess.run(maps)[0, ${() => under.value.row}, ${() => under.value.col}, 0]   # ${() => under.value.map.toFixed(3)}
      `,
      torch: python`
        weight = torch.tensor(weights).reshape(${'filter.f'}, ${'filter.f'}, 3, 1)
        weight = weight.permute(3, 2, 0, 1)   # out, in, height, width
        sums = F.conv2d(image, weight, torch.tensor([${'filter.bias'}]))
        maps = F.relu(sums)   # [1, 3, 32, 32] → ${() => `[1, 1, ${side()}, ${side()}]`}
        maps[0, 0, ${() => under.value.row}, ${() => under.value.col}]   # ${() => under.value.map.toFixed(3)}
      `,
      keras: python`
        conv = layers.Conv2D(1, ${'filter.f'}, activation="relu")
        conv.build((None, 32, 32, 3))
        conv.set_weights([weights.reshape(${'filter.f'}, ${'filter.f'}, 3, 1), np.array([${'filter.bias'}])])
        maps = conv(image)   # [1, 32, 32, 3] → ${() => `[1, ${side()}, ${side()}, 1]`}
        maps[0, ${() => under.value.row}, ${() => under.value.col}, 0]   # ${() => under.value.map.toFixed(3)}
      `,
      numpy: python`
        weight = weights.reshape(${'filter.f'}, ${'filter.f'}, 3)
        row, col = ${() => under.value.row}, ${() => under.value.col}
        window = image[0, row : row + ${'filter.f'}, col : col + ${'filter.f'}]
        value = (window * weight).sum() + ${'filter.bias'}
        max(value, 0)   # ${() => under.value.map.toFixed(3)}
      `,
      rust: rust`
        let weight = Array4::from_shape_vec((${'filter.f'}, ${'filter.f'}, 3, 1), weights)?;
        let conv = Conv2d::from_arrays(weight, Some(arr1(&[${'filter.bias'}])), [1, 1], Padding::Valid)?;
        let (conv, relu) = (Standalone::new(conv), Standalone::new(Relu::new()));
        let sums = conv.infer(image.view())?;             // [1, 32, 32, 3] → ${() => `[1, ${side()}, ${side()}, 1]`}
        let map = relu.infer(sums.view())?;               // ${() => `map[[0, ${under.value.row}, ${under.value.col}, 0]] == ${under.value.map.toFixed(3)}`}
      `,
    });
    for (const question of questions) frame.check(question);

    const weights = computed(() => currentFilter(state));
    /** What comes of the whole picture. */
    const maps = computed(() => {
      const f = state.get('filter.f');
      const window = { kernel: [f, f], stride: [1, 1], padding: 'valid' };
      /** @type {Float32Array} */
      const sums = ctx.engine.conv2d(pictureOf(state), [SIDE, SIDE, CHANNELS], weights.value, new Float32Array([state.get('filter.bias')]), 1, window).data;
      return { sums, activations: /** @type {Float32Array} */ (ctx.engine.relu(sums)) };
    });
    /** The window where it is: the pixels, those times the weights, and what they add up to. */
    const under = computed(() => multiply());

    draw(kind.element, () => {
      which.element.hidden = state.get('filter.kind') !== 'learned';
    });
    /** Whether the size of the network's filters is still to be taken: they may be chosen before there is a network. */
    let fitting = false;
    watch(
      () => state.get('filter.kind') === 'learned',
      (chosen) => {
        fitting = chosen;
        if (chosen) void fetchLearned(ctx).then(fit);
      },
    );
    watch(learnedFilters, fit);
    followLearned(ctx, () => frame.visible.value && state.get('filter.kind') === 'learned');

    function fit() {
      const learned = learnedFilters();
      if (!fitting || !learned) return;
      fitting = false;
      state.set('filter.f', Math.min(7, Math.max(3, learned.size)));
    }

    /** Positions of the window along a side. */
    function side() {
      return SIDE - state.get('filter.f') + 1;
    }

    /** Changes one weight; from then on the filter is the reader's own. @param {number} at @param {number} to */
    function edit(at, to) {
      const next = Array.from(weights.value, (weight) => Number(weight.toFixed(4)));
      next[at] = to;
      return state.assign({ 'filter.weights': next, 'filter.kind': 'own' });
    }

    function multiply() {
      const f = state.get('filter.f');
      const { sums, activations } = maps.value;
      const [pixels, filter] = [pictureOf(state), weights.value];
      const at = Math.min(state.get('filter.at'), sums.length - 1);
      const [row, col] = [Math.floor(at / side()), at % side()];
      const patch = new Float32Array(filter.length);
      const product = new Float32Array(filter.length);
      const parts = [0, 0, 0];
      for (let y = 0; y < f; y += 1) {
        for (let x = 0; x < f; x += 1) {
          for (let c = 0; c < CHANNELS; c += 1) {
            const here = (y * f + x) * CHANNELS + c;
            patch[here] = pixels[((row + y) * SIDE + col + x) * CHANNELS + c];
            product[here] = patch[here] * filter[here];
            parts[c] += product[here];
          }
        }
      }
      return { row, col, patch, product, parts, sum: sums[at], map: activations[at] };
    }

    /** Where the filter for vertical edges gives most, or least. @param {1 | -1} sign */
    function extremeOf(sign) {
      /** @type {Float32Array} */
      const sums = ctx.engine.conv2d(pictureOf(state), [SIDE, SIDE, CHANNELS], filterWeights('edge-v', 5), null, 1, { kernel: [5, 5], stride: [1, 1], padding: 'valid' }).data;
      return sums.reduce((best, sum, at) => (sign * sum > sign * sums[best] ? at : best), 0);
    }

    /** Places of the map after ReLU that are above 0, for the filter for vertical edges. @param {number} bias */
    function brightAt(bias) {
      const f = state.get('filter.f');
      const window = { kernel: [f, f], stride: [1, 1], padding: 'valid' };
      const { data } = ctx.engine.conv2d(pictureOf(state), [SIDE, SIDE, CHANNELS], filterWeights('edge-v', f), new Float32Array([bias]), 1, window);
      return /** @type {Float32Array} */ (ctx.engine.relu(data)).filter((value) => value > 0).length;
    }

    function sumFormula() {
      const { parts, sum, map } = under.value;
      const two = (/** @type {number} */ each) => format.fixed(each, 2);
      const bias = state.get('filter.bias');
      const count = weights.value.length;
      const sign = (/** @type {number} */ each) => mo(each < 0 ? '−' : '+');
      const signed = (/** @type {number} */ each) => tex`${sign(each)} ${two(Math.abs(each))}`;
      return aligned([
        [tex`z`, tex`= ∑_{i=1}^${count} x_i w_i + b`],
        ['', tex`= ${two(parts[0])} ${signed(parts[1])} ${signed(parts[2])} ${sign(bias)} ${value(two(Math.abs(bias)), 'stride')} = ${value(two(sum), 'output')}`],
        [tex`a`, tex`= {max}(0, z) = ${value(two(map), 'output')}`],
      ]);
    }

    function sentence() {
      if (!ctx.engine) return '';
      const { row, col, sum, map } = under.value;
      return t('filter.now', {
        row: row + 1,
        col: col + 1,
        count: weights.value.length,
        sum: format.fixed(sum, 2),
        answer: format.fixed(map, 2),
      });
    }

    frame.draw(() => {
      drawings.draw({ picture: pictureOf(state), ...maps.value, size: state.get('filter.f') });
    });
    frame.draw(() => drawings.move(under.value.row, under.value.col));
    frame.draw(() => {
      note.textContent = noteText();
      note.hidden = note.textContent === '';
    });
    frame.draw(() => {
      now.textContent = sentence();
      figure.describe(now.textContent);
    });

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
  },
};
