/** What a neuron sees, and which neurons see a pixel, through a pile of convolutions. */

/**
 * A rectangle of pixels or neurons, in cells; may reach over the border.
 * @typedef {{ row: number, col: number, rows: number, cols: number }} Field
 */

/**
 * The field of one neuron in each layer below it.
 * @param {any[]} geometries of layers 1 … n, as the engine gives them
 * @param {number} layer of the neuron, from 1; 0 is the picture
 * @param {{ row: number, col: number }} place
 * @returns {Field[]} index 0 is the picture, index `layer` the neuron itself
 */
export function fieldsOf(geometries, layer, { row, col }) {
  /** @type {Field[]} */
  const fields = [];
  fields[layer] = { row, col, rows: 1, cols: 1 };
  for (let each = layer; each > 0; each -= 1) {
    const { stride, kernel, pad_before: before } = geometries[each - 1];
    const above = fields[each];
    fields[each - 1] = {
      row: above.row * stride[0] - before[0],
      col: above.col * stride[1] - before[1],
      rows: (above.rows - 1) * stride[0] + kernel[0],
      cols: (above.cols - 1) * stride[1] + kernel[1],
    };
  }
  return fields;
}

/**
 * How much one pixel adds to every neuron of each layer, computed by the engine: light on that pixel
 * alone, through filters whose weights are all 1 ÷ F².
 * @param {any} engine
 * @param {any[]} geometries
 * @param {{ row: number, col: number }} place of the pixel
 * @returns {Float32Array[]} one map a layer, from layer 1
 */
export function answersTo(engine, geometries, { row, col }) {
  const [height, width] = geometries[0].input;
  let map = new Float32Array(height * width);
  map[row * width + col] = 1;
  return geometries.map(({ input, kernel, stride, pad_before: before, pad_after: after }) => {
    const mean = new Float32Array(kernel[0] * kernel[1]).fill(1 / (kernel[0] * kernel[1]));
    const padding = [before[0], after[0], before[1], after[1]];
    map = engine.conv2d(map, [input[0], input[1], 1], mean, null, 1, { kernel, stride, padding }).data;
    return map;
  });
}

/** Neurons that answer at all. @param {Float32Array} map */
export const countAnswers = (map) => map.reduce((count, value) => count + (value > 0 ? 1 : 0), 0);

/**
 * The part of a field that lies inside a map.
 * @param {Field} field
 * @param {number} rows
 * @param {number} cols
 */
export function inside(field, rows, cols) {
  const top = Math.max(0, field.row);
  const left = Math.max(0, field.col);
  return {
    row: top,
    col: left,
    rows: Math.min(rows, field.row + field.rows) - top,
    cols: Math.min(cols, field.col + field.cols) - left,
  };
}
