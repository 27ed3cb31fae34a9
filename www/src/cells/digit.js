/**
 * A digit of one's own: drawn, uploaded, dropped or pasted, and what the trained network makes of it.
 *
 * @module
 */

import { createProbabilityBars } from '../charts/probability-bars.js';
import { h } from '../dom.js';
import { createKeep } from '../figures/keep.js';
import { readImage } from '../image-input.js';
import { createPad } from './digit/pad.js';
import { createStages } from './digit/stages.js';
import { sayIn } from '../rich.js';

/** While training goes on, the same drawing is asked about again this often, milliseconds. */
const ASK_AGAIN_MS = 500;

/** @typedef {{ name: string, data: ImageData }} Picture an image that was given, not drawn */

/** @type {import('./cell.js').Cell} */
export const cell = {
  id: 'digit',
  needsEngine: false,

  mount(frame, ctx) {
    const { t, format } = ctx;
    /** @type {import('../training/trainer.js').Trainer} */
    const trainer = ctx.trainer;

    frame.prose('lead');

    const pad = createPad(ctx, {
      onChange(empty) {
        picture = null;
        if (empty) forget();
        else void ask();
      },
    });
    const input = h('input', {
      type: 'file',
      accept: 'image/*',
      class: 'visually-hidden',
      tabindex: '-1',
      'aria-hidden': 'true',
      on: {
        change: () => {
          const [file] = input.files ?? [];
          if (file) void take(file, file.name).finally(() => (input.value = ''));
        },
      },
    });
    /** @param {string} key @param {() => void} press @param {string} [kind] */
    const button = (key, press, kind = '') => h('button', { type: 'button', class: `button ${kind}`, i18n: `digit.${key}`, on: { click: press } });
    const back = button('back-to-drawing', () => {
      picture = null;
      if (pad.empty) forget();
      else void ask();
    });
    const source = h('p', { class: 'digit-source' });
    const thumbnail = h('canvas', { class: 'digit-thumbnail', role: 'img', i18nLabel: 'digit.thumbnail', hidden: true });
    const message = h('p', { class: 'digit-message', role: 'status' });
    const verdict = h('p', { class: 'digit-verdict' });
    const note = h('p', { class: 'digit-note', role: 'status' });
    const bars = createProbabilityBars({ label: 'digit.probabilities' });
    const stages = createStages(ctx);

    const body = h(
      'div',
      { class: 'train-wide digit drop' },
      h(
        'div',
        { class: 'digit-paper' },
        pad.canvas,
        pad.state,
        h(
          'div',
          { class: 'digit-buttons' },
          button('ask', () => void ask(true), 'primary'),
          button('undo', pad.undo),
          button('clear', pad.clear),
          button('upload', () => input.click()),
          input,
          back,
        ),
        h('p', { class: 'digit-help', i18n: 'digit.pad-help' }),
        h('p', { class: 'digit-help', i18n: 'digit.drop-hint' }),
      ),
      h('div', { class: 'digit-answer' }, source, thumbnail, message, verdict, note, bars.element),
      stages.element,
    );
    frame.append(body, createKeep(body));

    /** What is looked at, unless the drawing is. @type {Picture | null} */
    let picture = null;
    /** What the engine made of it. @type {any} */
    let prepared = null;
    /** @type {{ probabilities: Float32Array, class: number } | null} */
    let answer = null;
    /** @type {unknown} */
    let trouble = null;
    let askedAt = 0;
    let timer = 0;
    let shown = false;

    /** Nothing to look at: an empty sheet is no mistake. */
    function forget() {
      prepared = null;
      answer = null;
      trouble = null;
      draw();
    }

    /**
     * Prepares what is looked at and asks the network.
     * @param {boolean} [pressed] by the button, which says when there is nothing to ask about
     */
    async function ask(pressed = false) {
      trouble = null;
      if (!picture && pad.empty) {
        forget();
        if (pressed) sayIn(message, t('digit.nothing-drawn'));
        return;
      }
      if (!ctx.engine) return draw();
      const { data, width, height } = picture ? picture.data : pad.pixels();
      try {
        prepared = ctx.engine.prepare_digit(new Uint8Array(data.buffer), width, height);
      } catch (error) {
        prepared = null;
        answer = null;
        trouble = error;
      }
      draw();
      await again();
    }

    /** Asks about what is prepared, with the weights as they are now. */
    async function again() {
      clearTimeout(timer);
      timer = 0;
      askedAt = performance.now();
      const asked = prepared;
      if (!asked || trainer.phase === 'booting' || trainer.phase === 'failed') return;
      try {
        const given = await trainer.predict('digit', asked.pixels);
        if (asked !== prepared) return;
        answer = given;
      } catch (error) {
        if (asked !== prepared) return;
        answer = null;
        trouble = error;
      }
      draw();
    }

    /**
     * Takes an image over. If it can't be read, everything stays as it was, but for the message.
     * @param {Blob} blob
     * @param {string} name
     */
    async function take(blob, name) {
      try {
        const data = await readImage(blob, name);
        if (ctx.engine) ctx.engine.prepare_digit(new Uint8Array(data.data.buffer), data.width, data.height);
        picture = { name, data };
        thumbnail.width = data.width;
        thumbnail.height = data.height;
        thumbnail.getContext('2d')?.putImageData(data, 0, 0);
      } catch (error) {
        sayIn(message, ctx.errorText(error));
        message.classList.add('bad');
        return;
      }
      await ask();
    }

    /** @param {DataTransfer | null} transfer @returns {File | undefined} */
    const imageIn = (transfer) => [...(transfer?.files ?? [])].find((file) => file.type.startsWith('image/')) ?? transfer?.files[0];

    body.addEventListener('dragover', (event) => {
      event.preventDefault();
      body.classList.add('over');
    });
    body.addEventListener('dragleave', () => body.classList.remove('over'));
    body.addEventListener('drop', (event) => {
      event.preventDefault();
      body.classList.remove('over');
      const file = imageIn(event.dataTransfer);
      if (file) void take(file, file.name);
      else sayIn(message, t('digit.no-file'));
    });
    /** @param {ClipboardEvent} event */
    function paste(event) {
      const target = /** @type {HTMLElement} */ (event.target);
      if (!shown || target.closest?.('input, textarea, [contenteditable]')) return;
      const file = imageIn(event.clipboardData);
      if (file) {
        event.preventDefault();
        void take(file, file.name);
      } else if (body.contains(document.activeElement)) sayIn(message, t('digit.no-file'));
    }
    document.addEventListener('paste', paste);

    trainer.subscribe((topics) => {
      if (topics.has('config') || topics.has('phase')) ctx.invalidate();
      if (!prepared || !shown) return;
      if (!topics.has('config') && !topics.has('phase') && !topics.has('progress')) return;
      const wait = askedAt + ASK_AGAIN_MS - performance.now();
      if (wait <= 0) void again();
      else if (!timer) timer = window.setTimeout(again, wait);
    });

    function draw() {
      back.hidden = picture === null || pad.empty;
      thumbnail.hidden = picture === null;
      source.textContent = picture
        ? t('digit.source-image', { name: picture.name, width: picture.data.width, height: picture.data.height })
        : pad.empty
          ? ''
          : t('digit.source-drawing');
      message.classList.toggle('bad', trouble !== null);
      sayIn(message, trouble ? ctx.errorText(trouble) : prepared ? '' : t('digit.hint'));
      verdict.textContent = answer
        ? t('digit.verdict', { class: answer.class, percent: format.percent(answer.probabilities[answer.class], 1) })
        : '';
      verdict.setAttribute('aria-label', answer ? t('digit.verdict-text', { class: answer.class, percent: format.percent(answer.probabilities[answer.class], 1) }) : '');
      const failed = trainer.phase === 'failed';
      note.textContent = failed ? t('digit.no-trainer') : answer && trainer.progress.step === 0 && !trainer.loaded ? t('digit.untrained') : '';
      bars.draw(answer?.probabilities ?? null, trainer.data);
      stages.draw(prepared);
    }

    return {
      update() {
        if (prepared && !answer && ctx.engine) void again();
        draw();
      },
      visible(on) {
        shown = on;
        if (on && prepared) void again();
      },
    };
  },
};
