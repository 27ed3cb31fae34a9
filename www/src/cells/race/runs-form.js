/** The runs of a race, a row each: optimizer, learning rate, schedule, how it is doing, and away with it. */

import { h } from '../../base/dom.js';
import { sample } from '../../charts/line-chart.js';
import { createButton, enable } from '../../controls/choice.js';
import { createNumber } from '../../controls/number.js';
import { without } from '../../training/page/race.js';
import { chooseOptimizer, OPTIMIZERS, SCHEDULES } from '../../training/page/settings.js';
import { MOST } from './keys.js';

/** How the lines of the runs look: no two alike without colours. */
export const LOOKS = [
  { color: '--accent', width: 2, dash: undefined },
  { color: '--kernel', width: 2, dash: [9, 4] },
  { color: '--output', width: 2, dash: [2, 3] },
  { color: '--stride', width: 2, dash: [11, 3, 2, 3] },
];

/** @param {import('../../frame/cell.js').Context} ctx */
export function createRunsForm(ctx) {
  const { state, t } = ctx;

  /**
   * @template {string} T
   * @param {string} key
   * @param {string} label message key; an option's is that, a dash and its value
   * @param {T[]} values
   * @param {(value: T) => void} choose
   */
  function select(key, label, values, choose) {
    const element = h(
      'select',
      { class: 'select', on: { change: () => choose(/** @type {T} */ (element.value)) } },
      values.map((value) => h('option', { value, i18n: `${label}-${value}` })),
    );
    return { element: h('label', { class: 'field' }, h('span', { class: 'choice-label', i18n: label }), element), update: () => void (element.value = state.get(key)) };
  }

  /** @param {number} i counted from 0 */
  function row(i) {
    const key = (/** @type {string} */ part) => `race.${part}${i + 1}`;
    const optimizer = select(key('optimizer'), 'train.optimizer', OPTIMIZERS, (kind) =>
      chooseOptimizer(state, { optimizer: key('optimizer'), rate: key('rate') }, kind),
    );
    const schedule = select(key('schedule'), 'train.schedule', SCHEDULES, (kind) => state.set(key('schedule'), kind));
    const rate = createNumber(ctx, { key: key('rate') });
    const away = createButton({ label: 'race.remove', icon: 'erase', onPress: () => state.assign(without(state, i)) });
    const score = h('p', { class: 'race-score' });
    const element = h(
      'div',
      { class: 'race-run', role: 'group' },
      h('span', { class: 'race-number' }, sample(LOOKS[i]), h('b', { css: { color: `var(${LOOKS[i].color})` } }, String(i + 1))),
      optimizer.element,
      rate.element,
      schedule.element,
      away,
      score,
    );
    return {
      element,
      /** @param {string} text */
      update(text) {
        optimizer.update();
        schedule.update();
        element.setAttribute('aria-label', t('race.run', { n: i + 1 }));
        enable(away, state.get('race.count') > 2);
        if (score.textContent !== text) score.textContent = text;
      },
    };
  }

  const rows = Array.from({ length: MOST }, (_, i) => row(i));
  const add = createButton({ label: 'race.add', onPress: () => void state.set('race.count', state.get('race.count') + 1) });
  return {
    element: h('div', { class: 'race-form' }, h('div', { class: 'race-runs', role: 'group', i18nLabel: 'race.runs' }, rows.map(({ element }) => element)), add),
    /** @param {(run: number) => string} score */
    update(score) {
      const count = state.get('race.count');
      rows.forEach(({ element, update }, i) => {
        element.hidden = i >= count;
        if (i < count) update(score(i));
      });
      enable(add, count < MOST);
    },
  };
}
