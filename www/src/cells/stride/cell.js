/** Stride and output size: a window steps over the input and fills in the output. */

import { h, morphChildren } from '../../base/dom.js';
import { computed } from '../../base/signals.js';
import { createPresets } from '../../controls/presets.js';
import { pictureOf } from '../../shared/current-picture.js';
import { sharedWindow, square } from '../../shared/window.js';
import { aligned, numberRows, sizeRows } from '../../figures/size-formula.js';
import { list, windowControls } from '../../shared/window-controls.js';
import { axisOf, stepsOf } from '../../figures/window-math.js';
import { createWindowStage } from '../../controls/window-stage.js';
import { python, rust, showCode } from '../../frame/code.js';
import { createGuess } from '../../frame/guess.js';
import { createStory } from '../../frame/story.js';
import { questions } from './questions.js';


/** @type {import('../../frame/cell.js').Cell} */
export const cell = {
  mount(frame, ctx) {
    const { state, t, format } = ctx;

    frame.prose('lead');
    const figure = frame.figure({ caption: 'caption', wide: true, first: true, minHeight: 420 });
    figure.controls.append(...windowControls(ctx));
    const presets = createPresets(ctx, {
      label: 'stride.presets',
      presets: [
        { label: 'stride.preset-1', values: square(7, 3, 1) },
        { label: 'stride.preset-2', values: square(7, 3, 2) },
        { label: 'stride.preset-3', values: square(7, 3, 3) },
        { label: 'stride.preset-28', values: square(28, 5, 1) },
      ],
    });
    figure.controls.append(presets.element);
    const geometryNow = computed(() => resolve(ctx));
    const stage = createWindowStage(frame, ctx, {
      key: 'stride.at',
      room: { rows: 7, cols: 12 },
      data: () => ({ picture: pictureOf(state), geometry: geometryNow.value, padding: 'valid', ...sharedWindow(state) }),
    });
    const verdict = h('p', { class: 'stage-verdict', role: 'status' });
    const story = createStory(frame, ctx, figure, {
      steps: [
        { title: 'story-one-title', text: 'story-one', values: { ...square(7, 3, 1), 'stride.at': 0 }, play: stage.play },
        { title: 'story-two-title', text: 'story-two', values: { ...square(7, 3, 2), 'stride.at': 0 }, play: stage.play },
        { title: 'story-three-title', text: 'story-three', values: { ...square(7, 3, 3), 'stride.at': 3 } },
        { title: 'story-shrink-title', text: 'story-shrink', values: { ...square(7, 3, 1), 'stride.at': 24 } },
      ],
      shown: [stage.element, stage.now, verdict],
      live: [verdict],
      stop: stage.stop,
    });
    const guess = createGuess(frame, ctx, figure, {
      question: 'stride.guess',
      explain: 'stride.guess-explain',
      kind: 'number',
      answer: ({ engine }) => engine.geometry([8, 8], { kernel: [3, 3], stride: [2, 2], padding: 'valid' }).output[0],
      play() {
        state.assign(square(8, 3, 2));
        stage.play();
      },
      busy: stage.playing,
      on: stage.outputPanel,
    });
    story.side.append(guess.element);
    figure.body.append(figure.controls);

    frame.prose('formula');
    frame.formula(() => {
      const geometry = geometryNow.value;
      const number = (/** @type {number} */ value) => format.number(value, 2);
      if (!geometry) return aligned(sizeRows({ axis: null, number }));
      const [rows, cols] = [axisOf(geometry, 0), axisOf(geometry, 1)];
      if (!state.get('stride.rect')) return aligned(sizeRows({ axis: rows, number }));
      return aligned([
        ...sizeRows({ axis: rows, number, name: t('window.height') }),
        ...numberRows(cols, { number, name: t('window.width') }),
      ]);
    });
    const shown = (/** @type {'output' | 'lost'} */ field) => (geometryNow.value ? list(geometryNow.value[field]) : t('window.error'));
    frame.prose('left');
    showCode(frame, ctx, {
      tensorflow: python`
        x = tf.placeholder(tf.float32, [None, ${'stride.n'}, ${'stride.w'}, 1])
        W = tf.Variable(tf.random_normal([${'stride.f'}, ${'stride.fw'}, 1, 1], stddev=0.01))
        y = tf.nn.conv2d(x, W, strides=[1, ${'stride.s'}, ${'stride.sw'}, 1], padding='VALID')
        y.shape[1:3]   # ${() => shown('output')}
      `,
      torch: python`
        x = torch.zeros(1, 1, ${'stride.n'}, ${'stride.w'})
        conv = nn.Conv2d(1, 1, (${'stride.f'}, ${'stride.fw'}), stride=(${'stride.s'}, ${'stride.sw'}))
        conv(x).shape[2:]   # ${() => shown('output')}
      `,
      keras: python`
        x = keras.Input((${'stride.n'}, ${'stride.w'}, 1))
        conv = layers.Conv2D(1, (${'stride.f'}, ${'stride.fw'}), strides=(${'stride.s'}, ${'stride.sw'}))
        conv(x).shape[1:3]   # ${() => shown('output')}
      `,
      numpy: python`
        n = np.array([${'stride.n'}, ${'stride.w'}])
        f = np.array([${'stride.f'}, ${'stride.fw'}])
        s = np.array([${'stride.s'}, ${'stride.sw'}])
        (n - f) // s + 1   # ${() => shown('output')}
        (n - f) % s        # ${() => shown('lost')}
      `,
      rust: rust`
        let window = Window {
            kernel: [${'stride.f'}, ${'stride.fw'}],
            stride: [${'stride.s'}, ${'stride.sw'}],
            padding: Padding::Valid,
        };
        let geometry = window.resolve([${'stride.n'}, ${'stride.w'}])?;
        geometry.output   // ${() => shown('output')}
        geometry.lost     // ${() => shown('lost')}
      `,
    });
    for (const question of questions) frame.check(question);

    const told = computed(() => (geometryNow.value ? verdictText() : ''));
    frame.draw(() => {
      const geometry = geometryNow.value;
      morphChildren(verdict, told.value);
      verdict.classList.toggle('warn', Boolean(geometry && (geometry.lost[0] || geometry.lost[1])));
      figure.error(geometry ? null : problem(ctx));
    });
    frame.draw(() => figure.describe(geometryNow.value ? `${told.value} ${stage.sentence()}` : problem(ctx)));

    /** Whether the window comes out even, and if not, what is left over and what `same` would do. */
    function verdictText() {
      const geometry = geometryNow.value;
      const { input, kernel, stride } = sharedWindow(state);
      const same = ctx.engine.geometry(input, { kernel, stride, padding: 'same' });
      const axes = /** @type {(0 | 1)[]} */ ([0, 1]).filter((axis) => geometry.lost[axis] > 0);
      if (axes.length === 0) return t('stride.fits', { out: geometry.output });
      const axis = axes[axes.length - 1];
      const { steps, whole, left } = stepsOf(axisOf(geometry, axis));
      return t(axis === 1 ? 'stride.left-columns' : 'stride.left-rows', {
        steps: format.number(steps, 2),
        whole,
        left,
        out: geometry.output,
        same: same.output,
        before: same.pad_before[axis],
        after: same.pad_after[axis],
      });
    }
  },
};

/**
 * The shared window on its input, without padding; null if it fits nowhere.
 * @param {import('../../frame/cell.js').Context} ctx
 */
function resolve(ctx) {
  const { input, kernel, stride } = sharedWindow(ctx.state);
  try {
    return ctx.engine.geometry(input, { kernel, stride, padding: 'valid' });
  } catch {
    // `problem` says it.
    return null;
  }
}

/** What is wrong with the shared window, in the engine's own words. @param {import('../../frame/cell.js').Context} ctx */
function problem(ctx) {
  const { input, kernel, stride } = sharedWindow(ctx.state);
  try {
    ctx.engine.geometry(input, { kernel, stride, padding: 'valid' });
    return '';
  } catch (error) {
    return ctx.errorText(error);
  }
}
