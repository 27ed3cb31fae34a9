/** Padding: why maps shrink, and a border of zeros that keeps them from it. */

import { h, morphChildren } from '../../base/dom.js';
import { draw } from '../../base/scheduler.js';
import { computed } from '../../base/signals.js';
import { aligned, numberRows, sizeRows } from '../../figures/size-formula.js';
import { createChoice } from '../../controls/choice.js';
import { createDepthChart } from '../../figures/depth-chart.js';
import { createNumber } from '../../controls/number.js';
import { brightness } from '../../figures/picture.js';
import { drawPixels } from '../../figures/pixels.js';
import { createPresets } from '../../controls/presets.js';
import { pictureOf } from '../../shared/current-picture.js';
import { sharedWindow, square } from '../../shared/window.js';
import { list, windowControls } from '../../shared/window-controls.js';
import { axisOf } from '../../figures/window-math.js';
import { createWindowStage } from '../../controls/window-stage.js';
import { tex, value } from '../../base/math.js';
import { python, rust, showCode } from '../../frame/code.js';
import { createGuess } from '../../frame/guess.js';
import { createStory } from '../../frame/story.js';
import { questions } from './questions.js';
import { MODES } from './keys.js';


/** @type {import('../../frame/cell.js').Cell} */
export const cell = {
  mount(frame, ctx) {
    const { state, t, format } = ctx;
    frame.prose('lead');
    mountShrink(frame, ctx);
    frame.prose('border');

    const figure = frame.figure({ caption: 'caption', wide: true, first: true, minHeight: 460 });
    const mode = createChoice(ctx, { key: 'padding.mode', values: MODES });
    const amount = createNumber(ctx, { key: 'padding.p', role: 'padding' });
    draw(mode.element, () => {
      amount.element.hidden = state.get('padding.mode') !== 'Explicit';
    });
    const presets = createPresets(ctx, {
      label: 'padding.presets',
      presets: [
        { label: 'padding.preset-lecture', values: { ...square(7, 3, 1), 'padding.mode': 'Explicit', 'padding.p': 1 } },
        { label: 'padding.preset-valid', values: { ...square(7, 3, 1), 'padding.mode': 'Valid' } },
        { label: 'padding.preset-five', values: { ...square(7, 5, 1), 'padding.mode': 'Same' } },
        { label: 'padding.preset-lopsided', values: { ...square(8, 3, 2), 'padding.mode': 'Same' } },
        { label: 'padding.preset-even', values: { ...square(7, 4, 1), 'padding.mode': 'Same' } },
      ],
    });
    figure.controls.append(...windowControls(ctx), h('div', { class: 'control-row' }, mode.element, amount.element), presets.element);
    const resolved = computed(() => resolve(ctx));
    const stage = createWindowStage(frame, ctx, {
      key: 'padding.at',
      room: { rows: 11, cols: 18 },
      data: () => ({ picture: pictureOf(state), geometry: resolved.value.geometry, padding: requested(ctx), ...sharedWindow(state) }),
    });
    const verdict = h('p', { class: 'stage-verdict', role: 'status' });
    /** @param {number} f @param {number} s @param {typeof MODES[number]} mode @param {number} p @param {number} at */
    const set = (f, s, mode, p, at) => ({ ...square(7, f, s), 'padding.mode': mode, 'padding.p': p, 'padding.at': at });
    const story = createStory(frame, ctx, figure, {
      steps: [
        { title: 'story-zeros-title', text: 'story-zeros', values: set(3, 1, 'Same', 1, 0) },
        { title: 'story-valid-title', text: 'story-valid', values: set(3, 1, 'Valid', 1, 0) },
        { title: 'story-wide-title', text: 'story-wide', values: set(5, 1, 'Explicit', 2, 0) },
        { title: 'story-three-title', text: 'story-three', values: set(3, 3, 'Explicit', 1, 8) },
        { title: 'story-rule-title', text: 'story-rule', values: set(3, 1, 'Explicit', 1, 24) },
      ],
      shown: [stage.element, stage.now, verdict],
      live: [verdict],
      stop: stage.stop,
    });
    const guess = createGuess(frame, ctx, figure, {
      question: 'padding.guess',
      explain: 'padding.guess-explain',
      kind: 'number',
      answer: ({ engine }) => engine.geometry([7, 7], { kernel: [5, 5], stride: [2, 2], padding: [2, 2, 2, 2] }).output[0],
      play() {
        state.assign({ ...square(7, 5, 2), 'padding.mode': 'Explicit', 'padding.p': 2 });
        stage.play();
      },
      busy: stage.playing,
      on: stage.outputPanel,
    });
    story.side.append(guess.element);
    figure.body.append(figure.controls);

    frame.prose('formula');
    frame.formula(() => {
      const { geometry } = resolved.value;
      const number = (/** @type {number} */ each) => format.number(each, 2);
      if (!geometry) return aligned(sizeRows({ axis: null, padding: true, number }));
      const rect = state.get('stride.rect');
      return aligned([
        ...sizeRows({ axis: axisOf(geometry, 0), padding: true, number, name: rect ? t('window.height') : '' }),
        ...(rect ? numberRows(axisOf(geometry, 1), { padding: true, number, name: t('window.width') }) : []),
      ]);
    });
    frame.prose('rule');
    frame.formula(() => {
      const { kernel } = sharedWindow(state);
      const total = kernel[0] - 1;
      const sides = total % 2 > 0 && tex`→ P_1 = ${value(Math.floor(total / 2), 'padding')}, P_2 = ${value(Math.ceil(total / 2), 'padding')}`;
      return tex`P = \frac{F − 1}{2} = \frac{${value(kernel[0], 'kernel')} − 1}{2} = ${value(format.number(total / 2, 1), 'padding')} ${sides}`;
    });
    frame.prose('same');
    const sides = () => (state.get('padding.mode') === 'Explicit' ? ` { top: ${state.get('padding.p')}, bottom: ${state.get('padding.p')}, left: ${state.get('padding.p')}, right: ${state.get('padding.p')} }` : '');
    const shown = (/** @type {'pad_before' | 'pad_after' | 'output'} */ field) => () => (resolved.value.geometry ? list(resolved.value.geometry[field]) : t('window.error'));
    /** Rows and columns of padding, before and after. */
    const sidesNow = () => {
      const { pad_before: [top, left] = [0, 0], pad_after: [bottom, right] = [0, 0] } = resolved.value.geometry ?? {};
      return { top, bottom, left, right };
    };
    const explicit = () => state.get('padding.mode') === 'Explicit';
    const word = () => (state.get('padding.mode') === 'Same' ? 'same' : 'valid');
    const torchSides = () => { const { top, bottom, left, right } = sidesNow(); return `(${left}, ${right}, ${top}, ${bottom})`; };
    const p = () => state.get('padding.p');
    showCode(frame, ctx, {
      tensorflow: python`
        x = tf.placeholder(tf.float32, [None, ${'stride.n'}, ${'stride.w'}, 1])
        ${() => (explicit() ? `x = tf.pad(x, [[0, 0], [${p()}, ${p()}], [${p()}, ${p()}], [0, 0]])\n` : '')}W = tf.Variable(tf.random_normal([${'stride.f'}, ${'stride.fw'}, 1, 1], stddev=0.01))
        y = tf.nn.conv2d(x, W, strides=[1, ${'stride.s'}, ${'stride.sw'}, 1], padding='${() => word().toUpperCase()}')
        y.shape[1:3]   # ${shown('output')}
      `,
      torch: python`
        x = torch.zeros(1, 1, ${'stride.n'}, ${'stride.w'})
        x = F.pad(x, ${torchSides})   # left, right, top, bottom
        conv = nn.Conv2d(1, 1, (${'stride.f'}, ${'stride.fw'}), stride=(${'stride.s'}, ${'stride.sw'}))
        conv(x).shape[2:]   # ${shown('output')}
      `,
      keras: python`
        x = keras.Input((${'stride.n'}, ${'stride.w'}, 1))
        ${() => (explicit() ? `x = layers.ZeroPadding2D(${p()})(x)\n` : '')}conv = layers.Conv2D(1, (${'stride.f'}, ${'stride.fw'}), strides=(${'stride.s'}, ${'stride.sw'}), padding="${word}")
        conv(x).shape[1:3]   # ${shown('output')}
      `,
      numpy: python`
        n = np.array([${'stride.n'}, ${'stride.w'}])
        f = np.array([${'stride.f'}, ${'stride.fw'}])
        s = np.array([${'stride.s'}, ${'stride.sw'}])
        ${() => (word() === 'same' ? 'pad = np.maximum((-(-n // s) - 1) * s + f - n, 0)' : `pad = np.array([${explicit() ? 2 * p() : 0}, ${explicit() ? 2 * p() : 0}])`)}
        before = pad // 2          # ${shown('pad_before')}
        after = pad - before       # ${shown('pad_after')}
        (n + pad - f) // s + 1     # ${shown('output')}
      `,
      rust: rust`
        let padding = Padding::${'padding.mode'}${sides};
        let window = Window {
            kernel: [${'stride.f'}, ${'stride.fw'}],
            stride: [${'stride.s'}, ${'stride.sw'}],
            padding,
        };
        let geometry = window.resolve([${'stride.n'}, ${'stride.w'}])?;
        geometry.pad_before   // ${shown('pad_before')}
        geometry.pad_after    // ${shown('pad_after')}
        geometry.output       // ${shown('output')}
      `,
    });
    for (const question of questions) frame.check(question);

    const told = computed(() => (resolved.value.geometry ? verdictText() : ''));
    frame.draw(() => {
      const { geometry, failure } = resolved.value;
      morphChildren(verdict, told.value);
      figure.error(geometry ? null : ctx.errorText(failure));
    });
    frame.draw(() => {
      const { geometry, failure } = resolved.value;
      figure.describe(geometry ? `${told.value} ${stage.sentence()}` : ctx.errorText(failure));
    });

    /** What the border does to the size, and where it is lopsided. */
    function verdictText() {
      const { input, output, pad_before: before, pad_after: after } = resolved.value.geometry;
      const bare = before[0] + after[0] + before[1] + after[1] === 0;
      const lopsided = [0, 1].some((axis) => before[axis] !== after[axis]);
      const size = output[0] === input[0] && output[1] === input[1] ? 'kept' : output[0] > input[0] || output[1] > input[1] ? 'grown' : 'shrunk';
      const args = { input, output, top: before[0], bottom: after[0], left: before[1], right: after[1] };
      return [t(bare ? 'padding.now-bare' : lopsided ? 'padding.now-lopsided' : 'padding.now-even', args), t(`padding.now-${size}`, args)].join(' ');
    }
  },
};

