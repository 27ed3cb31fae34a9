/** The members, a row each: seed, how far it is, its accuracy beside the others', the ensemble's and the reference's. */

import { assign, h, setChildren } from '../../base/dom.js';
import { createMeter } from '../../figures/meter.js';

/** @typedef {import('../../training/page/ensemble.js').Member} Member */

/**
 * Seven members and their ensemble, as the public TensorFlow code of the lecture's Lab11 records them at its end:
 * lab-11-5-mnist_cnn_ensemble_layers.py of hunkim/DeepLearningZeroToAll, 20 epochs each.
 */
const REFERENCE = { members: [0.9933, 0.9946, 0.9934, 0.9935, 0.9935, 0.9949, 0.9941], ensemble: 0.9952 };

/** @param {import('../../frame/cell.js').Context} ctx */
export function createMembers(ctx) {
  const { t, format } = ctx;
  const list = h('ol', { class: 'ensemble-members', i18nLabel: 'ensemble.members' });
  /** @type {{ element: HTMLElement, update: (member: Member) => void }[]} */
  let rows = [];

  /** @param {number} i */
  function row(i) {
    const seed = h('span', { class: 'ensemble-seed' });
    const meter = createMeter();
    const said = h('span', { class: 'ensemble-said' });
    return {
      element: h('li', {}, h('b', {}, String(i + 1)), seed, meter.element, said),
      /** @param {Member} member */
      update({ config, goal, history, weights, error }) {
        const state = error ? 'error' : weights ? 'done' : history.steps > 0 ? 'now' : 'waits';
        seed.textContent = t('ensemble.seed', { seed: String(config.seed) });
        meter.show(weights ? 1 : history.steps / goal);
        assign(meter.element, { 'aria-label': t('ensemble.member', { n: i + 1 }) });
        said.textContent = error ? ctx.errorText(error) : t(`ensemble.is-${state}`, { step: history.steps, goal, loss: format.fixed(history.lastSmooth, 3) });
      },
    };
  }

  return {
    element: list,
    /** @param {Member[]} members */
    draw(members) {
      if (rows.length !== members.length) {
        rows = members.map((_, i) => row(i));
        setChildren(list, rows.map(({ element }) => element));
      }
      members.forEach((member, i) => rows[i].update(member));
    },
  };
}

/** Accuracies as dots on one scale. @param {import('../../frame/cell.js').Context} ctx */
export function createAccuracies(ctx) {
  const { t, format } = ctx;
  const list = h('ul', { class: 'dot-plot', i18nLabel: 'ensemble.accuracies' });
  const axis = h('p', { class: 'dot-axis', 'aria-hidden': 'true' });
  return {
    element: h('div', {}, list, axis),
    /** @param {import('../../training/page/votes.js').Sorted} sorted @param {number[]} seeds @param {boolean} compare with the reference */
    draw({ count, correct, members }, seeds, compare) {
      const all = [...members.map((right) => right / count), correct / count, ...(compare ? REFERENCE.members : [])];
      // From a whole percentage below the lowest to 100 %.
      const low = Math.floor(Math.min(...all) * 100) / 100;
      const high = 1;
      const at = (/** @type {number} */ share) => `${(100 * (share - low)) / (high - low)}%`;
      /** @param {string} name @param {number[]} shares @param {string} kind @param {string} value */
      const row = (name, shares, kind, value) =>
        h(
          'li',
          { class: `dot-row ${kind}` },
          h('span', { class: 'dot-name' }, name),
          h('span', { class: 'dot-track', 'aria-hidden': 'true' }, shares.map((share) => h('i', { css: { left: at(share) } }))),
          h('span', { class: 'dot-value' }, value),
        );
      const percent = (/** @type {number} */ share) => format.percent(share, 2);
      setChildren(
        list,
        members.map((right, i) => row(t('ensemble.dot-member', { n: i + 1, seed: String(seeds[i]) }), [right / count], 'member', percent(right / count))),
        row(t('ensemble.dot-ensemble'), [correct / count], 'together', percent(correct / count)),
        compare && row(t('ensemble.dot-reference'), REFERENCE.members, 'reference', `${percent(Math.min(...REFERENCE.members))}–${percent(Math.max(...REFERENCE.members))}`),
        compare && row(t('ensemble.dot-reference-ensemble'), [REFERENCE.ensemble], 'reference together', percent(REFERENCE.ensemble)),
      );
      setChildren(axis, [low, (low + high) / 2, high].map((share) => h('span', {}, format.percent(share, 1))));
    },
  };
}
