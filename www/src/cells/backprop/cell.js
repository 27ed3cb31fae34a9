/** Backpropagation through the live network: from the loss back to the image, one weight's sum, one pixel's. */

import { h, setChildren, widthSignal } from '../../base/dom.js';
import { className } from '../../base/class-names.js';
import { computed } from '../../base/signals.js';
import { rust, showCode } from '../../frame/code.js';
import { pythonOf } from './code.js';
import { createNumber } from '../../controls/number.js';
import { createStepper } from '../../controls/stepper.js';
import { labelOf } from '../../figures/strip/outline.js';
import { createDigitSource } from '../../shared/digit-source.js';
import { followNetwork, liveNetwork } from '../../shared/follow-network.js';
import { short } from '../../figures/powers.js';
import { createPath } from './path.js';
import { createPixel } from './pixel.js';
import { createWeight } from './weight.js';
import { paint } from './thumb.js';

/** @typedef {import('../../training/common/protocol.js').Backprop} Backprop */

/** @type {import('../../frame/cell.js').Cell} */
export const cell = {
  preview: paint,
  mount(frame, ctx) {
    const { state, t, format, trainer } = ctx;
    const { network } = liveNetwork(ctx);

    frame.prose('lead');
    const source = createDigitSource(frame, ctx);
    const live = followNetwork(ctx, {
      wanted: () => frame.visible.value,
      pixels: () => source.digit()?.pixels ?? null,
      layers: () => [convNow()?.index ?? -1, weightIndex(), state.get('backprop.epsilon')],
      query: ask,
    });

    /** What is known of the live network with this image, if all of it has come. */
    const shown = computed(() => {
      const [look, digit] = [live.look(), source.digit()];
      return look && digit && look.activations.length === network.value.layers.length ? { look, digit } : null;
    });
    /** The sums of the chosen weight and of the chosen value, worked out anew where anything of them changes. */
    const sums = computed(() => {
      const now = shown.value;
      const summary = convNow();
      if (!now || !summary) return {};
      const { look, digit } = now;
      const input = summary.index === 0 ? digit.pixels : look.activations[summary.index - 1].data;
      const at = { look, summary, input, image: summary.index === 0 && network.value.input[2] === 1 };
      const chosen = weightNow();
      weight.take({ ...at, weight: chosen });
      const spot = { row: Math.min(state.get('backprop.row'), summary.input[0] - 1), col: Math.min(state.get('backprop.col'), summary.input[1] - 1) };
      pixel.take({ ...at, channel: chosen.channel, filter: chosen.filter, spot });
      return {};
    });

    frame.heading('path-heading');
    frame.prose('path-lead');
    const first = frame.figure({ caption: 'path-caption', wide: true, minHeight: 480 });
    first.controls.append(source.element);
    const status = h('p', { class: 'network-state', role: 'status' });
    const path = createPath(ctx, { onSpot: ({ map, y, x }) => state.assign({ 'backprop.map': map, 'backprop.y': y, 'backprop.x': x }), spotNow });
    const stepper = createStepper(frame, ctx, { key: 'backprop.at', count: () => network.value.layers.length + 1, label: 'backprop.at-label', valueText: stepText, speed: 1 });
    const places = number('map', 1, 'y', 'x');
    first.body.append(status, stepper.element, path.element, places);
    const width = widthSignal(path.element);

    frame.heading('weight-heading');
    frame.prose('weight-lead');
    const second = frame.figure({ caption: 'weight-caption', wide: true, minHeight: 520 });
    const select = h('select', { class: 'select', i18nLabel: 'backprop.conv-label', on: { change: () => state.set('backprop.conv', Number(select.value)) } });
    const conv = h('label', { class: 'control-row' }, h('span', { class: 'choice-label', i18n: 'backprop.conv-label' }), select);
    second.controls.append(conv, number('filter', 1, 'channel', 'ky', 'kx'));
    const weight = createWeight(ctx, { refresh: () => void sums.value });
    second.body.append(weight.element);
    frame.prose('nudge-lead');
    const third = frame.figure({ minHeight: 60 });
    third.controls.append(createNumber(ctx, { key: 'backprop.epsilon', role: 'kernel', show: (each) => short(format, each, 1) }).element);
    third.body.append(weight.nudge);
    frame.formula(() => sums.value && weight.formula());

    frame.heading('pixel-heading');
    frame.prose('pixel-lead');
    const fourth = frame.figure({ caption: 'pixel-caption', wide: true, minHeight: 480 });
    fourth.controls.append(number('row', 1, 'col'));
    const pixel = createPixel(ctx, { refresh: () => void sums.value });
    fourth.body.append(pixel.element);
    frame.formula(() => sums.value && pixel.formula());

    showCode(frame, ctx, { ...pythonOf(), rust: rust`
      let found = session.model().loss_gradients(&pixels, label)?;
      let (layer, epsilon) = (${() => convNow()?.index ?? 0}, ${'backprop.epsilon'});
      let d_map = &found.gradients[layer].data;       // ${() => t('backprop.rust-map')}
      let d_image = &found.d_input;                   // ${() => t('backprop.rust-image')}
      let loss = |by| nudge::loss(&session, &pixels, label, layer, ${() => weightIndex()}, by);
      let slope = (loss(epsilon)? - loss(-epsilon)?) / (2.0 * epsilon);
    ` });
    frame.check({
      question: 'question',
      kind: 'number',
      answer: ({ engine }) => {
        // The top left weight meets the padding in the first row and the first column of windows.
        const { output, pad_before: before } = engine.geometry([28, 28], { kernel: [3, 3], stride: [1, 1], padding: 'same' });
        return (output[0] - before[0]) * (output[1] - before[1]);
      },
      explain: 'explain',
    });
    frame.check({ question: 'question-gate', kind: 'choice', options: ['gate-double', 'gate-same', 'gate-none'], answer: () => 2, explain: 'explain-gate' });

    /** Numbers to choose by. @param {string} name @param {number} from what the first is called @param {...string} others */
    function number(name, from, ...others) {
      return h('div', { class: 'control-row' }, [name, ...others].map((each) => createNumber(ctx, { key: `backprop.${each}`, show: (value) => format.integer(value + from) }).element));
    }

    function convs() {
      return network.value.layers.filter(({ kind }) => kind === 'conv');
    }
    function convNow() {
      return convs()[Math.min(state.get('backprop.conv'), convs().length - 1)];
    }
    /** The chosen weight, within the kernel it is of. */
    function weightNow() {
      const [rows, cols, channels, filters] = convNow()?.weight_shape ?? [1, 1, 1, 1];
      const within = (/** @type {string} */ key, /** @type {number} */ size) => Math.min(state.get(`backprop.${key}`), size - 1);
      return { ky: within('ky', rows), kx: within('kx', cols), channel: within('channel', channels), filter: within('filter', filters) };
    }
    function weightIndex() {
      const [, cols, channels, filters] = convNow()?.weight_shape ?? [1, 1, 1, 1];
      const { ky, kx, channel, filter } = weightNow();
      return ((ky * cols + kx) * channels + channel) * filters + filter;
    }

    /** @param {Float32Array} image @returns {Promise<Backprop>} */
    function ask(image) {
      const layer = convNow()?.index;
      const label = source.digit()?.label ?? -1;
      const nudge = layer === undefined ? null : { index: weightIndex(), by: state.get('backprop.epsilon') };
      return trainer.client.callLatest('backprop', 'backprop', [image, label, layer ?? -1, nudge]);
    }

    /** How far back the first figure has come. */
    function stepNow() {
      return Math.min(state.get('backprop.at'), network.value.layers.length);
    }

    /** The value that is pointed at, within the input of the layer. */
    function spotNow() {
      const shape = network.value.layers[network.value.layers.length - stepNow()]?.input ?? [1];
      const [height, width, maps] = shape.length === 3 ? shape : [1, 1, shape[0]];
      return { map: Math.min(state.get('backprop.map'), maps - 1), y: Math.min(state.get('backprop.y'), height - 1), x: Math.min(state.get('backprop.x'), width - 1) };
    }

    /** @param {number} step */
    function stepText(step) {
      const layer = network.value.layers[network.value.layers.length - step];
      return layer ? t('network.row', { place: layer.index + 1, name: labelOf(layer.text) }) : t('backprop.at-loss');
    }

    frame.draw(() => {
      setChildren(select, convs().map(({ index, text }, i) => h('option', { value: i }, t('network.row', { place: index + 1, name: labelOf(text) }))));
      select.value = String(Math.min(state.get('backprop.conv'), convs().length - 1));
      for (const { element } of [second, third, fourth]) element.hidden = !convNow();
    });
    frame.draw(() => {
      const trouble = live.trouble();
      first.error(trouble && !shown.value ? ctx.errorText(trouble) : null);
      if (shown.value) {
        const { look, digit } = shown.value;
        status.textContent = t(digit.label === null ? 'backprop.now-own' : 'backprop.now', { step: look.step, label: className(trainer.data, look.label), loss: short(format, look.loss, 4) });
        return;
      }
      const own = state.get('network.source') === 'own';
      status.textContent = trouble || (live.alive() && own) ? '' : t(live.alive() ? 'network.waiting-digit' : 'network.waiting-engine');
    });
    frame.draw(() => {
      if (!shown.value) return;
      const { look, digit } = shown.value;
      const { layers, input } = network.value;
      places.hidden = stepNow() === 0;
      path.draw({ look, layers, step: stepNow(), pixels: digit.pixels, input, room: width.value });
    });
    frame.draw(() => {
      // The maps may be others, and have to be marked anew.
      width.value;
      if (shown.value && stepNow() >= 0) first.describe(`${status.textContent} ${path.mark()}`);
    });
    frame.draw(() => {
      if (!sums.value || !shown.value) return;
      second.describe(weight.draw());
      third.describe(weight.nudge.textContent ?? '');
    });
    frame.draw(() => {
      if (sums.value && shown.value) fourth.describe(pixel.draw());
    });
  },
};
