/** Several networks that decide together: trained from different seeds, their logits summed. */

import { tex, value } from '../../base/math.js';
import { browserStore, MEMBERS } from '../../storage/browser-store.js';
import { createEnsemble } from '../../training/page/ensemble.js';
import { membersOf } from '../../training/page/members.js';
import { outlineOf } from '../../training/page/settings.js';
import { MemberStore } from '../../training/page/member-store.js';
import { mountTraining } from './training.js';
import { mountVote } from './vote.js';
import { rust, showCode } from '../../frame/code.js';
import { pythonOf } from './code.js';
import { paint } from './thumb.js';

/** Training images, until the data has said how many there are: MNIST's. */
const IMAGES = 55_000;

/** Scores of three members for the digits 3 and 5, for the question. */
const SCORES = [[2, 1], [2, 1], [0, 4]];

/** @type {import('../../frame/cell.js').Cell} */
export const cell = {
  preview: paint,
  mount(frame, ctx) {
    const { state, trainer } = ctx;
    const ensemble = createEnsemble(trainer, {
      memberStore: new MemberStore(browserStore(MEMBERS), (bytes) => ctx.engine.digest(bytes)),
      onTrouble: ctx.fail,
    });
    document.addEventListener('visibilitychange', () => document.hidden && ensemble.keepSoon());

    /** The members that the state describes. @param {number} images to learn from */
    const wanted = (images) => membersOf(ctx.engine, state, images, outlineOf(trainer.config?.data ?? '', trainer.userData));

    frame.prose('lead');
    frame.formula(() => tex`z = ∑_{i=1}^${value(state.get('ensemble.count'))} z^{(i)} \quad \hat{y} = {argmax}_k z_k`);
    const training = mountTraining(frame, ctx, ensemble);
    mountVote(frame, ctx, ensemble, training.said);
    showCode(frame, ctx, { ...pythonOf(), rust: rust`
      let mut ensemble = Ensemble::new();
      for seed in ${'train.seed'}..${'train.seed'} + ${'ensemble.count'} {
          let mut session = Session::new(SessionConfig { seed, ..config.clone() })?;
          for _ in 0..${() => (ctx.engine ? wanted(trainer.data?.counts.train || IMAGES).goal : 0)} {
              session.step(&data)?;
          }
          ensemble.push(session.model().clone())?;
      }
      let votes = ensemble.evaluate(&data, Split::Test, 0..${() => String(trainer.data?.counts.test || 10_000).replace(/(?<=\d)(?=(\d{3})+$)/g, '_')})?;
      votes.members_correct()   // ${() => (ensemble.sorted() ? `[${ensemble.sorted()?.members.join(', ')}]` : '—')}
      votes.correct()           // ${() => ensemble.sorted()?.correct ?? '—'}
    ` });
    frame.check({
      question: 'question',
      kind: 'choice',
      options: ['answer-three', 'answer-five', 'answer-equal'],
      answer: () => {
        const [three, five] = [0, 1].map((k) => SCORES.reduce((sum, scores) => sum + scores[k], 0));
        return three > five ? 0 : three < five ? 1 : 2;
      },
      explain: 'explain',
    });

    frame.draw(() => {
      const { configs, goal } = wanted(trainer.data?.counts.train ?? 0);
      // While they train, or vote, others are not wanted.
      if (ensemble.phase() === 'idle') ensemble.plan(configs, goal);
    });
  },
};
