/** The full network: one digit on its way through the live network of the training cell. */

import { className } from '../../base/class-names.js';
import { h, widthSignal } from '../../base/dom.js';
import { computed, untracked } from '../../base/signals.js';
import { createNumber } from '../../controls/number.js';
import { createAcross } from '../../figures/network/across.js';
import { explain } from '../../figures/network/explain.js';
import { createInspector } from '../../figures/network/inspector.js';
import { followNetwork, liveNetwork } from '../../shared/follow-network.js';
import { createScores } from '../../figures/network/scores.js';
import { indexOf, nameOfSpot, sourceWords, spotOf, within } from '../../figures/network/source.js';
import { aligned } from '../../figures/size-formula.js';
import { labelOf } from '../../figures/strip/outline.js';
import { tex, value } from '../../base/math.js';
import { presetsOf } from '../../training/page/settings.js';
import { createDigitSource } from '../../shared/digit-source.js';
import { python, rust, showCode } from '../../frame/code.js';
import { createGuess } from '../../frame/guess.js';

/** @type {import('../../frame/cell.js').Cell} */
export const cell = {
  mount(frame, ctx) {
    const { state, t, format, trainer } = ctx;
    const { spec: specNow, network } = liveNetwork(ctx);

    frame.prose('lead');
    const source = createDigitSource(frame, ctx);
    const live = followNetwork(ctx, {
      wanted: () => frame.visible.value,
      pixels: () => source.digit()?.pixels ?? null,
      layers: () => (layerNow()?.weight_shape ? [layerNow()?.index ?? 0] : []),
    });

    const figure = frame.figure({ caption: 'caption', wide: true, minHeight: 700 });
    const status = h('p', { class: 'network-state', role: 'status' });
    const across = createAcross(ctx, { onSpot: (layer, spot) => select(layer + 1, spot), say: () => sentence(), data: () => ctx.trainer.data });
    const scores = createScores(ctx, { data: () => ctx.trainer.data, onPick: (unit) => select(network.value.layers.length, { map: unit, y: 0, x: 0 }) });
    const inspector = createInspector(ctx);
    const number = (/** @type {string} */ name, /** @type {number} */ first) =>
      createNumber(ctx, { key: `network.${name}`, show: (each) => String(each + first) }).element;
    inspector.controls.append(number('layer', 0), number('map', 1), number('y', 1), number('x', 1));
    figure.controls.append(source.element);
    const scoresTitle = h('p', { class: 'map-head' });
    const came = h('p', { class: 'figure-panel-title' });
    const flow = h('div', { class: 'network-body' }, h('div', { class: 'across-part' }, across.element, came), h('div', { class: 'map-row' }, scoresTitle, scores.element), inspector.element);
    figure.body.append(status, flow);
    const width = widthSignal(across.element);

    frame.prose('softmax');
    frame.formula(() => softmax());
    const scoresNow = () => [...(live.look()?.trace.at(-1)?.data ?? [])].map((each) => each.toFixed(4)).join(', ') || '—';
    const bestNow = () => best() ?? '—';
    const shareNow = () => live.look()?.probabilities[best() ?? 0].toFixed(3) ?? '—';
    showCode(frame, ctx, {
      tensorflow: python`
        # the scores of image ${'network.digit'}
        p = tf.nn.softmax([${scoresNow}])
        sess.run(tf.argmax(p))       # ${bestNow}
        sess.run(tf.reduce_max(p))   # ${shareNow}
      `,
      torch: python`
        # the scores of image ${'network.digit'}
        p = F.softmax(torch.tensor([${scoresNow}]), dim=0)
        p.argmax()   # ${bestNow}
        p.max()      # ${shareNow}
      `,
      keras: python`
        # the scores of image ${'network.digit'}
        p = ops.softmax(np.array([${scoresNow}]))
        ops.argmax(p)   # ${bestNow}
        ops.max(p)      # ${shareNow}
      `,
      numpy: python`
        # the scores of image ${'network.digit'}
        p = np.exp([${scoresNow}])
        p /= p.sum()
        p.argmax()   # ${bestNow}
        p.max()      # ${shareNow}
      `,
      rust: rust`
        let trace = session.trace(&pixels)?;     // ${() => t('network.rust-trace', { n: network.value.layers.length })}
        let layer = ${'network.layer'};
        trace[layer - 1].shape                   // [${() => (layerNow()?.output ?? []).join(', ') || '—'}]
        session.predict(&pixels)?.class          // ${bestNow}
      `,
    });
    frame.check({
      question: 'question',
      kind: 'number',
      answer: () => dense()?.weight_shape?.[0] ?? 0,
      explain: 'explain',
      args: () => {
        const last = dense();
        const before = network.value.layers.filter(({ output }) => output.length === 3).at(-1)?.output ?? [];
        return { maps: before, units: last?.output[0] ?? 0, name: trainer.config ? nameOf(trainer.config.spec) : '' };
      },
    });

    /** The first layer that sees everything at once. */
    const dense = () => network.value.layers.find(({ kind }) => kind === 'dense');
    /** @param {string} spec */
    const nameOf = (spec) => (ctx.engine ? presetsOf(ctx.engine) : []).find((preset) => preset.spec.trim() === spec.trim())?.name ?? t('network.own-network');

    /** The selected layer; undefined for the image. */
    function layerNow() {
      const { layers } = network.value;
      return layers[Math.min(state.get('network.layer'), layers.length) - 1];
    }

    /** The selected value, within the layer it is in. */
    function spotNow() {
      return within(layerNow()?.output ?? network.value.input, { map: state.get('network.map'), y: state.get('network.y'), x: state.get('network.x') });
    }

    /** @param {number} place @param {{ map: number, y: number, x: number }} spot */
    function select(place, { map, y, x }) {
      state.assign({ 'network.layer': place, 'network.map': map, 'network.y': y, 'network.x': x });
    }

    const best = () => {
      const probabilities = live.look()?.probabilities;
      return probabilities ? probabilities.indexOf(Math.max(...probabilities)) : null;
    };

    /** A value that went into a dense layer, by its place on the maps before. @param {number} index */
    function nameOfTerm(index) {
      const before = network.value.layers.slice(0, layerNow()?.index ?? 0).filter(({ kind }) => kind !== 'flatten' && kind !== 'dropout').at(-1);
      if (!before || before.output.length === 1) return t('network.term-unit', { n: index + 1 });
      const { map, y, x } = spotOf(before.output, index);
      return t('network.term-place', { map: map + 1, y: y + 1, x: x + 1 });
    }

    /** The selected value's name. */
    const nameNow = () => nameOfSpot(ctx, trainer.data, network.value.layers, layerNow()?.index ?? -1, spotNow());

    /** What is selected, how much it is and where it came from. */
    function sentence() {
      const now = current.value;
      return `${t('network.say', { name: nameNow(), value: now ? format.fixed(now.value, 3) : '…' })} ${sourceWords(ctx, layerNow(), spotNow())}`;
    }

    /** The selected value and how it came about; null while its numbers are on the way. */
    const current = computed(() => {
      const look = live.look();
      const digit = source.digit();
      if (!look || !digit) return null;
      const layer = layerNow();
      if (layer) return explain(ctx.engine, { layers: network.value.layers, look, pixels: digit.pixels, layer: layer.index, spot: spotNow() });
      const pixel = digit.pixels[indexOf(network.value.input, spotNow())];
      return /** @type {import('../../figures/network/explain.js').Explanation} */ ({ kind: 'input', value: pixel, patches: [], won: null, terms: [], count: 0, bias: null, total: null, before: null });
    });

    /** The largest class's share, from the scores. */
    function softmax() {
      const look = live.look();
      const letters = [tex`p_k`, tex`= \frac{e^{z_k}}{∑ e^{z_j}}`];
      const k = best();
      if (!look || k === null) return aligned([letters]);
      const z = look.trace.at(-1)?.data[k] ?? 0;
      const numbers = tex`= \frac{e^${format.fixed(z, 2)}}{∑ e^{z_j}} = ${value(format.fixed(look.probabilities[k], 3), 'output')}`;
      return aligned([letters, [tex`p_${k}`, numbers]]);
    }

    /** @param {number} step */
    function describeStep(step) {
      const { spec = '' } = trainer.config ?? {};
      return t(step === 0 ? 'network.untrained' : 'network.trained', { step, name: nameOf(spec) });
    }

    /** The look and the digit that can be drawn; null while there is none. */
    const shown = computed(() => {
      const [look, digit] = [live.look(), source.digit()];
      return look && digit && look.trace.length === network.value.layers.length ? { look, digit } : null;
    });
    /** The digit that was shown when the next one was asked for. @type {import('../../shared/digit-source.js').Digit | null} */
    let digitBefore = null;
    const pinned = h('div', { class: 'guess-place' });
    figure.body.prepend(pinned);
    createGuess(frame, ctx, figure, {
      question: 'network.guess',
      explain: 'network.guess-explain',
      kind: 'choice',
      options: ['network.guess-yes', 'network.guess-no'],
      answer: () => (best() === source.digit()?.label ? 0 : 1),
      args: () => ({ step: describeStep(shown.value?.look.step ?? 0), label: className(trainer.data, source.digit()?.label ?? 0), best: className(trainer.data, best() ?? 0) }),
      play() {
        digitBefore = source.digit();
        if (state.get('network.source') === 'own') state.set('network.source', 'train');
        state.set('network.digit', state.get('network.digit') + 1);
      },
      busy: () => !shown.value || source.digit() === digitBefore,
      on: pinned,
    });
    /** The network that the maps are drawn of. */
    let drawn = '';

    frame.draw(() => {
      const trouble = live.trouble();
      figure.error(trouble && !live.look() ? ctx.errorText(trouble) : null);
    });
    frame.draw(() => {
      const now = shown.value;
      const trouble = live.trouble();
      // While the look at another image is on its way, the last one stays: to hide it would take the focus from it.
      if (!now && source.digit() && !trouble && live.alive() && drawn === specNow.value) return;
      flow.classList.toggle('empty', !live.look());
      if (now) return;
      const waiting = !live.alive() ? 'network.waiting-engine' : 'network.waiting-digit';
      // Where nothing is drawn yet, the sheet says so itself.
      const told = trouble || (live.alive() && state.get('network.source') === 'own');
      status.textContent = told ? '' : t(waiting);
      figure.describe(status.textContent);
    });
    frame.draw(() => {
      if (!shown.value) return;
      const { look, digit } = shown.value;
      width.value;
      drawn = untracked(() => specNow.value);
      across.draw({ layers: network.value.layers, input: network.value.input, pixels: digit.pixels, look });
    });
    frame.draw(() => {
      if (!shown.value) return;
      const place = Math.min(state.get('network.layer'), network.value.layers.length);
      const spot = spotNow();
      // What this layer does not have would let the numbers count on unseen.
      state.assign({ 'network.layer': place, 'network.map': spot.map, ...(layerNow()?.output.length === 1 ? {} : { 'network.y': spot.y, 'network.x': spot.x }) });
      // The maps may be others, and have to be marked anew.
      width.value;
      across.mark(place - 1, spot, current.value?.won);
      came.textContent = sentence();
      inspector.draw(nameNow(), current.value, nameOfTerm);
    });
    const picked = computed(() => (state.get('network.layer') >= network.value.layers.length ? spotNow().map : -1));
    frame.draw(() => {
      if (!shown.value) return;
      const { look, digit } = shown.value;
      const { layers } = network.value;
      const last = layers.at(-1);
      scoresTitle.textContent = last ? t('network.row-scores', { place: layers.length, name: labelOf(last.text) }) : '';
      scores.draw(look.trace[look.trace.length - 1].data, look.probabilities, digit.label, picked.value);
    });
    frame.draw(() => {
      if (!shown.value) return;
      const { look, digit } = shown.value;
      status.textContent = describeStep(look.step);
      figure.describe(
        t(digit.label === null ? 'network.now-own' : 'network.now', {
          step: describeStep(look.step),
          label: className(trainer.data, digit.label ?? 0),
          best: className(trainer.data, best() ?? 0),
          share: format.percent(look.probabilities[best() ?? 0], 1),
          selected: sentence(),
        }),
      );
    });
  },
};
