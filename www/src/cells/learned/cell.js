/** What it learns: filters as they train, every layer's maps, units that never answer, and reasons for a class. */

import { h } from '../../base/dom.js';
import { computed } from '../../base/signals.js';
import { followNetwork } from '../../shared/follow-network.js';
import { labelOf } from '../../figures/strip/outline.js';
import { createActivity } from './activity.js';
import { createLearnedFilters } from './filters.js';
import { createReasons } from './reasons.js';
import { createDigitSource } from '../../shared/digit-source.js';
import { createNetworkAcross } from '../../shared/network-across.js';
import { rust, showCode } from '../../frame/code.js';
import { paint } from './thumb.js';

/** @typedef {import('../../figures/strip/outline.js').LayerSummary} LayerSummary */

/** @type {import('../../frame/cell.js').Cell} */
export const cell = {
  preview: paint,
  mount(frame, ctx) {
    const { t, trainer } = ctx;
    const specNow = computed(() => trainer.config?.spec ?? '');
    /** The live network's layers. @type {import('@preact/signals-core').ReadonlySignal<{ input: number[], layers: LayerSummary[] }>} */
    const network = computed(() => (specNow.value && ctx.engine ? ctx.engine.summarize(specNow.value) : { input: [28, 28, 1], layers: [] }));

    frame.prose('lead');
    const source = createDigitSource(frame, ctx);
    const live = followNetwork(ctx, {
      asker: 'learned',
      wanted: () => frame.visible.value,
      pixels: () => source.digit()?.pixels ?? null,
      layers: () => network.value.layers.filter(({ kind }) => kind === 'conv').slice(0, 1).map(({ index }) => index),
    });
    const status = h('p', { class: 'network-state', role: 'status' });
    frame.append(status);

    /** The look and the image that can be drawn; null while there is none. */
    const shown = computed(() => {
      const [look, digit] = [live.look(), source.digit()];
      return look && digit && look.trace.length === network.value.layers.length ? { look, pixels: digit.pixels } : null;
    });
    const look = () => shown.value?.look ?? null;
    const withMaps = () => network.value.layers.filter(({ output, kind }) => output.length === 3 && kind !== 'dropout');
    /** @param {number} index */
    const nameOf = (index) => t('network.row', { place: index + 1, name: labelOf(network.value.layers[index]?.text ?? '') });
    const filters = createLearnedFilters(frame, ctx, { look });
    const activity = createActivity(frame, ctx, { look, nameOf });
    const reasons = createReasons(frame, ctx, {
      shown: () => shown.value,
      shape: () => network.value.input,
      layers: () => withMaps().map(({ index, kind }) => ({ index, kind, name: nameOf(index) })),
    });
    const across = createNetworkAcross(frame, ctx, () => shown.value && { ...network.value, ...shown.value });
    const part = (/** @type {string} */ name, /** @type {HTMLElement} */ element, /** @type {HTMLElement | null} */ control = null) => {
      frame.heading(`${name}-heading`);
      frame.prose(`${name}-lead`);
      const figure = frame.figure({ wide: true, minHeight: 60 });
      if (control) figure.controls.append(control);
      figure.body.append(element);
      return figure;
    };
    const filtersFigure = part('filters', filters.element);
    const reasonsFigure = part('reasons', reasons.element, source.element);
    const activityFigure = part('dead', activity.element);
    const mapsFigure = part('maps', across.element);
    showCode(frame, ctx, { rust: rust`
      let map = session.grad_cam(&pixels, ${() => reasonsLayer()}, ${() => reasonsClass()})?;
      let d_pixels = session.image_gradient(&pixels, ${() => reasonsClass()})?;
      let units = session.relu_activity(&data, Split::Validation, &images)?;
    ` });

    const reasonsLayer = () => {
      const wanted = ctx.state.get('learned.layer');
      const maps = withMaps();
      return maps.find(({ index }) => index === wanted)?.index ?? maps.findLast(({ kind }) => kind === 'relu')?.index ?? maps.at(-1)?.index ?? 'layer';
    };
    const reasonsClass = () => {
      const wanted = ctx.state.get('learned.class');
      const all = live.look()?.probabilities;
      return wanted >= 0 ? wanted : all ? all.indexOf(Math.max(...all)) : 'class';
    };
    frame.draw(() => {
      const waiting = live.alive() ? 'network.waiting-digit' : 'network.waiting-engine';
      status.textContent = shown.value ? t('learned.now', { step: shown.value.look.step }) : t(waiting);
    });
    frame.draw(() => filtersFigure.describe(filters.text()));
    frame.draw(() => activityFigure.describe(activity.text()));
    frame.draw(() => reasonsFigure.describe(reasons.text()));
    frame.draw(() => {
      if (shown.value) mapsFigure.describe(`${t('learned.maps-text', { n: withMaps().length })}. ${across.text()}`);
    });
  },
};
