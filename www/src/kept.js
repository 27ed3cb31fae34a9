/**
 * Keeps the run in the browser while it trains, and offers it after a reload.
 *
 * @module
 */

import { h } from './dom.js';
import { createButton } from './figures/choice.js';
import { resume } from './training/replacing.js';
import { keysOf, specKey } from './training/settings.js';
import { browserStore, Shelf } from './training/shelf.js';

/** @typedef {import('./cells/cell.js').Context} Context */

/** @param {number} ms @param {Context} ctx */
function ago(ms, { t, lang }) {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return t('kept.now');
  const [amount, unit] = /** @type {[number, Intl.RelativeTimeFormatUnit]} */ (
    minutes < 60 ? [minutes, 'minute'] : minutes < 48 * 60 ? [Math.round(minutes / 60), 'hour'] : [Math.round(minutes / 1440), 'day']
  );
  return new Intl.RelativeTimeFormat(lang(), { numeric: 'auto' }).format(-amount, unit);
}

/**
 * @param {Context} ctx
 * @param {HTMLElement} toasts
 */
export function keepRuns(ctx, toasts) {
  const { trainer, state, t, format } = ctx;
  const shelf = new Shelf({
    store: browserStore(),
    locks: navigator.locks,
    onTrouble: () => ctx.notify(t('kept.trouble')),
  });

  /** @type {import('./training/protocol.js').OwnData | null} */
  let keptOwn = null;
  trainer.subscribe((topics) => {
    const { config, snapshots, history, progress, loaded, run, own, taught } = trainer;
    if (topics.has('config') && config?.data === 'own' && own && own !== keptOwn) {
      keptOwn = own;
      void shelf.keepOwn(own);
    }
    const snapshot = snapshots.at(-1);
    if (!topics.has('snapshot') || !config || !snapshot?.step) return;
    const { step, epoch, bytes, counts, fingerprint } = snapshot;
    const batch = progress.batchesPerEpoch > 0 ? step % progress.batchesPerEpoch || progress.batchesPerEpoch : 0;
    const then = progress.step === step ? progress : { ...progress, step, epoch, batch };
    const ownId = config.data === 'own' ? (own?.id ?? '') : '';
    void shelf.keep(run, { config, loaded, ownId, taught, history: history.upTo(step), progress: then, snapshot: { bytes, counts, fingerprint } });
  });
  // A lid that closes, a tab that is put away: the page may not be asked again.
  document.addEventListener('visibilitychange', () => {
    if (document.hidden && trainer.phase === 'running') trainer.client.call('keep').catch(() => {});
  });

  /** Shows what can be gone on with, if anything. */
  async function offer() {
    try {
      const found = await shelf.offer();
      if (found) show(found);
    } catch (error) {
      // Storage that can't be read has nothing to offer; that it can't be written is told when it matters.
      if (/** @type {any} */ (error).code === 'kept_damaged') ctx.notify(ctx.errorText(error), 'warn');
    }
  }

  /** @param {{ id: string, label: import('./training/shelf.js').Label }} found */
  function show({ id, label }) {
    const text = h('p');
    const close = h('button', { type: 'button', class: 'toast-close', i18nLabel: 'kept.later', on: { click: () => card.remove() } }, '×');
    const actions = h('div', { class: 'offer-actions' }, createButton({ label: 'kept.continue', primary: true, onPress: goOn }), createButton({ label: 'kept.discard', onPress: discard }));
    const card = h('div', { class: 'toast offer', role: 'group', i18nLabel: 'kept.offer' }, h('div', {}, text, actions), close);

    function say() {
      const key = specKey(ctx.engine, label.spec);
      const name = key === label.spec ? t('kept.own-network') : t(`train.${key}`).split(' · ')[0];
      const args = { name, step: label.step, ago: ago(Date.now() - label.saved, ctx) };
      text.textContent =
        label.accuracy === null ? t('kept.text-plain', args) : t('kept.text', { ...args, accuracy: format.percent(label.accuracy, 1) });
    }

    async function goOn() {
      card.remove();
      try {
        const { ownId, ...kept } = await shelf.take(id);
        const own = trainer.own?.id === ownId ? trainer.own : ownId ? await shelf.own(ownId) : null;
        await resume(trainer, { ...kept, own }).catch((error) => {
          // A snapshot that can't be read is no use to anyone.
          throw /^(checkpoint|tensor)_/.test(error.code) ? { code: 'kept_damaged', details: {} } : error;
        });
        state.assign({ ...keysOf(ctx.engine, kept.config), 'train.seed': kept.config.seed });
        ctx.notify(t('kept.continued', { step: kept.progress.step }));
        // Not before it is kept under this page's own name.
        await shelf.writing;
        if (shelf.works) await shelf.discard(id);
      } catch (error) {
        const { code } = /** @type {any} */ (error);
        if (code === 'kept_damaged') await shelf.discard(id).catch(() => {});
        // Once the images are there again, it can be tried again.
        else toasts.append(card);
        ctx.fail(error);
      }
    }

    /** Once it is out of sight it is gone. */
    async function discard() {
      await shelf.discard(id).catch(() => {});
      card.remove();
    }

    card.dataset.relabel = '';
    card.addEventListener('relabel', say);
    say();
    toasts.append(card);
  }

  /** Brings back the images that a link's `data=own` can't carry; without them the lecture's data are there. */
  async function bringImages() {
    if (state.get('data') !== 'own') return;
    trainer.own = await shelf.own();
    keptOwn = trainer.own;
    if (trainer.own) return;
    state.set('data', state.field('data').default);
    ctx.notify(t('data.not-in-link'), 'warn');
  }

  return { offer, bringImages };
}
