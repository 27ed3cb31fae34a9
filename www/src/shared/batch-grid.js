/**
 * The batch last trained: its images with true and predicted labels. A wrong one has a thick frame, a cross in its corner
 * and both labels, so it is told apart without colour.
 *
 * @module
 */

import { className, named } from '../base/class-names.js';
import { h } from '../base/dom.js';
import { cssColor } from '../base/theme.js';

/** @typedef {import('../training/common/protocol.js').BatchView} BatchView */

const IMAGE = 30;
const CAPTION = 15;
const GAP = 4;
const TILE_W = IMAGE + GAP;
/** Two bars one above the other, and what is around them. */
const BARS = 9;

/**
 * All images of a batch side by side on one canvas, white ink on black as the data has them.
 * @param {BatchView} view
 */
function sheet({ images, height, width, channels, labels }) {
  const canvas = new OffscreenCanvas(width * labels.length, height);
  const pen = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
  const data = pen.createImageData(canvas.width, height);
  // Red in the lowest byte, opacity in the highest: so do all machines that browsers run on.
  const words = new Uint32Array(data.data.buffer);
  let from = 0;
  for (let n = 0; n < labels.length; n += 1) {
    for (let y = 0; y < height; y += 1) {
      let to = y * canvas.width + n * width;
      for (let x = 0; x < width; x += 1, from += channels, to += 1) {
        const red = images[from];
        const green = channels === 3 ? images[from + 1] : red;
        const blue = channels === 3 ? images[from + 2] : red;
        words[to] = 0xff000000 | (blue << 16) | (green << 8) | red;
      }
    }
  }
  pen.putImageData(data, 0, 0);
  return canvas;
}

/**
 * @param {import('../frame/cell.js').Context} ctx
 * @param {object} [options]
 * @param {(place: number) => void} [options.onPick] called when an image is chosen, with its place in the batch
 * @param {(place: number) => [number, number]} [options.bars] two shares, 0 to 1, drawn below each image
 * @param {(place: number) => string} [options.detail] what is said of the chosen image
 * @param {string} [options.legend] message key
 */
