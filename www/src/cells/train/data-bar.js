/**
 * How much of the data has arrived: a piece for each shard, and what to do when one did not come.
 *
 * @module
 */

import { h, setChildren } from '../../base/dom.js';
import { sayIn } from '../../base/rich.js';
import { createButton } from '../../controls/choice.js';

/** @type {import('../../training/common/protocol.js').Split[]} */
const SPLITS = ['train', 'validation', 'test'];

/**
 * @param {import('../../frame/cell.js').Context} ctx
 */
export function createDataBar(ctx) {
  const { t, format, trainer } = ctx;
  const line = h('p', { class: 'data-line' });
  const pieces = h('span', { class: 'data-pieces' });
  const meter = h('div', { class: 'data-meter', role: 'progressbar', i18nLabel: 'train.data-progress', 'aria-valuemin': 0, 'aria-valuemax': 100 }, pieces);
  const problem = h('p', { class: 'data-problem', role: 'alert' });
  const retry = createButton({ label: 'train.data-retry', onPress: () => void trainer.retryData().catch(ctx.fail) });
  retry.hidden = true;
  // For a class that will be without a network, or whoever does not want training to wait.
  const rest = createButton({ label: 'train.data-rest', onPress: () => void Promise.all(SPLITS.map((split) => trainer.need(split))).catch(() => {}) });
  const other = h('a', { class: 'data-other', href: '#data', i18n: 'train.data-other' });
  const element = h('div', { class: 'data-bar' }, line, h('div', { class: 'data-row' }, meter, other, rest), problem, retry);

  /**
   * Shards come and go while training runs: the button keeps its room, or those of the run below would jump from under a
   * pointer.
   * @param {boolean} can load the rest
   */
  function offer(can) {
    rest.style.visibility = can ? '' : 'hidden';
  }

  return {
    element,
    update() {
      const { data } = trainer;
      if (!data) {
        line.textContent = t(trainer.phase === 'failed' ? 'train.data-none' : 'train.data-waiting');
        meter.hidden = true;
        offer(false);
        return;
      }
      const { available, counts, loaded, total, shards, error } = data;
      const name = data.name ? t(`data.name-${data.name}`) : '';
      const all = counts.train > 0 && shards.every((shard) => shard === 'ready');
      const coming = shards.includes('loading');
      meter.hidden = shards.length === 0;
      offer(!all && !coming && shards.length > 0 && error === null);
      const share = total > 0 ? loaded / total : 0;
      meter.setAttribute('aria-valuenow', String(Math.round(share * 100)));
      setChildren(pieces, shards.map((shard) => h('span', { class: `piece ${shard}` })));
      line.textContent = all
        ? t('train.data-all', { name, train: counts.train, validation: counts.validation, test: counts.test })
        : t(coming || available.train === 0 ? 'train.data-part' : 'train.data-first', {
            name,
            loaded: format.bytes(loaded),
            total: format.bytes(total),
            ready: available.train + available.validation + available.test,
          });
      const message = error ? ctx.errorText(error) : '';
      sayIn(problem, message);
      retry.hidden = !error;
    },
  };
}
