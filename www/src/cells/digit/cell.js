/**
 * A digit of one's own: drawn, uploaded, dropped, pasted or photographed; what the trained network makes of it and why;
 * and how to teach it better.
 *
 * @module
 */

import { className, named } from '../../base/class-names.js';
import { createProbabilityBars } from '../../charts/probability-bars.js';
import { h } from '../../base/dom.js';
import { batch, effect, signal, untracked, watch } from '../../base/signals.js';
import { createButton } from '../../controls/choice.js';
import { createSaveButton } from '../../figures/save-button.js';
import { createNeighbours } from './neighbours.js';
import { createPad } from '../../shared/digit-pad.js';
import { prepare } from './prepare.js';
import { createSources } from './sources.js';
import { createStages } from './stages.js';
import { createTeach } from './teach.js';
import { rust, showCode } from '../../frame/code.js';
import { goTo } from '../../base/anchor.js';
import { keysOf, presetsOf } from '../../training/page/settings.js';
import { sayIn } from '../../base/rich.js';

/** While training goes on, the same drawing is asked about again this often, milliseconds. */
const ASK_AGAIN_MS = 500;
/** A digit smaller than this part of its picture has lost most of its detail. */
const TINY = 0.12;
/** The preset for handwriting. */
const HAND = 'hand';

