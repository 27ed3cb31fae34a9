/** «What is wrong here?»: one of six diagnoses, and what speaks against a wrong one. */

import { h, morphChildren, uniqueId } from '../../base/dom.js';
import { has, paragraphs } from '../../base/i18n.js';
import { rich } from '../../base/rich.js';

/** @typedef {import('./cases.js').Fault} Fault */

/** In another order than that of the runs. @type {Fault[]} */
const OFFERED = ['sorted', 'scale', 'few', 'rate', 'dead', 'zeros'];

/**
 * @param {{ onPick: (fault: Fault) => void }} options
 */
export function createDiagnosis({ onPick }) {
  const name = uniqueId('diagnosis');
  const hint = h('p', { class: 'check-hint', i18n: 'failures.ask-hint' });
  const verdict = h('div', { class: 'check-verdict', role: 'status' });
  const options = OFFERED.map((fault) => {
    const input = h('input', { type: 'radio', name, value: fault, on: { change: () => onPick(fault) } });
    return { fault, input, element: h('label', { class: 'check-option' }, input, h('span', { i18n: `failures.fault-${fault}` })) };
  });
  const form = h('fieldset', { class: 'check-form' }, h('legend', { class: 'check-question', i18n: 'failures.ask' }), h('div', { class: 'check-field choice' }, options.map(({ element }) => element)), hint);

  return {
    element: h('div', { class: 'check failures-ask' }, form, verdict),
    /**
     * @param {object} state
     * @param {boolean} state.ready whether the run is over, so that it can be judged
     * @param {Fault} state.fault the right one
     * @param {Fault | null} state.picked
     */
    draw({ ready, fault, picked }) {
      hint.hidden = ready;
      form.disabled = !ready;
      for (const { fault: each, input, element } of options) {
        input.checked = each === picked;
        element.classList.toggle('right', picked === fault && each === fault);
      }
      if (picked === null) {
        verdict.replaceChildren();
        return;
      }
      // Some that are near have an answer of their own.
      const near = `failures.near-${fault}-${picked}`;
      const key = picked === fault ? `failures.right-${fault}` : has(near) ? near : `failures.not-${picked}`;
      morphChildren(
        verdict,
        h('p', { class: picked === fault ? 'check-good' : 'check-other', i18n: picked === fault ? 'failures.verdict-right' : 'failures.verdict-other' }),
        paragraphs(key).map((part) => h('p', {}, rich(part))),
      );
    },
  };
}
