/**
 * What the page is, seen before it is read: a small network that learns digits from the moment the page is there, and
 * guesses what the visitor draws.
 */

import { assign, h } from '../../base/dom.js';
import { whenIdle } from '../../base/idle.js';
import { signal } from '../../base/signals.js';
import { sayIn } from '../../base/rich.js';
import { createSparkline } from '../../charts/sparkline.js';
import { firstSight } from '../../frame/first-sight.js';
import { createButton } from '../../controls/choice.js';
import { createPixelPad } from '../../figures/pixel-pad.js';
import { createPresets } from '../../controls/presets.js';
import { createFilters } from './filters.js';
import { createGuess } from './guess.js';
import { SAMPLES } from './keys.js';
import { createNetwork } from './network.js';
import { BATCHES, createFirstRun } from './run.js';

/** The pictures to begin with, as strokes. @type {Record<string, string>} */
const STROKES = {
  5: 'M19.5 6H11L10 13C16 10 20.5 13 19.5 17.5 18.5 22.5 12 23.5 8.5 20.5',
  3: 'M9 7.5C13 4 20 6 18.5 10 17.5 12.7 15 13.3 12.5 13.5 16 13.3 20 15 19.5 18.5 18.8 23.5 12 24 8.5 20.5',
  house: 'M6 14L14 6.5 22 14M8.5 12.5V22H19.5V12.5M12.5 22V17H15.5V22',
};

/** Whether it may begin by itself: not where every byte counts, nor where a reader asked for less motion. @param {import('../../frame/cell.js').Context} ctx */
const mayBegin = (ctx) => !ctx.reducedMotion() && !(/** @type {any} */ (navigator).connection?.saveData);

/** @type {import('../../frame/cell.js').Cell} */
export const cell = {
  mount(frame, ctx) {
    const { state, t, format } = ctx;
    frame.prose('lead');
    const figure = frame.figure({ caption: 'caption', wide: true });

    /** @type {ReturnType<typeof createNetwork> | null} */
    let network = null;
    /** Count the changes of the drawing, of the network's weights and of its run. */
    const [ink, weights, told] = [signal(0), signal(0), signal(0)];
    const count = (/** @type {typeof ink} */ changes) => void (changes.value = changes.peek() + 1);
    const first = createFirstRun(ctx, {
      onChange: () => count(told),
      onWeights(file) {
        before = network?.filters() ?? null;
        network?.take(file);
        saved = file;
        count(weights);
      },
    });
    const { run } = first;
    /** The filters as they were a batch before, and the weights as they came. @type {[Float32Array | null, Uint8Array | null]} */
    let [before, saved] = [null, null];
    const filters = createFilters();
    const guess = createGuess(ctx);
    const sparkline = createSparkline();
    const pad = createPixelPad(ctx, {
      size: 28,
      label: 'intro.pad',
      onChange() {
        state.set('intro.sample', 'own');
        count(ink);
      },
    });
    const paper = h('div', { class: 'intro-paper' }, pad.element);
    // The first stroke of one's own begins on an empty sheet.
    const begin = () => state.get('intro.sample') !== 'own' && pad.clear();
    paper.addEventListener('pointerdown', begin, { capture: true });
    paper.addEventListener('keydown', ({ key }) => /^( |Enter)$/.test(key) && begin(), { capture: true });
    const samples = createPresets(ctx, {
      label: 'intro.samples',
      presets: SAMPLES.map((name) => ({ label: `intro.sample-${name}`, values: { 'intro.sample': name } })),
    });

    const toggle = createButton({ label: 'intro.start', primary: true, onPress: () => (going() ? first.pause() : run.phase === 'done' ? again() : first.start()) });
    const anew = createButton({ label: 'intro.again', onPress: again });
    const status = h('p', { class: 'intro-status' });
    const panel = (/** @type {string} */ name, /** @type {HTMLElement[]} */ ...content) =>
      h('div', { class: `figure-panel intro-${name}` }, h('p', { class: 'figure-panel-title', i18n: `intro.${name}` }), content);
    figure.body.append(
      h(
        'div',
        { class: 'intro-figure' },
        panel('draw', paper),
        panel('see', filters.element),
        panel('answer', guess.element),
        h('div', { class: 'intro-choices' }, samples.element, createButton({ label: 'intro.clear', onPress: () => pad.clear() })),
        h('div', { class: 'intro-run' }, h('div', { class: 'intro-buttons' }, toggle, anew), status, h('div', { class: 'intro-loss' }, h('span', { i18n: 'intro.loss' }), sparkline.element)),
      ),
    );

    const going = () => run.phase === 'running' || run.phase === 'loading';
    let spoken = '';
    let labelled = 'start';

    function again() {
      first.again();
      network?.begin(first.seed());
      [before, saved] = [null, null];
      count(weights);
    }

    function statusText() {
      const { phase, step, accuracy, error, images } = run;
      if (error) return ctx.errorText(error);
      if (phase === 'idle') return t('intro.waiting');
      if (phase === 'loading') return t('intro.loading');
      const share = accuracy === null ? '…' : format.percent(accuracy, 0);
      return t(phase === 'done' ? 'intro.done' : 'intro.now', { step, share, train: images?.train ?? 0 });
    }

    new IntersectionObserver(([{ isIntersecting }]) => first.show(isIntersecting)).observe(figure.element);

    frame.draw(() => {
      const sample = state.get('intro.sample');
      if (sample === 'own') pad.draw();
      else pad.trace(STROKES[sample]);
      count(ink);
    });
    frame.draw(() => {
      if (!ctx.engine || network) return;
      network = createNetwork(ctx.engine);
      network.begin(first.seed());
      count(weights);
      if (mayBegin(ctx)) void whenIdle().then(first.start);
    });
    frame.draw(() => {
      weights.value;
      if (network) filters.drawFilters(network.filters());
    });
    frame.draw(() => {
      ink.value;
      weights.value;
      if (!network) return;
      const digit = network.prepare(pad.pixels);
      const sight = digit && network.look(digit);
      filters.drawMaps(sight?.maps ?? null);
      const said = guess.draw(sight?.probabilities ?? null);
      const { step, accuracy, losses } = run;
      const now = network.filters();
      firstSight.value = { step, losses, filters: now, before: before ?? now, file: (saved ??= network.save()), digit, look: network.look, gradient: network.gradient };
      const share = accuracy === null ? '—' : format.percent(accuracy, 0);
      figure.describe(said ? t('intro.described', { step, accuracy: share, ...said }) : t('intro.described-empty', { step, accuracy: share }));
    });
    frame.draw(() => {
      told.value;
      const { phase, step, losses } = run;
      const label = phase === 'done' ? 'again' : going() ? 'pause' : step > 0 ? 'go-on' : 'start';
      if (label !== labelled) assign(toggle, { i18n: `intro.${label}` });
      labelled = label;
      anew.hidden = step === 0 || phase === 'done';
      sayIn(status, statusText());
      status.classList.toggle('bad', run.error !== null);
      sparkline.draw(losses, BATCHES);
      if (phase !== spoken && (phase === 'done' || phase === 'running')) ctx.announce(phase === 'done' ? statusText() : t('intro.begun'));
      spoken = phase;
    });
  },
};
