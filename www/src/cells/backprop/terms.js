/** The sums that backpropagation through a convolution is made of, term by term, so that each can be pointed at. */

/**
 * @typedef {{ shape: number[], data: ArrayLike<number> }} Maps height × width × channels
 * @typedef {{ kernel: number[], stride: number[], pad_before: number[] }} Geometry of a convolution, rows before columns
 */

/**
 * Where one weight of a kernel acted: at each output the input value that it met and the gradient there.
 * ∂L/∂w = Σ input × gradient.
 * @param {object} of
 * @param {Geometry} of.geometry
 * @param {Maps} of.input
 * @param {Maps} of.gradient of the loss with respect to the convolution's output
 * @param {number} of.channel of the input
 * @param {number} of.filter
 * @param {number} of.ky
 * @param {number} of.kx
 */
export function weightTerms({ geometry, input, gradient, channel, filter, ky, kx }) {
  const [height, width, channels] = input.shape;
  const [rows, cols, filters] = gradient.shape;
  const count = rows * cols;
  const values = new Float64Array(count);
  const deltas = new Float64Array(count);
  const products = new Float64Array(count);
  /** Whether the weight met the padding there. */
  const padded = new Uint8Array(count);
  let [sum, size, met] = [0, 0, 0];
  for (let i = 0; i < count; i += 1) {
    const y = Math.floor(i / cols) * geometry.stride[0] + ky - geometry.pad_before[0];
    const x = (i % cols) * geometry.stride[1] + kx - geometry.pad_before[1];
    const inside = y >= 0 && y < height && x >= 0 && x < width;
    padded[i] = inside ? 0 : 1;
    met += inside ? 1 : 0;
    values[i] = inside ? input.data[(y * width + x) * channels + channel] : 0;
    deltas[i] = gradient.data[i * filters + filter];
    products[i] = values[i] * deltas[i];
    sum += products[i];
    size += Math.abs(products[i]);
  }
  return { rows, cols, values, deltas, products, padded, met, sum, size };
}

/**
 * The place of the input that a weight meets at an output; it may lie in the padding.
 * @param {Geometry} geometry @param {number} cols of the output @param {number} place @param {number} ky @param {number} kx
 */
export function metAt(geometry, cols, place, ky, kx) {
  return {
    row: Math.floor(place / cols) * geometry.stride[0] + ky - geometry.pad_before[0],
    col: (place % cols) * geometry.stride[1] + kx - geometry.pad_before[1],
  };
}

/**
 * The windows that saw one value of the input, and what comes back from them. ∂L/∂x = Σ gradient × weight, over all filters.
 * Windows stand in their own order, from the top left one, so that the kernel that meets them is flipped both ways.
 * @param {object} of
 * @param {Geometry} of.geometry
 * @param {{ shape: number[], value: ArrayLike<number> }} of.weight `[kernel_h, kernel_w, in, out]`
 * @param {Maps} of.gradient of the loss with respect to the convolution's output
 * @param {number} of.channel of the input
 * @param {number} of.row
 * @param {number} of.col
 */
export function pixelTerms({ geometry, weight, gradient, channel, row, col }) {
  const [high, wide, channels, filters] = weight.shape;
  const [rows, cols] = gradient.shape;
  /** For each place of the flipped kernel the output whose window met the value there; −1 where there is none. */
  const windows = Array.from({ length: high * wide }, (_, i) => {
    const y = (row + geometry.pad_before[0] - (high - 1 - Math.floor(i / wide))) / geometry.stride[0];
    const x = (col + geometry.pad_before[1] - (wide - 1 - (i % wide))) / geometry.stride[1];
    return Number.isInteger(y) && Number.isInteger(x) && y >= 0 && y < rows && x >= 0 && x < cols ? y * cols + x : -1;
  });
  let [sum, size] = [0, 0];
  const parts = Array.from({ length: filters }, (_, filter) => {
    const flipped = windows.map((__, i) => weight.value[((high * wide - 1 - i) * channels + channel) * filters + filter]);
    const deltas = windows.map((at) => (at < 0 ? 0 : gradient.data[at * filters + filter]));
    const products = deltas.map((delta, i) => delta * flipped[i]);
    const part = products.reduce((all, each) => all + each, 0);
    sum += part;
    size += products.reduce((all, each) => all + Math.abs(each), 0);
    return { filter, flipped, deltas, products, sum: part };
  });
  return { rows: high, cols: wide, windows, seen: windows.filter((at) => at >= 0).length, parts, sum, size };
}
