/** The confusion matrix: a row for each true class, a column for each predicted one, and every cell to be opened. */

import { h, setChildren } from '../../base/dom.js';
import { diverging } from '../../figures/color.js';
import { createMatrix } from './matrix.js';

/** @typedef {import('./results.js').Confusion} Confusion */

/**
 * @param {import('../../frame/cell.js').Context} ctx
 * @param {{ onPick: (row: number, col: number) => void, nameOf: (k: number) => string }} options
 */
export function createConfusion(ctx, { onPick, nameOf }) {
  const { t, format } = ctx;
  /** @type {Confusion | null} */
  let confusion = null;
  const matrix = createMatrix(ctx, { label: 'judge.matrix-label', cell: 44, columns: 'predicted', rows: 'true', onPick: ({ row, col }) => onPick(row, col), say });
  const { across, down } = matrix;

  /** @param {{ row: number, col: number }} place */
  function say({ row, col }) {
    if (!confusion) return '';
    const args = { row: nameOf(row), col: nameOf(col), n: confusion.counts[row * confusion.classes + col], share: format.percent(confusion.share(row, col), 1) };
    return t(row === col ? 'judge.cell-right' : 'judge.cell-wrong', args);
  }

  return {
    element: h('div', {}, matrix.element, matrix.said),
    say,
    /**
     * @param {Confusion} next
     * @param {{ normalized: boolean, picked: { row: number, col: number } | null }} look
     */
    draw(next, { normalized, picked }) {
      confusion = next;
      const { classes, counts, most, share } = next;
      const names = Array.from({ length: classes }, (_, k) => nameOf(k));
      // Long names stand at the rows; above the columns their numbers do.
      const long = names.some((name) => name.length > 2);
      setChildren(across, names.map((name, k) => h('span', { title: name }, long ? String(k) : name)));
      setChildren(down, names.map((name, k) => h('span', {}, long ? `${k} ${name}` : name)));
      matrix.draw({
        rows: classes,
        cols: classes,
        // The root makes rare mistakes visible beside frequent ones.
        color: (row, col) => diverging(row === col ? -share(row, col) : Math.sqrt(share(row, col) / (most || 1))),
        text: (row, col) => {
          const count = counts[row * classes + col];
          return count === 0 ? '' : normalized ? format.fixed(100 * share(row, col), 1) : String(count);
        },
        marks: picked ? [{ ...picked, kind: 'output' }] : [],
      });
    },
  };
}
