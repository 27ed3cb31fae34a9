/** n filters: a stack of maps, and what it costs in weights, multiply-adds and bytes. */

import { h } from '../../base/dom.js';
import { computed } from '../../base/signals.js';
import { createChoice } from '../../controls/choice.js';
import { CHANNELS, SIDE } from '../../keys/picture.js';
import { filterBank } from '../../shared/current-filter.js';
import { interleave } from '../../figures/filter-bank.js';
import { pictureOf } from '../../shared/current-picture.js';
import { followLearned } from '../../shared/learned-filters.js';
import { createMapPile, sheetCanvas } from '../../figures/map-pile.js';
import { createNumber } from '../../controls/number.js';
import { createPictureChoice } from '../../shared/picture-choice.js';
import { drawPixels, extent } from '../../figures/pixels.js';
import { createPresets } from '../../controls/presets.js';
import { aligned } from '../../figures/size-formula.js';
import { list } from '../../shared/window-controls.js';
import { mtext, tex, value } from '../../base/math.js';
import { python, rust, showCode } from '../../frame/code.js';
import { questions } from './questions.js';


/** @type {import('../../frame/cell.js').Cell} */
export const cell = {
  mount(frame, ctx) {
    const { state, t, format } = ctx;
    frame.prose('lead');
    const figure = frame.figure({ caption: 'caption', wide: true, minHeight: 560 });
    const number = (/** @type {string} */ key, /** @type {string} */ role) => createNumber(ctx, { key, role }).element;
    const padding = createChoice(ctx, { key: 'filters.padding', values: ['Valid', 'Same'], words: 'padding.mode-' });
    const lecture = createPresets(ctx, {
      label: 'filters.presets',
      presets: [
        { label: 'filters.preset-lecture', values: { 'filters.n': 6, 'filter.f': 5, 'stride.s': 1, 'stride.sw': 1, 'filters.padding': 'Valid' } },
        { label: 'filters.preset-ten', values: { 'filters.n': 10, 'filter.f': 5, 'stride.s': 1, 'stride.sw': 1, 'filters.padding': 'Valid' } },
        { label: 'filters.preset-same', values: { 'filters.n': 16, 'filter.f': 3, 'stride.s': 2, 'stride.sw': 2, 'filters.padding': 'Same' } },
      ],
    });
    figure.controls.append(
      h('div', { class: 'control-row' }, number('filters.n', 'output'), number('filter.f', 'kernel'), number('stride.s', 'stride')),
      padding.element,
      createPictureChoice(ctx).element,
      lecture.element,
    );
    const pile = createMapPile({ label: 'filters.pile', onPick: (index) => state.set('filters.pick', index) });
    const bank = h('div', { class: 'bank', role: 'radiogroup', i18nLabel: 'filters.bank' });
    const zoom = h('canvas', { class: 'pixels bank-zoom', role: 'img' });
    const chosenFilter = h('canvas', { class: 'pixels bank-filter', role: 'img' });
    const filterText = h('p', { class: 'figure-panel-title' });
    const zoomText = h('p', { class: 'figure-panel-title' });
    figure.body.append(pile.element, bank, h('div', { class: 'bank-picked' }, h('div', { class: 'figure-panel' }, filterText, chosenFilter), h('span', { class: 'bank-arrow', 'aria-hidden': 'true' }, '→'), h('div', { class: 'figure-panel' }, zoomText, zoom)));

    frame.prose('own');
    frame.formula(() => costs(result.value.layer));
    frame.prose('cost');
    const same = () => state.get('filters.padding') === 'Same';
    const shape = () => list([1, ...result.value.shape]);
    /** Padding of each side, as the engine found it. */
    const sides = () => {
      const { pad_before: [top, left] = [0, 0], pad_after: [bottom, right] = [0, 0] } = result.value.layer.geometry ?? {};
      return { top, bottom, left, right };
    };
    const torchSides = () => { const { top, bottom, left, right } = sides(); return `(${left}, ${right}, ${top}, ${bottom})`; };
    const numpySides = () => { const { top, bottom, left, right } = sides(); return `(0, 0), (${top}, ${bottom}), (${left}, ${right}), (0, 0)`; };
    showCode(frame, ctx, {
      tensorflow: python`
        W = tf.Variable(tf.random_normal([${'filter.f'}, ${'filter.f'}, 3, ${'filters.n'}], stddev=0.01))
        y = tf.nn.conv2d(images, W, strides=[1, ${'stride.s'}, ${'stride.sw'}, 1], padding='${() => (same() ? 'SAME' : 'VALID')}')
        y.shape   # ${shape}
      `,
      torch: python`
        conv = nn.Conv2d(3, ${'filters.n'}, ${'filter.f'}, stride=(${'stride.s'}, ${'stride.sw'}))
        sum(each.numel() for each in conv.parameters())   # ${() => result.value.layer.parameters}
        y = conv(${() => (same() ? `F.pad(images, ${torchSides()})` : 'images')})
        y.shape   # ${() => list([1, result.value.shape[2], ...result.value.shape.slice(0, 2)])}
      `,
      keras: python`
        conv = layers.Conv2D(${'filters.n'}, ${'filter.f'}, strides=(${'stride.s'}, ${'stride.sw'}), padding="${() => (same() ? 'same' : 'valid')}")
        y = conv(images)
        y.shape              # ${shape}
        conv.count_params()  # ${() => result.value.layer.parameters}
      `,
      numpy: python`
        padded = np.pad(images, (${numpySides}))
        windows = sliding_window_view(padded, (${'filter.f'}, ${'filter.f'}), axis=(1, 2))[:, ::${'stride.s'}, ::${'stride.sw'}]
        W = np.random.normal(0, 0.01, (${'filter.f'}, ${'filter.f'}, 3, ${'filters.n'}))
        y = np.tensordot(windows, W, axes=((4, 5, 3), (0, 1, 2)))
        y.shape   # ${shape}
      `,
      rust: rust`
        let window = Window {
            kernel: [${'filter.f'}, ${'filter.f'}],
            stride: [${'stride.s'}, ${'stride.sw'}],
            padding: Padding::${'filters.padding'},
        };
        let conv = Conv2d::new(window, 3, ${'filters.n'}, true);
        conv.weight.shape                   // ${() => list(result.value.layer.weight_shape)}
        let layer = Standalone::new(conv);
        layer.infer(images.view())?.shape() // ${() => list([1, ...result.value.shape])}
      `,
    });
    for (const question of questions) frame.check(question);

    /** @type {HTMLInputElement[]} */
    const inputs = [];

    const stride = () => [state.get('stride.s'), state.get('stride.sw')];

    const result = computed(() => {
      const [n, f] = [state.get('filters.n'), state.get('filter.f')];
      const filters = filterBank(state, n);
      const mode = state.get('filters.padding').toLowerCase();
      const window = { kernel: [f, f], stride: stride(), padding: mode };
      const bias = new Float32Array(n);
      bias[0] = state.get('filter.bias');
      const weights = interleave(filters.map((filter) => filter.weights));
      /** @type {{ shape: number[], data: Float32Array }} */
      const { shape, data } = ctx.engine.conv2d(pictureOf(state), [SIDE, SIDE, CHANNELS], weights, bias, n, window);
      const text = `input ${SIDE}x${SIDE}x${CHANNELS}\nconv ${f} ${n} stride ${stride().join('x')} padding ${mode}\nflatten\ndense 10`;
      return { shape, maps: /** @type {Float32Array} */ (ctx.engine.relu(data)), filters, layer: ctx.engine.summarize(text).layers[0] };
    });
    /** The maps' canvases, also of those that are not there now: a new one is dear. @type {HTMLCanvasElement[]} */
    const canvases = [];
    /** The maps as the pile has them. */
    const sheets = computed(() => {
      const { shape: [height, width, n], maps } = result.value;
      return Array.from({ length: n }, (_, channel) => {
        const range = /** @type {[number, number]} */ ([0, extent(maps, n, channel)[1] || 1]);
        canvases[channel] = sheetCanvas(maps, { height, width, channels: n, channel, map: 'sequential', range }, canvases[channel]);
        return { color: '--line-strong', canvas: canvases[channel] };
      });
    });
    /** The picture's channels likewise. */
    const colors = computed(() => {
      const picture = pictureOf(state);
      return ['--bad', '--good', '--accent'].map((color, channel) => ({ color, canvas: channelSheet(picture, channel) }));
    });

    const pick = () => Math.min(state.get('filters.pick'), state.get('filters.n') - 1);

    /** @param {any} layer of the engine's summary */
    function costs(layer) {
      const [f, n] = [state.get('filter.f'), state.get('filters.n')];
      const [height, width] = layer.output;
      const whole = (/** @type {number | bigint} */ each) => format.integer(Number(each));
      const row = (/** @type {string} */ name, /** @type {Node[]} */ formula) => [mtext(t(name)), formula];
      const bytes = (/** @type {number} */ each) => tex`= ${value(whole(each), 'output')} ${mtext('\u00a0B')}`;
      const weights = f * f * CHANNELS * n;
      return aligned([
        row('filters.row-weights', tex`= ${value(f, 'kernel')} × ${value(f, 'kernel')} × ${CHANNELS} × ${value(n, 'output')} = ${whole(weights)}`),
        row('filters.row-parameters', tex`= ${whole(weights)} + ${value(n, 'output')} = ${value(whole(layer.parameters), 'output')}`),
        row('filters.row-products', tex`= ${height} × ${width} × ${value(n, 'output')} × ${f * f * CHANNELS} = ${value(whole(layer.multiply_adds), 'output')}`),
        row('filters.row-weight-bytes', tex`= 4 × ${whole(layer.parameters)} ${bytes(4 * Number(layer.parameters))}`),
        row('filters.row-map-bytes', tex`= 4 × ${height} × ${width} × ${value(n, 'output')} ${bytes(Number(layer.activation_bytes))}`),
      ]);
    }

    /** @param {{ name: string, weights: Float32Array }[]} filters */
    function drawBank(filters) {
      const f = state.get('filter.f');
      for (let index = inputs.length; index < filters.length; index += 1) {
        inputs.push(h('input', { type: 'radio', name: 'filters-pick', class: 'visually-hidden', value: String(index), on: { change: () => state.set('filters.pick', index) } }));
        bank.append(h('label', { class: 'bank-item' }, inputs[index], h('canvas', { class: 'pixels' })));
      }
      // As in a table of numbers: fields that there are too many of are hidden.
      inputs.forEach((input, index) => {
        input.disabled = index >= filters.length;
        /** @type {HTMLElement} */ (input.parentElement).hidden = input.disabled;
      });
      filters.forEach(({ name, weights }, index) => {
        const canvas = /** @type {HTMLCanvasElement} */ (inputs[index].nextElementSibling);
        drawWeights(canvas, weights, f);
        inputs[index].setAttribute('aria-label', t('filters.filter-name', { index: index + 1, name: t(`filter.kind-${name}`) }));
      });
    }

    followLearned(ctx, () => frame.visible.value && state.get('filter.kind') === 'learned');
    frame.draw(() => drawBank(result.value.filters));
    frame.draw(() => {
      const [height, width, n] = result.value.shape;
      pile.draw({
        pick: pick(),
        groups: [
          { name: `${SIDE}×${SIDE}×${CHANNELS}`, height: SIDE, width: SIDE, sheets: colors.value },
          { name: `${height}×${width}×${n}`, height, width, sheets: sheets.value },
        ],
      });
    });
    frame.draw(() => {
      const { shape, maps, filters, layer } = result.value;
      const [height, width, n] = shape;
      const chosen = pick();
      inputs.forEach((input, index) => {
        input.checked = index === chosen;
      });
      drawPixels(zoom, maps, { height, width, channels: n, channel: chosen, map: 'sequential', range: [0, extent(maps, n, chosen)[1] || 1] });
      zoomText.textContent = t('filters.picked', { index: chosen + 1, name: t(`filter.kind-${filters[chosen].name}`), size: [height, width] });
      zoom.setAttribute('aria-label', zoomText.textContent);
      const f = state.get('filter.f');
      drawWeights(chosenFilter, filters[chosen].weights, f);
      filterText.textContent = t('filters.filter-name', { index: chosen + 1, name: `${f}×${f}×${CHANNELS}` });
      chosenFilter.setAttribute('aria-label', filterText.textContent);
      figure.describe(t('filters.now', { n, out: shape, parameters: Number(layer.parameters), products: Number(layer.multiply_adds) }));
    });
  },
};

/** One colour of the picture as a sheet of that colour. @param {Float32Array} picture @param {number} channel */
function channelSheet(picture, channel) {
  const tinted = new Float32Array(picture.length);
  for (let pixel = 0; pixel < SIDE * SIDE; pixel += 1) tinted[pixel * CHANNELS + channel] = picture[pixel * CHANNELS + channel];
  return sheetCanvas(tinted, { height: SIDE, width: SIDE, channels: CHANNELS, map: 'rgb' });
}

/**
 * A filter as a picture: grey is 0, brighter is positive, for each colour.
 * @param {HTMLCanvasElement} canvas
 * @param {Float32Array} weights F×F×3
 * @param {number} f
 */
function drawWeights(canvas, weights, f) {
  const most = weights.reduce((largest, weight) => Math.max(largest, Math.abs(weight)), 0) || 1;
  drawPixels(canvas, weights, { height: f, width: f, channels: CHANNELS, map: 'rgb', range: [-most, most] });
}
