/** @type {import('../../frame/cell.js').Keys} */
export const keys = {
  id: 'digit',
  fold: '.digit ~ .prose',
  needsRun: true,
  needsEngine: false,
};
