/**
 * A run that a link asks to repeat: what it is, its progress, and whether the weights came out the same.
 *
 * @module
 */

import { h, morphChildren, setChildren } from '../../base/dom.js';
import { signal, watch } from '../../base/signals.js';
import { sayIn } from '../../base/rich.js';
import { createButton, enable } from '../../controls/choice.js';
import { createMeter } from '../../figures/meter.js';
import { configure } from '../../training/page/replacing.js';
import { arithmeticOf, parseReplay, RUN_KEYS } from '../../training/page/replay.js';
import { configOf } from '../../training/page/settings.js';
import { networkName } from './names.js';

/** @param {import('../../frame/cell.js').Context} ctx */
export function createReplay(ctx) {
  const { t, state, trainer, format } = ctx;
  const asked = signal(parseReplay(state.get('replay')));
  /** The link's own settings, whatever is changed until the button is pressed. */
  let settings = readSettings();
  const stage = signal(/** @type {'offered' | 'running' | 'done'} */ ('offered'));
  /** The run that was begun for the link: another one takes its place at any time. @type {unknown} */
  let config = null;

  const what = h('p', {});
  const meter = createMeter('take.replay-progress');
  const line = h('p', { class: 'run-line' });
  const verdict = h('p', { class: 'replay-verdict', role: 'status' });
  const go = createButton({ label: 'take.replay-go', primary: true, onPress: () => void press() });
  const close = createButton({ label: 'take.replay-close', onPress: leave });
  const element = h(
    'section',
    { class: 'replay', i18nLabel: 'take.replay-title', hidden: !asked.value },
    h('h3', { i18n: 'take.replay-title' }),
    what,
    h('div', { class: 'weights-row' }, go, close),
    meter.element,
    line,
    verdict,
  );

  function readSettings() {
    return Object.fromEntries(RUN_KEYS.map((key) => [key, state.get(key)]));
  }

  // A link may also be opened in a page that is there already.
  watch(
    () => state.get('replay'),
    (text) => {
      const wanted = parseReplay(text);
      if (wanted) {
        settings = readSettings();
        stage.value = 'offered';
        clear();
      }
      asked.value = wanted;
    },
  );

  function clear() {
    setChildren(verdict);
    verdict.className = 'replay-verdict';
  }

  const asRun = () => configOf(ctx.engine, { ...state, get: (key) => settings[key] });

  /** The person has seen enough: the link's wish leaves the address too. */
  function leave() {
    state.set('replay', '');
  }

  async function press() {
    const wanted = asked.value;
    if (!wanted) return;
    try {
      if (trainer.phase === 'running') return await trainer.pause();
      if (stage.value !== 'running' || trainer.config !== config) {
        await configure(trainer, asRun());
        state.assign(settings);
        config = trainer.config;
        stage.value = 'running';
        clear();
      }
      await trainer.start({ steps: wanted.steps - trainer.progress.step });
    } catch (error) {
      ctx.fail(error);
    }
  }

  async function judge() {
    const wanted = asked.value;
    if (!wanted || !trainer.engine) return;
    stage.value = 'done';
    const { step, fingerprint } = await trainer.fingerprint();
    if (step !== wanted.steps) return;
    const same = fingerprint === wanted.fingerprint;
    const here = arithmeticOf(ctx.engine, trainer.engine.variant);
    const reasons = [
      trainer.history.altered && t(`take.altered-${trainer.history.altered}`),
      here !== wanted.arithmetic && t('take.differs-arithmetic', { there: t(`take.${wanted.arithmetic}`), here: t(`take.${here}`) }),
    ].filter(Boolean);
    const args = { step, fingerprint, asked: wanted.fingerprint };
    verdict.classList.add(same ? 'good' : 'bad');
    const why = reasons.length > 0 ? reasons : [t('take.differs-version')];
    const text = h('span', {});
    sayIn(text, same ? t('take.same-text', args) : [t('take.differs-text', args), ...why].join(' '));
    setChildren(verdict, h('strong', { i18n: same ? 'take.same' : 'take.differs' }), ' ', text);
  }

  return {
    element,
    update() {
      const wanted = asked.value;
      element.hidden = !wanted;
      if (!wanted) return;
      const { phase, progress, error, engine, data } = trainer;
      const mine = stage.value === 'running' && trainer.config === config;
      if (stage.value === 'running' && trainer.config !== config) stage.value = 'offered';
      if (ctx.engine) {
        const { spec, seed, data: name } = asRun();
        const args = { steps: wanted.steps, network: networkName(ctx, spec), seed, data: t(`data.name-${name}`), arithmetic: t(`take.${wanted.arithmetic}`) };
        what.textContent = t('take.replay-what', args);
      }
      enable(go, engine !== null && Boolean(data?.name) && trainer.alive);
      morphChildren(go, t(phase === 'running' ? 'train.pause' : mine && progress.step > 0 ? 'train.go-on' : stage.value === 'done' ? 'take.replay-again' : 'take.replay-go'));
      const step = mine || stage.value === 'done' ? Math.min(progress.step, wanted.steps) : 0;
      meter.element.hidden = line.hidden = step === 0 && stage.value === 'offered';
      meter.show(step / wanted.steps);
      const speed = format.integer(progress.imagesPerSecond);
      if (mine && data?.error) line.textContent = ctx.errorText(data.error);
      else if (mine && trainer.waiting) line.textContent = t('train.status-waiting');
      else if (mine && error) line.textContent = t('train.status-stopped', { step });
      else line.textContent = t('take.replay-line', { step, steps: wanted.steps, speed });
      if (mine && phase === 'idle' && progress.step === wanted.steps) judge().catch(ctx.fail);
    },
  };
}
