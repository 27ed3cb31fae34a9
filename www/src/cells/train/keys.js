/** @type {import('../../frame/cell.js').Keys} */
export const keys = {
  id: 'train',
  needsRun: true,
  needsEngine: false,
  watches: ['data', 'spec', 'train.seed', 'train.batch', 'train.optimizer', 'train.rate', 'train.schedule', 'train.epochs', 'train.check'],
};
