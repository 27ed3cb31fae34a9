/** The gradient's way back, a layer at a time: what came in, the gradient at the output, and what is left of it at the input. */

import { className } from '../../base/class-names.js';
import { h, morphChildren, setChildren } from '../../base/dom.js';
import { rich } from '../../base/rich.js';
import { createMapCanvas } from '../../figures/network/map-canvas.js';
import { extent } from '../../figures/pixels.js';
import { labelOf, shapeText } from '../../figures/strip/outline.js';
import { short } from '../../figures/powers.js';
import { poolRoute } from './route.js';

/** Values of a vector in one line of its picture. */
const LINE = 32;

/** @typedef {import('../../training/common/protocol.js').Backprop} Backprop */
/** @typedef {import('../../figures/strip/outline.js').LayerSummary} LayerSummary */
/** @typedef {{ map: number, y: number, x: number }} Spot */

/** A vector as a picture of lines. @param {number[]} shape */
const pictureShape = (shape) => (shape.length === 3 ? shape : [Math.ceil(shape[0] / LINE), Math.min(LINE, shape[0]), 1]);

/** Where a value stands in its data. @param {number[]} shape @param {Spot} spot */
const indexOf = (shape, { map, y, x }) => (shape.length === 3 ? (y * shape[1] + x) * shape[2] + map : map);

/**
 * @param {import('../../frame/cell.js').Context} ctx
 * @param {{ onSpot: (spot: Spot) => void, spotNow: () => Spot }} options a value at the input of the layer
 */
