/**
 * Training the lecture's two networks, or one's own, on the real data.
 *
 * @module
 */

import { createTrainingCharts } from '../../shared/training-charts.js';
import { h, setChildren } from '../../base/dom.js';
import { rich } from '../../base/rich.js';
import { computed, signal, untracked, watch } from '../../base/signals.js';
import { createButton } from '../../controls/choice.js';
import { createSaveButton } from '../../figures/save-button.js';
import { configure, takeBack } from '../../training/page/replacing.js';
import { configOf, keysOf, outlineOf, presetsOf, sameRun, specKey, specText } from '../../training/page/settings.js';
import { createBatchGrid } from '../../shared/batch-grid.js';
import { createDataBar } from './data-bar.js';
import { createGetOne } from './get-one.js';
import { createLog } from './log.js';
import { createNotices } from './notices.js';
import { createRunBar } from './run-bar.js';
import { createSettingsForm } from './settings-form.js';
import { createSpecEditor } from './spec-editor.js';

/** Curves are drawn at most so often while training runs, milliseconds. */
const CHART_MS = 120;
/** A new network is begun when typing has paused for so long, milliseconds. */
const SETTLE_MS = 400;

/** @type {import('../../frame/cell.js').Cell} */
export const cell = {
  mount(frame, ctx) {
    const { state, trainer } = ctx;

    frame.prose('lead');

    frame.heading('model-heading');
    const presets = h('div', { class: 'chips', role: 'group', i18nLabel: 'train.presets' });
    const about = h('p', { class: 'preset-about' });
    const caption = h('p', { class: 'spec-caption', i18n: 'train.spec-caption' });
    const editor = createSpecEditor(ctx, { onInput: (text) => state.set('spec', specKey(ctx.engine, text)) });
    const settings = createSettingsForm(ctx);
    const apply = createButton({ label: 'train.apply', primary: true, onPress: begin });
    const pending = h('div', { class: 'pending', role: 'status', hidden: true }, h('p', { i18n: 'train.pending' }), apply);
    frame.append(h('div', { class: 'train-wide train-model' }, presets, about, caption, editor.element, settings.element, pending));

    frame.heading('run-heading');
    const notices = createNotices(ctx);
    const data = createDataBar(ctx);
    const run = createRunBar(ctx, { beforeStart: settled, onReset: begin, onTakeBack: bringBack });
    frame.append(h('div', { class: 'train-wide train-run' }, data.element, run.element, notices.element));

    const chartHost = h('div', { class: 'train-wide chart-grid' });
    const charts = createTrainingCharts(chartHost);
    frame.append(chartHost);

    frame.heading('batch-heading');
    const batch = createBatchGrid(ctx);
    frame.append(h('div', { class: 'train-wide' }, batch.element, createSaveButton(batch.element)));

    frame.heading('log-heading');
    const log = createLog(ctx);
    frame.append(log.element);

    frame.heading('one-heading');
    const one = createGetOne(ctx);
    frame.append(one.element, createSaveButton(one.element));

    frame.prose('take-along');

    /** A button for each of the engine's networks: its text, and the settings it is trained with. */
    function listPresets() {
      setChildren(
        presets,
        presetsOf(ctx.engine).map((preset) =>
          h('button', {
            type: 'button',
            class: 'chip',
            data: { preset: preset.name },
            i18n: `train.preset-${preset.name}`,
            on: { click: () => state.assign({ ...keysOf(ctx.engine, preset), spec: preset.name }) },
          }),
        ),
        h('span', { class: 'chip-note', i18n: 'train.preset-note' }),
      );
    }

    /** Whether the network in the editor can be trained. */
    const valid = signal(true);
    let settle = 0;

    function unsettle() {
      clearTimeout(settle);
      settle = 0;
    }

    /** Takes over at once what would have been in a moment: who presses a button right after a change means it. */
    async function settled() {
      if (settle) await begin();
    }

    /** Begins the run that the settings describe; while they can't be, the live one's over again. */
    async function begin() {
      unsettle();
      const config = valid.value ? configOf(ctx.engine, state) : trainer.config;
      if (!config) return;
      try {
        await configure(trainer, config);
      } catch (error) {
        ctx.fail(error);
      }
    }

    /** Brings back the run that was put aside, and its settings. */
    async function bringBack() {
      await takeBack(trainer);
      if (!trainer.config) return;
      state.assign({ ...keysOf(ctx.engine, trainer.config), 'train.seed': trainer.config.seed });
    }

    const untouched = computed(() => trainer.phase === 'idle' && !trainer.touched);
    /** Takes the settings over: at once where nothing is lost by it, else when the person says so. */
    function follow() {
      if (!trainer.config || !ctx.engine) return;
      const wanted = configOf(ctx.engine, state);
      const rate = wanted.optimizer.learning_rate;
      const same = sameRun(wanted, trainer.config);
      if (same && rate !== trainer.config.optimizer.learning_rate) {
        trainer.setLearningRate(rate).catch(ctx.fail);
      }
      unsettle();
      if (!same && valid.value && untouched.value) settle = window.setTimeout(begin, SETTLE_MS);
      pending.hidden = same || !valid.value || untouched.value;
    }

    frame.draw(() => {
      if (ctx.engine) untracked(listPresets);
    });
    frame.draw(() => {
      if (!ctx.engine) return;
      const key = state.get('spec');
      for (const chip of presets.querySelectorAll('button')) chip.setAttribute('aria-pressed', String(chip.dataset.preset === key));
      const known = presetsOf(ctx.engine).some(({ name }) => name === key);
      about.hidden = !known;
      if (known) setChildren(about, rich(ctx.t(`train.about-${key}`)));
    });
    frame.draw(() => {
      if (!ctx.engine) return;
      valid.value = editor.show(specText(ctx.engine, state.get('spec')), state.get('train.batch'), outlineOf(state.get('data'), trainer.userData));
    });
    frame.draw(follow);
    for (const part of [settings, notices, data, run, log]) frame.draw(part.update);
    frame.draw(() => charts.draw(trainer.history), frame.element, { pace: () => CHART_MS });
    frame.draw(() => batch.draw(trainer.view));
    for (const update of one.updates) frame.draw(update);

    watch(
      () => frame.visible.value,
      (watching) => {
        trainer.setOptions({ watching });
        // Where it can't be had, the next batch brings one.
        if (watching) trainer.refreshView().catch(() => {});
      },
    );
  },
};
