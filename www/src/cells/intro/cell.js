/**
 * What the page is, and a first thing to play with: a picture to draw on, and what six filters see
 * of it.
 */

import { h } from '../../base/dom.js';
import { signal } from '../../base/signals.js';
import { drawPixels } from '../../figures/pixels.js';
import { createButton } from '../../figures/choice.js';
import { createPixelPad } from '../../figures/pixel-pad.js';
import { createPresets } from '../../figures/presets.js';
import { SAMPLES } from './keys.js';

const SIZE = 28;
const WINDOW = { kernel: [3, 3], stride: [1, 1], padding: 'same' };

/** The six filters, each in rows, and the name that the language files have for it. */
const FILTERS = [
  { name: 'vertical', weights: [-1, 0, 1, -2, 0, 2, -1, 0, 1] },
  { name: 'horizontal', weights: [-1, -2, -1, 0, 0, 0, 1, 2, 1] },
  { name: 'rising', weights: [-2, -1, 0, -1, 0, 1, 0, 1, 2] },
  { name: 'falling', weights: [0, -1, -2, 1, 0, -1, 2, 1, 0] },
  { name: 'outline', weights: [-1, -1, -1, -1, 8, -1, -1, -1, -1] },
  { name: 'blur', weights: [1, 2, 1, 2, 4, 2, 1, 2, 1].map((weight) => weight / 16) },
];

/** The filters as the engine takes them: `[kernel_h, kernel_w, in_channels, out_channels]`. */
const WEIGHTS = Float32Array.from({ length: 9 * FILTERS.length }, (_, index) => FILTERS[index % 6].weights[Math.floor(index / 6)]);

/** The pictures to begin with, as strokes. @type {Record<string, string>} */
const STROKES = {
  5: 'M19.5 6H11L10 13C16 10 20.5 13 19.5 17.5 18.5 22.5 12 23.5 8.5 20.5',
  3: 'M9 7.5C13 4 20 6 18.5 10 17.5 12.7 15 13.3 12.5 13.5 16 13.3 20 15 19.5 18.5 18.8 23.5 12 24 8.5 20.5',
  house: 'M6 14L14 6.5 22 14M8.5 12.5V22H19.5V12.5M12.5 22V17H15.5V22',
};

/** @type {import('../../frame/cell.js').Cell} */
export const cell = {
  mount(frame, ctx) {
    const { state, t } = ctx;
    frame.prose('lead');
    const figure = frame.figure({ caption: 'caption', wide: true });

    /** Counts the changes of what is on the pad. */
    const ink = signal(0);
    const maps = FILTERS.map(({ name, weights }) => createMap(name, weights, pointAt));
    const pad = createPixelPad(ctx, {
      size: SIZE,
      label: 'intro.pad',
      onPoint: pointAt,
      onChange() {
        state.set('intro.sample', 'own');
        ink.value += 1;
      },
    });
    figure.body.append(
      h(
        'div',
        { class: 'intro-figure' },
        h('div', { class: 'figure-panel' }, pad.element),
        h('div', { class: 'intro-maps' }, maps.map((map) => map.element)),
      ),
    );
    figure.controls.append(
      createPresets(ctx, {
        label: 'intro.samples',
        presets: SAMPLES.map((name) => ({ label: `intro.sample-${name}`, values: { 'intro.sample': name } })),
      }).element,
      createButton({ label: 'intro.clear', onPress: () => pad.clear() }),
    );
    frame.append(h('ul', { class: 'intro-list' }, ['read', 'train', 'draw'].map((key) => h('li', { i18n: `intro.${key}` }))));

    /** Shows the window that made a value, on the picture and on every map. @param {{ row: number, col: number } | null} place */
    function pointAt(place) {
      pad.frame(place && { row: place.row - 1, col: place.col - 1, rows: 3, cols: 3 });
      for (const map of maps) map.point(place);
    }

    frame.draw(() => {
      const sample = state.get('intro.sample');
      if (sample === 'own') pad.draw();
      else pad.trace(STROKES[sample]);
      ink.value = ink.peek() + 1;
    });
    frame.draw(() => {
      ink.value;
      if (!ctx.engine) return;
      const { data } = ctx.engine.conv2d(pad.pixels, [SIZE, SIZE, 1], WEIGHTS, null, FILTERS.length, WINDOW);
      maps.forEach((map, channel) => map.draw(data, channel));
      figure.describe(t('intro.now', { sample: t(`intro.sample-${state.get('intro.sample')}`) }));
    });
  },
};

/**
 * One filter and what it makes of the picture.
 * @param {string} name
 * @param {number[]} weights
 * @param {(place: { row: number, col: number } | null) => void} onPoint
 */
function createMap(name, weights, onPoint) {
  const canvas = h('canvas', { class: 'pixels', width: SIZE, height: SIZE });
  const dot = h('span', { class: 'intro-dot', hidden: true });
  const kernel = h('canvas', { class: 'pixels intro-kernel', 'aria-hidden': 'true' });
  const sheet = h('div', { class: 'intro-sheet', 'aria-hidden': 'true' }, canvas, dot);
  sheet.addEventListener('pointermove', (event) => {
    const box = sheet.getBoundingClientRect();
    const place = { row: Math.floor(((event.clientY - box.top) / box.height) * SIZE), col: Math.floor(((event.clientX - box.left) / box.width) * SIZE) };
    onPoint(Math.min(place.row, place.col) >= 0 && Math.max(place.row, place.col) < SIZE ? place : null);
  });
  sheet.addEventListener('pointerleave', () => onPoint(null));
  // Full colour at the largest value that the filter can give on a picture of 0 … 1.
  const reach = Math.max(sum(weights, 1), sum(weights, -1));
  return {
    element: h('div', { class: 'intro-map' }, sheet, h('p', { class: 'intro-name' }, kernel, h('span', { i18n: `intro.${name}` }))),
    /** @param {Float32Array} data 28×28×6 @param {number} channel */
    draw(data, channel) {
      drawPixels(canvas, data, { height: SIZE, width: SIZE, channels: FILTERS.length, channel, map: 'diverging', range: [-reach, reach] });
      drawPixels(kernel, weights, { height: 3, width: 3, map: 'diverging' });
    },
    /** @param {{ row: number, col: number } | null} place */
    point(place) {
      dot.hidden = !place;
      if (!place) return;
      dot.style.left = `${(100 * place.col) / SIZE}%`;
      dot.style.top = `${(100 * place.row) / SIZE}%`;
    },
  };
}

/** The sum of the positive or of the negative weights, as a size. @param {number[]} weights @param {1 | -1} sign */
function sum(weights, sign) {
  return weights.reduce((total, weight) => total + Math.max(0, sign * weight), 0);
}
