/** Which places of an image speak for and against each class: Grad-CAM on the live network, or each pixel's gradient. */

import { className } from '../../base/class-names.js';
import { h, setChildren } from '../../base/dom.js';
import { createRetry } from '../../base/retry.js';
import { computed, signal } from '../../base/signals.js';
import { drawGray } from '../../charts/gray.js';

/** Colours of for and against, on the digit's black and white: apart for every common kind of colour blindness. */
const FOR = [255, 140, 40];
const AGAINST = [70, 140, 255];
/** ms between two looks while training runs. */
const PACE = 1000;
/** Stands for the image itself among the layers. */
const PIXELS = -2;
/** Pixels of the drawing for one of the image. */
const ZOOM = 6;

/** @typedef {{ layer: number, class: number, size: [number, number], values: Float32Array }} ClassMap */

/**
 * @param {import('../../frame/cell.js').Frame} frame
 * @param {import('../../frame/cell.js').Context} ctx
 * @param {object} options read from signals
 * @param {() => { look: import('../../shared/follow-network.js').Look, pixels: Float32Array } | null} options.shown the image and
 *   what the network makes of it
 * @param {() => number[]} options.shape of the image
 * @param {() => { index: number, name: string, kind: string }[]} options.layers those that give maps
 */
export function createReasons(frame, ctx, { shown, shape: shapeOf, layers }) {
  const { t, state, format, trainer } = ctx;
  const select = h('select', { class: 'select', i18nLabel: 'learned.layer-label', on: { change: () => state.set('learned.layer', Number(select.value)) } });
  const large = h('canvas', { class: 'reasons-large', role: 'img' });
  const said = h('p', { class: 'figure-panel-title', role: 'status' });
  const tiles = h('div', { class: 'reasons-tiles', role: 'group', i18nLabel: 'learned.classes' });
  const element = h(
    'div',
    { class: 'learned-part' },
    h('label', { class: 'control-row' }, h('span', { class: 'choice-label', i18n: 'learned.layer-label' }), select),
    h('div', { class: 'figure-row' }, h('div', { class: 'figure-panel reasons-main' }, large, said), tiles),
  );
  /** The newest maps, and what they are of. */
  const newest = signal(/** @type {{ look: unknown, layer: number, maps: ClassMap[] } | null} */ (null));
  const text = signal('');

  const choices = computed(() => [{ index: PIXELS, name: t('learned.layer-pixels'), kind: '' }, ...layers()]);
  /** The layer whose maps are wanted: the chosen one, or the last ReLU with maps. */
  const layerNow = computed(() => {
    const [, ...maps] = choices.value;
    const chosen = choices.value.find(({ index }) => index === state.get('learned.layer'));
    return (chosen ?? maps.findLast(({ kind }) => kind === 'relu') ?? maps.at(-1))?.index ?? null;
  });

  const retry = createRetry();
  async function ask() {
    retry.follow();
    const [now, layer] = [shown(), layerNow.value];
    if (!now || layer === null) return;
    try {
      newest.value = { look: now.look, layer, maps: await trainer.client.callLatest('reasons', 'reasons', [now.pixels, layer]) };
      retry.answered();
    } catch {
      retry.failed();
    }
  }
  frame.draw(() => void ask(), frame.element, { pace: () => (trainer.phase === 'running' ? PACE : 0) });

  /** Three figures: the scores of a young network are small. @param {number} x */
  const round = (x) => format.number(Number(x.toPrecision(3)), 6);

  /** The image with a class's reasons over it. @param {HTMLCanvasElement} canvas @param {Float32Array} pixels @param {number[]} shape @param {ClassMap} map @param {number} peak */
  function paint(canvas, pixels, [height, side, channels], map, peak) {
    const digit = document.createElement('canvas');
    // Grey, so that the two colours stand out.
    const grey = Float32Array.from({ length: height * side }, (_, i) => pixels.subarray(i * channels, (i + 1) * channels).reduce((sum, value) => sum + value, 0) / channels);
    drawGray(digit, grey.map((value) => value * 0.8), side, height);
    const [rows, cols] = map.size;
    const veil = document.createElement('canvas');
    veil.width = cols;
    veil.height = rows;
    const image = new ImageData(cols, rows);
    map.values.forEach((value, i) => {
      const [r, g, b] = value > 0 ? FOR : AGAINST;
      image.data.set([r, g, b, Math.min(1, Math.abs(value) / (peak || 1)) * 235], 4 * i);
    });
    veil.getContext('2d')?.putImageData(image, 0, 0);
    canvas.width = side * ZOOM;
    canvas.height = height * ZOOM;
    const pen = canvas.getContext('2d');
    if (!pen) return;
    pen.imageSmoothingEnabled = false;
    pen.drawImage(digit, 0, 0, canvas.width, canvas.height);
    pen.drawImage(veil, 0, 0, canvas.width, canvas.height);
  }

  frame.draw(() => {
    element.hidden = layers().length === 0;
  });
  const names = computed(() => choices.value.map(({ name }) => name).join('\n'));
  frame.draw(() => {
    names.value;
    setChildren(select, choices.peek().map(({ index, name }) => h('option', { value: index }, name)));
  });
  frame.draw(() => {
    names.value;
    select.value = String(layerNow.value);
  });
  frame.draw(() => {
    const [now, seen] = [shown(), newest.value];
    // While another image is asked about, its maps are not those at hand.
    if (!now || !seen || ((seen.look !== now.look || seen.layer !== layerNow.value) && trainer.phase !== 'running')) return;
    const { maps } = seen;
    const { pixels, look: { probabilities } } = now;
    const shape = shapeOf();
    const peak = maps.reduce((top, { values }) => values.reduce((most, value) => Math.max(most, Math.abs(value)), top), 0);
    const answer = probabilities.indexOf(Math.max(...probabilities));
    const wanted = state.get('learned.class');
    const chosen = wanted < maps.length && wanted >= 0 ? wanted : answer;
    const sum = (/** @type {number} */ sign) => maps[chosen].values.reduce((all, value) => all + Math.max(0, sign * value), 0);
    paint(large, pixels, shape, maps[chosen], peak);
    const share = format.percent(probabilities[chosen] ?? 0, 1);
    text.value = t('learned.reasons', { k: className(trainer.data, chosen), share, pro: round(sum(1)), contra: round(sum(-1)) });
    said.textContent = text.peek();
    large.setAttribute('aria-label', text.peek());
    const focused = [...tiles.children].indexOf(/** @type {Element} */ (document.activeElement));
    setChildren(
      tiles,
      maps.map((map, k) => {
        const canvas = h('canvas', { 'aria-hidden': 'true' });
        paint(canvas, pixels, shape, map, peak);
        const press = () => state.set('learned.class', k);
        return h('button', { type: 'button', class: 'digit-thumb', 'aria-pressed': String(k === chosen), 'aria-label': t('learned.class', { k: className(trainer.data, k), share: format.percent(probabilities[k] ?? 0, 1) }), on: { click: press } }, canvas, h('span', {}, `${className(trainer.data, k)} · ${format.percent(probabilities[k] ?? 0, 0)}`));
      }),
    );
    if (focused >= 0) /** @type {HTMLElement} */ (tiles.children[focused])?.focus();
  });

  return {
    element,
    /** What they say, in words, read from a signal. */
    text: () => text.value,
  };
}
