/** Data augmentation: one image in many variants, and what two networks make of moved test images, with it and without. */

import { h, morphChildren } from '../../base/dom.js';
import { signal, watch } from '../../base/signals.js';
import { createButton, enable } from '../../controls/choice.js';
import { createNumber } from '../../controls/number.js';
import { createDigitSource } from '../../shared/digit-source.js';
import { DISTORTIONS, augmentOf, smallSpec } from '../../training/page/settings.js';
import { createRuns } from '../../training/page/side-runs.js';
import { goTo } from '../../base/anchor.js';
import { ASKED, MOVES, createCurves, curvesOf } from './curves.js';
import { VARIANTS, createVariants } from './variants.js';
import { paint } from './thumb.js';

/** Steps of one press: two epochs. */
const GOAL = 1100;
/** Steps between two measurements; images of the validation and of the test split. */
const CHECK = { every: 110, images: 1000, moved: 500 };
/** Where the text compares the two. */
const SAID = { shift: 4, rotation: 40 };

/** @type {import('../../frame/cell.js').Cell} */
export const cell = {
  preview: paint,
  mount(frame, ctx) {
    const { state, t, format, trainer } = ctx;
    const amounts = () => augmentOf((name) => state.get(`augment.${name}`)).augment ?? {};
    const numberOf = (/** @type {string} */ name) => createNumber(ctx, { key: `augment.${name}` }).element;

    frame.prose('lead');
    const source = createDigitSource(frame, ctx);
    const first = frame.figure({ caption: 'variants-caption', wide: true, minHeight: 360 });
    first.controls.append(
      source.element,
      h('div', { class: 'control-row' }, DISTORTIONS.map(([name]) => numberOf(name))),
      h('div', { class: 'control-row' }, numberOf('seed'), numberOf('batch'), createButton({ label: 'augment.next', onPress: () => state.set('augment.batch', state.get('augment.batch') + 1) })),
      createButton({ label: 'augment.to-lab', onPress: toLab }),
    );
    const waiting = h('p', { class: 'network-state', role: 'status' });
    const variants = createVariants(ctx);
    first.body.append(waiting, variants.element);
    frame.prose('how');

    frame.heading('runs-heading');
    frame.prose('runs-lead');
    const second = frame.figure({ caption: 'runs-caption', wide: true, minHeight: 420 });
    const go = createButton({ primary: true, onPress: () => void (runs.running() ? runs.pause() : advance()) });
    const again = createButton({ label: 'augment.again', onPress: restart });
    const line = h('p', { class: 'network-state', role: 'status' });
    const curves = createCurves(ctx);
    second.controls.append(go, again);
    second.body.append(line, curves.element);
    frame.prose('runs-why');
    frame.check({ question: 'question', kind: 'choice', options: ['option-flip', 'option-shift', 'option-thick'], answer: () => 0, explain: 'explain' });

    const runs = createRuns(trainer, { key: 'augment', checkEvery: CHECK.every, checkImages: CHECK.images, onTrouble: ctx.fail });
    const measured = signal(/** @type {import('./curves.js').Measured | null} */ (null));
    let measuring = false;

    /** The lab's settings become these; what is trained there stays until a new run begins. */
    function toLab() {
      state.assign(Object.fromEntries(DISTORTIONS.map(([name]) => [`train.${name}`, state.get(`augment.${name}`)])));
      goTo('train');
    }

    const ready = () => trainer.alive && (trainer.data?.available.train ?? 0) > 0;
    /** With what the runs have been begun: amounts that are changed count for the next ones. @type {import('../../training/common/protocol.js').RunConfig[]} */
    let plan = [];

    /** Both runs as the seed and the amounts have them. */
    function planned() {
      const config = { spec: smallSpec(), seed: state.get('train.seed'), batch_size: 100, optimizer: { kind: /** @type {const} */ ('adam'), learning_rate: 0.003 }, schedule: { kind: /** @type {const} */ ('constant') } };
      return [{ ...config, ...augmentOf((name) => state.get(`augment.${name}`)) }, config];
    }

    /** Begins the runs, or goes on with those that are there, to the next multiple of the goal. */
    async function advance() {
      try {
        if (!runs.alive()) plan = planned();
        await runs.begin(plan);
        if (runs.step() === 0) measured.value = null;
        runs.start((Math.floor(runs.step() / GOAL) + 1) * GOAL);
      } catch (error) {
        ctx.fail(error);
      }
    }

    function restart() {
      runs.pause();
      runs.reset();
      measured.value = null;
    }

    /** Asks how both do on moved test images, and once more if they have been checked again meanwhile. */
    async function measure() {
      if (measuring) return;
      measuring = true;
      try {
        for (let count = 0; runs.checks().length > count; ) {
          count = runs.checks().length;
          const of = runs.histories();
          const found = await trainer.client.call('movedRuns', ['augment', 'test', CHECK.moved, ASKED]);
          // Begun anew meanwhile: these are of runs that are gone.
          if (of === runs.histories()) measured.value = found;
        }
      } catch (error) {
        ctx.fail(error);
      }
      measuring = false;
    }
    watch(() => runs.checks().length, (count) => void (count > 0 && measure()));

    /** The image and its shape; null while there is none. */
    function image() {
      const digit = source.digit();
      return digit && { pixels: digit.pixels, shape: trainer.data?.shape ?? /** @type {[number, number, number]} */ ([28, 28, 1]) };
    }

    frame.draw(() => {
      const ready = image() !== null;
      waiting.textContent = ready ? '' : t(trainer.alive ? 'network.waiting-digit' : 'network.waiting-engine');
      variants.element.hidden = !ready;
    });
    frame.draw(() => {
      const now = image();
      if (!now) return;
      const on = amounts();
      const list = DISTORTIONS.flatMap(([name]) => (on[name] ? [`${t(`augment.${name}-label`)} ${format.number(on[name], 2)}`] : [])).join(', ');
      const text = t(list ? 'augment.variants-text' : 'augment.variants-none', { n: VARIANTS, list, batch: state.get('augment.batch') });
      try {
        variants.draw(now, on, state.get('augment.seed'), state.get('augment.batch'), text);
        first.error(null);
        first.describe(text);
      } catch (failure) {
        first.error(ctx.errorText(failure));
      }
    });
    frame.draw(() => {
      morphChildren(go, t(runs.running() ? 'augment.pause' : runs.step() > 0 ? 'augment.go-on' : 'augment.run'));
      enable(go, ready());
      enable(again, runs.step() > 0);
    });
    frame.draw(() => curves.draw(measured.value));
    frame.draw(() => {
      const now = measured.value;
      const said = now && curvesOf(now);
      const share = (/** @type {'with' | 'without'} */ which, /** @type {'shift' | 'rotation'} */ name, /** @type {number} */ at) => format.percent(said?.[which][name][MOVES[name].indexOf(at)] ?? NaN, 1);
      line.textContent = now
        ? t('augment.runs-now', {
            step: now.step,
            upright: share('with', 'shift', 0),
            uprightWithout: share('without', 'shift', 0),
            ...SAID,
            shifted: share('with', 'shift', SAID.shift),
            shiftedWithout: share('without', 'shift', SAID.shift),
            turned: share('with', 'rotation', SAID.rotation),
            turnedWithout: share('without', 'rotation', SAID.rotation),
          })
        : t(runs.step() > 0 ? 'augment.runs-step' : 'augment.runs-empty', { step: runs.step() });
      second.describe(line.textContent);
    });
    watch(() => frame.visible.value, (on) => !on && runs.pause());
  },
};
