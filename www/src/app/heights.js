/**
 * How high each cell's content is, px, in windows of up to 600, up to 1000 and more pixels: room that is kept for a cell
 * until it is there, so that the page has its length from the start. Written by scripts/heights.mjs; do not edit.
 *
 * @type {Record<string, number[]>}
 */
export const HEIGHTS = {
  intro: [840, 990, 710],
  part: [2140, 1430, 1480],
  filter: [4240, 3340, 2750],
  stride: [3250, 2460, 1840],
  padding: [4840, 3660, 2710],
  filters: [2320, 1940, 1870],
  layers: [3210, 2140, 2080],
  pooling: [4060, 2990, 2950],
  network: [1910, 1400, 1430],
  training: [3910, 2760, 2500],
  train: [3280, 2220, 2110],
  digit: [1590, 1020, 1020],
  judge: [1940, 1420, 1420],
  sharing: [3180, 2400, 2400],
  backprop: [5400, 4340, 4280],
  microscope: [820, 560, 560],
  learned: [2370, 1840, 1840],
  norm: [6320, 4640, 4640],
  dropout: [2420, 2000, 2000],
  augment: [3660, 2410, 2410],
  failures: [2720, 2060, 2050],
  ensemble: [2270, 1770, 1740],
  race: [4930, 3150, 3090],
  data: [1650, 1130, 1090],
  take: [1800, 1360, 1360],
};
