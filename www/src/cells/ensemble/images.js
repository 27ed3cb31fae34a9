/** Test images of one kind (saved, disputed, lost, failed), and of a chosen one who said what. */

import { className, named } from '../../base/class-names.js';
import { h, morphChildren, setChildren, uniqueId } from '../../base/dom.js';
import { drawImage } from '../../figures/pixels.js';
import { KINDS } from '../../training/page/votes.js';

/** @typedef {import('../../training/page/votes.js').Sorted} Sorted */
/** @typedef {import('../../training/page/votes.js').Votes} Votes */
/** @typedef {Awaited<ReturnType<ReturnType<typeof import('../../training/page/ensemble.js').createEnsemble>['ask']>>} Answer */

/** Images shown at most. */
const SHOWN = 60;

/**
 * @param {import('../../frame/cell.js').Context} ctx
 * @param {{ ask: (pixels: Float32Array) => Promise<Answer> }} options
 */
export function createImages(ctx, { ask }) {
  const { t, state, format, trainer } = ctx;
  const name = uniqueId('kind');
  const choices = KINDS.map((kind) => {
    const input = h('input', { type: 'radio', name, value: kind, on: { change: () => state.set('ensemble.list', kind) } });
    const label = h('span');
    return { kind, input, label, element: h('label', { class: 'choice-option' }, input, label) };
  });
  const meaning = h('p', { class: 'microscope-note' });
  const thumbs = h('div', { class: 'digit-thumbs', role: 'group', i18nLabel: 'ensemble.images' });
  const more = h('p', { class: 'microscope-note' });
  const canvas = h('canvas', { class: 'pixels ensemble-large', role: 'img' });
  const verdict = h('p', { class: 'figure-panel-title', role: 'status' });
  const votes = h('ul', { class: 'ensemble-votes', i18nLabel: 'ensemble.votes' });
  const bars = h('ol', { class: 'probabilities ensemble-sums', i18nLabel: 'ensemble.sums', start: 0 });
  const detail = h('div', { class: 'figure-row ensemble-detail', hidden: true }, h('div', { class: 'figure-panel' }, canvas, verdict), h('div', { class: 'figure-panel' }, votes), h('div', { class: 'figure-panel' }, h('p', { class: 'figure-panel-title', i18n: 'ensemble.sums' }), bars));
  const element = h('div', { class: 'learned-part' }, h('div', { class: 'choice-options', role: 'radiogroup', i18nLabel: 'ensemble.kinds' }, choices.map(({ element: each }) => each)), meaning, detail, thumbs, more);

  /** @param {number} k */
  const nameOf = (k) => className(trainer.data, k);
  let listed = '';
  /** @type {HTMLButtonElement[]} */
  let buttons = [];
  let looked = '';
  /** What is known of the image that is looked at. @type {{ index: number, answer: Answer } | null} */
  let seen = null;

  /** @param {HTMLCanvasElement} target @param {Uint8Array} pixels */
  const paint = (target, pixels) => drawImage(target, pixels, trainer.data?.shape ?? [28, 28, 1]);

  /** @param {number[]} indices @param {(index: number) => string} below what is written below an image */
  async function list(indices, below) {
    const key = indices.map((index) => `${index} ${below(index)}`).join();
    if (listed === key) return;
    listed = key;
    buttons = indices.map((index) => {
      const press = () => state.set('ensemble.image', index);
      return h('button', { type: 'button', class: 'digit-thumb', data: { index }, on: { click: press } }, h('canvas', { class: 'pixels', 'aria-hidden': 'true' }), h('span', {}, below(index)));
    });
    setChildren(thumbs, buttons);
    if (indices.length === 0) return;
    try {
      const { images } = await trainer.images('test', indices);
      const size = images.length / indices.length;
      if (listed !== key) return;
      buttons.forEach((button, i) => paint(/** @type {HTMLCanvasElement} */ (button.firstChild), images.subarray(i * size, (i + 1) * size)));
    } catch (error) {
      listed = '';
      ctx.fail(error);
    }
  }

  /** @param {number} index @param {string} of whom is asked */
  async function look(index, of) {
    const key = `${of}/${index}`;
    if (looked === key) return;
    looked = key;
    try {
      const { images } = await trainer.images('test', [index]);
      const answer = await ask(Float32Array.from(images, (byte) => byte / 255));
      if (looked !== key) return;
      paint(canvas, images);
      seen = { index, answer };
    } catch (error) {
      seen = null;
      ctx.fail(error);
    }
    ctx.invalidate();
  }

  /** @param {Votes} ballot @param {number[]} seeds */
  function drawDetail(ballot, seeds) {
    const { index, answer } = /** @type {NonNullable<typeof seen>} */ (seen);
    const label = ballot.labels[index];
    const mark = (/** @type {number} */ said) => t(said === label ? 'ensemble.right' : 'ensemble.wrong');
    verdict.textContent = t('ensemble.image-now', { index, label: nameOf(label), said: nameOf(answer.class), share: format.percent(answer.probabilities[answer.class], 1), mark: mark(answer.class) });
    canvas.setAttribute('aria-label', verdict.textContent);
    morphChildren(votes, answer.votes.map((said, i) => h('li', { class: said === label ? 'right' : 'wrong' }, t('ensemble.vote', { n: i + 1, seed: String(seeds[i]), said: nameOf(said), mark: mark(said) }))));
    const low = Math.min(...answer.logits);
    const high = Math.max(...answer.logits);
    bars.classList.toggle('named', named(trainer.data));
    morphChildren(
      bars,
      Array.from(answer.logits, (sum, k) => {
        const given = answer.votes.filter((said) => said === k).length;
        const text = t('ensemble.sum', { k: nameOf(k), sum: format.fixed(sum, 1), votes: given });
        return h(
          'li',
          { class: k === answer.class ? 'probability best' : 'probability', 'aria-label': text },
          h('span', { class: k === label ? 'probability-class truth' : 'probability-class' }, nameOf(k)),
          h('span', { class: 'probability-track' }, h('span', { class: 'probability-bar', css: { transform: `scaleX(${(sum - low) / (high - low || 1)})` } })),
          h('span', { class: 'probability-value' }, `${format.fixed(sum, 1)}${given > 0 ? ` · ${t('ensemble.votes-short', { n: given })}` : ''}`),
        );
      }),
    );
  }

  return {
    element,
    /** @param {Sorted} sorted @param {Votes & { count: number, of: string, seeds: number[] }} ballot */
    draw(sorted, ballot) {
      const kind = /** @type {import('../../training/page/votes.js').Kind} */ (state.get('ensemble.list'));
      for (const { kind: each, input, label } of choices) {
        input.checked = each === kind;
        morphChildren(label, t(`ensemble.kind-${each}`, { n: sorted.lists[each].length }));
      }
      const indices = sorted.lists[kind];
      meaning.textContent = t(`ensemble.meaning-${kind}`);
      // The ensemble is right about what it saves: there it is the best member's answer that tells something.
      const from = kind === 'saved' ? ballot.votes[sorted.best] : ballot.labels;
      const note = t(`ensemble.below-${kind === 'saved' ? 'saved' : 'all'}`);
      more.textContent = indices.length === 0 ? t('ensemble.none') : indices.length > SHOWN ? `${t('ensemble.more', { shown: SHOWN, n: indices.length })} ${note}` : note;
      void list(indices.slice(0, SHOWN), (index) => `${nameOf(from[index])}→${nameOf(ballot.predictions[index])}`);
      const index = state.get('ensemble.image');
      // Until one is chosen the first is looked at, so that nothing jumps when one is.
      const chosen = index >= 0 && index < ballot.count ? index : indices[0] ?? -1;
      for (const button of buttons) {
        const own = Number(button.dataset.index);
        button.setAttribute('aria-pressed', String(own === chosen));
        button.setAttribute('aria-label', t('ensemble.thumb', { index: own, label: nameOf(ballot.labels[own]), said: nameOf(ballot.predictions[own]) }));
      }
      if (chosen >= 0) void look(chosen, ballot.of);
      detail.hidden = chosen < 0 || seen?.index !== chosen;
      if (!detail.hidden) drawDetail(ballot, ballot.seeds);
    },
  };
}
