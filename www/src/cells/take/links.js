/**
 * Two links to give away: one that opens with these settings, and one that repeats the run so far.
 *
 * @module
 */

import { h, uniqueId } from '../../base/dom.js';
import { copyText } from '../../base/link.js';
import { createButton, enable } from '../../controls/choice.js';
import { replayLink, settingsLink } from '../../training/page/replay.js';

/** @param {import('../../frame/cell.js').Context} ctx */
export function createLinks(ctx) {
  const { t, trainer, state } = ctx;
  const id = uniqueId('link');
  const said = h('label', { for: id });
  const address = h('input', { id, class: 'input link-address', readonly: true, on: { focus: () => address.select() } });
  const result = h('div', { class: 'link-result', hidden: true }, said, address);
  const settings = createButton({ label: 'take.link-settings', onPress: () => void give(settingsLink(state), 'take.link-settings-done') });
  const run = createButton({ label: 'take.link-replay', onPress: () => void giveRun() });
  const why = h('p', { class: 'weights-hint', role: 'status' });
  const element = h('div', { class: 'take-links' }, h('div', { class: 'weights-row' }, settings, run), why, result);

  /** @param {string} link @param {string} key @param {Record<string, unknown>} [args] */
  async function give(link, key, args) {
    const copied = await copyText(link);
    address.value = link;
    said.textContent = `${t(key, args)} ${t(copied ? 'take.link-copied' : 'take.link-by-hand')}`;
    result.hidden = false;
    ctx.announce(said.textContent);
    if (!copied) address.select();
  }

  async function giveRun() {
    try {
      const { step, fingerprint } = await trainer.fingerprint();
      await give(replayLink(ctx, step, fingerprint), 'take.link-replay-done', { step, fingerprint });
    } catch (error) {
      ctx.fail(error);
    }
  }

  return {
    element,
    update() {
      const { history: { altered }, progress, error, engine, config } = trainer;
      const reason = config?.data === 'own' ? 'altered-own' : altered ? `altered-${altered}` : error ? 'not-finite' : progress.step === 0 ? 'no-step' : null;
      enable(run, reason === null && engine !== null);
      why.textContent = reason ? t(`take.${reason}`) : '';
    },
  };
}