/** @type {import('../../frame/cell.js').Cell} */
export const cell = {
  mount(frame, ctx) {
    const { t, format, trainer } = ctx;

    /** What is looked at, unless the drawing is. */
    const picture = signal(/** @type {import('./sources.js').Picture | null} */ (null));
    /** Whether nothing is drawn. */
    const blank = signal(true);
    /** What the engine made of it. */
    const prepared = signal(/** @type {{ made: import('./prepare.js').Made, image: ImageData, of: string } | null} */ (null));
    const answer = signal(/** @type {{ probabilities: Float32Array, class: number } | null} */ (null));
    const trouble = signal(/** @type {unknown} */ (null));
    /** Why the last image that was given was not taken. */
    const refused = signal(/** @type {unknown} */ (null));
    /** Whether the button was pressed while there was nothing to ask about. */
    const nothing = signal(false);
    let askedAt = 0;
    let timer = 0;

    frame.prose('lead');

    const pad = createPad(ctx, { onChange: (empty) => backToDrawing(empty) });
    const back = createButton({ label: 'digit.back-to-drawing', onPress: () => backToDrawing(pad.empty) });
    const subject = h('p', { class: 'digit-subject' });
    const message = h('p', { class: 'digit-message', role: 'status' });
    const verdict = h('p', { class: 'digit-verdict' });
    const note = h('p', { class: 'digit-note', role: 'status' });
    const bars = createProbabilityBars({ label: 'digit.probabilities' });
    const stages = createStages(ctx);
    const neighbours = createNeighbours(frame, ctx, { pixels: () => prepared.value?.made.pixels ?? null });
    const teaching = createTeach(frame, ctx, {
      digit: () => (prepared.value && answer.value ? { pixels: prepared.value.made.pixels, probabilities: answer.value.probabilities } : null),
    });
    const body = h('div', { class: 'train-wide digit drop' });
    const sources = createSources(ctx, { target: body, shown: () => frame.visible.value, onPicture: take, onTrouble: refuse });
    const buttons = [
      createButton({ label: 'digit.ask', primary: true, onPress: () => void ask(true) }),
      createButton({ label: 'digit.undo', onPress: pad.undo }),
      createButton({ label: 'digit.clear', onPress: pad.clear }),
      ...sources.buttons,
      back,
    ];
    const advice = h('div', { class: 'digit-advice' }, h('p', { class: 'digit-help', i18n: 'digit.hand-advice' }), createButton({ label: 'digit.hand', onPress: chooseHand }));
    body.append(
      h(
        'div',
        { class: 'digit-paper' },
        pad.canvas,
        pad.state,
        sources.camera.element,
        h('div', { class: 'digit-buttons' }, buttons),
        h('p', { class: 'digit-help', i18n: 'digit.pad-help' }),
        h('p', { class: 'digit-help', i18n: 'digit.drop-hint' }),
      ),
      h('div', { class: 'digit-answer' }, subject, message, verdict, note, bars.element, advice),
      stages.element,
      neighbours.element,
      teaching.element,
    );
    frame.append(body, createSaveButton(body));

    frame.prose('taught-lead');
    showCode(frame, ctx, { rust: rust`
      let digit = prepare(&rgba, width, height)?;
      session.predict(&digit.pixels)?.class     // ${() => answer.value?.class ?? '—'}
      data.nearest(&digit.pixels, 1)?           // ${() => nearestText()}
      data.teach(&pixels, &labels)?;            // ${() => t('digit.rust-taught', { n: trainer.taught.length })}
      session.learn_taught(true);
    ` });

    /** The lab's settings become those of the preset that is trained on distorted digits; what is trained stays until a new run begins. */
    function chooseHand() {
      const preset = presetsOf(ctx.engine).find(({ name }) => name === HAND);
      if (!preset) return;
      ctx.state.assign({ ...keysOf(ctx.engine, preset), spec: preset.name });
      goTo('train');
    }

    function nearestText() {
      const found = neighbours.nearest();
      return found ? `[(${found.indices[0]}, ${found.distances[0].toFixed(2)})]` : '—';
    }

    /** Nothing to look at: an empty sheet is no mistake. */
    function forget() {
      batch(() => {
        prepared.value = null;
        answer.value = null;
        trouble.value = null;
        refused.value = null;
      });
    }

    /** @param {boolean} empty whether nothing is drawn */
    function backToDrawing(empty) {
      batch(() => {
        blank.value = empty;
        picture.value = null;
        nothing.value = false;
        if (empty) forget();
      });
      if (!empty) void ask();
    }

    /**
     * Prepares what is looked at and asks the network.
     * @param {boolean} [pressed] by the button, which says when there is nothing to ask about
     */
    async function ask(pressed = false) {
      if (!picture.value && pad.empty) {
        forget();
        nothing.value = pressed;
        return;
      }
      if (!ctx.engine) return;
      batch(() => {
        trouble.value = null;
        refused.value = null;
        answer.value = null;
        const image = picture.value ? picture.value.data : pad.pixels();
        try {
          prepared.value = { image, made: make(image), of: dataNow() };
        } catch (error) {
          prepared.value = null;
          trouble.value = error;
        }
      });
      await again();
    }

    /** What it is prepared for. */
    const dataNow = () => `${trainer.data?.name}/${trainer.data?.shape}`;
    /** @param {ImageData} image */
    const make = (image) => prepare(ctx.engine, image, trainer.data, ctx.state.get('data.fit') === 'crop');

    /** Asks about what is prepared, with the weights as they are now. */
    async function again() {
      clearTimeout(timer);
      timer = 0;
      askedAt = performance.now();
      const asked = prepared.value;
      if (!asked || !trainer.alive) return;
      try {
        const given = await trainer.predict('digit', asked.made.pixels);
        if (asked === prepared.value) answer.value = given;
      } catch (error) {
        if (asked !== prepared.value) return;
        batch(() => {
          answer.value = null;
          trouble.value = error;
        });
      }
    }
    effect(() => {
      const on = frame.visible.value && prepared.value !== null && trainer.alive;
      // With other weights the answer may be another.
      trainer.progress;
      trainer.origin;
      untracked(() => {
        if (on && !timer) timer = window.setTimeout(again, Math.max(0, askedAt + ASK_AGAIN_MS - performance.now()));
      });
    });
    // For other data it is prepared in another way.
    watch(dataNow, () => void (prepared.value && ask()));
    watch(
      () => frame.visible.value,
      (on) => {
        if (!on) sources.camera.stop(false);
      },
    );

    /** Takes an image over. @param {import('./sources.js').Picture} given */
    function take(given) {
      try {
        if (ctx.engine) make(given.data);
      } catch (error) {
        return refuse(error);
      }
      picture.value = given;
      void ask();
    }

    /** What can't be read changes nothing but the message. @param {unknown} error */
    function refuse(error) {
      refused.value = error;
    }

    /** Why the answer is not to be trusted, if there is a reason. */
    function doubt() {
      if (trainer.phase === 'failed') return t('digit.no-trainer');
      if (!answer.value || !prepared.value) return '';
      if (trainer.progress.step === 0 && !trainer.loaded) return t('digit.untrained');
      const { made, image } = prepared.value;
      if (!made.digit) return t('digit.plain', { shape: (trainer.data?.shape ?? []).join('×') });
      const part = Math.max(made.crop.width, made.crop.height) / Math.max(image.width, image.height);
      return neighbours.hint() || (part < TINY ? t('digit.hint-tiny', { part: format.percent(part, 0) }) : '');
    }

    frame.draw(() => {
      const given = picture.value;
      back.hidden = given === null || blank.value;
      subject.textContent = given
        ? t('digit.source-image', { name: given.name, width: given.data.width, height: given.data.height })
        : blank.value
          ? ''
          : t('digit.source-drawing');
    });
    frame.draw(() => {
      const wrong = refused.value ?? trouble.value;
      message.classList.toggle('bad', wrong !== null);
      const hint = nothing.value ? 'digit.nothing-drawn' : named(trainer.data) ? 'digit.hint-class' : 'digit.hint';
      sayIn(message, wrong ? ctx.errorText(wrong) : prepared.value ? '' : t(hint));
    });
    frame.draw(() => {
      const now = answer.value;
      const args = now ? { class: className(trainer.data, now.class), percent: format.percent(now.probabilities[now.class], 1) } : {};
      verdict.textContent = now ? t('digit.verdict', args) : '';
      verdict.setAttribute('aria-label', now ? t('digit.verdict-text', args) : '');
      bars.draw(now?.probabilities ?? null, trainer.data);
    });
    frame.draw(() => {
      note.textContent = doubt();
    });
    // For whoever has an answer of a network that was trained on the digits as they are.
    frame.draw(() => {
      advice.hidden = !answer.value || !prepared.value?.made.digit || !ctx.engine || trainer.config?.augment !== undefined;
    }, body);
    frame.draw(() => stages.draw(prepared.value?.made.digit ?? null, prepared.value?.image ?? null));
  },
};
