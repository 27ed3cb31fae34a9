/**
 * Erases everything on this device: asks, with a list of what is there; tells the other tabs; starts the page over, as on a
 * first visit; and says there what was erased. The word of it goes from one page to the next in the history entry, as
 * nothing else may be left.
 *
 * @module
 */

import { confirmDialog, tellDialog } from '../base/confirm.js';
import { forgetTab, inventory, wipe } from '../storage/on-device.js';

/** @typedef {import('../storage/on-device.js').Stored} Stored */
/** @typedef {{ stored: Stored, failed: string[] } | { elsewhere: true }} Report */

/** The other tabs have stopped writing by then, milliseconds. */
const TOLD_MS = 250;

/** Loads the page as its address alone gives it. @param {Report} erased */
function startOver(erased) {
  history.replaceState({ erased }, '', location.pathname);
  location.reload();
}

/**
 * @param {import('../frame/cell.js').Context} ctx
 * @param {{ tabs: import('../storage/tabs.js').Tabs }} options
 */
export function createEraser(ctx, { tabs }) {
  const { t, format, fail } = ctx;
  /** One line for each kind of thing. @param {Stored} stored */
  function lines({ runs, steps, runBytes, taught, members, memberBytes, images, imageBytes, answers, settings, caches }) {
    const list = [
      runs > 0 && t('erase.runs', { n: runs, steps, size: format.bytes(runBytes) }),
      taught > 0 && t('erase.taught', { n: taught }),
      members > 0 && t('erase.members', { n: members, size: format.bytes(memberBytes) }),
      images > 0 && t('erase.images', { n: images, size: format.bytes(imageBytes) }),
      answers > 0 && t('erase.answers', { n: answers }),
      settings > 0 && t('erase.settings', { n: settings }),
      caches > 0 && t('erase.caches', { n: caches }),
      t('erase.page'),
    ];
    return list.filter((line) => line !== false);
  }

  /** Asks once, however often the button is pressed while what is there is counted. */
  let asking = false;

  async function ask() {
    if (asking) return;
    asking = true;
    await askOnce().catch(fail);
    asking = false;
  }

  async function askOnce() {
    const stored = await inventory();
    const keys = { title: 'erase.title', text: 'erase.text', yes: 'erase.yes', no: 'train.cancel' };
    if (!(await confirmDialog(keys, {}, lines(stored)))) return;
    tabs.send({ erased: true });
    await new Promise((resolve) => setTimeout(resolve, TOLD_MS));
    // It would keep the data that it is fetching.
    ctx.trainer.client.end({ code: 'engine_restarted', message: 'everything is erased', details: {} });
    startOver({ stored, failed: await wipe() });
  }

  tabs.onErased = async () => {
    await forgetTab(tabs.id).catch(() => {});
    startOver({ elsewhere: true });
  };

  return {
    ask: () => void ask(),
    /** Says what the page before this one erased, if it did. */
    async report() {
      /** @type {Report | undefined} */
      const erased = history.state?.erased;
      if (!erased) return;
      history.replaceState(null, '');
      if ('elsewhere' in erased) return tellDialog({ title: 'erase.done', text: 'erase.elsewhere', ok: 'page.close' });
      const text = erased.failed.length > 0 ? `erase.${erased.failed[0]}` : 'erase.gone';
      await tellDialog({ title: erased.failed.length > 0 ? 'erase.failed' : 'erase.done', text, ok: 'page.close' }, {}, lines(erased.stored));
    },
  };
}
