/** Pooling: each map made smaller on its own; where the maximum came from, and where the gradient goes. */

import { h } from '../../base/dom.js';
import { computed } from '../../base/signals.js';
import { createChoice } from '../../controls/choice.js';
import { CHANNELS, SIDE } from '../../keys/picture.js';
import { filterBank } from '../../shared/current-filter.js';
import { interleave } from '../../figures/filter-bank.js';
import { createMapPile, sheetCanvas } from '../../figures/map-pile.js';
import { createNumber } from '../../controls/number.js';
import { pool, windowAt, windowOf } from '../../figures/pooling/pool.js';
import { createPoolFigure } from '../../controls/pooling/pool-figure.js';
import { createPresets } from '../../controls/presets.js';
import { aligned, sizeRows } from '../../figures/size-formula.js';
import { createStepper } from '../../controls/stepper.js';
import { mn, mo, tex, value } from '../../base/math.js';
import { python, rust, showCode } from '../../frame/code.js';
import { createGuess } from '../../frame/guess.js';
import { questions } from './questions.js';
import { pictureOf } from '../../shared/current-picture.js';
import { LECTURE, MAPS } from './keys.js';

/** 7×7 with nothing but negative numbers where the windows reach into the padding. */
const BORDER = [
  3, 1, 4, 1, 5, 9, -2, 6, 5, 3, 5, 8, 9, -7, 9, 3, 2, 3, 8, 4, -6, 2, 6, 4, 3, 3, 8, -3, 2, 7, 9, 5, 0, 2, -8, 8, 4, 1,
  9, 7, 1, -6, -9, -3, -9, -9, -3, -7, -5,
];
/** @type {import('../../frame/cell.js').Cell} */
export const cell = {
  mount(frame, ctx) {
    const { state, t, format } = ctx;
    const settings = () => ({
      n: state.get('pooling.n'),
      values: state.get('pooling.values'),
      size: state.get('pooling.size'),
      stride: state.get('pooling.stride'),
      padding: state.get('pooling.padding'),
      mode: state.get('pooling.mode'),
      grad: state.get('pooling.grad'),
    });
    /** @returns {[import('../../figures/pooling/pool.js').Pooled | null, unknown]} */
    function attempt() {
      try {
        return [pool(ctx.engine, settings()), null];
      } catch (error) {
        return [null, error];
      }
    }
    const attempted = computed(() => attempt());
    /** What comes out; null where the windows don't fit. */
    const pooledNow = () => attempted.value[0];
    const at = () => Math.min(state.get('pooling.at'), (pooledNow()?.output.length ?? 1) - 1);

    frame.prose('lead');
    const number = (/** @type {string} */ key, /** @type {string} */ role) => createNumber(ctx, { key, role }).element;
    const figure = frame.figure({ caption: 'caption', wide: true, minHeight: 560 });
    const preset = (/** @type {Record<string, unknown>} */ values) =>
      Object.fromEntries(Object.entries(values).map(([key, each]) => [`pooling.${key}`, each]));
    const usual = { n: 4, size: 2, stride: 2, padding: 'Valid', values: LECTURE };
    figure.controls.append(
      createPresets(ctx, {
        label: 'pooling.presets',
        presets: [
          { label: 'pooling.preset-lecture', values: preset({ ...usual, mode: 'max' }) },
          { label: 'pooling.preset-average', values: preset({ ...usual, mode: 'avg' }) },
          { label: 'pooling.preset-overlap', values: preset({ ...usual, size: 3, stride: 1, mode: 'max' }) },
          { label: 'pooling.preset-same', values: preset({ n: 7, size: 2, stride: 2, padding: 'Same', mode: 'max', values: BORDER }) },
        ],
      }).element,
      h('div', { class: 'control-row' }, number('pooling.n', 'input'), number('pooling.size', 'kernel'), number('pooling.stride', 'stride')),
      createChoice(ctx, { key: 'pooling.mode', values: ['max', 'avg'] }).element,
      createChoice(ctx, { key: 'pooling.padding', values: ['Valid', 'Same'], words: 'padding.mode-' }).element,
    );
    const drawing = createPoolFigure(ctx, { onSelect: (index) => state.set('pooling.at', index), say: sentence });
    const stepper = createStepper(frame, ctx, {
      key: 'pooling.at',
      count: () => pooledNow()?.output.length ?? 1,
      label: 'pooling.at-label',
      valueText: sentence,
      speed: 2,
    });
    const pinned = h('div', { class: 'guess-place' });
    figure.body.append(drawing.element, pinned, stepper.element);
    const overlapping = preset({ ...usual, size: 3, stride: 1, mode: 'max', at: 0 });
    createGuess(frame, ctx, figure, {
      question: 'pooling.guess',
      explain: 'pooling.guess-explain',
      kind: 'number',
      answer: ({ engine }) => new Set(engine.max_pool2d(new Float32Array(LECTURE), [4, 4, 1], { kernel: [3, 3], stride: [1, 1], padding: 'valid' }).data).size,
      play() {
        state.assign(overlapping);
        stepper.play();
      },
      busy: stepper.playing,
      on: pinned,
    });

    frame.formula(() => {
      const pooled = pooledNow();
      return pooled ? outcome(pooled) : mn('—');
    });
    frame.prose('back');
    frame.prose('same');
    frame.formula(() => {
      const pooled = pooledNow();
      if (!pooled) return mn('—');
      const { input, kernel, stride, pad_before: before, pad_after: after, output, lost } = pooled.geometry;
      const axis = { input: input[0], kernel: kernel[0], stride: stride[0], before: before[0], after: after[0], output: output[0], lost: lost[0] };
      return aligned(sizeRows({ axis, padding: true, number: (each) => format.number(each, 2) }));
    });
    const listed = (/** @type {Float32Array | undefined} */ data) => {
      const shown = [...(data ?? [])].slice(0, 9).map((each) => format.number(each, 2));
      return `[${shown.join(', ')}${(data?.length ?? 0) > shown.length ? ', …' : ''}]`;
    };
    const max = () => state.get('pooling.mode') === 'max';
    const torchSides = () => {
      const { pad_before: [top, left] = [0, 0], pad_after: [bottom, right] = [0, 0] } = pooledNow()?.geometry ?? {};
      return `(${left}, ${right}, ${top}, ${bottom})`;
    };
    const numpySides = () => {
      const { pad_before: [top, left] = [0, 0], pad_after: [bottom, right] = [0, 0] } = pooledNow()?.geometry ?? {};
      return `((${top}, ${bottom}), (${left}, ${right}))`;
    };
    showCode(frame, ctx, {
      tensorflow: python`
        y = tf.nn.${'pooling.mode'}_pool(x, ksize=[1, ${'pooling.size'}, ${'pooling.size'}, 1],
                           strides=[1, ${'pooling.stride'}, ${'pooling.stride'}, 1], padding='${() => state.get('pooling.padding').toUpperCase()}')
        sess.run(y).ravel()                            # ${() => listed(pooledNow()?.output)}
        sess.run(tf.gradients(y, x, d_y)[0]).ravel()   # ${() => listed(pooledNow()?.dInput)}
      `,
      torch: python`
        ${() => (max() ? `padded = F.pad(x, ${torchSides()}, value=-torch.inf)   # never wins` : `padded, real = F.pad(x, ${torchSides()}), F.pad(torch.ones_like(x), ${torchSides()})`)}
        y = F.${'pooling.mode'}_pool2d(padded, ${'pooling.size'}, ${'pooling.stride'})${() => (max() ? '' : ` / F.avg_pool2d(real, ${state.get('pooling.size')}, ${state.get('pooling.stride')})   # padding does not count`)}
        y.ravel()   # ${() => listed(pooledNow()?.output)}
        torch.autograd.grad(y, x, d_y)[0].ravel()   # ${() => listed(pooledNow()?.dInput)}
      `,
      keras: python`
        y = ops.${() => (max() ? 'max_pool' : 'average_pool')}(x, ${'pooling.size'}, ${'pooling.stride'}, padding="${() => state.get('pooling.padding').toLowerCase()}")
        ops.ravel(y)   # ${() => listed(pooledNow()?.output)}
      `,
      numpy: python`
        padded = np.pad(x, ${numpySides}, constant_values=np.nan)   # never counts
        windows = sliding_window_view(padded, (${'pooling.size'}, ${'pooling.size'}))[::${'pooling.stride'}, ::${'pooling.stride'}]
        np.nan${() => (max() ? 'max' : 'mean')}(windows, axis=(2, 3)).ravel()   # ${() => listed(pooledNow()?.output)}
      `,
      rust: rust`
        let window = Window {
            kernel: [${'pooling.size'}, ${'pooling.size'}],
            stride: [${'pooling.stride'}, ${'pooling.stride'}],
            padding: Padding::${'pooling.padding'},
        };
        let shape = [${'pooling.n'}, ${'pooling.n'}, 1];
        let pooled = ops::${'pooling.mode'}_pool2d(&map, shape, &window)?;   // ${() => listed(pooledNow()?.output)}
        ${() => (max() ? 'ops::max_pool2d_backward(&pooled.argmax, &d_out, shape)?' : 'ops::avg_pool2d_backward(&d_out, shape, &window)?')}   // ${() => listed(pooledNow()?.dInput)}
      `,
    });

    frame.prose('maps');
    const second = frame.figure({ caption: 'caption-maps', wide: true, minHeight: 260 });
    const pile = createMapPile({ label: 'pooling.pile', onPick: (index) => state.set('pooling.pick', index) });
    second.controls.append(createNumber(ctx, { key: 'pooling.pick', show: (each) => String(each + 1) }).element);
    second.body.append(pile.element);

    for (const question of questions) frame.check(question);

    /** What one output is, in words. @param {number} index */
    function sentence(index) {
      const pooled = pooledNow();
      if (!pooled || index >= pooled.output.length) return '';
      const { argmax, output, out } = pooled;
      const n = state.get('pooling.n');
      const place = argmax ? { y: Math.floor(argmax[index] / n) + 1, x: (argmax[index] % n) + 1 } : {};
      return t(argmax ? 'pooling.say-max' : 'pooling.say-avg', {
        row: Math.floor(index / out) + 1,
        col: (index % out) + 1,
        value: format.number(output[index], 2),
        ...place,
      });
    }

    /** The selected window's values and what comes of them. @param {import('../../figures/pooling/pool.js').Pooled} now */
    function outcome({ geometry, map, output, argmax }) {
      const { row, col, rows, cols } = windowAt(geometry, at());
      const n = state.get('pooling.n');
      const cells = Array.from({ length: rows * cols }, (_, i) => (row + Math.floor(i / cols)) * n + col + (i % cols));
      const written = (/** @type {number} */ index) => {
        const text = format.number(map[index], 2);
        return index === argmax?.[at()] ? value(text, 'kernel') : mn(text);
      };
      const between = (/** @type {string} */ sign) => cells.flatMap((index, i) => (i === 0 ? [written(index)] : [mo(sign), written(index)]));
      const result = value(format.number(output[at()], 2), 'output');
      if (argmax) return tex`y = {max}(${between(',')}) = ${result}`;
      return tex`y = \frac{${between('+')}}{${cells.length}} = ${result}`;
    }

    /** What is drawn on again, by colour. @type {Record<string, import('../../figures/map-pile.js').Sheet[]>} */
    const sheets = {};

    function drawMaps() {
      const filters = filterBank(state, MAPS);
      const f = state.get('filter.f');
      const weights = interleave(filters.map((filter) => filter.weights));
      const { engine } = ctx;
      const conv = engine.conv2d(pictureOf(state), [SIDE, SIDE, CHANNELS], weights, null, MAPS, { kernel: [f, f], stride: [1, 1], padding: 'valid' });
      const before = { shape: conv.shape, data: engine.relu(conv.data) };
      const after = engine[`${state.get('pooling.mode')}_pool2d`](before.data, before.shape, windowOf({ size: state.get('pooling.size'), stride: state.get('pooling.stride'), padding: state.get('pooling.padding') }));
      const group = (/** @type {{ shape: number[], data: Float32Array }} */ { shape, data }, /** @type {string} */ color) => ({
        sheets: (sheets[color] = Array.from({ length: MAPS }, (_, channel) => ({
          canvas: sheetCanvas(data, { height: shape[0], width: shape[1], channels: MAPS, channel, map: 'sequential' }, sheets[color]?.[channel].canvas),
          color,
        }))),
        height: shape[0],
        width: shape[1],
        name: shape.join('×'),
      });
      pile.draw({ groups: [group(before, '--output'), group(after, '--stride')], pick: state.get('pooling.pick') });
      second.describe(t('pooling.now-maps', { before: before.shape.join('×'), after: after.shape.join('×') }));
    }

    frame.draw(() => {
      const [pooled, failure] = attempted.value;
      figure.error(failure ? ctx.errorText(failure) : null);
      if (!pooled) return;
      drawing.draw(pooled, at());
      const { out, output } = pooled;
      const n = state.get('pooling.n');
      figure.describe(
        t('pooling.now', {
          n: [n, n],
          out: [out, out],
          values: [...output].map((each) => format.number(each, 2)).join(', '),
          mode: t(`pooling.mode-${state.get('pooling.mode')}`),
          selected: sentence(at()),
        }),
      );
    });
    frame.draw(drawMaps);
  },
};
