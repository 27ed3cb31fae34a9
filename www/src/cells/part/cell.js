/** Why look at a part: receptive fields, and how they grow with depth. */

import { h } from '../../base/dom.js';
import { computed, signal } from '../../base/signals.js';
import { isDark, sequential } from '../../figures/color.js';
import { createGrid } from '../../figures/grid.js';
import { createNumber } from '../../controls/number.js';
import { SIDE } from '../../keys/picture.js';
import { pictureOf } from '../../shared/current-picture.js';
import { createPictureChoice } from '../../shared/picture-choice.js';
import { answersTo, countAnswers, fieldsOf, inside } from '../../figures/receptive.js';
import { aligned } from '../../figures/size-formula.js';
import { mtext, tex, value } from '../../base/math.js';
import { python, rust, showCode } from '../../frame/code.js';
import { questions } from './questions.js';
import { MAX_DEPTH } from './keys.js';


/** @type {import('../../frame/cell.js').Cell} */
export const cell = {
  mount(frame, ctx) {
    const { state, t, format } = ctx;
    frame.prose('lead');
    const figure = frame.figure({ caption: 'caption', wide: true, minHeight: 320 });
    const number = (/** @type {string} */ key, /** @type {string} */ role) => createNumber(ctx, { key, role }).element;
    const picture = createPictureChoice(ctx);
    figure.controls.append(number('part.f', 'kernel'), number('part.depth', 'stride'), picture.element);

    /** Where the pointer is; what was pressed is in the state. */
    const hover = signal(/** @type {{ layer: number, row: number, col: number } | null} */ (null));
    const summary = computed(() => summarize(ctx));
    const panels = Array.from({ length: MAX_DEPTH + 1 }, (_, layer) => {
      const grid = createGrid(ctx, {
        label: layer === 0 ? 'part.grid-picture' : 'part.grid-layer',
        cell: 8,
        maxWidth: 260,
        onPoint: (place) => {
          hover.value = place ? { layer, ...place } : null;
        },
        onPick: ({ row, col }) => state.assign({ 'part.layer': layer, 'part.row': row, 'part.col': col }),
        say: () => sentence(),
      });
      const title = h('p', { class: 'figure-panel-title' });
      const note = h('p', { class: 'part-note' });
      return { grid, title, note, element: h('div', { class: 'figure-panel part-panel' }, title, grid.element, note) };
    });
    const now = h('p', { class: 'stage-now' });
    const list = h('div', { class: 'part-panels' }, panels.map(({ element }) => element));
    figure.body.append(list, now);

    frame.prose('grow');
    frame.formula(() => {
      const [f, depth] = [state.get('part.f'), state.get('part.depth')];
      return aligned([
        [tex`R_${mtext('L')}`, tex`= 1 + L (F − 1)`],
        ['', tex`= 1 + ${value(depth, 'stride')} (${value(f, 'kernel')} − 1) = ${value(summary.value.field, 'output')}`],
      ]);
    });
    showCode(frame, ctx, {
      tensorflow: python`
        x = tf.placeholder(tf.float32, [1, 32, 32, 1])
        y = x
        for _ in range(${'part.depth'}):
            y = tf.nn.conv2d(y, tf.ones([${'part.f'}, ${'part.f'}, 1, 1]), strides=[1, 1, 1, 1], padding='SAME')
        reached = tf.gradients(y[0, 16, 16, 0], x)[0]
        sess.run(tf.count_nonzero(reached), {x: np.ones([1, 32, 32, 1])})   # ${() => summary.value.field ** 2}
      `,
      torch: python`
        x = torch.zeros(1, 1, 32, 32, requires_grad=True)
        y = x
        for _ in range(${'part.depth'}):
            y = F.conv2d(y, torch.ones(1, 1, ${'part.f'}, ${'part.f'}), padding="same")
        y[0, 0, 16, 16].backward()
        torch.count_nonzero(x.grad)   # ${() => summary.value.field ** 2}
      `,
      keras: python`
        inputs = y = keras.Input((32, 32, 1))
        for _ in range(${'part.depth'}):
            y = layers.Conv2D(1, ${'part.f'}, padding="same", kernel_initializer="ones")(y)
        dot = np.zeros((1, 32, 32, 1), np.float32)
        dot[0, 16, 16] = 1   # one bright pixel: who responds to it?
        np.count_nonzero(keras.Model(inputs, y)(dot))   # ${() => summary.value.field ** 2}
      `,
      numpy: python`
        field = 1
        for _ in range(${'part.depth'}):
            field += ${'part.f'} - 1
        field   # ${() => summary.value.field}
      `,
      rust: rust`
        let layers = "conv ${'part.f'} 1 padding same\\n".repeat(${'part.depth'});
        let text = ["input 32x32x1\\n", &layers, "flatten\\ndense 10"].concat();
        let spec: ModelSpec = text.parse()?;
        spec.summary().layers[${() => state.get('part.depth') - 1}].receptive_field   // ${() => `[${summary.value.field}, ${summary.value.field}]`}
      `,
    });
    frame.prose('share');
    for (const question of questions) frame.check(question);

    /** What is looked at, within the layers that there are. */
    function focus() {
      const at = hover.value ?? { layer: state.get('part.layer'), row: state.get('part.row'), col: state.get('part.col') };
      return { ...at, layer: Math.min(at.layer, summary.value.geometries.length) };
    }

    function sentence() {
      if (!ctx.engine) return '';
      const { geometries } = summary.value;
      const { layer, row, col } = focus();
      if (layer === 0) {
        const counts = answersTo(ctx.engine, geometries, { row, col }).map(countAnswers);
        const answers = counts.map((count, index) => t('part.answers', { layer: index + 1, count })).join(', ');
        return t('part.now-pixel', { row: row + 1, col: col + 1, answers });
      }
      const seen = fieldsOf(geometries, layer, { row, col })[0];
      const part = inside(seen, SIDE, SIDE);
      const args = { layer, row: row + 1, col: col + 1, size: [seen.rows, seen.cols], share: format.percent((part.rows * part.cols) / SIDE ** 2) };
      return t(part.rows < seen.rows || part.cols < seen.cols ? 'part.now-edge' : 'part.now-neuron', args);
    }

    frame.draw(() => {
      const { geometries } = summary.value;
      panels.forEach(({ element }, index) => {
        element.hidden = index > geometries.length;
      });
      list.dataset.count = String(geometries.length + 1);
    });
    /** What a panel shows of the look: the part that its values are seen from, or which of them answer. */
    const shown = computed(() => {
      const { geometries } = summary.value;
      const { layer, row, col } = focus();
      return {
        focused: { layer, row, col },
        fields: layer > 0 ? fieldsOf(geometries, layer, { row, col }) : [],
        answers: layer === 0 ? answersTo(ctx.engine, geometries, { row, col }) : [],
      };
    });
    // A drawing for each: all at once would hold up a slow device.
    panels.forEach(({ grid, note, title }, index) => {
      frame.draw(() => {
        const { geometries } = summary.value;
        if (index > geometries.length) return;
        const { focused, fields, answers } = shown.value;
        const { layer, row, col } = focused;
        const image = pictureOf(state);
        const [rows, cols] = index === 0 ? [SIDE, SIDE] : geometries[index - 1].output;
        const answer = answers[index - 1];
        const most = answer ? Math.max(...answer) : 1;
        /** @type {import('../../figures/grid.js').Mark[]} */
        const marks = [];
        if (layer === 0 && index === 0) marks.push({ row, col, kind: 'input' });
        if (fields[index]) marks.push({ ...fields[index], kind: index === layer ? 'output' : 'kernel', fill: index > 0 });
        if (index === 0) {
          const pale = isDark() ? 30 : 226;
          grid.draw({ rows, cols, color: (y, x) => seen(image, y, x, fields[0], pale), marks });
        } else {
          grid.draw({ rows, cols, color: answer ? (y, x) => (answer[y * cols + x] > 0 ? sequential(0.15 + 0.85 * (answer[y * cols + x] / most)) : null) : undefined, marks });
        }
        title.textContent = index === 0 ? t('part.title-picture') : t('part.title-layer', { layer: index });
        note.textContent = answer
          ? t('part.count', { count: countAnswers(answer) })
          : fields[index] && index < layer
            ? t('part.sees', { size: [fields[index].rows, fields[index].cols] })
            : index === layer && layer > 0
              ? t('part.one')
              : '';
      });
    });
    frame.draw(() => {
      const { geometries, field } = summary.value;
      now.textContent = sentence();
      figure.describe(`${t('part.field', { depth: geometries.length, size: [field, field] })} ${sentence()}`);
    });
  },
};

