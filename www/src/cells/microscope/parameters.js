/** What one step did to each weight and bias: sizes of all, and one of them as histograms and, for filters, as pictures. */

import { h, setChildren } from '../../base/dom.js';
import { theme } from '../../base/theme.js';
import { createRetry } from '../../base/retry.js';
import { computed } from '../../base/signals.js';
import { createNumber } from '../../controls/number.js';
import { createFilterTiles } from '../../figures/lab/filter-tiles.js';
import { createHistogram } from '../../figures/lab/histogram.js';
import { evenly } from '../../figures/pixels.js';

/** @typedef {import('../../training/common/protocol.js').Microscope} Microscope */
/** @typedef {import('../../training/common/protocol.js').ParameterChange} ParameterChange */

/** The colour of each quantity: what is, what pulls, what is remembered, what was done. @type {Record<string, string>} */
const COLORS = { value: '--input', grad: '--kernel', update: '--output' };
/** The largest filter that is drawn as a picture, in a side. */
const PICTURE_SIDE = 7;

/**
 * @param {import('../../frame/cell.js').Frame} frame
 * @param {import('../../frame/cell.js').Context} ctx
 * @param {{ seen: () => Microscope | null }} options read from a signal
 */
export function createParameters(frame, ctx, { seen: seenNow }) {
  const { t, state, trainer } = ctx;
  const head = h('thead');
  const body = h('tbody');
  const table = h('div', { class: 'table-scroll', tabindex: '0', role: 'group', i18nLabel: 'microscope.table' }, h('table', { class: 'change-table' }, head, body));
  const title = h('p', { class: 'figure-panel-title', role: 'status' });
  const histograms = h('div', { class: 'histograms' });
  const channel = createNumber(ctx, { key: 'microscope.channel', show: (each) => String(each + 1) });
  const pictures = h('div', { class: 'change-pictures' });
  const note = h('p', { class: 'figure-panel-title', i18n: 'microscope.pictures-note' });
  const pictured = h('div', { class: 'change-pictured' }, channel.element, pictures, note);
  const element = h('div', { class: 'changes' }, table, title, histograms, pictured);
  let asked = '';
  const retry = createRetry();

  /** Three figures, also of the very small. @param {number} x */
  const short = (x) => (x === 0 ? '0' : Math.abs(x) < 0.001 || Math.abs(x) >= 1e4 ? x.toExponential(1).replaceAll('-', '−') : String(Number(x.toPrecision(3))).replace('-', '−'));
  /** @param {string} name */
  const nameOf = (name) => (['value', 'grad', 'update', 'm', 'v'].includes(name) ? t(`microscope.quantity-${name}`) : name);
  /** @param {string} name */
  const signOf = (name) => ({ value: 'w', grad: '∂L/∂w', update: 'Δw' })[name] ?? name;

  /** @param {Microscope} seen */
  function drawTable(seen) {
    const quantities = seen.parameters[0]?.quantities ?? [];
    setChildren(
      head,
      h('tr', {}, h('th', { scope: 'col', i18n: 'microscope.parameter' }), h('th', { scope: 'col', i18n: 'microscope.count' }), quantities.map(({ name }) => h('th', { scope: 'col', title: nameOf(name) }, signOf(name))), h('th', { scope: 'col' }, '|Δw| / |w|')),
    );
    setChildren(
      body,
      seen.parameters.map(({ name, shape, quantities: all }, index) => {
        const rms = Object.fromEntries(all.map((each) => [each.name, each.rms]));
        const pick = h('button', { type: 'button', class: 'link-button', on: { click: () => state.set('microscope.parameter', index) } }, name);
        return h(
          'tr',
          {},
          h('th', { scope: 'row' }, pick),
          h('td', {}, shape.join('×')),
          all.map((each) => h('td', {}, short(each.rms))),
          h('td', {}, rms.value > 0 ? short(rms.update / rms.value) : '—'),
        );
      }),
    );
  }

  /** @param {ParameterChange} change */
  function drawHistograms(change) {
    setChildren(
      histograms,
      change.quantities.map((quantity) => {
        const chart = createHistogram({ color: COLORS[quantity.name] ?? '--stride' });
        chart.draw(quantity);
        const values = { name: nameOf(quantity.name), low: short(quantity.min), high: short(quantity.max), rms: short(quantity.rms) };
        return h(
          'div',
          { class: 'histogram-panel', role: 'img', 'aria-label': t('microscope.histogram', values) },
          h('p', { class: 'histogram-title' }, h('strong', {}, signOf(quantity.name)), ` ${values.name}`),
          chart.element,
          h('p', { class: 'histogram-ends' }, h('span', {}, values.low), h('span', {}, values.high)),
        );
      }),
    );
  }

  /** @param {Microscope} seen @param {ParameterChange} change */
  async function drawPictures(seen, change) {
    const [rows, cols, inputs, count] = change.shape;
    const fits = change.shape.length === 4 && Math.max(rows, cols) <= PICTURE_SIDE;
    pictured.hidden = !fits;
    if (!fits) return;
    channel.element.hidden = inputs === 1;
    const map = Math.min(state.get('microscope.channel'), inputs - 1);
    const wanted = `${seen.fingerprints[1]}/${change.name}/${map}/${ctx.lang()}/${theme()}`;
    if (wanted === asked) return;
    asked = wanted;
    /** @type {{ name: string, values: Float32Array }[] | null} */
    let all = null;
    try {
      all = await trainer.client.callLatest('filters', 'filters', [change.name, map]);
      retry.answered();
    } catch {
      if (asked === wanted) asked = '';
      retry.failed();
    }
    if (!all || asked !== wanted) return;
    const room = element.clientWidth || 320;
    const line = evenly(count, Math.floor(room / ((cols + 1) * 9)));
    setChildren(
      pictures,
      all.map(({ name, values }) => {
        const tiles = createFilterTiles();
        tiles.draw(values, { rows, cols, count, line, text: t('microscope.picture', { name: nameOf(name), n: count }) });
        return h('div', { class: 'figure-panel' }, h('p', { class: 'figure-panel-title' }, h('strong', {}, signOf(name)), ` ${nameOf(name)}`), tiles.element);
      }),
    );
  }

  frame.draw(() => {
    const seen = seenNow();
    if (seen) drawTable(seen);
  });
  const index = () => Math.min(state.get('microscope.parameter'), (seenNow()?.parameters.length ?? 1) - 1);
  const chosen = computed(() => seenNow()?.parameters[index()]);
  frame.draw(() => {
    const change = chosen.value;
    if (!change) return;
    [...body.children].forEach((row, i) => row.querySelector('button')?.setAttribute('aria-pressed', String(i === index())));
    title.textContent = t('microscope.chosen', { name: change.name, shape: change.shape });
    drawHistograms(change);
  });
  frame.draw(() => {
    retry.follow();
    const seen = seenNow();
    if (seen && chosen.value) void drawPictures(seen, chosen.value);
  });

  return { element };
}
