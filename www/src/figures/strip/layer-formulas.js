/** The selected layer's arithmetic, with its numbers filled in. */

import { format } from '../../base/i18n.js';
import { mtext, tex, value } from '../../base/math.js';
import { aligned } from '../size-formula.js';

/** @typedef {import('./outline.js').Reading} Reading */

/**
 * Weights and biases of the layer.
 * @param {Reading} reading
 * @param {number} index of the block
 * @param {(key: string) => string} t
 */
export function parameterFormula({ blocks }, index, t) {
  const layer = blocks[index]?.layer;
  const name = mtext(t('strip.formula-parameters'));
  if (index > 0 && !layer) return tex`${name} = ${mtext('?')}`;
  if (!layer?.weight_shape) return tex`${name} = ${value(0, 'output')}`;
  const { weight_shape: weights, bias_shape: bias, parameters } = layer;
  const product = weights.flatMap((size, i) => {
    const role = i === weights.length - 1 ? 'output' : weights.length === 4 && i < 2 ? 'kernel' : 'input';
    return i === 0 ? value(size, role) : tex`× ${value(size, role)}`;
  });
  return aligned([
    [name, tex`= ${product} ${bias && tex`+ ${value(bias[0], 'output')}`}`],
    ['', tex`= ${format.integer(parameters)}`],
  ]);
}

/**
 * How the layer widens the part of the image that a value sees: by (F − 1) steps, each as wide as all strides before it
 * together. Along the height; the width goes likewise.
 * @param {Reading} reading
 * @param {number} index of the block
 */
export function fieldFormula({ blocks, summary }, index) {
  const layer = blocks[index]?.layer;
  const after = layer ? layer.receptive_field[0] : 1;
  const name = tex`r_${index}`;
  if (!layer) return tex`${name} = ${index > 0 ? mtext('?') : after}`;
  const before = index === 1 ? 1 : (blocks[index - 1].layer?.receptive_field[0] ?? 1);
  const { geometry } = layer;
  if (!geometry) {
    if (layer.kind === 'dense') return tex`${name} = ${value(summary.input[0], 'input')}`;
    return tex`${name} = r_${index - 1} = ${after}`;
  }
  const jump = blocks.slice(1, index).reduce((product, block) => product * (block.layer?.geometry?.stride[0] ?? 1), 1);
  return aligned([
    [name, tex`= r_${index - 1} + (F − 1) × s`],
    ['', tex`= ${before} + (${value(geometry.kernel[0], 'kernel')} − 1) × ${value(jump, 'stride')} = ${after}`],
  ]);
}