/**
 * The layers of the figure, as the engine understands their text.
 * @param {import('../../frame/cell.js').Context} ctx
 * @returns {{ geometries: any[], field: number }} `field`: width of the part that a neuron of the last layer sees
 */
function summarize({ engine, state }) {
  const depth = state.get('part.depth');
  const layers = `conv ${state.get('part.f')} 1 padding same\n`.repeat(depth);
  const summary = engine.summarize(`input ${SIDE}x${SIDE}x1\n${layers}flatten\ndense 10`);
  return {
    geometries: summary.layers.slice(0, depth).map((/** @type {any} */ layer) => layer.geometry),
    field: summary.layers[depth - 1].receptive_field[0],
  };
}

/**
 * A pixel's colour, pale where it lies outside of what is seen.
 * @param {Float32Array} image 32×32×3
 * @param {number} row
 * @param {number} col
 * @param {import('../../figures/receptive.js').Field | undefined} field nothing: all is shown
 * @param {number} pale the grey that it fades to, 0 … 255
 */
function seen(image, row, col, field, pale) {
  const inField = !field || (row >= field.row && row < field.row + field.rows && col >= field.col && col < field.col + field.cols);
  return [0, 1, 2].map((channel) => {
    const value = 255 * image[(row * SIDE + col) * 3 + channel];
    return inField ? value : 0.3 * value + 0.7 * pale;
  });
}
