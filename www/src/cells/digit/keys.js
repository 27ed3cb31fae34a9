/** @type {import('../../frame/cell.js').Keys} */
export const keys = {
  id: 'digit',
  needsRun: true,
  needsEngine: false,
};
