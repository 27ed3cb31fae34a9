/** The selected value, and how it came about: the window it saw, the weights on it, the sum. */

import { h, setChildren } from '../../base/dom.js';
import { rich } from '../../base/rich.js';
import { css, diverging, sequential, textOn } from '../color.js';

/** Channels of a convolution whose numbers are shown. */
const SHOWN = 3;

/** @typedef {import('./explain.js').Explanation} Explanation */
/** @typedef {import('./explain.js').Patch} Patch */

/** @param {import('../../base/context.js').Words} ctx */
export function createInspector(ctx) {
  const { t, format } = ctx;
  const title = h('span', { class: 'inspector-title' });
  const result = h('span', { class: 'inspector-value' });
  const body = h('div', { class: 'inspector-body' });
  const controls = h('div', { class: 'inspector-controls' });
  // Where the screen is small, the numbers come first and their controls on request.
  const picks = h('details', { class: 'inspector-picks' }, h('summary', { i18n: 'network.pick' }), controls);
  picks.open = matchMedia('(min-width: 860px)').matches;
  const element = h('div', { class: 'inspector' }, h('p', { class: 'inspector-head' }, title, result), body, picks);
  /** Three digits that count, so that small weights are not all 0. @param {number} value */
  const number = (value) => {
    const size = Math.abs(value);
    return size > 0 && size < 0.0005 ? '≈0' : format.number(value, size < 0.1 ? 3 : 2);
  };

  /**
   * A small table of numbers on colours.
   * @param {string} caption
   * @param {Patch} patch
   * @param {(index: number) => number} value
   * @param {(value: number) => readonly number[]} color
   * @param {number} [mark] index of the one to mark
   */
  function table(caption, { rows, cols, padded }, value, color, mark = -1) {
    const cell = (/** @type {number} */ i) => {
      if (padded[i]) return h('td', { class: 'pad' }, '·');
      const rgb = color(value(i));
      return h('td', { class: i === mark ? 'won' : '', css: { background: css(rgb), color: textOn(rgb) } }, number(value(i)));
    };
    return h(
      'table',
      { class: 'patch' },
      h('caption', {}, caption),
      h('tbody', {}, Array.from({ length: rows }, (_, row) => h('tr', {}, Array.from({ length: cols }, (__, col) => cell(row * cols + col))))),
    );
  }

  /** @param {(value: number) => readonly number[]} map @param {number[]} values */
  const largest = (map, values) => {
    const most = Math.max(...values.map(Math.abs)) || 1;
    return (/** @type {number} */ value) => map((0.8 * value) / most);
  };

  /** @param {Explanation} now */
  function convolution({ patches, bias, total, count }) {
    const shown = patches.slice(0, SHOWN);
    const parts = shown.map((patch) => {
      const products = patch.values.map((value, i) => value * patch.weights[i]);
      return h(
        'div',
        { class: 'patch-row' },
        table(t('network.patch-input', { channel: patch.channel + 1 }), patch, (i) => patch.values[i], largest(patch.values.some((v) => v < 0) ? diverging : sequential, patch.values)),
        h('span', { class: 'patch-sign', 'aria-hidden': 'true' }, '×'),
        table(t('network.patch-weights'), { ...patch, padded: patch.padded.map(() => false) }, (i) => patch.weights[i], largest(diverging, patch.weights)),
        h('p', { class: 'patch-sum' }, `${t('network.patch-sum')} `, h('b', {}, number(products.reduce((a, b) => a + b, 0)))),
      );
    });
    const others = patches.slice(SHOWN).reduce((sum, patch) => sum + patch.sum, 0);
    /** @type {[number, string][]} */
    const terms = shown.map(({ sum }) => [sum, '']);
    if (patches.length > SHOWN) terms.push([others, t('network.others', { n: patches.length - SHOWN })]);
    if (bias !== null) terms.push([bias, t('network.bias')]);
    const written = terms.map(([term, note], i) => {
      const sign = term < 0 ? (i === 0 ? '−' : ' − ') : i === 0 ? '' : ' + ';
      return `${sign}${number(Math.abs(term))}${note && ` ${note}`}`;
    });
    // One term alone is its own sum, which stands above already.
    const sum = terms.length > 1 && h('p', { class: 'inspector-sum' }, `${written.join('')} = ${format.fixed(total ?? NaN, 3)}`);
    return [parts, sum, h('p', { class: 'inspector-note' }, t('network.products', { n: count }))];
  }

  /** @param {Explanation} now */
  function pooling({ kind, patches: [patch], won, value }) {
    if (!patch) return [];
    const mark = won ? patch.values.findIndex((each, i) => !patch.padded[i] && each === value) : -1;
    return [
      h('div', { class: 'patch-row' }, table(t('network.patch-map', { channel: patch.channel + 1 }), patch, (i) => patch.values[i], largest(patch.values.some((v) => v < 0) ? diverging : sequential, patch.values), mark)),
      h('p', { class: 'inspector-sum' }, t(`network.${kind}-result`, { value: format.fixed(value, 3), n: patch.padded.filter((each) => !each).length })),
    ];
  }

  /** @param {Explanation} now @param {(index: number) => string} place */
  function dense({ terms, count, bias, total }, place) {
    return [
      h(
        'table',
        { class: 'terms' },
        h('thead', {}, h('tr', {}, ['input', 'value', 'weight', 'product'].map((name) => h('th', { scope: 'col' }, t(`network.term-${name}`))))),
        h('tbody', {}, terms.map(({ index, value, weight }) => h('tr', {}, [place(index), number(value), number(weight), number(value * weight)].map((each) => h('td', {}, each))))),
      ),
      h('p', { class: 'inspector-sum' }, t(bias === null ? 'network.dense-sum' : 'network.dense-sum-bias', { n: count, bias: number(bias ?? 0), total: format.fixed(total ?? NaN, 3) })),
    ];
  }

  return {
    element,
    controls,
    /**
     * @param {string} name of the selected value
     * @param {Explanation | null} now null while its numbers are on the way
     * @param {(index: number) => string} place names a value of a flattened map
     */
    draw(name, now, place) {
      title.textContent = name;
      result.textContent = now ? format.fixed(now.value, 3) : '…';
      if (!now) return;
      if (now.kind === 'conv') setChildren(body, ...convolution(now));
      else if (now.kind === 'maxpool' || now.kind === 'avgpool') setChildren(body, ...pooling(now));
      else if (now.kind === 'dense') setChildren(body, ...dense(now, place));
      else if (now.kind === 'relu') {
        setChildren(body, h('p', { class: 'inspector-sum' }, `max(0, ${format.fixed(now.before ?? NaN, 3)}) = ${format.fixed(now.value, 3)}`));
      } else if (now.kind === 'batchnorm') {
        const [{ value, weight }] = now.terms;
        const numbers = { before: format.fixed(value, 3), weight: number(weight), bias: number(now.bias ?? 0), value: format.fixed(now.value, 3) };
        setChildren(body, h('p', { class: 'inspector-sum' }, rich(t('network.batchnorm-result', numbers))));
      } else setChildren(body, h('p', {}, rich(t('network.pixel'))));
    },
  };
}
