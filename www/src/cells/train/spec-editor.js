/**
 * The network's text, with what each line comes to beside it: shape, parameters, or what is wrong.
 *
 * @module
 */

import { h, setChildren, uniqueId } from '../../base/dom.js';
import { warningText } from '../../base/errors.js';
import { sayIn } from '../../base/rich.js';
import { adapt } from '../../base/spec-lines.js';
import { createButton } from '../../controls/choice.js';

/**
 * @typedef {object} LayerSummary
 * @property {number} line in the text, counted from 1
 * @property {string} kind
 * @property {number[]} output shape
 * @property {number} parameters
 * @property {number} multiply_adds for one image
 * @property {[number, number]} receptive_field
 *
 * @typedef {object} Summary
 * @property {[number, number, number]} input
 * @property {number} classes
 * @property {LayerSummary[]} layers
 * @property {number} parameters
 * @property {number} multiply_adds for one image
 * @property {number} memory_bytes for training with the batch
 * @property {Array<{ line: number, code: string }>} warnings
 */

/**
 * @param {import('../../frame/cell.js').Context} ctx
 * @param {{ onInput: (text: string) => void }} options called with each new text
 */
export function createSpecEditor(ctx, { onInput }) {
  const { t, format } = ctx;
  const errorId = uniqueId('spec-error');
  const gutter = h('div', { class: 'spec-gutter', 'aria-hidden': 'true' });
  const notes = h('div', { class: 'spec-notes', 'aria-hidden': 'true' });
  const area = h('textarea', {
    class: 'spec-text',
    spellcheck: 'false',
    autocapitalize: 'off',
    autocomplete: 'off',
    wrap: 'off',
    i18nLabel: 'train.spec-label',
    'aria-describedby': errorId,
    on: { input: () => onInput(area.value), scroll: follow },
  });
  const message = h('p', { class: 'spec-error', id: errorId, role: 'status' });
  /** The network for the data that it does not go with. */
  let fitting = '';
  const fit = createButton({ label: 'train.adapt', onPress: () => onInput(fitting) });
  fit.hidden = true;
  const table = h('tbody');
  const totals = h('p', { class: 'spec-totals' });
  const details = h(
    'details',
    { class: 'spec-details' },
    h('summary', { i18n: 'train.spec-table' }),
    h(
      'div',
      { class: 'table-scroll', tabindex: '0', role: 'region', i18nLabel: 'train.spec-table' },
      h(
        'table',
        { class: 'spec-table' },
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            ['line', 'layer', 'output', 'parameters', 'multiply-adds', 'receptive-field'].map((name) =>
              h('th', { scope: 'col', i18n: `train.column-${name}` }),
            ),
          ),
        ),
        table,
      ),
    ),
  );
  const element = h(
    'div',
    { class: 'spec-editor' },
    h('div', { class: 'spec-frame' }, gutter, area, notes),
    message,
    fit,
    totals,
    details,
  );

  function follow() {
    gutter.scrollTop = area.scrollTop;
    notes.scrollTop = area.scrollTop;
  }

  /**
   * One row for each line of the text, so that the columns stay beside it.
   * @param {Map<number, string>} texts by line
   * @param {number | null} bad the line with the error
   * @param {Set<number>} warned
   */
  function drawLines(texts, bad, warned) {
    const count = area.value.split('\n').length;
    area.rows = Math.min(24, Math.max(6, count));
    const lines = Array.from({ length: count }, (_, i) => i + 1);
    setChildren(
      gutter,
      lines.map((line) =>
        h(
          'span',
          { class: line === bad ? 'bad' : warned.has(line) ? 'warned' : '' },
          line === bad ? `✕ ${line}` : warned.has(line) ? `! ${line}` : String(line),
        ),
      ),
    );
    setChildren(
      notes,
      lines.map((line) => h('span', { class: line === bad ? 'bad' : '' }, texts.get(line) ?? '')),
    );
    follow();
  }

  /**
   * What the layers come to, beside their lines and as a table.
   * @param {LayerSummary[]} layers
   * @param {number | null} bad line
   * @param {Set<number>} warned lines
   */
  function drawLayers(layers, bad, warned) {
    /** @type {Map<number, string>} */
    const texts = new Map();
    for (const layer of layers) {
      const shape = layer.output.join('×');
      texts.set(layer.line, layer.parameters > 0 ? `${shape} · ${format.integer(layer.parameters)}` : shape);
    }
    drawLines(texts, bad, warned);
    setChildren(
      table,
      layers.map((layer) =>
        h(
          'tr',
          {},
          h('td', {}, String(layer.line)),
          h('td', {}, layer.kind),
          h('td', {}, layer.output.join('×')),
          h('td', {}, format.integer(layer.parameters)),
          h('td', {}, format.integer(layer.multiply_adds)),
          h('td', {}, layer.receptive_field.join('×')),
        ),
      ),
    );
  }

  /** @param {Summary} summary */
  function drawSummary(summary) {
    drawLayers(summary.layers, null, new Set(summary.warnings.map(({ line }) => line)));
    totals.textContent = t('train.spec-totals', {
      parameters: summary.parameters,
      madds: format.compact(summary.multiply_adds),
      memory: format.bytes(summary.memory_bytes),
    });
    drawMessage(summary.warnings.map(warningText).join('\n'), false);
  }

  /** @param {string} text @param {boolean} bad */
  function drawMessage(text, bad) {
    message.classList.toggle('bad', bad);
    sayIn(message, text);
    if (bad) area.setAttribute('aria-invalid', 'true');
    else area.removeAttribute('aria-invalid');
  }

  /**
   * Why a network that can be does not go with the data; null if it does.
   * @param {Summary} summary
   * @param {{ shape: readonly number[], classes: number }} data
   */
  function misfitOf(summary, data) {
    const same = summary.classes === data.classes && summary.input.every((size, i) => size === data.shape[i]);
    if (same) return null;
    const details = { input: summary.input, classes: summary.classes, data_input: data.shape, data_classes: data.classes };
    return ctx.errorText({ code: 'data_mismatch', details });
  }

  /** The layers before the one that can't be, and what is wrong with it. @param {string} text @param {any} error */
  function drawError(text, error) {
    const { summary } = ctx.engine.outline(text);
    drawLayers(summary.layers, Number(error?.details?.line) || null, new Set());
    totals.textContent = t('train.spec-totals-part', { parameters: summary.parameters });
    drawMessage(ctx.errorText(error), true);
  }

  return {
    element,
    /**
     * Shows a text and what it comes to.
     * @param {string} text
     * @param {number} batch
     * @param {ReturnType<typeof import('../../training/page/settings.js').outlineOf>} data what it would be trained on; null if
     *   that is not there
     * @returns {boolean} whether the network can be trained
     */
    show(text, batch, data) {
      if (area.value !== text) area.value = text;
      fit.hidden = true;
      try {
        /** @type {Summary} */
        const summary = ctx.engine.summarize(text, batch);
        drawSummary(summary);
        const misfit = data ? misfitOf(summary, data) : ctx.errorText({ code: 'own_missing', details: {} });
        if (misfit) drawMessage(misfit, true);
        if (misfit && data) {
          fitting = adapt(text, data.shape, data.classes);
          fit.hidden = false;
        }
        return misfit === null;
      } catch (error) {
        drawError(text, error);
        return false;
      }
    },
  };
}
