/** The selected layer's arithmetic, with its numbers filled in. */

import { format } from '../../i18n.js';
import { mi, mn, mo, mrow, msub, mtext, parens, value } from '../../math.js';
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
  if (index > 0 && !layer) return mrow(name, mo('='), mtext('?'));
  if (!layer?.weight_shape) return mrow(name, mo('='), value(0, 'output'));
  const { weight_shape: weights, bias_shape: bias, parameters } = layer;
  const product = weights.flatMap((size, i) => {
    const role = i === weights.length - 1 ? 'output' : weights.length === 4 && i < 2 ? 'kernel' : 'input';
    return i === 0 ? [value(size, role)] : [mo('×'), value(size, role)];
  });
  return aligned([
    [name, mrow(mo('='), ...product, ...(bias ? [mo('+'), value(bias[0], 'output')] : []))],
    ['', mrow(mo('='), mn(format.integer(parameters)))],
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
  const name = msub(mi('r'), mn(index));
  if (!layer) return mrow(name, mo('='), index > 0 ? mtext('?') : mn(after));
  const before = index === 1 ? 1 : (blocks[index - 1].layer?.receptive_field[0] ?? 1);
  const { geometry } = layer;
  if (!geometry) {
    if (layer.kind === 'dense') return mrow(name, mo('='), value(summary.input[0], 'input'));
    return mrow(name, mo('='), msub(mi('r'), mn(index - 1)), mo('='), mn(after));
  }
  const jump = blocks.slice(1, index).reduce((product, block) => product * (block.layer?.geometry?.stride[0] ?? 1), 1);
  /** @param {import('../../dom.js').Child} start @param {import('../../dom.js').Child} size @param {import('../../dom.js').Child} step */
  const widened = (start, size, step) => [mo('='), start, mo('+'), parens(size, mo('−'), mn(1)), mo('×'), step];
  return aligned([
    [name, mrow(...widened(msub(mi('r'), mn(index - 1)), mi('F'), mi('s')))],
    ['', mrow(...widened(mn(before), value(geometry.kernel[0], 'kernel'), value(jump, 'stride')), mo('='), mn(after))],
  ]);
}
