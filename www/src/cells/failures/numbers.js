/** What a run has come to, in a few numbers; the cured run's beside them. */

import { h, morphChildren } from '../../base/dom.js';
import { short } from '../../figures/powers.js';
import { deadShare } from './charts.js';

/** @typedef {import('./runs.js').Trace} Trace */

const ROWS = /** @type {const} */ (['first', 'last', 'batches', 'validation', 'dead-first', 'dead']);

/** @param {import('../../frame/cell.js').Context} ctx */
export function createNumbers(ctx) {
  const { format } = ctx;
  const head = ['this', 'cured'].map((side) => h('th', { scope: 'col', i18n: `failures.${side}` }));
  const rows = ROWS.map((name) => ({ name, cells: head.map(() => h('td', {})) }));
  const element = h(
    'table',
    { class: 'change-table failures-numbers', i18nLabel: 'failures.numbers' },
    h('thead', {}, h('tr', {}, h('td', {}), head)),
    h('tbody', {}, rows.map(({ name, cells }) => h('tr', { data: { row: name } }, h('th', { scope: 'row', i18n: `failures.row-${name}` }), cells))),
  );

  /** @param {Trace | null} trace @param {typeof ROWS[number]} name */
  function valueOf(trace, name) {
    const last = trace?.checks[trace.checks.length - 1];
    const share = (/** @type {number | null | undefined} */ value) => (value === null || value === undefined ? '–' : format.percent(value, 0));
    switch (name) {
      case 'first':
        return trace?.losses.length ? short(format, trace.losses[0]) : '–';
      case 'last':
        return trace?.losses.length ? short(format, trace.losses[trace.losses.length - 1]) : '–';
      case 'batches':
        return share(last?.batches);
      case 'validation':
        return share(last?.accuracy);
      case 'dead-first':
        return share(deadShare(trace?.checks[0]));
      default:
        return share(deadShare(last));
    }
  }

  return {
    element,
    /** @param {Trace | null} broken @param {Trace | null} cured */
    draw(broken, cured) {
      head[1].hidden = !cured;
      for (const { name, cells } of rows) {
        morphChildren(cells[0], valueOf(broken, name));
        morphChildren(cells[1], valueOf(cured, name));
        cells[1].hidden = !cured;
      }
    },
  };
}
