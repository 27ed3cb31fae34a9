/**
 * The buttons that train, and the line that says where training is.
 *
 * @module
 */

import { confirmDialog } from '../../base/confirm.js';
import { h, morphChildren } from '../../base/dom.js';
import { createButton, enable } from '../../controls/choice.js';
import { createMeter } from '../../figures/meter.js';
import { goalOf } from '../../training/page/goal.js';

/** @typedef {import('../../training/page/trainer.js').Trainer} Trainer */

/**
 * @param {import('../../frame/cell.js').Context} ctx
 * @param {{ beforeStart: () => Promise<void>, onReset: () => Promise<void>, onTakeBack: () => Promise<void> }} options
 */
export function createRunBar(ctx, { beforeStart, onReset, onTakeBack }) {
  const { t, format, trainer } = ctx;

  /** @param {string} label @param {() => Promise<unknown>} press @param {boolean} [primary] */
  const button = (label, press, primary) => createButton({ label, primary, onPress: () => void press().catch(ctx.fail) });

  /** @param {() => Parameters<Trainer['start']>[0]} until */
  async function start(until) {
    await beforeStart();
    await trainer.start(until());
  }

  const one = button('train.one-batch', () => start(() => ({ steps: 1 })));
  const epoch = button('train.one-epoch', () => start(() => ({ epochs: 1 })));
  const run = button('train.run', () => (trainer.phase === 'running' ? trainer.pause() : start(() => goalOf(trainer))), true);
  const reset = button('train.reset', async () => {
    const { step } = trainer.progress;
    const sure =
      !trainer.touched ||
      (await confirmDialog(
        { title: 'train.reset-title', text: 'train.reset-text', yes: 'train.reset-yes', no: 'train.cancel' },
        { step },
      ));
    if (sure) await onReset();
  });
  const back = button('train.take-back', onTakeBack);
  const line = h('p', { class: 'run-line' });
  const meter = createMeter('train.epoch-progress');
  const element = h(
    'div',
    { class: 'run-bar' },
    h('div', { class: 'run-buttons', role: 'group', i18nLabel: 'train.run-group' }, one, epoch, run, reset, back),
    line,
    meter.element,
  );

  function status() {
    const { phase, waiting, progress, engine, error } = trainer;
    if (phase === 'booting') return t('train.status-booting');
    if (phase === 'failed') return t('train.status-failed');
    if (error) return t('train.status-stopped', { step: progress.step });
    if (waiting) return t('train.status-waiting');
    if (!trainer.data?.available.train && !engine) return t('train.status-booting');
    if (progress.step === 0) return t(phase === 'running' ? 'train.status-starting' : 'train.status-ready');
    const line = t(phase === 'running' ? 'train.status-running' : 'train.status-paused', {
      epoch: Math.floor((progress.step - 1) / progress.batchesPerEpoch) + 1,
      batch: progress.batch,
      batches: progress.batchesPerEpoch,
      loss: format.fixed(trainer.history.lastSmooth, 4),
      speed: format.integer(progress.imagesPerSecond),
    });
    if (!trainer.config || trainer.config.schedule.kind === 'constant') return line;
    return `${line} · ${t('train.rate-now', { rate: Number(progress.learningRate.toPrecision(3)).toString() })}`;
  }

  return {
    element,
    update() {
      const { phase, progress, error, putAside } = trainer;
      const idle = phase === 'idle' && !error && !trainer.evaluation;
      enable(one, idle);
      enable(epoch, idle);
      enable(run, idle || phase === 'running');
      enable(reset, trainer.alive);
      back.hidden = putAside === null || phase === 'running';
      morphChildren(run, t(phase === 'running' ? 'train.pause' : progress.step > 0 ? 'train.go-on' : 'train.run'));
      line.textContent = status();
      meter.show(progress.batch / Math.max(1, progress.batchesPerEpoch));
    },
  };
}
