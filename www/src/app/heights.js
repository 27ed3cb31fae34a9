/**
 * How high each cell's content is, px, in windows of up to 600, up to 1000 and more pixels: room that is kept for a cell
 * until it is there, so that the page has its length from the start. Written by scripts/heights.mjs; do not edit.
 *
 * @type {Record<string, number[]>}
 */
export const HEIGHTS = {
  intro: [840, 990, 710],
  part: [2300, 1570, 1610],
  filter: [3020, 2520, 2500],
  stride: [2730, 1910, 1870],
  padding: [4020, 3370, 2660],
  filters: [2620, 2210, 2130],
  layers: [3420, 2330, 2270],
  pooling: [4180, 3090, 3050],
  network: [2500, 2060, 1990],
  training: [4150, 2970, 2710],
  train: [2990, 2380, 2090],
  digit: [1760, 1170, 1170],
  judge: [2160, 1640, 1640],
  sharing: [3410, 2610, 2610],
  backprop: [5610, 4530, 4470],
  microscope: [1060, 810, 810],
  learned: [2540, 2020, 2020],
  dropout: [2600, 2150, 2150],
  augment: [3300, 2300, 2200],
  ensemble: [2540, 2050, 2050],
  race: [5190, 3380, 3340],
  data: [1650, 1170, 1090],
  take: [1620, 1230, 1230],
};
