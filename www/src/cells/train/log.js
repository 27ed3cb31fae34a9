/**
 * The log of the run, a line for each epoch in the lecture's form, and the accuracy on the test images on demand.
 *
 * @module
 */

import { h, setChildren } from '../../base/dom.js';
import { createButton, enable } from '../../controls/choice.js';
import { createMeter } from '../../figures/meter.js';
import { evaluate } from '../../training/page/judging.js';

/** @typedef {import('../../training/page/history.js').Epoch} Epoch */

/** As the lecture's scripts print it. @param {Epoch} epoch */
const lectureLine = ({ epoch, cost }) => `Epoch: ${String(epoch).padStart(4, '0')}, Cost: ${cost.toFixed(9)}`;

/**
 * @param {import('../../frame/cell.js').Context} ctx
 */
export function createLog(ctx) {
  const { t, format, trainer } = ctx;
  const lines = h('div', { class: 'log-lines', hidden: true, role: 'log', i18nLabel: 'train.log', tabindex: '0' });
  const empty = h('p', { class: 'log-empty', i18n: 'train.log-empty' });
  const test = createButton({ label: 'train.test', onPress: () => void evaluate(trainer, 'test').catch(ctx.fail) });
  // Only the result is spoken: the count on the way there changes twenty times a second.
  const result = h('p', { class: 'test-result', role: 'status' });
  const counting = h('p', { class: 'test-result' });
  const meter = createMeter('train.test-progress');
  meter.element.hidden = true;
  const element = h('div', { class: 'log' }, lines, empty, h('div', { class: 'test-row' }, test, counting, result), meter.element);

  /** @param {Epoch} epoch */
  function extra({ accuracy, seconds }) {
    const time = t('train.log-seconds', { seconds: format.fixed(seconds, 1) });
    return accuracy === null ? time : `${t('train.log-validation', { accuracy: format.percent(accuracy, 2) })} · ${time}`;
  }

  return {
    element,
    update() {
      const { history, evaluation, data } = trainer;
      const { epochs, tests } = history;
      empty.hidden = epochs.length > 0;
      lines.hidden = epochs.length === 0;
      // Only what is new is added, so that a screen reader reads one line for an epoch.
      if (lines.childElementCount > epochs.length) setChildren(lines);
      epochs.forEach((epoch, i) => {
        const entry = lines.children[i] ?? lines.appendChild(h('div', {}, h('code', {}), h('span', {})));
        const [code, more] = /** @type {Iterable<Element>} */ (entry.children);
        if (code.textContent !== lectureLine(epoch)) {
          code.textContent = lectureLine(epoch);
          lines.scrollTop = lines.scrollHeight;
        }
        if (more.textContent !== extra(epoch)) more.textContent = extra(epoch);
      });

      const there = data !== null && data.counts.test > 0;
      enable(test, there && evaluation === null && trainer.alive);
      meter.element.hidden = evaluation?.split !== 'test';
      if (evaluation?.split === 'test') {
        const { done, count, correct } = evaluation;
        meter.show(done / Math.max(1, count));
        counting.textContent = t('train.test-running', { done, count, accuracy: format.percent(correct / Math.max(1, done), 2) });
        result.textContent = '';
        return;
      }
      counting.textContent = '';
      const last = tests.at(-1);
      result.textContent = last
        ? t('train.test-done', { accuracy: format.percent(last.accuracy, 2), correct: last.correct, count: last.count, step: last.step })
        : there
          ? ''
          : t('train.test-waiting');
    },
  };
}
