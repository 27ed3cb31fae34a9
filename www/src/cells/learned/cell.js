/** What it learns: filters as they train, every layer's maps, units that never answer, and reasons for a class. */

import { h } from '../../base/dom.js';
import { followNetwork } from '../../shared/follow-network.js';
import { createMapRows } from '../../figures/network/map-rows.js';
import { labelOf } from '../../figures/strip/outline.js';
import { createActivity } from './activity.js';
import { createLearnedFilters } from './filters.js';
import { createReasons } from './reasons.js';
import { createDigitSource } from '../../shared/digit-source.js';
import { rust } from '../../frame/rust.js';

/** @typedef {import('../../figures/strip/outline.js').LayerSummary} LayerSummary */

/** @type {import('../../frame/cell.js').Cell} */
export const cell = {
  mount(frame, ctx) {
    const { t, trainer } = ctx;
    /** @type {{ spec: string, input: number[], layers: LayerSummary[] }} */
    let network = { spec: '', input: [28, 28, 1], layers: [] };
    let drawn = { look: /** @type {unknown} */ (null), style: '' };

    frame.prose('lead');
    const source = createDigitSource(ctx, {
      onChange: () => {
        live.ask();
        ctx.invalidate();
      },
    });
    const live = followNetwork(ctx, {
      asker: 'learned',
      pixels: () => source.digit()?.pixels ?? null,
      layers: () => network.layers.filter(({ kind }) => kind === 'conv').slice(0, 1).map(({ index }) => index),
      onChange: ctx.invalidate,
    });
    const status = h('p', { class: 'network-state', role: 'status' });
    frame.append(status);

    const filters = createLearnedFilters(ctx);
    const activity = createActivity(ctx);
    const reasons = createReasons(ctx);
    const rows = createMapRows(ctx);
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
    const mapsFigure = part('maps', rows.element);
    new ResizeObserver(() => {
      drawn.look = null;
      ctx.invalidate();
    }).observe(rows.element);
    frame.rust(rust`
      let map = session.grad_cam(&pixels, ${() => reasonsLayer()}, ${() => reasonsClass()})?;
      let d_pixels = session.image_gradient(&pixels, ${() => reasonsClass()})?;
      let units = session.relu_activity(&data, Split::Validation, &images)?;
    `);

    trainer.on(['data', 'progress', 'phase', 'config'], ctx.invalidate);

    const withMaps = () => network.layers.filter(({ output, kind }) => output.length === 3 && kind !== 'dropout');
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
    /** @param {number} index */
    const nameOf = (index) => t('network.row', { place: index + 1, name: labelOf(network.layers[index]?.text ?? '') });

    return {
      update(changed) {
        const spec = trainer.config?.spec ?? '';
        if (spec && spec !== network.spec) {
          const { input, layers } = ctx.engine.summarize(spec, 1);
          network = { spec, input, layers };
          live.ask();
        }
        source.update();
        const look = live.look();
        const digit = source.digit();
        const ready = look && digit && look.trace.length === network.layers.length;
        const waiting = live.alive() ? 'network.waiting-digit' : 'network.waiting-engine';
        status.textContent = ready ? t('learned.now', { step: look.step }) : t(waiting);
        if (!ready) return;
        const style = ctx.style();
        const fresh = drawn.look !== look || drawn.style !== style;
        if (fresh || changed.has('learned.change') || changed.has('learned.since')) {
          filters.draw(look.parameters.find(({ shape }) => shape.length === 4), look.step);
          filtersFigure.describe(filters.element.textContent ?? '');
        }
        if (fresh) {
          drawn = { look, style };
          rows.draw({ layers: network.layers, input: network.input, pixels: digit.pixels, look });
          mapsFigure.describe(t('learned.maps-text', { n: withMaps().length }));
        }
        const key = `${look.step}/${spec}/${trainer.loaded}/${look.probabilities.join()}`;
        activity.draw(key, nameOf);
        activityFigure.describe(activity.text());
        reasons.draw({
          key,
          pixels: digit.pixels,
          shape: network.input,
          layers: withMaps().map(({ index, kind }) => ({ index, kind, name: nameOf(index) })),
          probabilities: look.probabilities,
        });
        reasonsFigure.describe(reasons.text());
      },
      visible: (on) => live.want(on),
    };
  },
};