/** What the engine is asked for. @param {import('../../frame/cell.js').Context} ctx @returns {'valid' | 'same' | number[]} */
function requested({ state }) {
  const mode = state.get('padding.mode');
  return mode === 'Explicit' ? Array(4).fill(state.get('padding.p')) : mode.toLowerCase();
}

/** @param {import('../../frame/cell.js').Context} ctx */
function resolve(ctx) {
  const { input, kernel, stride } = sharedWindow(ctx.state);
  try {
    return { geometry: ctx.engine.geometry(input, { kernel, stride, padding: requested(ctx) }), failure: null };
  } catch (failure) {
    return { geometry: null, failure };
  }
}

/**
 * The chart of size over depth, with the maps of one layer beside each other.
 * @param {import('../../frame/cell.js').Frame} frame
 * @param {import('../../frame/cell.js').Context} ctx
 */
function mountShrink(frame, ctx) {
  const { state, t } = ctx;
  const figure = frame.figure({ caption: 'shrink-caption', wide: true, first: true, minHeight: 260 });
  const number = (/** @type {string} */ key, /** @type {string} */ role = '') => createNumber(ctx, { key, role }).element;
  figure.controls.append(h('div', { class: 'control-row' }, number('padding.size', 'input'), number('stride.f', 'kernel'), number('padding.depth'), number('padding.layer')));
  const chart = createDepthChart(ctx, {
    label: 'padding.chart',
    onPick: (layer) => state.set('padding.layer', layer),
    say: () => sentence(),
  });
  const kinds = /** @type {const} */ (['valid', 'same']);
  const maps = kinds.map((kind) => {
    const canvas = h('canvas', { class: 'pixels', role: 'img' });
    const title = h('span', { class: 'figure-panel-title' });
    return { kind, canvas, title, element: h('div', { class: 'figure-panel' }, title, h('div', { class: 'shrink-box' }, canvas)) };
  });
  figure.body.append(h('div', { class: 'shrink' }, chart.element, h('div', { class: 'shrink-maps' }, maps.map(({ element }) => element))));

  /** Sizes at each depth, and the maps themselves, for both ways of padding. */
  const runs = computed(() => compute());
  const layer = () => Math.min(state.get('padding.layer'), state.get('padding.depth'));

  function compute() {
    const size = state.get('padding.size');
    const f = state.get('stride.f');
    const mean = new Float32Array(f * f).fill(1 / (f * f));
    const first = brightness(pictureOf(state), size, size);
    return kinds.map((padding) => {
      const window = { kernel: [f, f], stride: [1, 1], padding };
      /** @type {{ sizes: number[], maps: Float32Array[] }} */
      const run = { sizes: [size], maps: [first] };
      while (run.maps.length <= state.get('padding.depth') && (padding === 'same' || run.sizes[run.sizes.length - 1] >= f)) {
        const n = run.sizes[run.sizes.length - 1];
        const { shape, data } = ctx.engine.conv2d(run.maps[run.maps.length - 1], [n, n, 1], mean, null, 1, window);
        run.sizes.push(shape[0]);
        run.maps.push(data);
      }
      return run;
    });
  }

  function sentence() {
    const at = layer();
    const [valid, same] = runs.value.map(({ sizes }) => (sizes[at] === undefined ? t('padding.gone') : `${sizes[at]}×${sizes[at]}`));
    return t('padding.shrink-now', { layer: at, valid, same });
  }

  frame.draw(() => {
    const at = layer();
    chart.draw({
      depth: state.get('padding.depth'),
      layer: at,
      series: kinds.map((kind, index) => ({ name: t(`padding.series-${kind}`), kind: kind === 'valid' ? 'kernel' : 'padding', sizes: runs.value[index].sizes })),
    });
    maps.forEach(({ kind, canvas, title }, index) => {
      const { sizes, maps: values } = runs.value[index];
      const size = sizes[at];
      canvas.hidden = size === undefined;
      title.textContent = `${t(`padding.series-${kind}`)} ${size === undefined ? '' : `${size}×${size}`}`;
      if (size === undefined) return;
      drawPixels(canvas, values[at], { height: size, width: size, range: [0, 1] });
      canvas.style.width = `${(100 * size) / sizes[0]}%`;
      canvas.setAttribute('aria-label', title.textContent);
    });
    figure.describe(sentence());
  });
}
