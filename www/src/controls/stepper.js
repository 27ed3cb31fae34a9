/**
 * Play, pause, step and speed over the positions 0 … count()−1 of a figure.
 */

import { h, morphChildren, setIfChanged } from '../base/dom.js';
import { draw } from '../base/scheduler.js';
import { signal, watch } from '../base/signals.js';
import { reducedMotion } from '../base/theme.js';
import { createButton } from './choice.js';
import { icon } from '../figures/icons.js';

/** Positions a second. */
const SPEEDS = [1, 2, 4, 8, 16, 32];

/**
 * @param {import('../base/context.js').Host} frame
 * @param {import('../base/context.js').Controls} ctx
 * @param {{ key: string, count: () => number, label: string, valueText?: (index: number) => string, speed?: number }} options
 *   `key`: state key of the position, an integer; `count`, read from signals: how many there are; `label`: message key of the slider; `valueText`:
 *   what a screen reader says of a position
 */
export function createStepper(frame, ctx, { key, count, label, valueText, speed = 4 }) {
  const { state } = ctx;
  const playing = signal(false);
  let request = 0;
  let previous = 0;
  let rate = speed;

  const play = h('button', { type: 'button', class: 'button icon primary', on: { click: () => (playing.value ? stop() : start()) } });
  const back = createButton({ icon: 'back', label: 'page.step-back', onPress: () => step(-1) });
  const next = createButton({ icon: 'next', label: 'page.step-next', onPress: () => step(1) });
  const slider = h('input', { type: 'range', class: 'stepper-slider', min: 0, step: 1, i18nLabel: label, on: { input: () => slide(slider.valueAsNumber) } });
  const select = h(
    'select',
    { class: 'select', i18nLabel: 'page.speed', on: { change: () => { rate = Number(select.value); } } },
    SPEEDS.map((each) => h('option', { value: each, selected: each === speed }, `${each}×`)),
  );
  const readout = h('output', { class: 'stepper-readout' });
  const element = h('div', { class: 'stepper' }, back, play, next, slider, readout, select);

  /** @param {number} index */
  function go(index) {
    const last = Math.max(0, count() - 1);
    state.set(key, Math.min(last, Math.max(0, index)));
  }

  /** @param {number} index asked of the slider before it is drawn again */
  function slide(index) {
    stop();
    go(index);
  }

  /** @param {number} by */
  function step(by) {
    stop();
    const total = Math.max(1, count());
    // The key may name a position that is not there yet.
    go((Math.min(total - 1, state.get(key)) + by + total) % total);
  }

  function start() {
    if (count() < 2) return;
    if (state.get(key) >= count() - 1) go(0);
    playing.value = true;
    previous = performance.now();
    request = requestAnimationFrame(tick);
  }

  /** Plays from the start; where motion is reduced it goes to the end at once. */
  function playAll() {
    stop();
    go(reducedMotion() ? count() - 1 : 0);
    if (!reducedMotion()) start();
  }

  function stop() {
    playing.value = false;
    cancelAnimationFrame(request);
  }

  /** @param {number} now */
  function tick(now) {
    const steps = Math.floor(((now - previous) * rate) / 1000);
    if (steps > 0) {
      previous += (steps * 1000) / rate;
      go(state.get(key) + steps);
      if (state.get(key) >= count() - 1) return stop();
    }
    request = requestAnimationFrame(tick);
  }

  draw(element, () => {
    const name = ctx.t(playing.value ? 'page.pause' : 'page.play');
    play.setAttribute('aria-label', name);
    play.title = name;
    play.replaceChildren(icon(playing.value ? 'pause' : 'play'));
  });

  frame.draw(() => {
    const last = Math.max(0, count() - 1);
    const index = Math.min(last, state.get(key));
    const place = `${index + 1} / ${last + 1}`;
    setIfChanged(slider, 'aria-valuetext', valueText ? valueText(index) : place);
    if (slider.max !== String(last)) slider.max = String(last);
    if (slider.valueAsNumber !== index) slider.valueAsNumber = index;
    morphChildren(readout, place);
    // The widest text it will hold, so that the row doesn't shift while it counts.
    const room = `${String(last + 1).length * 2 + 3}ch`;
    if (readout.style.minWidth !== room) readout.style.minWidth = room;
  }, element);

  watch(() => frame.visible.value, (on) => !on && playing.value && stop());

  return { element, stop, play: playAll, /** Read from a signal. */ playing: () => playing.value };
}
