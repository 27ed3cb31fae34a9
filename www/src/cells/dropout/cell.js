/** Dropout made visible: masks, inverted scaling, and two runs of one seed with and without it. */

import { decimate, placeOn, sampleAt } from '../../charts/decimate.js';
import { createLineChart } from '../../charts/line-chart.js';
import { lossRange } from '../../charts/ranges.js';
import { className } from '../../base/class-names.js';
import { h, morphChildren, widthSignal } from '../../base/dom.js';
import { computed, watch } from '../../base/signals.js';
import { createButton, createChoice, enable } from '../../controls/choice.js';
import { createNumber } from '../../controls/number.js';
import { mi, tex, value } from '../../base/math.js';
import { smallSpec } from '../../training/page/settings.js';
import { createInspection } from '../../training/page/inspection.js';
import { createRuns } from '../../training/page/side-runs.js';
import { createMasks } from './masks.js';
import { python, rust, showCode } from '../../frame/code.js';
import { paint } from './thumb.js';

/** Steps between two looks at the validation split, and images of it. */
const CHECK = { every: 25, images: 1000 };
/** The last step: about four epochs. */
const GOAL = 2200;

/** @type {import('../../frame/cell.js').Cell} */
export const cell = {
  preview: paint,
  mount(frame, ctx) {
    const { state, t, format, trainer } = ctx;
    const rate = () => state.get('dropout.rate');
    const keep = () => Number((1 - rate()).toFixed(6));

    frame.prose('lead');
    const rateFigure = frame.figure();
    rateFigure.controls.append(createNumber(ctx, { key: 'dropout.rate', role: 'kernel' }).element);
    const dropped = h('span', { class: 'share-dropped' });
    const kept = h('span', { class: 'share-kept' });
    rateFigure.body.append(h('div', { class: 'share-bar', 'aria-hidden': 'true' }, dropped, kept));
    frame.formula(() => tex`${mi('keep_prob')} = 1 − {rate} = ${value(format.number(keep(), 2), 'output')}`);
    frame.formula(() => tex`y = \frac{m ⊙ x}{1 − {rate}} = ${value(format.number(1 / keep(), 2), 'stride')} · m ⊙ x`);
    showCode(frame, ctx, {
      tensorflow: python`
        keep_prob = 1 - ${'dropout.rate'}   # ${() => keep()}
        1 / keep_prob   # ${() => format.number(1 / keep(), 4)}
        y = tf.nn.dropout(x, keep_prob)
      `,
      torch: python`
        dropout = nn.Dropout(${'dropout.rate'})
        dropout.train()(ones).max()   # ${() => format.number(1 / keep(), 4)}
        dropout.eval()(ones).max()    # 1
      `,
      keras: python`
        dropout = layers.Dropout(${'dropout.rate'})
        ops.max(dropout(ones, training=True))    # ${() => format.number(1 / keep(), 4)}
        ops.max(dropout(ones, training=False))   # 1
      `,
      numpy: python`
        mask = np.random.random(ones.shape) >= ${'dropout.rate'}
        y = ones * mask / (1 - ${'dropout.rate'})
        y.max()   # ${() => format.number(1 / keep(), 4)}
      `,
      rust: rust`
        let dropout = Dropout::new(${'dropout.rate'})?;       // ${() => `keep_prob = ${keep()}`}
        dropout.scale()                        // ${() => format.number(1 / keep(), 4)}
        let mut layer = Standalone::new(dropout);
        layer.forward_seeded(x.view(), seed)?; // ${() => t('dropout.rust-training')}
        layer.infer(x.view())?;                // ${() => t('dropout.rust-inference')}
      `,
    });

    frame.heading('masks-heading');
    frame.prose('masks-lead');
    const masksFigure = frame.figure({ wide: true, minHeight: 360 });
    const masks = createMasks(ctx);
    const status = h('p', { class: 'network-state', role: 'status' });
    const next = createButton({ label: 'dropout.next', onPress: () => void advance(runs.step() + 1) });
    masksFigure.controls.append(
      createChoice(ctx, { key: 'dropout.mode', values: ['training', 'inference'] }).element,
      createNumber(ctx, { key: 'dropout.image', show: (each) => String(each + 1) }).element,
      next,
    );
    masksFigure.body.append(status, masks.element);

    frame.heading('runs-heading');
    frame.prose('runs-lead');
    const runsFigure = frame.figure({ wide: true, minHeight: 320 });
    const go = createButton({ primary: true, onPress: () => void (runs.running() ? runs.pause() : advance(GOAL)) });
    const again = createButton({ label: 'dropout.again', onPress: () => void restart() });
    const line = h('p', { class: 'network-state', role: 'status' });
    runsFigure.controls.append(go, again);
    const host = h('div', { class: 'dropout-chart' });
    runsFigure.body.append(line, host);
    const chart = createLineChart(host, {
      label: 'dropout.chart',
      lines: [
        { label: 'dropout.with', color: '--kernel', width: 2 },
        { label: 'dropout.without', color: '--accent', width: 2 },
        { label: 'dropout.with-validation', color: '--kernel', width: 1.5, dash: [5, 3], points: true },
        { label: 'dropout.without-validation', color: '--accent', width: 1.5, dash: [5, 3], points: true },
      ],
      write: (loss) => format.fixed(loss, 3),
      tick: (loss) => format.number(loss, 3),
      range: lossRange,
    });
    frame.check({ question: 'question', kind: 'number', answer: () => keep(), explain: 'explain', args: () => ({ rate: rate() }) });

    const runs = createRuns(trainer, {
      key: 'dropout',
      checkEvery: CHECK.every,
      checkImages: CHECK.images,
      onTrouble: fail,
    });

    /** @param {unknown} error */
    function fail(error) {
      trouble.value = error;
      ctx.fail(error);
    }

    const ready = () => trainer.alive && (trainer.data?.available.train ?? 0) > 0;

    /** Both runs as the rate and the seed have them; nothing if they are there. */
    function begin() {
      const config = (/** @type {string} */ drop) => ({ spec: smallSpec(drop), seed: state.get('train.seed'), batch_size: 100, optimizer: { kind: /** @type {const} */ ('adam'), learning_rate: 0.001 }, schedule: { kind: /** @type {const} */ ('constant') } });
      return runs.begin([config(`dropout ${rate()}\n`), config('')]);
    }

    /** @param {number} step */
    async function advance(step) {
      try {
        await begin();
        runs.start(step);
      } catch (error) {
        fail(error);
      }
    }

    async function restart() {
      runs.pause();
      runs.reset();
      seen.value = null;
      await begin().catch(fail);
    }

    /** The step that is looked at: while the runs go on, not each. */
    let lookedAt = 0;
    const stepSeen = computed(() => {
      if (!runs.running() || runs.step() % CHECK.every === 0) lookedAt = runs.step();
      return lookedAt;
    });

    const { seen, trouble, look } = createInspection(runs, {
      ready,
      begin,
      image: () => state.get('dropout.image'),
      of: () => [rate(), state.get('train.seed'), stepSeen.value],
    });

    function drawChart() {
      const [first, second] = runs.histories();
      if (!first || first.steps === 0) {
        chart.setData([], [[], [], [], []]);
        chart.describe(t('dropout.chart-empty'));
        return;
      }
      const buckets = decimate(first.loss.values, chart.capacity);
      const marks = (/** @type {number} */ run) => placeOn(runs.checks(), ({ checks }) => checks[run]?.loss ?? null, buckets);
      chart.setData(buckets.x, [sampleAt(first.smooth.values, buckets), sampleAt(second.smooth.values, buckets), marks(0), marks(1)]);
      chart.describe(t('dropout.chart-text', { step: runs.step(), with: format.fixed(first.lastSmooth, 3), without: format.fixed(second.lastSmooth, 3) }));
    }

    frame.draw(() => {
      dropped.style.width = `${rate() * 100}%`;
      dropped.textContent = `rate ${format.number(rate(), 2)}`;
      kept.textContent = `keep_prob ${format.number(keep(), 2)}`;
      rateFigure.describe(t('dropout.rate-text', { rate: rate(), keep: keep() }));
    });
    frame.draw(() => void look());
    frame.draw(() => {
      const now = seen.value;
      status.textContent = now
        ? t('dropout.now', { n: now.image + 1, index: now.index, label: className(trainer.data, now.label), step: now.step })
        : trouble.value
          ? ctx.errorText(trouble.value)
          : t(ready() ? 'network.waiting-digit' : 'network.waiting-engine');
      masks.element.hidden = !now;
    });
    const width = widthSignal(masks.element);
    frame.draw(() => {
      if (!seen.value) return;
      width.value;
      masks.draw(seen.value, rate(), state.get('dropout.mode') === 'training');
      masksFigure.describe(`${status.textContent} ${masks.text()}`);
    });
    frame.draw(() => {
      morphChildren(go, t(runs.running() ? 'dropout.pause' : runs.step() > 0 ? 'dropout.go-on' : 'dropout.run'));
      enable(go, ready() && (runs.running() || runs.step() < GOAL));
      enable(next, ready() && !runs.running());
      enable(again, runs.step() > 0);
    });
    frame.draw(drawChart);
    frame.draw(() => {
      const last = runs.checks().at(-1);
      line.textContent = last
        ? t('dropout.runs-now', { step: last.step, with: format.percent(last.checks[0]?.accuracy ?? NaN, 1), without: format.percent(last.checks[1]?.accuracy ?? NaN, 1) })
        : t(runs.step() > 0 ? 'dropout.runs-step' : 'dropout.runs-empty', { step: runs.step() });
      runsFigure.describe(line.textContent);
    });
    watch(() => frame.visible.value, (on) => !on && runs.pause());
  },
};
