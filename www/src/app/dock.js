/** The run in the bar, wherever the reader is: to start, to pause and to watch. A press on its name leads to the lab. */

import { assign, h, morphChildren, setIfChanged } from '../base/dom.js';
import { draw } from '../base/scheduler.js';
import { createSparkline } from '../charts/sparkline.js';
import { createButton, enable } from '../controls/choice.js';
import { icon } from '../figures/icons.js';
import { goalOf } from '../training/page/goal.js';
import { shortName } from './network-name.js';

/**
 * @param {Element} bar
 * @param {import('../frame/cell.js').Context} ctx
 */
export function createDock(bar, ctx) {
  const { t, format, trainer } = ctx;

  /** @param {() => Promise<unknown>} press */
  const button = (press) => createButton({ label: 'dock.run', icon: 'play', onPress: () => void press().catch(ctx.fail) });
  const toggle = button(() => (trainer.phase === 'running' ? trainer.pause() : trainer.start(goalOf(trainer))));
  const step = button(() => trainer.start({ steps: 1 }));
  assign(step, { i18nLabel: 'dock.step', i18nTitle: 'dock.step' });
  step.replaceChildren(icon('next'));
  const sparkline = createSparkline();
  const measure = h('strong', { class: 'dock-measure' });
  const network = h('span', { class: 'dock-network' });
  const lab = h('a', { class: 'dock-lab', href: '#train', i18nTitle: 'dock.lab' }, sparkline.element, measure, network);
  const dock = h('div', { class: 'dock', role: 'group', i18nLabel: 'dock.name', hidden: true }, toggle, step, lab);
  bar.append(dock);

  // Both stay, as Safari sends no click where a node of what was pressed became another before the release.
  const icons = { play: h('span', {}, icon('play')), pause: h('span', { hidden: true }, icon('pause')) };
  toggle.replaceChildren(icons.play, icons.pause);
  let running = false;

  draw(bar, () => {
    const { phase, error, evaluation, history, progress, alive, config } = trainer;
    dock.hidden = !alive || !config || !ctx.engine;
    document.documentElement.toggleAttribute('data-dock', !dock.hidden);
    if (dock.hidden) return;
    const idle = phase === 'idle' && !error && !evaluation;
    enable(toggle, idle || phase === 'running');
    enable(step, idle);
    if (running !== (phase === 'running')) {
      running = phase === 'running';
      const label = running ? 'dock.pause' : 'dock.run';
      assign(toggle, { i18nLabel: label, i18nTitle: label });
      icons.play.hidden = running;
      icons.pause.hidden = !running;
    }
    sparkline.draw(history.smooth.values);
    const check = history.checks.at(-1);
    morphChildren(measure, check ? format.percent(check.accuracy, 1) : progress.step > 0 ? t('dock.batch', { step: progress.step }) : '');
    const name = shortName(ctx, config?.spec ?? '');
    morphChildren(network, name);
    setIfChanged(lab, 'aria-label', t(check ? 'dock.described' : 'dock.described-unchecked', { name, step: progress.step, ...(check ? { accuracy: format.percent(check.accuracy, 1) } : {}) }));
  });
}