export function createPath(ctx, { onSpot, spotNow }) {
  const { t, format, trainer } = ctx;
  const title = h('p', { class: 'backprop-layer' });
  const scores = h('tbody');
  const table = h(
    'table',
    { class: 'terms backprop-scores', i18nLabel: 'backprop.scores' },
    h('thead', {}, h('tr', {}, ['class', 'share', 'truth', 'gradient'].map((name) => h('th', { scope: 'col', i18n: `backprop.column-${name}` })))),
    scores,
  );
  const rows = ['in', 'out', 'back'].map((name) => {
    /** @type {number[]} */
    let shape = [];
    const pick = (/** @type {Spot} */ spot) => onSpot(shape.length === 3 ? spot : { map: Math.min(shape[0] - 1, spot.y * LINE + spot.x), y: 0, x: 0 });
    // The gradient at the output is only looked at: what is pointed at is a value at the input.
    const canvas = createMapCanvas(ctx, name === 'out' ? {} : { onSpot: pick, say });
    const head = h('span', { class: 'map-title' });
    const range = h('span', { class: 'map-range' });
    const row = h('div', { class: 'map-row' }, h('p', { class: 'map-head' }, head, range), canvas.element);
    return {
      name,
      row,
      /** @param {Float32Array} data @param {number[]} next its shape @param {boolean} image @param {number} room */
      draw(data, next, image, room) {
        shape = next;
        const [height, width, count] = pictureShape(shape);
        const padded = shape.length === 3 ? data : Float32Array.from({ length: height * width }, (_, i) => data[i] ?? NaN);
        const [low, high] = extent(data);
        head.textContent = `${t(`backprop.row-${name}`)} · ${shapeText(shape)}`;
        range.textContent = t('network.range', { low: short(format, low), high: short(format, high) });
        canvas.element.setAttribute('aria-label', t(name === 'out' ? 'network.maps-still' : 'network.maps-label', { name: head.textContent, n: count }));
        canvas.draw(padded, [height, width, count], {
          map: image ? 'gray' : name === 'in' && low >= 0 ? 'sequential' : 'diverging',
          range: image ? [0, 1] : [low, high],
          room,
        });
      },
      /** @param {number[]} list indices of its data @param {string} color @param {Spot | null} spot */
      mark(list, color, spot) {
        const marks = list.map((index) => {
          const at = shape.length === 3 ? { map: index % shape[2], y: Math.floor(index / shape[2] / shape[1]), x: Math.floor(index / shape[2]) % shape[1] } : { map: 0, y: Math.floor(index / LINE), x: index % LINE };
          return { ...at, height: 1, width: 1, color };
        });
        canvas.mark(marks, spot && (shape.length === 3 ? spot : { map: 0, y: Math.floor(spot.map / LINE), x: spot.map % LINE }));
      },
    };
  });
  const maps = h('div', { class: 'map-rows' }, rows.map(({ row }) => row));
  const rule = h('p', { class: 'backprop-rule' });
  const now = h('p', { class: 'stage-now' });
  const element = h('div', { class: 'backprop-path' }, title, rule, table, maps, now);

  /** What was drawn last. @type {ReturnType<typeof passage> | null} */
  let drawn = null;
  /** The value that is pointed at, in words. */
  function say() {
    return drawn ? reach(drawn, spotNow()).text : '';
  }

  /** The classes' probabilities and the gradients at their scores. @param {Backprop} look */
  function drawScores({ probabilities, gradients, label }) {
    const last = /** @type {import('../../training/common/protocol.js').LayerValues} */ (gradients.at(-1)).data;
    setChildren(
      scores,
      [...probabilities].map((share, k) =>
        h('tr', { class: k === label ? 'truth' : '' }, [className(trainer.data, k), format.fixed(share, 4), k === label ? '1' : '0', format.fixed(last[k], 4)].map((text, i) => h(i === 0 ? 'th' : 'td', i === 0 ? { scope: 'row' } : {}, text))),
      ),
    );
  }

  /**
   * What is known of the step through a layer.
   * @param {Backprop} look @param {LayerSummary[]} layers @param {number} layer @param {Float32Array} pixels
   */
  function passage(look, layers, layer, pixels) {
    const summary = layers[layer];
    const input = layer === 0 ? pixels : look.activations[layer - 1].data;
    const back = layer === 0 ? look.dImage : look.gradients[layer - 1].data;
    const out = look.gradients[layer].data;
    const route = summary.kind === 'maxpool' ? poolRoute(ctx.engine, summary, input) : null;
    return { summary, input, back, out, route };
  }

  /** The rule in words, with its counts. @param {ReturnType<typeof passage>} at */
  function ruleOf({ summary, input, back, out, route }) {
    const live = back.reduce((n, d) => n + (d !== 0 ? 1 : 0), 0);
    const open = input.reduce((n, x) => n + (x > 0 ? 1 : 0), 0);
    const args = { n: input.length, outputs: out.length, open, shut: input.length - open, live, chosen: route ? new Set(route.argmax).size : 0, window: summary.geometry?.kernel.join('×') ?? '' };
    return t(`backprop.rule-${summary.kind}`, args);
  }

  /**
   * Which outputs a value of the input reaches, and what that does to its gradient.
   * @param {ReturnType<typeof passage>} at @param {Spot} spot
   */
  function reach({ summary, input, back, out, route }, spot) {
    const index = indexOf(summary.input, spot);
    const [x, d] = [input[index], back[index]];
    const write = (/** @type {number} */ value) => short(format, value);
    const args = { name: t(summary.input.length === 3 ? 'backprop.spot' : 'backprop.spot-vector', { map: spot.map + 1, y: spot.y + 1, x: spot.x + 1 }), value: write(x), back: write(d), out: write(out[index] ?? 0) };
    if (summary.kind === 'relu') return { list: [index], text: t(x > 0 ? 'backprop.gate-open' : 'backprop.gate-shut', args) };
    if (route) {
      const list = route.wonBy(index);
      const sum = list.reduce((all, each) => all + out[each], 0);
      return { list, text: t(list.length > 0 ? 'backprop.won' : 'backprop.lost', { ...args, n: list.length, out: write(sum) }) };
    }
    return { list: out.length === input.length ? [index] : [], text: t(summary.kind === 'conv' ? 'backprop.spot-conv' : summary.kind === 'dense' ? 'backprop.spot-dense' : 'backprop.spot-now', args) };
  }

  return {
    element,
    /**
     * @param {object} at
     * @param {Backprop} at.look
     * @param {LayerSummary[]} at.layers
     * @param {number} at.step 0 at the loss
     * @param {Float32Array} at.pixels
     * @param {number[]} at.input shape of the image
     * @param {number} at.room px
     */
    draw({ look, layers, step, pixels, input, room }) {
      const layer = layers.length - step;
      const atLoss = step === 0;
      table.hidden = !atLoss;
      maps.hidden = atLoss;
      now.hidden = atLoss;
      title.textContent = atLoss ? t('backprop.at-loss') : t('network.row', { place: layer + 1, name: labelOf(layers[layer].text) });
      if (atLoss) {
        drawn = null;
        drawScores(look);
        const share = look.probabilities[look.label];
        morphChildren(rule, rich(t('backprop.rule-loss', { label: className(trainer.data, look.label), share: format.fixed(share, 4), loss: short(format, look.loss, 4), gradient: format.fixed(share - 1, 4) })));
        return;
      }
      drawn = passage(look, layers, layer, pixels);
      const { summary } = drawn;
      const [first, second, third] = rows;
      first.draw(drawn.input, summary.input, layer === 0 && input.at(-1) !== 3, room);
      second.draw(drawn.out, summary.output, false, room);
      third.draw(drawn.back, summary.input, false, room);
      morphChildren(rule, rich(ruleOf(drawn)));
    },
    /** Marks the value that is pointed at. @returns {string} what is to be seen */
    mark() {
      if (!drawn) return `${title.textContent}. ${rule.textContent}`;
      const spot = spotNow();
      const { list, text } = reach(drawn, spot);
      const index = indexOf(drawn.summary.input, spot);
      rows[0].mark([index], '--input', spot);
      rows[1].mark(list, '--output', null);
      rows[2].mark([index], '--input', spot);
      morphChildren(now, text);
      return `${title.textContent}. ${rule.textContent} ${text}`;
    },
  };
}
