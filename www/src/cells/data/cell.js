/** Other data: Fashion-MNIST, or images that the person brings. */

import { className } from '../../base/class-names.js';
import { h } from '../../base/dom.js';
import { createButton, createChoice } from '../../figures/choice.js';
import { ofSite } from '../../common/places.js';
import { DATA_SETS } from '../../training/page/settings.js';
import { createOwn } from './own.js';
import { createSamples, firstOfEach } from './samples.js';
import { startOn } from '../../shared/start-on.js';

/** Images that the samples are taken from. */
const LOOKED_AT = 500;

/** @type {import('../../frame/cell.js').Cell} */
export const cell = {
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
    const own = createOwn(ctx);
    frame.append(h('div', { class: 'train-wide' }, own.element));

    let drawn = '';
    /** Whether the page was put up with Fashion-MNIST; null until asked. @type {boolean | null} */
    let fashion = null;
    trainer.on(['data', 'config'], ctx.invalidate);

    async function ask() {
      if (fashion !== null) return;
      try {
        const response = await fetch(ofSite('data/index.json'));
        fashion = (await response.json()).includes('fashion-mnist');
      } catch {
        // A page that can't tell still lets it be tried.
        fashion = true;
      }
      ctx.invalidate();
    }

    async function draw() {
      const { data } = trainer;
      const count = Math.min(LOOKED_AT, data?.available.train ?? 0);
      if (!data || count === 0) return;
      const look = `${data.name}/${data.id}/${count}/${ctx.lang()}`;
      if (drawn === look) return;
      drawn = look;
      try {
        const { images, labels } = await trainer.images('train', Array.from({ length: count }, (_, i) => i));
        if (drawn !== look) return;
        const length = data.shape[0] * data.shape[1] * data.shape[2];
        const found = firstOfEach(data.classes, labels, (i) => images.subarray(i * length, (i + 1) * length));
        samples.draw(found.map((each, label) => ({ name: className(data, label), count: null, images: each })), data.shape);
        figure.describe(t('data.shows', { name: t(`data.name-${data.name}`), classes: found.map((_, label) => className(data, label)).join(', ') }));
      } catch {
        // It is asked for again with the next news of the data.
        drawn = '';
      }
    }

    return {
      update(changed) {
        own.update(changed);
        const wanted = state.get('data');
        const live = trainer.config?.data;
        const missing = wanted === 'own' && !trainer.userData;
        start.hidden = !ctx.engine || !live || live === wanted || missing;
        note.textContent =
          missing
            ? t('data.none-yet')
            : wanted === 'fashion-mnist' && fashion === false
              ? t('data.no-fashion')
              : live && live !== wanted
                ? t('data.waiting', { name: t(`data.name-${wanted}`), live: t(`data.name-${live}`) })
                : '';
        void draw();
      },
      visible(on) {
        if (on) void ask();
      },
    };
  },
};
