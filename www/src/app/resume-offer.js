/**
 * Keeps the run in the browser while it trains, and offers it after a reload.
 *
 * Whoever opens the page next may be somebody else. So an offer says what the run is, how far it is and when it was kept;
 * a person's images, drawings and names of classes come back only with their consent.
 *
 * @module
 */

import { startOn } from '../shared/start-on.js';
import { codedError } from '../common/coded-error.js';
import { adapt } from '../base/spec-lines.js';
import { browserStore, RUNS } from '../storage/browser-store.js';
import { watch } from '../base/signals.js';
import { resume } from '../training/page/replacing.js';
import { keysOf, outlineOf, specKey, specText } from '../training/page/settings.js';
import { RunStore } from '../training/page/run-store.js';
import { shortName } from './network-name.js';
import { ago, showOffer } from './offer-card.js';

/** @typedef {import('../frame/cell.js').Context} Context */

/** A tab that is being left may seem to live for a moment: milliseconds after which it is asked about again. */
const AGAIN_MS = [250, 1000, 3000];

/**
 * @param {Context} ctx
 * @param {HTMLElement} toasts
 * @param {{ tabs: import('../storage/tabs.js').Tabs, onErase: () => void }} options `onErase`: everything is to be erased
 */
export function keepRuns(ctx, toasts, { tabs, onErase }) {
  const { trainer, state, t, format } = ctx;
  const runStore = new RunStore({
    store: browserStore(RUNS),
    tabs,
    digest: (bytes) => ctx.engine.digest(bytes),
    // In a frame of another page nothing is offered again.
    onTrouble: () => state.get('embed') === '' && ctx.notify(t('kept.trouble')),
  });

  watch(
    () => (trainer.config?.data === 'own' ? trainer.userData : null),
    (userData) => userData && void runStore.saveUserData(userData),
  );
  watch(() => trainer.snapshots.at(-1), keep);

  /** Keeps the newest snapshot, if there is one. */
  function keep() {
    const { config, snapshots, history, progress, loaded, run, userData, taught } = trainer;
    const snapshot = snapshots.at(-1);
    if (!config || !snapshot?.step) return;
    const { step, epoch, bytes, digest, counts, fingerprint } = snapshot;
    const batch = progress.batchesPerEpoch > 0 ? step % progress.batchesPerEpoch || progress.batchesPerEpoch : 0;
    const then = progress.step === step ? progress : { ...progress, step, epoch, batch };
    const userDataId = config.data === 'own' ? (userData?.id ?? '') : '';
    void runStore.save(run, { config, loaded, userDataId, taught, history: history.upTo(step), progress: then, snapshot: { bytes, digest, counts, fingerprint } });
  }

  // A lid that closes, a tab that is put away: the page may not be asked again.
  const keepNow = () => void (trainer.phase === 'running' && trainer.client.call('emitSnapshot').catch(() => {}));
  document.addEventListener('visibilitychange', () => document.hidden && keepNow());
  window.addEventListener('pagehide', () => {
    keepNow();
    // A page that the browser puts by, to come back to, may never be: whoever comes meanwhile is offered its run.
    tabs.leave();
  });
  window.addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) return;
    tabs.comeBack();
    // Its record may have been taken over since.
    keep();
  });

  /** The newest run that can be gone on with. */
  async function find() {
    for (const ms of AGAIN_MS) {
      const found = await runStore.offer();
      if (found !== 'later') return found;
      await new Promise((resolve) => setTimeout(resolve, ms));
    }
    const found = await runStore.offer();
    return found === 'later' ? null : found;
  }

  /** Shows what can be gone on with, if anything. */
  async function offer() {
    try {
      const found = await find();
      if (found) showRun(found);
      if (imagesAsked && !found?.label.userDataId) await offerImages();
    } catch (error) {
      // Storage that can't be read has nothing to offer; that it can't be written is told when it matters.
      if (/^(kept|own)_/.test(/** @type {any} */ (error).code)) ctx.notify(ctx.errorText(error), 'error');
    }
    // It has been looked for: what is not offered now will not be.
    document.documentElement.dataset.kept = toasts.querySelector('.offer') ? 'offered' : 'none';
  }

  /**
   * @param {object} card
   * @param {() => string} card.say what is offered
   * @param {string} card.yes key of the button's label
   * @param {() => Promise<void>} card.accept
   * @param {() => Promise<void>} card.refuse
   */
  function show({ say, yes, accept, refuse }) {
    /** @param {HTMLElement} card */
    async function take(card) {
      try {
        await ctx.wake();
        await accept();
      } catch (error) {
        const { code } = /** @type {any} */ (error);
        // Once the images are there again, it can be tried again.
        if (!/_(damaged|old|taken)$/.test(code)) toasts.append(card);
        ctx.fail(error);
        // Where two tabs died at once, there is the other's.
        if (code === 'kept_taken') await offer();
      }
    }

    /** Once it is out of sight it is gone. @param {HTMLElement} card */
    async function discard(card) {
      await refuse().catch(ctx.fail);
      card.remove();
    }

    showOffer(toasts, { label: 'kept.offer', say, yes, accept: (card) => void take(card), refuse: (card) => void discard(card), onErase });
  }

  /** @param {{ id: string, label: import('../training/page/run-store.js').Label }} found */
  function showRun({ id, label }) {
    show({
      say() {
        const args = { name: shortName(ctx, label.spec), step: label.step, ago: ago(Date.now() - label.saved, ctx) };
        return label.accuracy === null ? t('kept.text-plain', args) : t('kept.text', { ...args, accuracy: format.percent(label.accuracy, 1) });
      },
      yes: 'kept.continue',
      accept: () => goOn(id),
      refuse: () => runStore.discard(id),
    });
  }

  /** @param {string} id */
  async function goOn(id) {
    const { userDataId, ...kept } = await runStore.take(id);
    const userData = trainer.userData?.id === userDataId ? trainer.userData : userDataId ? await runStore.userData(userDataId) : null;
    try {
      await resume(trainer, { ...kept, userData });
    } catch (error) {
      if (!/^(checkpoint|tensor)_/.test(/** @type {any} */ (error).code)) throw error;
      // A snapshot that can't be read is no use to anyone.
      await runStore.remove(id).catch(() => {});
      throw codedError('kept_damaged');
    }
    state.assign({ ...keysOf(ctx.engine, kept.config), 'train.seed': kept.config.seed });
    ctx.notify(t('kept.continued', { step: kept.progress.step }));
    // Not before it is kept under this page's own name.
    await runStore.writing;
    if (runStore.works) await runStore.remove(id);
  }

  /** Whether the address asks for the images of the person's, which it can't carry. */
  let imagesAsked = false;

  /** Begins on the lecture's data instead, with the network made to fit. */
  function withoutImages() {
    imagesAsked = state.get('data') === 'own';
    if (!imagesAsked) return;
    const data = state.field('data').default;
    const outline = outlineOf(data, null);
    const spec = specText(ctx.engine, state.get('spec'));
    state.assign({ data, spec: specKey(ctx.engine, outline ? adapt(spec, outline.shape, outline.classes) : spec) });
  }

  async function offerImages() {
    const userData = await runStore.userData();
    if (!userData) return ctx.notify(t('data.not-in-link'), 'warn');
    const n = Object.values(userData.splits).reduce((sum, { labels }) => sum + labels.length, 0);
    show({
      say: () => t('kept.images', { n }),
      yes: 'kept.use-images',
      accept: () => startOn(ctx, 'own', userData),
      refuse: () => runStore.discardUserData(),
    });
  }

  /** Pauses the run; resolves once what it has come to is written. */
  async function pauseAndKeep() {
    await trainer.pause();
    await runStore.writing;
  }

  return { offer, withoutImages, pauseAndKeep };
}
