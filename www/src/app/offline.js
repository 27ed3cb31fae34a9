/**
 * Has this version of the page kept on the device, once nothing else is to be done, so that it opens without a network: all of
 * it, or where data are to be saved what has been loaded. And looks now and then whether there is a newer version.
 *
 * @module
 */

import { savesData } from '../base/save-data.js';
import { ofSite } from '../common/places.js';
import { BUILD, ENGINES } from '../common/version.js';
import { lookForUpdate } from '../engine/update.js';

/** @typedef {import('../offline/common/messages.js').Kept} Kept */

/** A tab that comes into view asks for a newer version at most this often, milliseconds. */
const LOOK_MS = 10 * 60_000;

/** What is said of how it went; of the others nothing: the page is as good as it was. @type {Partial<Record<Kept, string>>} */
const SAID = { all: 'page.offline', full: 'page.offline-full' };

/** The folder of the engine's builds, and that of this page's build in it. @param {string | null} variant */
const engineOf = (variant) => (variant ? `${ENGINES.replace('../', '')}${variant}` : '');

/**
 * @param {import('../frame/cell.js').Context} ctx
 * @param {HTMLElement} line where it is said
 * @returns {Promise<void>} resolves when it is kept, or can't be; the page's root says which in `data-offline`
 */
export async function keepOffline(ctx, line) {
  const { serviceWorker } = navigator;
  const root = document.documentElement;
  try {
    // A reload would bring the newest version anyway; where it can't, the kept one is of use.
    watchForUpdates();
    if (!serviceWorker || !BUILD.startsWith('page-')) throw new Error('no service worker');
    serviceWorker.addEventListener('message', ({ data, ports: [port] }) => {
      /** @type {import('../offline/common/messages.js').Which} */
      const mine = { page: BUILD, engine: ENGINES.replace(/^\.\.\/|\/$/g, '') };
      if (data?.which) port?.postMessage(mine);
    });
    serviceWorker.startMessages();
    await serviceWorker.register(ofSite('service-worker.js'));
    const { active } = await serviceWorker.ready;
    const keep = () => ask(/** @type {ServiceWorker} */ (active), engineOf(ctx.status.values.variant));
    const kept = await keep();
    const said = SAID[kept];
    if (said) {
      line.dataset.i18n = said;
      line.textContent = ctx.t(said);
    }
    root.dataset.offline = kept;
    if (kept === 'replaced') await lookForUpdate();
    // What is loaded from here on.
    if (savesData()) document.addEventListener('visibilitychange', () => document.hidden && void keep());
  } catch {
    root.dataset.offline = 'none';
  }
}

/** @param {ServiceWorker} worker @param {string} engine @returns {Promise<Kept>} */
function ask(worker, engine) {
  const seen = performance.getEntriesByType('resource').map(({ name }) => name.replace(/[?#].*/, ''));
  const { port1, port2 } = new MessageChannel();
  const answered = new Promise((/** @type {(kept: Kept) => void} */ resolve) => (port1.onmessage = ({ data }) => resolve(data)));
  worker.postMessage({ keep: { page: BUILD, engine, all: !savesData(), seen } }, [port2]);
  return answered;
}

/** A tab that stays open, or was opened from what is kept, hears of a newer version. */
function watchForUpdates() {
  let looked = performance.now();
  const look = () => {
    looked = performance.now();
    void lookForUpdate();
  };
  window.addEventListener('online', look);
  document.addEventListener('visibilitychange', () => !document.hidden && performance.now() - looked > LOOK_MS && look());
  look();
}
