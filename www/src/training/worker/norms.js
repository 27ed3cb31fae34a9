/**
 * What batch normalization goes by, read from saved weights: the running mean and variance of each such layer, and those of
 * a batch that was trained on.
 *
 * @module
 */

/** @typedef {import('../common/requests.js').Norm} Norm */

/**
 * The tensors of a safetensors file, all of single precision.
 * @param {Uint8Array} file
 * @returns {Map<string, Float32Array>} by name
 */
export function tensorsOf(file) {
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const { __metadata__: _, ...tensors } = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)));
  return new Map(
    Object.entries(tensors).map(([name, { data_offsets: [from, to] }]) => {
      // A copy: the file need not begin where single-precision numbers may.
      const bytes = file.slice(8 + length + from, 8 + length + to);
      return [name, new Float32Array(bytes.buffer)];
    }),
  );
}

/**
 * The part of each new batch in the running mean and variance, as the engine has it.
 * @param {string} spec with every option spelled out
 * @param {number} layer counted from 0 without the input
 */
function momentumOf(spec, layer) {
  const line = spec.split('\n').filter((each) => each.trim())[layer + 1] ?? '';
  return Math.fround(Number(/\bmomentum (\S+)/.exec(line)?.[1]));
}

/**
 * For each batch normalization the running statistics before a step and those of the step's batch. The batch's are what the
 * step moved the running ones by: `after = (1 − momentum) · before + momentum · batch`, so they are the kernel's own but for
 * the rounding of that sum.
 * @param {Uint8Array} before weights saved before the step
 * @param {Uint8Array} after weights saved after it
 * @param {string} spec of the network, with every option spelled out
 * @returns {Norm[]}
 */
export function normsBetween(before, after, spec) {
  const [old, fresh] = [tensorsOf(before), tensorsOf(after)];
  const layers = [...old.keys()].flatMap((name) => /^layer(\d+)\.running_mean$/.exec(name)?.[1] ?? []).map(Number).sort((a, b) => a - b);
  return layers.map((layer) => {
    const momentum = momentumOf(spec, layer);
    const pair = (/** @type {string} */ what) => {
      const name = `layer${layer}.running_${what}`;
      const [running, moved] = [old.get(name) ?? new Float32Array(0), fresh.get(name) ?? new Float32Array(0)];
      return { running, batch: running.map((value, i) => (moved[i] - (1 - momentum) * value) / momentum) };
    };
    const [mean, variance] = [pair('mean'), pair('var')];
    return { layer, running: { mean: mean.running, variance: variance.running }, batch: { mean: mean.batch, variance: variance.batch } };
  });
}
