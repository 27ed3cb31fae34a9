/**
 * How high each cell's content is, px, in windows of up to 600, up to 1000 and more pixels: room that is kept for a cell
 * until it is there, so that the page has its length from the start. Written by scripts/heights.mjs; do not edit.
 *
 * @type {Record<string, number[]>}
 */
export const HEIGHTS = {
  intro: [1650, 1190, 1110],
  part: [2290, 1680, 1580],
  filter: [3820, 2880, 2710],
  stride: [2720, 2000, 1870],
  padding: [4140, 2910, 2690],
  filters: [2640, 2210, 2130],
  layers: [3500, 2410, 2220],
  pooling: [4270, 3210, 3030],
  network: [2510, 2100, 2020],
  training: [4300, 2980, 2750],
  train: [2960, 2120, 1970],
  digit: [1730, 1230, 1140],
  sharing: [6800, 4150, 4070],
  backprop: [7600, 4530, 4470],
  microscope: [1120, 860, 820],
  learned: [2790, 2170, 2060],
  dropout: [2690, 2270, 2190],
  ensemble: [2720, 2170, 2070],
  race: [5150, 3470, 3170],
  judge: [2250, 1720, 1620],
  data: [1980, 1390, 1290],
  take: [1670, 1310, 1250],
};
