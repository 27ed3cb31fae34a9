/**
 * A digit of one's own: drawn, uploaded, dropped, pasted or photographed; what the trained network makes of it and why;
 * and how to teach it better.
 *
 * @module
 */

import { className, named } from '../../base/class-names.js';
import { createProbabilityBars } from '../../charts/probability-bars.js';
import { h } from '../../base/dom.js';
import { createButton } from '../../figures/choice.js';
import { createSaveButton } from '../../figures/save-button.js';
import { createNeighbours } from './neighbours.js';
import { createPad } from '../../shared/digit-pad.js';
import { prepare } from './prepare.js';
import { createSources } from './sources.js';
import { createStages } from './stages.js';
import { createTeach } from './teach.js';
import { rust } from '../../frame/rust.js';
import { sayIn } from '../../base/rich.js';

/** While training goes on, the same drawing is asked about again this often, milliseconds. */
const ASK_AGAIN_MS = 500;
/** A digit smaller than this part of its picture has lost most of its detail. */
const TINY = 0.12;

/** @type {import('../../frame/cell.js').Cell} */
export const cell = {
  mount(frame, ctx) {
    const { t, format, trainer } = ctx;

    /** What is looked at, unless the drawing is. @type {import('./sources.js').Picture | null} */
    let picture = null;
    /** What the engine made of it. @type {{ made: import('./prepare.js').Made, image: ImageData, of: string } | null} */
    let prepared = null;
    /** @type {{ probabilities: Float32Array, class: number } | null} */
    let answer = null;
    /** @type {unknown} */
    let trouble = null;
    /** Why the last image that was given was not taken. @type {unknown} */
    let refused = null;
    let askedAt = 0;
    let timer = 0;
    let shown = false;

    frame.prose('lead');

    const pad = createPad(ctx, { onChange: () => backToDrawing() });
    const back = createButton({ label: 'digit.back-to-drawing', onPress: () => backToDrawing() });
    const subject = h('p', { class: 'digit-subject' });
    const message = h('p', { class: 'digit-message', role: 'status' });
    const verdict = h('p', { class: 'digit-verdict' });
    const note = h('p', { class: 'digit-note', role: 'status' });
    const bars = createProbabilityBars({ label: 'digit.probabilities' });
    const stages = createStages(ctx);
    const neighbours = createNeighbours(ctx, { onChange: ctx.invalidate });
    const teaching = createTeach(ctx, { digit: () => (prepared && answer ? { pixels: prepared.made.pixels, probabilities: answer.probabilities } : null) });
    const body = h('div', { class: 'train-wide digit drop' });
    const sources = createSources(ctx, { target: body, shown: () => shown, onPicture: take, onTrouble: refuse });
    const buttons = [
      createButton({ label: 'digit.ask', primary: true, onPress: () => void ask(true) }),
      createButton({ label: 'digit.undo', onPress: pad.undo }),
      createButton({ label: 'digit.clear', onPress: pad.clear }),
      ...sources.buttons,
      back,
    ];
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
      h('div', { class: 'digit-answer' }, subject, message, verdict, note, bars.element),
      stages.element,
      neighbours.element,
      teaching.element,
    );
    frame.append(body, createSaveButton(body));

    frame.prose('taught-lead');
    frame.rust(rust`
      let digit = prepare(&rgba, width, height)?;
      session.predict(&digit.pixels)?.class     // ${() => answer?.class ?? '—'}
      data.nearest(&digit.pixels, 1)?           // ${() => nearestText()}
      data.teach(&pixels, &labels)?;            // ${() => t('digit.rust-taught', { n: trainer.taught.length })}
      session.learn_taught(true);
    `);

    function nearestText() {
      const found = neighbours.nearest();
      return found ? `[(${found.indices[0]}, ${found.distances[0].toFixed(2)})]` : '—';
    }

    /** Nothing to look at: an empty sheet is no mistake. */
    function forget() {
      prepared = null;
      answer = null;
      trouble = null;
      refused = null;
      draw();
    }

    function backToDrawing() {
      picture = null;
      if (pad.empty) forget();
      else void ask();
    }

    /**
     * Prepares what is looked at and asks the network.
     * @param {boolean} [pressed] by the button, which says when there is nothing to ask about
     */
    async function ask(pressed = false) {
      trouble = null;
      refused = null;
      if (!picture && pad.empty) {
        forget();
        if (pressed) sayIn(message, t('digit.nothing-drawn'));
        return;
      }
      if (!ctx.engine) return draw();
      const image = picture ? picture.data : pad.pixels();
      answer = null;
      try {
        prepared = { image, made: make(image), of: dataNow() };
      } catch (error) {
        prepared = null;
        trouble = error;
      }
      draw();
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
      const asked = prepared;
      if (!asked || !trainer.alive) return;
      try {
        const given = await trainer.predict('digit', asked.made.pixels);
        if (asked !== prepared) return;
        answer = given;
      } catch (error) {
        if (asked !== prepared) return;
        answer = null;
        trouble = error;
      }
      draw();
    }

    /** Takes an image over. @param {import('./sources.js').Picture} given */
    function take(given) {
      try {
        if (ctx.engine) make(given.data);
      } catch (error) {
        return refuse(error);
      }
      picture = given;
      void ask();
    }

    /** What can't be read changes nothing but the message. @param {unknown} error */
    function refuse(error) {
      refused = error;
      draw();
    }

    trainer.on(['config', 'phase', 'data', 'evaluation'], ctx.invalidate);
    trainer.on(['config', 'phase', 'progress'], () => {
      if (!shown) return;
      if (trainer.taught.length > 0) ctx.invalidate();
      if (!prepared) return;
      const wait = askedAt + ASK_AGAIN_MS - performance.now();
      if (wait <= 0) void again();
      else if (!timer) timer = window.setTimeout(again, wait);
    });

    /** Why the answer is not to be trusted, if there is a reason. */
    function doubt() {
      if (trainer.phase === 'failed') return t('digit.no-trainer');
      if (!answer || !prepared) return '';
      if (trainer.progress.step === 0 && !trainer.loaded) return t('digit.untrained');
      const { made, image } = prepared;
      if (!made.digit) return t('digit.plain', { shape: (trainer.data?.shape ?? []).join('×') });
      const part = Math.max(made.crop.width, made.crop.height) / Math.max(image.width, image.height);
      return neighbours.hint() || (part < TINY ? t('digit.hint-tiny', { part: format.percent(part, 0) }) : '');
    }

    function draw() {
      back.hidden = picture === null || pad.empty;
      subject.textContent = picture
        ? t('digit.source-image', { name: picture.name, width: picture.data.width, height: picture.data.height })
        : pad.empty
          ? ''
          : t('digit.source-drawing');
      const wrong = refused ?? trouble;
      message.classList.toggle('bad', wrong !== null);
      sayIn(message, wrong ? ctx.errorText(wrong) : prepared ? '' : t(named(trainer.data) ? 'digit.hint-class' : 'digit.hint'));
      const args = answer ? { class: className(trainer.data, answer.class), percent: format.percent(answer.probabilities[answer.class], 1) } : {};
      verdict.textContent = answer ? t('digit.verdict', args) : '';
      verdict.setAttribute('aria-label', answer ? t('digit.verdict-text', args) : '');
      note.textContent = doubt();
      bars.draw(answer?.probabilities ?? null, trainer.data);
      stages.draw(prepared?.made.digit ?? null, prepared?.image ?? null);
      neighbours.draw(prepared?.made.pixels ?? null);
      teaching.update(false);
    }

    return {
      update(changed) {
        if (prepared && ctx.engine && prepared.of !== dataNow()) void ask();
        else if (prepared && !answer && ctx.engine) void again();
        draw();
        if (changed.has('lang')) teaching.update(true);
      },
      visible(on) {
        shown = on;
        if (on && prepared) void again();
        if (!on) sources.camera.stop(false);
      },
    };
  },
};
