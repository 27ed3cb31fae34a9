/** @type {import('../../frame/cell.js').Keys} */
export const keys = {
  id: 'train',
  needsRun: true,
  needsEngine: false,
};
