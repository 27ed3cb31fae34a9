/** Layer upon layer: a network as a strip of blocks, which is its text made visible. */

import { createPresets } from '../../controls/presets.js';
import { createBlockFacts } from '../../figures/strip/block-facts.js';
import { fieldFormula, parameterFormula } from '../../figures/strip/layer-formulas.js';
import { shapeText } from '../../figures/strip/outline.js';
import { createSpecText } from '../../controls/strip/spec-text.js';
import { createStrip } from '../../controls/strip/strip.js';
import { python, rust, showCode } from '../../frame/code.js';
import { ALONE } from './code.js';
import { questions, THREES } from './questions.js';
import { LECTURE } from './keys.js';

const POOLED =
  'input 28x28x1\nconv 3x3 32 padding same\nrelu\nmaxpool 2x2\nconv 3x3 64 padding same\nrelu\nmaxpool 2x2\nflatten\ndense 10';
const IMPOSSIBLE = 'input 32x32x3\nconv 5x5 6\nrelu\nmaxpool 4x4\nmaxpool 4x4\nconv 5x5 10\nrelu';

/** @type {import('../../frame/cell.js').Cell} */
export const cell = {
  mount(frame, ctx) {
    const { state, t } = ctx;
    const read = () => /** @type {string} */ (state.get('layers.spec'));
    const write = (/** @type {string} */ spec) => void state.set('layers.spec', spec);

    frame.prose('lead');
    const presets = createPresets(ctx, {
      label: 'layers.presets',
      presets: [
        { label: 'layers.preset-lecture', values: { 'layers.spec': LECTURE } },
        { label: 'layers.preset-threes', values: { 'layers.spec': THREES } },
        { label: 'layers.preset-pooled', values: { 'layers.spec': POOLED } },
        { label: 'layers.preset-impossible', values: { 'layers.spec': IMPOSSIBLE } },
      ],
    });
    const figure = frame.figure({ caption: 'caption', wide: true, minHeight: 520 });
    const strip = createStrip(frame, ctx, { read, write, at: 'layers.at', label: 'layers.strip' });
    const facts = createBlockFacts(ctx);
    const source = createSpecText(frame, { read, write, bad: () => strip.reading().badIndex >= 0 });
    figure.controls.append(presets.element);
    strip.element.append(facts.element, facts.totals, source.element);
    figure.body.append(strip.element);

    frame.prose('field');
    const now = () => ({ reading: strip.reading(), index: strip.selected() });
    frame.formula(() => {
      const { reading, index } = now();
      return parameterFormula(reading, index, t);
    });
    frame.formula(() => {
      const { reading, index } = now();
      return fieldFormula(reading, index);
    });
    const layer = () => {
      const { reading, index } = now();
      return reading.blocks[index]?.layer ?? null;
    };
    /** The selected layer alone. @param {keyof typeof ALONE} language */
    const alone = (language) => {
      const part = (/** @type {(lines: import('./code.js').Lines) => string} */ read) => () => {
        const now = layer();
        return now ? read(ALONE[language](now)) : '—';
      };
      // PyTorch has the maps first.
      const shape = () => {
        const output = layer()?.output ?? [];
        return language === 'torch' && output.length === 3 ? [output[2], output[0], output[1]] : output;
      };
      return python`
        # layer ${'layers.at'}
        ${part(({ lines }) => lines.join('\n'))}
        ${part(({ shape: code }) => code)}   # [${() => shape().join(', ') || '—'}]
        ${part(({ count }) => count)}   # ${() => layer()?.parameters ?? '—'}
      `;
    };
    showCode(frame, ctx, {
      tensorflow: alone('tensorflow'),
      torch: alone('torch'),
      keras: alone('keras'),
      numpy: alone('numpy'),
      rust: rust`
        let outline = spec::outline(text);             // ${() => t('layers.rust-text', { n: now().reading.blocks.length })}
        let at = ${'layers.at'};                                    // ${() => t('layers.rust-at')}
        let layer = &outline.summary.layers[at - 1];   // ${() => layer()?.text ?? '—'}
        layer.output.to_vec()                          // [${() => layer()?.output.join(', ') ?? '—'}]
        layer.parameters                               // ${() => layer()?.parameters ?? '—'}
        layer.receptive_field                          // [${() => layer()?.receptive_field.join(', ') ?? '—'}]
      `,
    });

    for (const question of questions) frame.check(question);

    frame.draw(() => facts.update(strip.reading(), strip.selected()));
    frame.draw(() => {
      const { blocks, badIndex } = strip.reading();
      const chain = blocks.filter(({ kind }) => kind !== 'relu' && kind !== 'dropout').map(({ shape }) => shapeText(shape));
      figure.describe(t(badIndex >= 0 ? 'layers.now-bad' : 'layers.now', { n: blocks.length - 1, chain: chain.join(' → '), place: badIndex }));
    });
  },
};
