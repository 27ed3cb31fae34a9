/** Layer upon layer: a network as a strip of blocks, which is its text made visible. */

import { createPresets } from '../../controls/presets.js';
import { createBlockFacts } from '../../figures/strip/block-facts.js';
import { fieldFormula, parameterFormula } from '../../figures/strip/layer-formulas.js';
import { readOutline, shapeText } from '../../figures/strip/outline.js';
import { createSpecText } from '../../controls/strip/spec-text.js';
import { createStrip } from '../../controls/strip/strip.js';
import { rust, showCode } from '../../frame/code.js';
import { LECTURE } from './keys.js';

const THREES = 'input 32x32x3\nconv 3x3 16\nrelu\nconv 3x3 16\nrelu\nconv 3x3 16\nrelu';
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
    showCode(frame, ctx, { rust: rust`
      let outline = spec::outline(text);             // ${() => t('layers.rust-text', { n: now().reading.blocks.length })}
      let at = ${'layers.at'};                                    // ${() => t('layers.rust-at')}
      let layer = &outline.summary.layers[at - 1];   // ${() => layer()?.text ?? '—'}
      layer.output.to_vec()                          // [${() => layer()?.output.join(', ') ?? '—'}]
      layer.parameters                               // ${() => layer()?.parameters ?? '—'}
      layer.receptive_field                          // [${() => layer()?.receptive_field.join(', ') ?? '—'}]
    ` });

    frame.check({
      question: 'question',
      kind: 'number',
      answer: ({ engine }) => readOutline(engine, LECTURE).summary.layers[2].weight_shape?.[2] ?? 0,
      explain: 'explain',
      args: ({ engine }) => {
        const { weight_shape: weights } = readOutline(engine, LECTURE).summary.layers[2];
        return { shape: (weights ?? []).slice(0, 3), count: (weights ?? []).slice(0, 3).reduce((a, b) => a * b, 1) };
      },
    });
    frame.check({
      question: 'question-field',
      kind: 'number',
      answer: ({ engine }) => readOutline(engine, THREES).summary.layers[2].receptive_field[0],
      explain: 'explain-field',
      args: ({ engine }) => {
        const { layers } = readOutline(engine, THREES).summary;
        return { third: layers[4].receptive_field[0] };
      },
    });

    frame.draw(() => facts.update(strip.reading(), strip.selected()));
    frame.draw(() => {
      const { blocks, badIndex } = strip.reading();
      const chain = blocks.filter(({ kind }) => kind !== 'relu' && kind !== 'dropout').map(({ shape }) => shapeText(shape));
      figure.describe(t(badIndex >= 0 ? 'layers.now-bad' : 'layers.now', { n: blocks.length - 1, chain: chain.join(' → '), place: badIndex }));
    });
  },
};
