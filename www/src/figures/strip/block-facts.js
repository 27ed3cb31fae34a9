/** What the engine says of the selected block: shapes, weights, cost, and the part of the image that one value sees. */

import { h, s, setChildren } from '../../base/dom.js';
import { warningText } from '../../base/errors.js';
import { rich } from '../../base/rich.js';
import { shapeText } from './outline.js';

/** Drawing units of the receptive field's picture. */
const PICTURE = 88;

/** @typedef {import('./outline.js').Reading} Reading */

/** @param {import('../../base/context.js').Words} ctx */
export function createBlockFacts(ctx) {
  const { t, format } = ctx;
  const facts = h('dl', { class: 'block-facts' });
  const warning = h('p', { class: 'block-warning', hidden: true });
  const picture = s('svg', { viewBox: `-1 -1 ${PICTURE + 2} ${PICTURE + 2}`, class: 'field-picture', 'aria-hidden': 'true' });
  const pictureNote = h('span', { class: 'field-note' });
  const pictureBox = h('div', { class: 'field-box' }, picture, pictureNote);
  const totals = h('p', { class: 'strip-totals' });
  const element = h('div', { class: 'block-report' }, h('div', { class: 'block-numbers' }, facts, warning), pictureBox);

  /** @param {string} name @param {string} value */
  const fact = (name, value) => h('div', {}, h('dt', {}, t(`strip.fact-${name}`)), h('dd', {}, value));

  /**
   * A product as it is written by hand: `5×5×3×6 + 6 = 456`.
   * @param {import('./outline.js').LayerSummary} layer
   */
  function parameters({ weight_shape: weights, bias_shape: bias, parameters: sum }) {
    if (!weights) return t('strip.no-parameters');
    const written = bias ? `${weights.join('×')} + ${bias[0]}` : weights.join('×');
    return `${written} = ${format.integer(sum)}`;
  }

  /** @param {Reading} reading @param {number} index */
  function drawField({ summary, blocks }, index) {
    const [height = 1, width = 1] = summary.input;
    // A text without an input has no image to draw.
    const field = height * width === 0 ? null : index === 0 ? [1, 1] : blocks[index]?.layer?.receptive_field;
    pictureBox.hidden = !field;
    if (!field) return;
    const scale = PICTURE / Math.max(height, width);
    const [w, tall] = [width * scale, height * scale];
    // Padding may let it reach beyond the image; only the part inside is drawn.
    const [fh, fw] = [Math.min(field[0], height) * scale, Math.min(field[1], width) * scale];
    const [x, y] = [(PICTURE - w) / 2, (PICTURE - tall) / 2];
    setChildren(
      picture,
      s('rect', { class: 'field-image', x, y, width: w, height: tall }),
      s('rect', { class: 'field-seen', x: x + (w - fw) / 2, y: y + (tall - fh) / 2, width: fw, height: fh }),
    );
    const note = t(index === 0 ? 'strip.field-input' : 'strip.field-note', { field, image: [height, width] });
    pictureNote.replaceChildren(rich(note));
  }

  return {
    element,
    totals,
    /** @param {Reading} reading @param {number} index of the block */
    update(reading, index) {
      const { blocks, summary } = reading;
      const block = blocks[index];
      const { layer = null, shape = null } = block ?? {};
      const values = shape?.reduce((a, b) => a * b, 1) ?? 0;
      setChildren(
        facts,
        layer ? fact('shapes', `${shapeText(layer.input)} → ${shapeText(layer.output)}`) : fact('output', shapeText(shape)),
        shape ? fact('values', format.integer(values)) : null,
        layer ? fact('parameters', parameters(layer)) : null,
        layer && layer.multiply_adds > 0 ? fact('multiply-adds', format.integer(layer.multiply_adds)) : null,
        layer ? fact('memory', format.bytes(layer.activation_bytes)) : null,
      );
      const found = block?.warning;
      warning.hidden = !found;
      warning.textContent = found ? warningText({ ...found, line: undefined }) : '';
      drawField(reading, index);
      totals.textContent = t('strip.totals', {
        parameters: summary.parameters,
        madds: format.integer(summary.multiply_adds),
        memory: format.bytes(summary.activation_bytes),
      });
    },
  };
}
