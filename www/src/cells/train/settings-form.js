/**
 * Seed, batch size, optimizer, learning rate, and what is seldom changed. The learning rate and how often to validate apply at once; the
 * others need a new run.
 *
 * @module
 */

import { h, uniqueId } from '../../base/dom.js';
import { chooseOptimizer, DISTORTIONS, OPTIMIZERS, SCHEDULES } from '../../training/page/settings.js';

/** @typedef {import('../../training/page/settings.js').OptimizerKind} OptimizerKind */

/**
 * @param {import('../../frame/cell.js').Context} ctx
 */
export function createSettingsForm(ctx) {
  const { state, t } = ctx;

  /**
   * A field with its name above and what is wrong below.
   * @param {string} name
   * @param {HTMLInputElement | HTMLSelectElement} input
   * @param {...HTMLElement} more
   */
  function field(name, input, ...more) {
    const id = uniqueId(name);
    const problem = h('span', { class: 'field-problem', id: `${id}-problem`, role: 'status' });
    input.id = id;
    input.setAttribute('aria-describedby', problem.id);
    return {
      problem,
      element: h(
        'div',
        { class: `field field-${name}` },
        h('label', { for: id, i18n: `train.${name}` }),
        h('span', { class: 'field-row' }, input, ...more),
        problem,
      ),
    };
  }

  /**
   * A number that is taken over as soon as it is valid.
   * @param {string} name
   * @param {string} key
   * @param {string} inputmode
   * @param {...HTMLElement} more
   */
  function number(name, key, inputmode, ...more) {
    const input = h('input', { class: 'input', type: 'text', inputmode, autocomplete: 'off', on: { input: take, change: take } });
    const { element, problem } = field(name, input, ...more);
    const { min, max } = state.field(key).range ?? {};

    function take() {
      const value = state.field(key).parse(input.value.trim().replace(/[,\s]/g, ''));
      const valid = value !== undefined && state.set(key, value);
      input.toggleAttribute('aria-invalid', !valid);
      problem.textContent = valid ? '' : t('train.number-range', { min, max });
    }
    return {
      element,
      update() {
        // What is being typed is not touched, so that "0." can become "0.01".
        if (document.activeElement === input && input.hasAttribute('aria-invalid')) return;
        if (state.field(key).parse(input.value.trim()) === state.get(key)) return;
        input.value = String(state.get(key));
        input.removeAttribute('aria-invalid');
        problem.textContent = '';
      },
    };
  }

  const fresh = h('button', {
    type: 'button',
    class: 'button',
    i18n: 'train.new-seed',
    on: { click: () => ctx.engine && state.set('train.seed', ctx.engine.new_seed()) },
  });
  const seed = number('seed', 'train.seed', 'numeric', fresh);
  const batch = number('batch', 'train.batch', 'numeric');
  const rate = number('rate', 'train.rate', 'decimal');
  const check = number('check', 'train.check', 'numeric');

  const optimizers = h(
    'select',
    { class: 'select', on: { change: () => chooseOptimizer(state, { optimizer: 'train.optimizer', rate: 'train.rate' }, /** @type {OptimizerKind} */ (optimizers.value)) } },
    OPTIMIZERS.map((kind) => h('option', { value: kind, i18n: `train.optimizer-${kind}` })),
  );
  const optimizer = field('optimizer', optimizers);

  const schedules = h(
    'select',
    { class: 'select', on: { change: () => state.set('train.schedule', schedules.value) } },
    SCHEDULES.map((kind) => h('option', { value: kind, i18n: `train.schedule-${kind}` })),
  );
  const schedule = field('schedule', schedules);
  const epochs = number('epochs', 'train.epochs', 'numeric');
  const decay = number('decay', 'train.decay', 'decimal');
  const smoothing = number('smoothing', 'train.smoothing', 'decimal');
  const distortions = DISTORTIONS.map(([name]) => ({ name, ...number(name, `train.${name}`, 'decimal') }));
  const moments = ['beta1', 'beta2'].map((name) => number(name, `train.${name}`, 'decimal'));

  const augmentId = uniqueId('augment');
  const unusual = h('span', { class: 'settings-unusual' });
  const more = h(
    'details',
    { class: 'settings-more' },
    h('summary', {}, h('span', { i18n: 'train.more' }), unusual),
    h('div', { class: 'settings' }, moments.map(({ element }) => element), smoothing.element),
    h('p', { class: 'settings-note', i18n: 'train.more-text' }),
    h('p', { class: 'settings-heading', id: augmentId, i18n: 'train.augment' }),
    h('div', { class: 'settings', role: 'group', 'aria-labelledby': augmentId }, distortions.map(({ element }) => element)),
    h('p', { class: 'settings-note', i18n: 'train.augment-text' }),
  );
  /** What of it is set and not as usual, so that it is seen while it is closed. */
  function unusualText() {
    const keys = [...(optimizers.value.startsWith('adam') ? ['beta1', 'beta2'] : []), 'smoothing', ...distortions.map(({ name }) => name)];
    const other = keys.filter((name) => state.get(`train.${name}`) !== state.field(`train.${name}`).default);
    return other.map((name) => `${t(`train.${name}`)} ${state.get(`train.${name}`)}`).join(' · ');
  }

  const element = h(
    'div',
    { class: 'settings', role: 'group', i18nLabel: 'train.settings' },
    seed.element,
    batch.element,
    optimizer.element,
    rate.element,
    decay.element,
    schedule.element,
    epochs.element,
    check.element,
    more,
  );

  return {
    element,
    update() {
      seed.update();
      batch.update();
      rate.update();
      check.update();
      optimizers.value = state.get('train.optimizer');
      schedules.value = state.get('train.schedule');
      epochs.element.hidden = schedules.value === 'constant';
      epochs.update();
      decay.element.hidden = optimizers.value !== 'adamw';
      decay.update();
      smoothing.update();
      for (const distortion of distortions) distortion.update();
      unusual.textContent = unusualText();
      for (const moment of moments) {
        moment.element.hidden = !optimizers.value.startsWith('adam');
        moment.update();
      }
    },
  };
}