export function createBatchGrid(ctx, { onPick, bars, detail: detailOf, legend = 'train.batch-legend' } = {}) {
  const { t, format } = ctx;
  const TILE_H = IMAGE + CAPTION + GAP + (bars ? BARS : 0);
  const canvas = h('canvas', {
    class: 'batch-canvas',
    role: 'img',
    tabindex: '0',
    on: {
      pointerdown: (/** @type {PointerEvent} */ event) => choose(at(event)),
      pointermove: (/** @type {PointerEvent} */ event) => event.pointerType === 'mouse' && choose(at(event), false),
      keydown: onKey,
    },
  });
  const detail = h('p', { class: 'batch-detail', role: 'status' });
  const count = h('p', { class: 'batch-count' });
  const host = h('div', { class: 'batch-host' }, canvas);
  const classes = h('p', { class: 'batch-legend' });
  const element = h('div', { class: 'batch' }, count, host, detail, h('p', { class: 'batch-legend', i18n: legend }), classes);

  /** @type {BatchView | null} */
  let view = null;
  /** @type {OffscreenCanvas | null} */
  let source = null;
  let width = 0;
  let columns = 10;
  let chosen = -1;

  /** @param {PointerEvent} event */
  function at(event) {
    const box = canvas.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) / box.width) * columns);
    const row = Math.floor((event.clientY - box.top) / TILE_H);
    return row * columns + column;
  }

  /** @param {number} index @param {boolean} [pick] */
  function choose(index, pick = true) {
    if (!view || index < 0 || index >= view.labels.length) return;
    if (index !== chosen) {
      chosen = index;
      paint();
    }
    if (pick) onPick?.(index);
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    /** @type {Record<string, number>} */
    const moves = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
    const move = moves[event.key];
    if (!view) return;
    if (move !== undefined) {
      const next = (chosen < 0 ? 0 : chosen + move);
      choose(Math.min(view.labels.length - 1, Math.max(0, next)), false);
    } else if (event.key === 'Enter' || event.key === ' ') choose(chosen);
    else return;
    event.preventDefault();
  }

  function describe() {
    if (!view) {
      canvas.setAttribute('aria-label', t('train.batch-empty'));
      count.textContent = t('train.batch-empty');
      detail.textContent = '';
      return;
    }
    const shown = view.labels.length;
    const wrong = view.labels.reduce((sum, label, i) => sum + (label === view?.predictions[i] ? 0 : 1), 0);
    const args = { shown, size: view.size, wrong, right: shown - wrong, step: view.step };
    count.textContent = t(shown < view.size ? 'train.batch-part' : 'train.batch-all', args);
    canvas.setAttribute('aria-label', `${count.textContent} ${t('train.batch-keys')}`);
    // Below the images there is room for numbers only.
    const { data } = ctx.trainer;
    classes.textContent = data && named(data) ? Array.from({ length: data.classes }, (_, k) => `${k} ${className(data, k)}`).join(' · ') : '';
    detail.textContent =
      chosen < 0
        ? ''
        : detailOf
          ? detailOf(chosen)
          : t('train.batch-detail', {
              n: chosen + 1,
              index: view.indices[chosen],
              label: className(ctx.trainer.data, view.labels[chosen]),
              prediction: className(ctx.trainer.data, view.predictions[chosen]),
              probability: format.percent(view.probabilities[chosen], 1),
              loss: format.fixed(view.losses[chosen], 3),
            });
  }

  function paint() {
    describe();
    host.hidden = view === null;
    if (!view || !source || width === 0) return;
    columns = width >= 20 * TILE_W ? 20 : 10;
    const rows = Math.ceil(view.labels.length / columns);
    const scale = Math.min(window.devicePixelRatio || 1, 2);
    // Narrow screens get narrower gaps, not smaller images.
    const step = Math.min(TILE_W + 6, width / columns);
    canvas.style.width = `${step * columns}px`;
    canvas.style.height = `${rows * TILE_H}px`;
    canvas.width = Math.round(step * columns * scale);
    canvas.height = Math.round(rows * TILE_H * scale);
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    pen.scale(scale, scale);
    pen.imageSmoothingEnabled = false;
    pen.textAlign = 'center';
    pen.textBaseline = 'middle';
    const ink = cssColor('--ink-soft');
    const bad = cssColor('--bad');
    const accent = cssColor('--accent');
    const line = cssColor('--line');
    for (let i = 0; i < view.labels.length; i += 1) {
      const left = (i % columns) * step + (step - IMAGE) / 2;
      const top = Math.floor(i / columns) * TILE_H + GAP / 2;
      const label = view.labels[i];
      const prediction = view.predictions[i];
      const wrong = label !== prediction;
      pen.drawImage(source, i * view.width, 0, view.width, view.height, left, top, IMAGE, IMAGE);
      if (wrong) {
        pen.strokeStyle = bad;
        pen.lineWidth = 2;
        pen.strokeRect(left, top, IMAGE, IMAGE);
        pen.beginPath();
        pen.moveTo(left + IMAGE - 8, top + 2);
        pen.lineTo(left + IMAGE - 2, top + 8);
        pen.moveTo(left + IMAGE - 2, top + 2);
        pen.lineTo(left + IMAGE - 8, top + 8);
        pen.stroke();
      }
      if (i === chosen) {
        pen.strokeStyle = accent;
        pen.lineWidth = 2;
        pen.strokeRect(left - 2, top - 2, IMAGE + 4, IMAGE + 4);
      }
      bars?.(i).forEach((share, which) => {
        pen.fillStyle = line;
        pen.fillRect(left, top + IMAGE + CAPTION + 4 * which, IMAGE, 3);
        pen.fillStyle = which === 0 ? ink : accent;
        pen.fillRect(left, top + IMAGE + CAPTION + 4 * which, IMAGE * share, 3);
      });
      pen.fillStyle = wrong ? bad : ink;
      pen.font = `${wrong ? '700 ' : ''}12px system-ui, sans-serif`;
      pen.fillText(wrong ? `${label}→${prediction}` : String(label), left + IMAGE / 2, top + IMAGE + CAPTION / 2 + 1);
    }
  }

  // The size is remembered: asking for it while drawing would make the browser lay the page out at once.
  const observer = new ResizeObserver(([entry]) => {
    if (entry.contentRect.width === width) return;
    width = entry.contentRect.width;
    paint();
  });
  observer.observe(element);

  return {
    element,
    /** @param {BatchView | null} next @param {number} [pick] the chosen image, −1 for none */
    draw(next, pick) {
      if (pick !== undefined) chosen = pick;
      else if (next !== view) chosen = -1;
      if (next !== view) source = next && sheet(next);
      view = next;
      paint();
    },
  };
}
