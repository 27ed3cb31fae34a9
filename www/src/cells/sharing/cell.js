/** Why weights are shared: the map moves along. Why there is a ReLU: without it two convolutions are one. */

import { h, morphChildren } from '../../base/dom.js';
import { computed } from '../../base/signals.js';
import { tex, value } from '../../base/math.js';
import { rich } from '../../base/rich.js';
import { rust, showCode } from '../../frame/code.js';
import { questions, weightsOf } from './questions.js';
import { createButton, createChoice, createToggle } from '../../controls/choice.js';
import { diverging } from '../../figures/color.js';
import { createNumber } from '../../controls/number.js';
import { createNumberSheet } from '../../figures/number-sheet.js';
import { drawPixels, extent } from '../../figures/pixels.js';
import { short } from '../../figures/powers.js';
import { aligned } from '../../figures/size-formula.js';
import { createDigitSource } from '../../shared/digit-source.js';
import { BOTH, compare, drawWeights } from './collapse.js';
import { SHIFTS, createShiftTable } from './forgiving.js';
import { apart, changed as changedShare, createMoving, moved } from './moving.js';
import { createPad } from './pad.js';
import { paint } from './thumb.js';

/** @typedef {import('./moving.js').Maps} Maps */

/** Pooling windows that are compared: none, some, the whole map. */
const POOLS = [1, 2, 4, 7, 0];
/** @type {import('../../frame/cell.js').Cell} */
export const cell = {
  preview: paint,
  mount(frame, ctx) {
    const { state, t, format, trainer } = ctx;
    const at = () => ({ dx: /** @type {number} */ (state.get('sharing.dx')), dy: /** @type {number} */ (state.get('sharing.dy')) });
    const within = (/** @type {number} */ to) => Math.max(-8, Math.min(8, to));
    const move = (/** @type {number} */ dx, /** @type {number} */ dy) => state.assign({ 'sharing.dx': within(dx), 'sharing.dy': within(dy) });

    frame.prose('lead');
    const source = createDigitSource(frame, ctx);
    frame.heading('move-heading');
    frame.prose('move-lead');
    const first = frame.figure({ caption: 'move-caption', wide: true, minHeight: 420 });
    const numberOf = (/** @type {string} */ name) => createNumber(ctx, { key: `sharing.${name}` }).element;
    first.controls.append(source.element, createChoice(ctx, { key: 'sharing.kernel', values: ['vertical', 'horizontal', 'diagonal'] }).element, createChoice(ctx, { key: 'sharing.pool', values: ['2', '4', '7', '14'] }).element, h('div', { class: 'control-row' }, numberOf('dx'), numberOf('dy'), createButton({ label: 'sharing.home', onPress: () => move(0, 0) })));
    const waiting = h('p', { class: 'network-state', role: 'status' });
    const pad = createPad(ctx, { label: 'sharing.pad', at, onMove: move, say: sentence });
    const panelOf = (/** @type {string} */ name, /** @type {HTMLElement} */ drawing) => h('div', { class: 'figure-panel' }, h('p', { class: 'figure-panel-title', i18n: `sharing.panel-${name}` }), drawing);
    const canvases = Object.fromEntries(['map', 'pooled', 'two', 'one', 'difference'].map((name) => [name, h('canvas', { class: 'pixels', role: 'img', i18nLabel: `sharing.panel-${name}` })]));
    const mapOf = (/** @type {string} */ name) => panelOf(name, h('div', { class: 'sharing-map' }, canvases[name]));
    const now = h('p', { class: 'stage-now' });
    const panels = h('div', { class: 'figure-row' }, panelOf('image', pad.element), mapOf('map'), mapOf('pooled'));
    first.body.append(waiting, panels, now);
    frame.prose('forgive-lead');
    const second = frame.figure({ caption: 'forgive-caption', minHeight: 220 });
    const forgiven = createShiftTable(ctx, { label: 'sharing.forgive-table', onPick: (shift) => move(shift, 0) });
    const stays = h('p', { class: 'stage-now' });
    second.body.append(forgiven.element, stays);

    frame.heading('dense-heading');
    frame.prose('dense-lead');
    const third = frame.figure({ caption: 'dense-caption', minHeight: 160 });
    const detectors = createShiftTable(ctx, { label: 'sharing.dense-table', onPick: (shift) => move(shift, 0) });
    const counted = h('p', { class: 'stage-now' });
    third.body.append(detectors.element, counted);
    frame.formula(() => countFormula());

    frame.heading('relu-heading');
    frame.prose('relu-lead');
    const fourth = frame.figure({ caption: 'relu-caption', wide: true, minHeight: 420 });
    fourth.controls.append(createToggle(ctx, { key: 'sharing.relu' }).element, h('div', { class: 'control-row' }, numberOf('middle'), numberOf('seed')));
    const sheet = createNumberSheet({ label: 'sharing.panel-kernel' });
    const apartNow = h('p', { class: 'stage-now sharing-apart', role: 'status' });
    fourth.body.append(h('div', { class: 'figure-row' }, mapOf('two'), mapOf('one'), mapOf('difference'), panelOf('kernel', sheet.element)), apartNow);
    frame.prose('relu-why');

    showCode(frame, ctx, { rust: rust`
      let same = Window::square(3, 1, Padding::Same);
      let map = ops::conv2d(&image, [28, 28, 1], &kernel, None, 1, &same)?;
      let window = Window::square(${'sharing.pool'}, ${'sharing.pool'}, Padding::Same);
      let pooled = ops::max_pool2d(&ops::relu(&map.data), map.shape, &window)?;
      let middle = ${'sharing.middle'};
      let wide = Window::square(3, 1, Padding::all(2));
      let one = ops::conv2d(&first, [3, 3, middle], &second_turned, None, 1, &wide)?;   // one.shape == [5, 5, 1]
    ` });
    for (const question of questions) frame.check(question);

    /** The image in grey; null while there is none. @type {import('@preact/signals-core').ReadonlySignal<Maps | null>} */
    const grey = computed(() => {
      const digit = source.digit();
      if (!digit) return null;
      const [height, width, channels] = trainer.data?.shape ?? [28, 28, 1];
      const data = Float32Array.from({ length: height * width }, (_, i) => digit.pixels.subarray(i * channels, (i + 1) * channels).reduce((sum, each) => sum + each, 0) / channels);
      return { shape: [height, width, 1], data };
    });
    /** What the engine makes of the image, or why it can't. @template T @param {(image: Maps) => T} make @returns {import('@preact/signals-core').ReadonlySignal<{ made: T | null, failure: unknown }>} */
    const ofImage = (make) =>
      computed(() => {
        try {
          return { made: grey.value && ctx.engine ? make(grey.value) : null, failure: null };
        } catch (failure) {
          return { made: null, failure };
        }
      });
    const moves = ofImage((image) => computeMoves(image, state.get('sharing.kernel'), Number(state.get('sharing.pool')), at().dx, at().dy));
    /** What does not depend on where the digit is. */
    const table = ofImage((image) => computeTable(image, state.get('sharing.kernel')));
    const both = ofImage((image) => {
      const middle = state.get('sharing.middle');
      return compare(ctx.engine, image, drawWeights(ctx.engine, middle, state.get('sharing.seed'), 1), middle, state.get('sharing.relu'));
    });

    /** @param {Maps} image @param {string} kernel @param {number} pool @param {number} dx @param {number} dy */
    function computeMoves(image, kernel, pool, dx, dy) {
      const { mapOf: filtered, poolOf } = createMoving(ctx.engine);
      const before = filtered(image, kernel);
      const shown = moved(image, dx, dy);
      const map = filtered(shown, kernel);
      const pooled = poolOf(map, pool);
      return { shown, map, pooled, off: apart(map, moved(before, dx, dy)), changed: changedShare(pooled, poolOf(before, pool)) };
    }

    /** @param {Maps} image @param {string} kernel */
    function computeTable(image, kernel) {
      const { mapOf: filtered, poolOf, detectors: detect } = createMoving(ctx.engine);
      const images = SHIFTS.map((shift) => moved(image, shift, 0));
      const maps = images.map((each) => filtered(each, kernel));
      const pools = POOLS.map((size) => {
        const pooled = maps.map((map) => poolOf(map, size));
        return { size, values: pooled.map((each) => changedShare(each, pooled[0])) };
      });
      const { dense, shared, weights } = detect(image);
      const [best, peak] = [dense(image), shared(image)];
      return { pools, weights, dense: images.map((each) => dense(each) / (best || 1)), shared: images.map((each) => shared(each) / (peak || 1)) };
    }

    function countFormula() {
      if (!ctx.engine) return tex`W`;
      const { shared, dense } = weightsOf(ctx.engine);
      return aligned([
        [tex`W_{conv}`, tex`= 3 · 3 = ${value(format.integer(shared), 'kernel')}`],
        [tex`W_{dense}`, tex`= (28 · 28) · (28 · 28) = ${value(format.integer(dense), 'kernel')}`],
      ]);
    }

    /** Where the digit is now. */
    function movedText() {
      const { dx, dy } = at();
      const ways = [dx !== 0 && t(dx > 0 ? 'sharing.to-right' : 'sharing.to-left', { n: Math.abs(dx) }), dy !== 0 && t(dy > 0 ? 'sharing.to-down' : 'sharing.to-up', { n: Math.abs(dy) })].filter(Boolean);
      return ways.length > 0 ? t('sharing.moved', { where: ways.join(', ') }) : t('sharing.moved-none');
    }

    function sentence() {
      const now = moves.value.made;
      if (!now) return '';
      return t(now.off === 0 ? 'sharing.now' : 'sharing.now-cut', { moved: movedText(), off: short(format, now.off), changed: format.percent(now.changed, 0), pool: state.get('sharing.pool') });
    }

    function drawMoves() {
      const { made, failure } = moves.value;
      first.error(failure ? ctx.errorText(failure) : null);
      if (!made) return;
      pad.draw(made.shown);
      for (const [name, { shape, data }] of /** @type {[string, Maps][]} */ ([['map', made.map], ['pooled', made.pooled]])) drawPixels(canvases[name], data, { height: shape[0], width: shape[1], map: 'sequential' });
      morphChildren(now, sentence());
      first.describe(sentence());
    }

    function drawTables() {
      const { made } = table.value;
      if (!made) return;
      const { dx, dy } = at();
      const shift = dy === 0 ? dx : -1;
      const nameOf = (/** @type {number} */ size) => (size === 1 ? t('sharing.pool-none') : size === 0 ? t('sharing.pool-whole') : `${size}×${size}`);
      forgiven.draw(made.pools.map(({ size, values }) => ({ name: nameOf(size), values })), shift);
      const unmoved = made.pools.filter(({ values }) => values[1] === 0).map(({ size }) => nameOf(size));
      const two = made.pools.find(({ size }) => size === 2)?.values ?? [];
      const four = made.pools.find(({ size }) => size === 4)?.values ?? [];
      const none = made.pools[0].values;
      morphChildren(stays, t(unmoved.length > 0 ? 'sharing.stays' : 'sharing.stays-none', { none: format.percent(none[1], 0), two: format.percent(two[1], 0), four: format.percent(four[1], 0), unmoved: unmoved.join(', ') }));
      second.describe(stays.textContent ?? '');
      detectors.draw([{ name: t('sharing.row-dense'), values: made.dense }, { name: t('sharing.row-shared'), values: made.shared }], shift);
      const { weights, dense, shared } = made;
      morphChildren(counted, rich(t('sharing.counted', { dense: weights.dense, shared: weights.shared, denseAnswer: format.percent(dense[3], 0), sharedAnswer: format.percent(shared[3], 0), places: 28 * 28, all: 28 * 28 * weights.dense })));
      third.describe(counted.textContent ?? '');
    }

    function drawBoth() {
      const { made, failure } = both.value;
      fourth.error(failure ? ctx.errorText(failure) : null);
      if (!made) return;
      const { two, one, kernel } = made;
      const [lowTwo, highTwo] = extent(two.data);
      const [lowOne, highOne] = extent(one.data);
      // One scale for all three, or a rounding error would look like a picture.
      const range = /** @type {[number, number]} */ ([Math.min(lowTwo, lowOne), Math.max(highTwo, highOne)]);
      const difference = two.data.map((each, i) => each - one.data[i]);
      for (const [name, data] of /** @type {[string, Float32Array][]} */ ([['two', two.data], ['one', one.data], ['difference', difference]])) {
        drawPixels(canvases[name], data, { height: two.shape[0], width: two.shape[1], map: 'diverging', range });
      }
      const most = kernel.reduce((top, each) => Math.max(top, Math.abs(each)), 0) || 1;
      sheet.draw(BOTH, BOTH, (row, col) => ({ text: format.fixed(kernel[row * BOTH + col], 2), color: diverging((0.8 * kernel[row * BOTH + col]) / most) }));
      const middle = state.get('sharing.middle');
      const args = { off: short(format, apart(two, one)), most: short(format, Math.max(Math.abs(range[0]), Math.abs(range[1]))), n: two.data.length, weights: 2 * 9 * middle, one: kernel.length };
      morphChildren(apartNow, rich(t(state.get('sharing.relu') ? 'sharing.apart-relu' : 'sharing.apart', args)));
      fourth.describe(apartNow.textContent ?? '');
    }

    frame.draw(() => {
      const ready = grey.value !== null;
      waiting.textContent = ready ? '' : t(trainer.alive ? 'network.waiting-digit' : 'network.waiting-engine');
      panels.hidden = !ready;
      for (const { element } of [second, third, fourth]) element.hidden = !ready;
    });
    frame.draw(drawMoves);
    frame.draw(drawTables);
    frame.draw(drawBoth);
  },
};
