/**
 * How high each cell's content is, px, in windows of up to 600, up to 1000 and more pixels: room that is kept for a cell
 * until it is there, so that the page has its length from the start. Written by scripts/heights.mjs; do not edit.
 *
 * @type {Record<string, number[]>}
 */
export const HEIGHTS = {
  intro: [840, 990, 710],
  part: [2300, 1550, 1610],
  filter: [4070, 2830, 2870],
  stride: [2900, 2040, 1990],
  padding: [4200, 3510, 2780],
  filters: [2610, 2210, 2130],
  layers: [3420, 2320, 2260],
  pooling: [4330, 3230, 3190],
  network: [2000, 1480, 1490],
  training: [4150, 2970, 2710],
  train: [2990, 2370, 2090],
  digit: [1760, 1170, 1170],
  judge: [2110, 1570, 1570],
  sharing: [3410, 2600, 2600],
  backprop: [5600, 4520, 4460],
  microscope: [1020, 740, 740],
  learned: [2460, 1940, 1940],
  norm: [4600, 3700, 3650],
  dropout: [2590, 2150, 2150],
  augment: [4080, 2620, 2620],
  failures: [2600, 2100, 2100],
  ensemble: [2550, 2050, 2050],
  race: [5180, 3370, 3340],
  data: [1650, 1170, 1090],
  take: [1620, 1230, 1230],
};
