/** Test images of one kind (saved, disputed, lost, failed), and of a chosen one who said what. */

import { className, named } from '../../base/class-names.js';
import { h, morphChildren, setChildren, uniqueId } from '../../base/dom.js';
import { computed, signal } from '../../base/signals.js';
import { drawImage } from '../../figures/pixels.js';
import { KINDS } from '../../training/page/votes.js';

/** @typedef {import('../../training/page/votes.js').Votes} Votes */
/** @typedef {import('./training.js').Ensemble} Ensemble */
/** @typedef {Awaited<ReturnType<ReturnType<typeof import('../../training/page/ensemble.js').createEnsemble>['ask']>>} Answer */

/** Images shown at most. */
const SHOWN = 60;

/**
 * @param {import('../../frame/cell.js').Frame} frame
 * @param {import('../../frame/cell.js').Context} ctx
 * @param {Ensemble} ensemble
 */
export function createImages(frame, ctx, ensemble) {
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
  /** @type {HTMLButtonElement[]} */
  let buttons = [];
  let looked = '';
  /** What is known of the image that is looked at. */
  const seen = signal(/** @type {{ index: number, answer: Answer } | null} */ (null));

  /** @param {HTMLCanvasElement} target @param {Uint8Array} pixels */
  const paint = (target, pixels) => drawImage(target, pixels, trainer.data?.shape ?? [28, 28, 1]);

  /** @param {number[]} indices @param {(index: number) => string} below what is written below an image */
  async function list(indices, below) {
    const made = indices.map((index) => {
      const press = () => state.set('ensemble.image', index);
      return h('button', { type: 'button', class: 'digit-thumb', data: { index }, on: { click: press } }, h('canvas', { class: 'pixels', 'aria-hidden': 'true' }), h('span', {}, below(index)));
    });
    buttons = made;
    setChildren(thumbs, made);
    if (indices.length === 0) return;
    try {
      // Those that have been replaced meanwhile are drawn unseen.
      const { images } = await trainer.images('test', indices);
      const size = images.length / indices.length;
      made.forEach((button, i) => paint(/** @type {HTMLCanvasElement} */ (button.firstChild), images.subarray(i * size, (i + 1) * size)));
    } catch (error) {
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
      const answer = await ensemble.ask(Float32Array.from(images, (byte) => byte / 255));
      if (looked !== key) return;
      paint(canvas, images);
      seen.value = { index, answer };
    } catch (error) {
      seen.value = null;
      ctx.fail(error);
    }
  }

  /** @param {Votes} ballot @param {number[]} seeds */
  function drawDetail(ballot, seeds) {
    const { index, answer } = /** @type {NonNullable<typeof seen.value>} */ (seen.value);
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

  /** The vote, once it is over. */
  const vote = computed(() => {
    const [sorted, ballot] = [ensemble.sorted(), ensemble.ballot()];
    return sorted && ballot ? { sorted, ballot } : null;
  });
  const kindNow = () => /** @type {import('../../training/page/votes.js').Kind} */ (state.get('ensemble.list'));
  // The same array as long as the vote is the same.
  const indices = computed(() => vote.value?.sorted.lists[kindNow()] ?? []);
  /** Until one is chosen the first is looked at, so that nothing jumps when one is. */
  const chosen = computed(() => {
    const index = state.get('ensemble.image');
    return index >= 0 && index < (vote.value?.ballot.count ?? 0) ? index : indices.value[0] ?? -1;
  });
  const ballotNow = computed(() => vote.value?.ballot ?? null);
  const best = computed(() => vote.value?.sorted.best ?? 0);

  frame.draw(() => {
    if (!vote.value) return;
    for (const { kind, input, label } of choices) {
      input.checked = kind === kindNow();
      morphChildren(label, t(`ensemble.kind-${kind}`, { n: vote.value.sorted.lists[kind].length }));
    }
    meaning.textContent = t(`ensemble.meaning-${kindNow()}`);
    const n = indices.value.length;
    const note = t(`ensemble.below-${kindNow() === 'saved' ? 'saved' : 'all'}`);
    more.textContent = n === 0 ? t('ensemble.none') : n > SHOWN ? `${t('ensemble.more', { shown: SHOWN, n })} ${note}` : note;
  });
  frame.draw(() => {
    const ballot = ballotNow.value;
    if (!ballot) return;
    // The ensemble is right about what it saves: there it is the best member's answer that tells something.
    const from = kindNow() === 'saved' ? ballot.votes[best.value] : ballot.labels;
    void list(indices.value.slice(0, SHOWN), (index) => `${nameOf(from[index])}→${nameOf(ballot.predictions[index])}`);
    for (const button of buttons) {
      const image = Number(button.dataset.index);
      button.setAttribute('aria-label', t('ensemble.thumb', { index: image, label: nameOf(ballot.labels[image]), said: nameOf(ballot.predictions[image]) }));
    }
  });
  frame.draw(() => {
    if (!ballotNow.value) return;
    indices.value;
    nameOf(0);
    ctx.lang();
    for (const button of buttons) button.setAttribute('aria-pressed', String(Number(button.dataset.index) === chosen.value));
  });
  frame.draw(() => {
    if (ballotNow.value && chosen.value >= 0) void look(chosen.value, ballotNow.value.of);
  });
  frame.draw(() => {
    const ballot = ballotNow.value;
    detail.hidden = !ballot || chosen.value < 0 || seen.value?.index !== chosen.value;
    if (ballot && !detail.hidden) drawDetail(ballot, ballot.seeds);
  });

  return { element };
}
