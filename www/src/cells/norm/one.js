/** Batch normalization of vectors, and what the engine says of a batch size. */

import { h } from '../../base/dom.js';
import { createNumber } from '../../controls/number.js';

/** Batch normalization where each feature is one value an image. */
const FEATURES = 32;
const VECTORS = `input 28x28x1\nflatten\ndense ${FEATURES}\nbatchnorm\nrelu\ndense 10\n`;

/**
 * @param {import('../../frame/cell.js').Frame} frame
 * @param {import('../../frame/cell.js').Context} ctx
 */
export function mountOne(frame, ctx) {
  const { state, t } = ctx;
  frame.heading('one-heading');
  frame.prose('one-lead');
  const figure = frame.figure({ caption: 'one-caption' });
  figure.controls.append(createNumber(ctx, { key: 'norm.batch' }).element);
  const said = h('p', { class: 'stage-now norm-one', role: 'status' });
  figure.body.append(h('pre', { class: 'norm-spec' }, VECTORS.trim()), said);

  frame.draw(() => {
    const n = state.get('norm.batch');
    let failure = null;
    try {
      ctx.engine.summarize(VECTORS, n);
    } catch (error) {
      failure = error;
    }
    figure.error(failure ? ctx.errorText(failure) : null);
    said.hidden = failure !== null;
    said.textContent = t('norm.one-works', { n, features: FEATURES });
    figure.describe(failure ? ctx.errorText(failure) : said.textContent);
  });
}
