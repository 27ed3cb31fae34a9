/** Other data: Fashion-MNIST, or images that the person brings. */

import { className } from '../../base/class-names.js';
import { h } from '../../base/dom.js';
import { computed, signal, untracked, watch } from '../../base/signals.js';
import { createButton, createChoice } from '../../controls/choice.js';
import { ofSite } from '../../common/places.js';
import { DATA_SETS } from '../../training/page/settings.js';
import { createOwnImages } from './own-images.js';
import { createSamples, firstOfEach } from './samples.js';
import { startOn } from '../../shared/start-on.js';
import { paint } from './thumb.js';

/** Images that the samples are taken from. */
const LOOKED_AT = 500;

/** @type {import('../../frame/cell.js').Cell} */
export const cell = {
  preview: paint,
  mount(frame, ctx) {
    const { trainer, state, t } = ctx;
    frame.prose('lead');
    const figure = frame.figure({ caption: 'caption', wide: true, minHeight: 120 });
    const sets = createChoice(ctx, { key: 'data', label: 'data.set', values: DATA_SETS, words: 'data.name-' });
    const start = createButton({
      label: 'data.start',
      primary: true,
      onPress: () => void startOn(ctx, state.get('data')).catch(ctx.fail),
    });
    figure.controls.append(sets.element, start);
    const note = h('p', { class: 'own-status', role: 'status' });
    const samples = createSamples(ctx);
    figure.body.append(note, samples.element);

    frame.heading('own-heading');
    frame.prose('own-lead');
    const own = createOwnImages(frame, ctx);
    frame.append(h('div', { class: 'train-wide' }, own.element));

    /** Whether the page was put up with Fashion-MNIST; null until asked. */
    const fashion = signal(/** @type {boolean | null} */ (null));
    async function ask() {
      if (fashion.value !== null) return;
      try {
        const response = await fetch(ofSite('data/index.json'));
        fashion.value = (await response.json()).includes('fashion-mnist');
      } catch {
        // A page that can't tell still lets it be tried.
        fashion.value = true;
      }
    }
    watch(() => frame.visible.value, (on) => void (on && ask()));

    frame.draw(() => {
      const wanted = state.get('data');
      const live = trainer.config?.data;
      const missing = wanted === 'own' && !trainer.userData;
      start.hidden = !ctx.engine || !live || live === wanted || missing;
      note.textContent = missing
        ? t('data.none-yet')
        : wanted === 'fashion-mnist' && fashion.value === false
          ? t('data.no-fashion')
          : live && live !== wanted
            ? t('data.waiting', { name: t(`data.name-${wanted}`), live: t(`data.name-${live}`) })
            : '';
    });

    /** Images to show: so many of this data set. */
    const offered = computed(() => {
      const { data } = trainer;
      const count = Math.min(LOOKED_AT, data?.available.train ?? 0);
      return data && count > 0 ? `${data.name}/${data.id}/${count}` : '';
    });
    const seen = signal(/** @type {{ data: NonNullable<typeof trainer.data>, images: Uint8Array[][] } | null} */ (null));
    /** @param {string} wanted */
    async function load(wanted) {
      const { data } = trainer;
      if (!data || !wanted) return;
      try {
        const count = Math.min(LOOKED_AT, data.available.train);
        const { images, labels } = await trainer.images('train', Array.from({ length: count }, (_, i) => i));
        if (offered.value !== wanted) return;
        const length = data.shape[0] * data.shape[1] * data.shape[2];
        seen.value = { data, images: firstOfEach(data.classes, labels, (i) => images.subarray(i * length, (i + 1) * length)) };
      } catch {
        // It is asked for again with the next news of the data.
      }
    }
    frame.draw(() => {
      const wanted = offered.value;
      untracked(() => void load(wanted));
    });
    frame.draw(() => {
      if (!seen.value) return;
      const { data, images } = seen.value;
      samples.draw(images.map((each, label) => ({ name: className(data, label), count: null, images: each })), data.shape);
      figure.describe(t('data.shows', { name: t(`data.name-${data.name}`), classes: images.map((_, label) => className(data, label)).join(', ') }));
    });
  },
};
