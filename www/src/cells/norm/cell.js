/**
 * Batch normalization: its statistics in training and in inference, the learning rates that work with it, what it does to
 * the values, and what a batch of one means.
 */

import { tex, value } from '../../base/math.js';
import { rust, showCode } from '../../frame/code.js';
import { pythonOf } from './code.js';
import { BATCH, networkOf } from './experiment.js';
import { mountExperiment } from './experiment-figure.js';
import { mountOne } from './one.js';
import { mountStatistics } from './statistics.js';
import { mountValues } from './values-figure.js';
import { paint } from './thumb.js';

/** The numbers of the first question. */
const QUESTION = { x: 7, mean: 3, variance: 4, gamma: 2, beta: 1 };

/** @type {import('../../frame/cell.js').Cell} */
export const cell = {
  preview: paint,
  mount(frame, ctx) {
    const { t } = ctx;
    frame.prose('lead');
    frame.formula(() => tex`\hat{x} = \frac{x − μ}{\sqrt{σ^2 + ε}} \quad y = γ \hat{x} + β \quad ε = ${value(constant('eps'))}`);
    frame.prose('formula-note');
    mountStatistics(frame, ctx);
    frame.formula(() => tex`μ_{run} ← (1 − m) μ_{run} + m μ_{batch} \quad m = ${value(constant('momentum'))}`);
    mountValues(frame, ctx, mountExperiment(frame, ctx));
    mountOne(frame, ctx);
    showCode(frame, ctx, { ...pythonOf(ctx, { constant }), rust: rust`
      let mut norm = Standalone::new(BatchNorm::new(8));
      norm.forward(maps.view())?;          // ${() => t('norm.rust-training')}
      norm.infer(maps.view())?;            // ${() => t('norm.rust-inference')}
      norm.layer.momentum()                // ${() => constant('momentum')}
      vectors.check_batch(${'norm.batch'})?;   // ${() => t('norm.rust-batch')}
    ` });
    frame.check({
      question: 'question',
      kind: 'number',
      answer: () => QUESTION.gamma * ((QUESTION.x - QUESTION.mean) / Math.sqrt(QUESTION.variance)) + QUESTION.beta,
      explain: 'explain',
      args: () => QUESTION,
    });
    frame.check({ question: 'question-values', kind: 'number', answer: ({ engine }) => BATCH * positionsOf(engine), explain: 'explain-values', args: ({ engine }) => ({ n: BATCH, places: positionsOf(engine) }) });

    /** What the engine takes where a network's text says nothing. @param {'momentum' | 'eps'} name */
    function constant(name) {
      const text = ctx.engine?.summarize(networkOf(true)).text ?? '';
      return new RegExp(`batchnorm .*?\\b${name} (\\S+)`).exec(text)?.[1] ?? '';
    }

    /** Places of a map of the first convolution. @param {any} engine */
    function positionsOf(engine) {
      const [height, width] = engine.summarize(networkOf(true)).layers[0].output;
      return height * width;
    }
  },
};
