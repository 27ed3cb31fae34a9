/** What the members decide: accuracies side by side, the ensemble against its best member, images that they differ on. */

import { h } from '../../base/dom.js';
import { createImages } from './images.js';
import { createAccuracies } from './members.js';

/**
 * @param {import('../../frame/cell.js').Frame} frame
 * @param {import('../../frame/cell.js').Context} ctx
 * @param {import('./training.js').Ensemble} ensemble
 * @param {() => string} said of the training, read from a signal
 */
export function mountVote(frame, ctx, ensemble, said) {
  const { t, trainer } = ctx;
  frame.heading('vote-heading');
  frame.prose('vote-lead');
  const figure = frame.figure({ wide: true, minHeight: 200 });
  const empty = h('p', { class: 'network-state', i18n: 'ensemble.vote-empty' });
  const accuracies = createAccuracies(ctx);
  const source = frame.prose('reference');
  const sums = h('p', { class: 'ensemble-sum' });
  const images = createImages(frame, ctx, ensemble);
  const results = h('div', { class: 'ensemble-results', hidden: true }, accuracies.element, source, sums, images.element);
  figure.body.append(empty, results);

  frame.draw(() => {
    const sorted = ensemble.sorted();
    empty.hidden = sorted !== null;
    results.hidden = sorted === null;
  });
  frame.draw(() => {
    const [sorted, ballot] = [ensemble.sorted(), ensemble.ballot()];
    if (!sorted || !ballot) return;
    // The reference is of the same digits.
    const compare = trainer.data?.name === 'mnist';
    accuracies.draw(sorted, ballot.seeds, compare);
    source.hidden = !compare;
    const best = sorted.members[sorted.best];
    sums.textContent = t('ensemble.balance', { best, saved: sorted.lists.saved.length, spoiled: sorted.spoiled, correct: sorted.correct, unanimous: sorted.unanimous, count: sorted.count });
    figure.describe(`${said()} ${sums.textContent}`);
  });
}
